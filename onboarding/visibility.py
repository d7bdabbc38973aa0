"""Who sees what of somebody's onboarding: one table, which querysets, pages and the words on every form come from.

Whether a step is done is known to all who walk along. That somebody opened it is not: reading is nobody's business, so
no page shows a supporter more than what was done, handed in or passed.
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
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
    MEETINGS = "meetings", gettext_lazy("meetings")
    QUIZ_RESULT = "quiz_result", gettext_lazy("that a quiz was passed")
    CHECK_INS = "check_ins", gettext_lazy("agenda and notes of a check-in")
    ANSWERS = "answers", gettext_lazy("what was handed in")
    WAIVERS = "waivers", gettext_lazy("why a step need not be done")
    CONFIRMATIONS = "confirmations", gettext_lazy("which version of a text was confirmed")
    QUESTIONS = "questions", gettext_lazy("questions that were asked")
    FEEDBACK = "feedback", gettext_lazy("whether a step was useful, by name")
    EVENTS = "events", gettext_lazy("the record of what happened")
    HAND_OVER = "hand_over", gettext_lazy("notes at a hand-over")
    ADDRESS = "address", gettext_lazy("the personal address of who has not started")
    QUIZ_ANSWERS = "quiz_answers", gettext_lazy("the answers in a quiz, and how often it was tried")
    DRAFTS = "drafts", gettext_lazy("what was typed and not handed in yet")
    OWN_STEPS = "own_steps", gettext_lazy("what somebody put on their path themselves")


_ALL_SUPPORTERS = {Viewer.PERSON, Viewer.BUDDY, Viewer.MENTOR, Viewer.MANAGER, Viewer.HR}

# A question is also read by whoever it was sent to, answers by whoever signs them off, a check-in by whoever it is with (see
# ``check_ins``), and a note at a hand-over by who wrote it and who takes over, as long as they walk along: that is a matter of
# the row, not of this table. A passed quiz is a step that is done, so whoever
# sees the one knows the other.
TABLE: dict[str, set[str]] = {
    Data.PROGRESS: _ALL_SUPPORTERS,
    Data.PAUSES: _ALL_SUPPORTERS,
    Data.MEETINGS: _ALL_SUPPORTERS,
    Data.QUIZ_RESULT: _ALL_SUPPORTERS,
    Data.CHECK_INS: {Viewer.PERSON},
    Data.ANSWERS: {Viewer.PERSON, Viewer.MANAGER, Viewer.HR},
    Data.WAIVERS: {Viewer.PERSON, Viewer.MANAGER, Viewer.HR},
    Data.CONFIRMATIONS: {Viewer.PERSON, Viewer.MANAGER, Viewer.HR},
    Data.QUESTIONS: {Viewer.PERSON, Viewer.HR},
    Data.FEEDBACK: {Viewer.PERSON, Viewer.HR},
    Data.EVENTS: {Viewer.PERSON, Viewer.HR},
    Data.HAND_OVER: {Viewer.PERSON, Viewer.HR},
    Data.ADDRESS: {Viewer.PERSON, Viewer.HR},
    Data.QUIZ_ANSWERS: {Viewer.PERSON},
    Data.DRAFTS: {Viewer.PERSON},
    Data.OWN_STEPS: {Viewer.PERSON},
}
# Who may waive a step, take that back, and open a step again for somebody.
STEERING = frozenset({Viewer.MANAGER, Viewer.HR})

# Who may put people on a path sees them all; see people.roles.
HR_PERMISSION = "onboarding.view_enrolment"


def condition(viewer, data: str) -> Q:
    """The enrolments of which ``viewer`` may see this kind of data, as a condition on ``Enrolment``."""
    return in_parts(viewer, TABLE[data])


def in_parts(viewer, parts: Iterable[str]) -> Q:
    """The enrolments in which ``viewer`` has one of these parts (``Viewer``), as a condition on ``Enrolment``.

    Each part is a subquery, so no row comes twice. A path that ended is closed to who walked along; HR and the person
    go on seeing it.
    """
    parts = set(parts)
    if Viewer.HR in parts and viewer.has_perm(HR_PERMISSION):
        return Q()
    found = Q(user=viewer) if Viewer.PERSON in parts else Q(pk__in=[])
    return found | walking_along(viewer, parts & set(Who.values))


def walking_along(viewer, roles: Iterable[str] = tuple(Who.values)) -> Q:
    """The running enrolments of others on which ``viewer`` has one of these roles (``Who``) themselves.

    Being one of HR is no role on an enrolment; being the person's manager is, where no other manager was named on it.
    Before and after the dates of a role one is a stranger. A stand-in has the role as well, for as long as they stand in.
    """
    if not viewer.is_active or not roles:
        return Q(pk__in=[])
    rows = _supporters().filter(colleague=viewer, role__in=roles)
    walks = Q(pk__in=rows.values("enrolment"))
    if Who.MANAGER in roles:
        own = Q(manager=viewer) | Q(manager=None, user__manager=viewer)
        walks |= own & ~Exists(named_managers())
    return walks & Q(ended_on__isnull=True) & ~Q(user=viewer)


def named_managers() -> models.QuerySet:
    """Who was named manager on the enrolment around it and still works here: takes the place of the person's own."""
    rows = _supporters().filter(enrolment=OuterRef("pk"), role=Viewer.MANAGER, colleague__is_active=True)
    # Who stands in for a manager takes nobody's place.
    return rows.filter(stands_in_for=None)


def stood_in_for(viewer) -> Q:
    """What came to somebody whom ``viewer`` stands in for today, as a condition on what has an enrolment and a ``recipient``."""
    rows = _supporters().filter(colleague=viewer, enrolment=OuterRef("enrolment"), stands_in_for=OuterRef("recipient"))
    return Q(Exists(rows))


def walks_today(prefix: str = "") -> Q:
    """The supporters whose dates hold today, as a condition on ``Supporter``, or on what it is reached from by ``prefix``."""
    today = timezone.localdate()
    begun = Q(**{f"{prefix}starts_on": None}) | Q(**{f"{prefix}starts_on__lte": today})
    return begun & (Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": today}))


def _supporters() -> models.QuerySet:
    # The models' querysets are made of these conditions, so the model is looked up late.
    return apps.get_model("onboarding", "Supporter").objects.filter(walks_today())


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


def who_sees_others(data: str) -> str:
    """The same for who fills something in about somebody else: "The newcomer, the manager and HR see this."."""
    viewers = [THIRD_PERSON[viewer] for viewer in Viewer.values if viewer in TABLE[data]]
    if len(viewers) == 1:
        return _("Only the newcomer sees this.")
    others = ", ".join(str(viewer) for viewer in viewers[:-1])
    words = _("%(others)s and %(last)s see this.") % {"others": others, "last": viewers[-1]}
    return words[:1].upper() + words[1:]


THIRD_PERSON: dict[str, str] = {
    Viewer.PERSON: gettext_lazy("the newcomer"),
    Viewer.BUDDY: gettext_lazy("the buddy"),
    Viewer.MENTOR: gettext_lazy("the mentor"),
    Viewer.MANAGER: gettext_lazy("the manager"),
    Viewer.HR: gettext_lazy("HR"),
    Viewer.EDITOR: gettext_lazy("editors"),
}
