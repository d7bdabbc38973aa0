"""Who sees what of somebody's onboarding: one table, which querysets, pages and the words on every form come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .roles import Who


class Viewer(models.TextChoices):
    """In which part somebody looks. An editor has no part in anybody's onboarding: they see figures."""

    PERSON = "person", gettext_lazy("you")
    BUDDY = Who.BUDDY.value, gettext_lazy("your buddy")
    MENTOR = Who.MENTOR.value, gettext_lazy("your mentor")
    MANAGER = Who.MANAGER.value, gettext_lazy("your manager")
    HR = Who.HR.value, gettext_lazy("HR")
    EDITOR = "editor", gettext_lazy("editors")


class Data(models.TextChoices):
    """The kinds of data there are about somebody on a path."""

    PROGRESS = "progress", gettext_lazy("which steps are done, and the dates")
    PAUSES = "pauses", gettext_lazy("when the path was paused")
    ANSWERS = "answers", gettext_lazy("what was handed in")
    QUIZ_RESULT = "quiz_result", gettext_lazy("whether a quiz was passed")
    QUIZ_ANSWERS = "quiz_answers", gettext_lazy("the answers in a quiz")
    CONFIRMATIONS = "confirmations", gettext_lazy("which text was confirmed, and when")
    MEETINGS = "meetings", gettext_lazy("meetings")
    QUESTIONS = "questions", gettext_lazy("questions that were asked")
    FEEDBACK = "feedback", gettext_lazy("whether a step was useful, by name")
    EVENTS = "events", gettext_lazy("the record of what happened")
    ADDRESS = "address", gettext_lazy("the personal address of who has not started")


_ALL_SUPPORTERS = {Viewer.PERSON, Viewer.BUDDY, Viewer.MENTOR, Viewer.MANAGER, Viewer.HR}

# A question is also read by whoever it was sent to, and answers by whoever signs them off: that is a matter of the row,
# not of this table.
TABLE: dict[str, set[str]] = {
    Data.PROGRESS: _ALL_SUPPORTERS,
    Data.PAUSES: _ALL_SUPPORTERS,
    Data.MEETINGS: _ALL_SUPPORTERS,
    Data.ANSWERS: {Viewer.PERSON, Viewer.MANAGER, Viewer.HR},
    Data.QUIZ_RESULT: {Viewer.PERSON, Viewer.MENTOR, Viewer.MANAGER, Viewer.HR},
    Data.QUIZ_ANSWERS: {Viewer.PERSON},
    Data.CONFIRMATIONS: {Viewer.PERSON, Viewer.MANAGER, Viewer.HR},
    Data.QUESTIONS: {Viewer.PERSON, Viewer.HR},
    Data.FEEDBACK: {Viewer.PERSON, Viewer.HR},
    Data.EVENTS: {Viewer.PERSON, Viewer.HR},
    Data.ADDRESS: {Viewer.PERSON, Viewer.HR},
}

# Who may put people on a path sees them all; see people.roles.
HR_PERMISSION = "onboarding.view_enrolment"


def condition(viewer, data: str) -> Q:
    """The enrolments of which ``viewer`` may see this kind of data, as a condition on ``Enrolment``."""
    parts = TABLE[data]
    if Viewer.HR in parts and viewer.has_perm(HR_PERMISSION):
        return Q()
    allowed = Q(pk__in=[])
    if Viewer.PERSON in parts:
        allowed |= Q(user=viewer)
    roles = [role for role in (Viewer.BUDDY, Viewer.MENTOR, Viewer.MANAGER, Viewer.HR) if role in parts]
    rows = viewer.supports.rel.related_model.objects.filter(colleague=viewer, role__in=roles)
    supports = Q(pk__in=rows.values("enrolment"))
    if Viewer.MANAGER in parts:
        # A manager named on the enrolment takes the place of the person's own.
        supports |= Q(user__manager=viewer) & ~Q(supporters__role=Viewer.MANAGER)
    # Walking along ends with the path; HR and the person go on seeing it.
    return allowed | (supports & Q(ended_on__isnull=True))


def may_see(viewer, enrolment, data: str) -> bool:
    """Whether ``viewer`` may see this kind of data of this one enrolment; one query."""
    return type(enrolment).objects.filter(condition(viewer, data), pk=enrolment.pk).exists()


def who_sees(data: str) -> str:
    """ "You, your manager and HR see this." in the active language: to stand on the form that asks for it."""
    viewers = [Viewer(viewer).label for viewer in Viewer.values if viewer in TABLE[data]]
    if len(viewers) == 1:
        return _("Only you see this.")
    others = ", ".join(str(viewer) for viewer in viewers[:-1])
    words = _("%(others)s and %(last)s see this.") % {"others": others, "last": viewers[-1]}
    return words[:1].upper() + words[1:]
