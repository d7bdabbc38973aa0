"""The deeds there are, by subject, in the order in which they are offered; reading them offers them."""

from . import dates, reminding, people, standing_in, fitting, proposals, steps, ending, holding  # noqa: I001 - this order is the one on screen

__all__ = ["dates", "ending", "fitting", "holding", "people", "proposals", "reminding", "standing_in", "steps"]
