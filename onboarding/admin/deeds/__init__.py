"""The deeds there are, by subject; reading them offers them."""

from . import holding, people, steps

__all__ = ["holding", "people", "steps"]
