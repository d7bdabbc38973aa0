"""What colleagues say to each other about a text."""

from .questions import Question
from .reactions import Reaction

__all__ = ["Question", "Reaction"]
