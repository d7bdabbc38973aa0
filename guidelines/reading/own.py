"""What belongs to one reader on the page of a manual or chapter: what they said of it, and whether they follow it.

Never in a fragment that is shared.
"""

from django.utils.functional import cached_property

from ..feedback_querysets import FEWEST_VOTES
from ..forms import FeedbackForm
from ..models.feedback import Feedback, Following
from ..question_desk import ask_url
from .changes import edition_of
from .manuals import manual_key_of


class OwnReading:
    """One reader's own part of a page; two queries, and one more for who voted."""

    def __init__(self, page, user):
        self.page, self.user = page, user

    @cached_property
    def edition(self) -> int:
        """The edition that the page shows."""
        return edition_of(self.page)

    @cached_property
    def _votes(self) -> dict[bool, tuple[int, bool]]:
        return Feedback.objects.votes(self.page.translation_key, self.edition, self.user)

    @cached_property
    def feedback(self) -> Feedback | None:
        """What the reader said of this edition."""
        if not any(is_own for _total, is_own in self._votes.values()):
            return None
        return Feedback.objects.own(self.page.translation_key, self.edition, self.user).first()

    @property
    def form(self) -> FeedbackForm:
        """For their words, with what they said before."""
        return FeedbackForm.of(self.feedback)

    @property
    def score(self) -> dict[str, int] | None:
        """``{"useful", "total"}``; None while so few voted that it would say too much about each."""
        total = sum(count for count, _is_own in self._votes.values())
        if total < FEWEST_VOTES:
            return None
        return {"useful": self._votes.get(True, (0, False))[0], "total": total}

    @cached_property
    def follows(self) -> bool | None:
        """Whether the reader follows the manual; None where there is none to follow."""
        key = manual_key_of(self.page)
        return None if key is None else Following.objects.filter(user=self.user, manual_key=key).exists()

    @property
    def ask_url(self) -> str:
        """Where the reader asks their question about this page; empty without a question desk."""
        return ask_url(self.page)
