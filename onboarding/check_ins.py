"""Check-ins as they are read: who is in one, and what both put on the agenda and wrote down.

A check-in is between the newcomer and one other: whom the meeting is agreed with; as long as nothing is agreed, whoever
does the step. Nobody else reads it, HR and the manager neither, unless it is with them.
"""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.urls import reverse

from people.models import User

from .models import CheckInPoint, Enrolment, Meeting, StepPage, StepProgress
from .outline import Step
from .roles import Who
from .supporting import acts_as, fetched
from .visibility import Data, may_see
from .walking_along import who_does

Part = CheckInPoint.Part


@dataclass(frozen=True)
class CheckIn:
    """One check-in as ``reader`` sees it; ``other`` is who it is with, None where that isn't known yet."""

    enrolment: Enrolment
    step_key: UUID
    reader: User
    other: User | None
    may_write: bool

    @cached_property
    def points(self) -> list[CheckInPoint]:
        """All points, first written first; one query."""
        return list(points_of(self.enrolment, self.step_key).select_related("written_by"))

    @property
    def agenda(self) -> list[CheckInPoint]:
        """What is to be talked about."""
        return [point for point in self.points if point.part == Part.AGENDA]

    @property
    def notes(self) -> list[CheckInPoint]:
        """What was said and agreed."""
        return [point for point in self.points if point.part == Part.NOTES]


def points_of(enrolment: Enrolment, step_key: UUID):
    """The points of one check-in, as a queryset."""
    return CheckInPoint.objects.filter(progress__enrolment=enrolment, progress__step_key=step_key)


def is_in_check_in(viewer: User, enrolment: Enrolment, meeting: Meeting | None, assignee: str) -> bool:
    """Whether ``viewer`` is one of the two; four queries at most.

    ``assignee`` is the role (``Who``) that does the step for this enrolment. Once the path has ended only the newcomer is
    let in, as everywhere.
    """
    if may_see(viewer, enrolment, Data.CHECK_INS):
        return True
    if enrolment.ended_on is not None or not viewer.is_active:
        return False
    if _stands(meeting) and meeting.with_whom_id:
        return meeting.with_whom_id == viewer.pk
    if assignee == Who.NEWCOMER:
        return False
    return acts_as(viewer, fetched(Enrolment.objects.filter(pk=enrolment.pk)).get(), assignee)


def check_in_for(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> CheckIn | None:
    """The check-in of this step; None for a step without, and for who isn't in it. Seven queries at most.

    An editor who makes a plain meeting of it hides nothing that was written.
    """
    if step.kind != StepPage.Kind.MEET:
        return None
    if not step.is_check_in and not points_of(enrolment, step.key).exists():
        return None
    assignee = assignee_of(enrolment, step)
    if not is_in_check_in(reader, enrolment, meeting, assignee):
        return None
    return CheckIn(
        enrolment=enrolment,
        step_key=step.key,
        reader=reader,
        other=other_side(reader, enrolment, meeting, assignee),
        may_write=step.is_check_in and enrolment.ended_on is None,
    )


def other_side(reader: User, enrolment: Enrolment, meeting: Meeting | None, assignee: str) -> User | None:
    """Who it is with, seen from ``reader``: the newcomer for the other, the other for the newcomer; None if not known."""
    if reader.pk != enrolment.user_id:
        return enrolment.user
    if _stands(meeting) and meeting.with_whom_id:
        return meeting.with_whom
    return None if assignee == Who.NEWCOMER else who_does(enrolment, assignee)


def check_in_url(reader: User, enrolment: Enrolment, step: Step, meeting: Meeting | None) -> str:
    """Where ``reader``, who is in it, reads the check-in; one query for who isn't the newcomer."""
    if reader.pk == enrolment.user_id:
        return f"{step.url}#check-in"
    if meeting is not None and not may_see(reader, enrolment, Data.MEETINGS):
        # Who was asked to meet without walking along.
        return reverse("onboarding:meeting", args=[meeting.uid]) + "#check-in"
    return reverse("onboarding:supported_step", args=[enrolment.pk, step.key]) + "#check-in"


def assignee_of(enrolment: Enrolment, step: Step) -> str:
    """The role that does this step in this plan; one query."""
    row = StepProgress.objects.filter(enrolment=enrolment, step_key=step.key).values_list("assignee", flat=True).first()
    return row or step.assignee


def _stands(meeting: Meeting | None) -> bool:
    return meeting is not None and meeting.cancelled_at is None
