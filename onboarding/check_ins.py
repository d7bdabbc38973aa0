"""Check-ins as they are read: who is in one, and what they put on the agenda and wrote down.

A check-in is between the newcomer and whom the meeting is agreed with; as long as nothing is agreed, whoever does the step.
Nobody else reads it, HR and the manager neither, unless it is with them.
"""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from notifications.kinds import people_in_words
from people.models import User

from .models import CheckInPoint, Enrolment, Meeting, StepPage, StepProgress
from .outline import Step
from .roles import Who
from .supporting import fetched, people_of
from .visibility import HR_PERMISSION, Data, may_see
from .walking_along import colleagues_for, hr_colleagues

Part = CheckInPoint.Part


@dataclass(frozen=True)
class CheckIn:
    """One check-in as ``reader`` sees it; ``others`` are who reads it besides, nobody where that isn't known yet."""

    enrolment: Enrolment
    step_key: UUID
    reader: User
    others: tuple[User, ...]
    may_write: bool

    @cached_property
    def points(self) -> list[CheckInPoint]:
        """All points, first written first; one query."""
        points = CheckInPoint.objects.of_step(self.enrolment, self.step_key)
        return list(points.select_related("written_by"))

    @property
    def agenda(self) -> list[CheckInPoint]:
        """What is to be talked about."""
        return [point for point in self.points if point.part == Part.AGENDA]

    @property
    def notes(self) -> list[CheckInPoint]:
        """What was said and agreed."""
        return [point for point in self.points if point.part == Part.NOTES]

    @property
    def who(self) -> str:
        """The others by name: "Ingrid Postma", "Ingrid Postma and 3 others"."""
        return people_in_words([colleague.get_full_name() for colleague in self.others])


def others_in(enrolment: Enrolment, meeting: Meeting | None, assignee: str) -> tuple[User, ...]:
    """Who is in it beside the newcomer; six queries at most. ``assignee`` is the role (``Who``) that does the step.

    It is whom a meeting that stands is agreed with. Who left, and who once the meeting is past neither walks along any more
    nor is of HR, makes room for whoever does the step by then.
    """
    with_whom = meeting.with_whom if meeting is not None and meeting.cancelled_at is None else None
    is_past = meeting is not None and meeting.starts_at <= timezone.now()
    doers: tuple[User, ...] = ()
    people = None
    if with_whom is None or not with_whom.is_active or (is_past and assignee != Who.NEWCOMER):
        people = fetched(Enrolment.objects.filter(pk=enrolment.pk)).get()
        doers = () if assignee == Who.NEWCOMER else colleagues_for(people, assignee, hr_colleagues())
    if with_whom is None or not with_whom.is_active:
        return doers
    if not doers:
        return (with_whom,)
    walks_along = any(with_whom in colleagues for colleagues in people_of(people).values())
    return (with_whom,) if walks_along or with_whom.has_perm(HR_PERMISSION) else doers


def is_in_check_in(viewer: User, enrolment: Enrolment, meeting: Meeting | None, assignee: str) -> bool:
    """Whether ``viewer`` is in it; eight queries at most, see ``others_in``.

    Once the path has ended only the newcomer is let in, as everywhere.
    """
    if may_see(viewer, enrolment, Data.CHECK_INS):
        return True
    return viewer.is_active and _lets_in(enrolment, others_in(enrolment, meeting, assignee), viewer)


def _lets_in(enrolment: Enrolment, others: tuple[User, ...], viewer: User) -> bool:
    """Whether who isn't the newcomer is let in; ``others`` are those of ``others_in``."""
    return enrolment.ended_on is None and viewer in others


def check_in_for(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> CheckIn | None:
    """The check-in of this step; None for a step without, and for who isn't in it. Nine queries at most.

    An editor who makes a plain meeting of it hides nothing that was written. A step that was taken off the plan has none to
    write in.
    """
    if step.kind != StepPage.Kind.MEET:
        return None
    if not step.is_check_in and not CheckInPoint.objects.of_step(enrolment, step.key).exists():
        return None
    row = StepProgress.objects.filter(enrolment=enrolment, step_key=step.key).only("assignee", "in_plan").first()
    if enrolment.planned_at is not None and (row is None or not row.in_plan):
        return None
    others = others_in(enrolment, meeting, row.assignee if row else step.assignee)
    is_newcomer = reader.pk == enrolment.user_id
    if not is_newcomer and not _lets_in(enrolment, others, reader):
        return None
    besides = others if is_newcomer else (enrolment.user, *(other for other in others if other != reader))
    return CheckIn(
        enrolment=enrolment,
        step_key=step.key,
        reader=reader,
        others=besides,
        may_write=step.is_check_in and enrolment.ended_on is None,
    )


def may_agree(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> bool:
    """Whether ``reader`` may say with whom and when it is: not who would let themselves in to what others wrote."""
    if reader.pk == enrolment.user_id or not CheckInPoint.objects.of_step(enrolment, step.key).exists():
        return True
    return check_in_for(reader, enrolment, step, meeting) is not None


def check_in_url(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> str:
    """Where ``reader``, who is in it, reads the check-in; one query for who isn't the newcomer."""
    if reader.pk == enrolment.user_id:
        return f"{step.url}#check-in"
    if meeting is not None and not may_see(reader, enrolment, Data.MEETINGS):
        # Who was asked to meet without walking along.
        return reverse("onboarding:meeting", args=[meeting.uid]) + "#check-in"
    return reverse("onboarding:supported_step", args=[enrolment.pk, step.key]) + "#check-in"
