from .pages import CompetencyIndexPage, CompetencyPage
from .profiles import CompetencyProfilePage, ProfileRequirement

__all__ = ["CompetencyIndexPage", "CompetencyPage", "CompetencyProfilePage", "ProfileRequirement"]
