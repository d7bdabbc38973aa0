from .assessments import Assessment, ProfileVersion, Rating, Sharing
from .material import CompetencyMaterial, ReadMark
from .pages import CompetencyIndexPage, CompetencyPage
from .plans import Evidence, Goal
from .profiles import CompetencyProfilePage, ProfileRequirement

__all__ = [
    "Assessment",
    "CompetencyIndexPage",
    "CompetencyMaterial",
    "CompetencyPage",
    "CompetencyProfilePage",
    "Evidence",
    "Goal",
    "ProfileRequirement",
    "ProfileVersion",
    "Rating",
    "ReadMark",
    "Sharing",
]
