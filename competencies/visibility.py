"""Who sees what of where somebody stands: one table, which pages and the words on them come from.

Nothing of it feeds pay or an appraisal, and no page outside this table reads these rows. Administrators are no exception:
there is no list of assessments in the admin.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Sharing


class Viewer(models.TextChoices):
    """In which part somebody looks."""

    PERSON = "person", _("you")
    SCORING = "scoring", _("who you shared it with, until their scores are in")
    SCORED = "scored", _("who you shared it with, once their scores are in")
    FORMER = "former", _("who you shared it with before")
    LEADING = "leading", _("a manager you didn’t share it with")
    HR = "hr", _("HR")
    OTHERS = "others", _("all others, administrators too")


class Data(models.TextChoices):
    """The kinds of data there are about where somebody stands."""

    OWN_SCORES = "own_scores", _("your scores and examples")
    THEIR_SCORES = "their_scores", _("the scores and examples of who you shared it with, once they are in")
    OUTCOME = "outcome", _("what you settled on together")
    PLAN = "plan", _("your plan and evidence, if you share it as well")
    READ = "read", _("what you ticked as read")
    OVER_TIME = "over_time", _("how it changed over time")


# The two see each other's scores once the assessor's are in: before that an assessor sees their own only.
TABLE: dict[str, frozenset[str]] = {
    Data.OWN_SCORES: frozenset({Viewer.PERSON, Viewer.SCORED}),
    Data.THEIR_SCORES: frozenset({Viewer.PERSON, Viewer.SCORING, Viewer.SCORED}),
    Data.OUTCOME: frozenset({Viewer.PERSON, Viewer.SCORED}),
    Data.PLAN: frozenset({Viewer.PERSON, Viewer.SCORED}),
    Data.READ: frozenset({Viewer.PERSON}),
    Data.OVER_TIME: frozenset({Viewer.PERSON}),
}


def viewer_of(sharing: Sharing, user) -> str:
    """In which part ``user`` looks at what is shared here; a manager or HR without a part sees no more than others do."""
    if user.pk == sharing.assessment.user_id:
        return Viewer.PERSON
    if user.pk != sharing.assessor_id:
        return Viewer.OTHERS
    if not Sharing.objects.open_to(user).filter(pk=sharing.pk).exists():
        return Viewer.FORMER
    return Viewer.SCORED if sharing.submitted_at else Viewer.SCORING


def seen_by(viewer: str, sharing: Sharing | None) -> frozenset[str]:
    """What of the table is shown to who looks in this part, as far as it is there yet."""
    seen = {data for data, viewers in TABLE.items() if viewer in viewers}
    if viewer == Viewer.PERSON and (sharing is None or sharing.submitted_at is None):
        seen -= {Data.THEIR_SCORES, Data.OUTCOME}
    if viewer == Viewer.SCORED and (sharing is None or not sharing.with_plan):
        seen -= {Data.PLAN}
    return frozenset(seen)
