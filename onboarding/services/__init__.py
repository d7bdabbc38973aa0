"""Writes of onboarding: putting somebody on a path, what they do there, and what the calendar does to it."""

from .doing import (
    EnrolmentEnded,
    NotYoursToDo,
    StepLocked,
    StepNotOnPath,
    complete_step,
    lock_step,
    record_opening,
    reopen_step,
    unwaive_step,
    waive_step,
)
from .enrolling import PathNotPublished, enrol, make_missing_plans, plan_enrolment, set_buddy, set_supporter
from .recording import record_event
from .scheduling import calendar_of, reschedule

__all__ = [
    "EnrolmentEnded",
    "NotYoursToDo",
    "PathNotPublished",
    "StepLocked",
    "StepNotOnPath",
    "calendar_of",
    "complete_step",
    "enrol",
    "lock_step",
    "make_missing_plans",
    "plan_enrolment",
    "record_event",
    "record_opening",
    "reopen_step",
    "reschedule",
    "set_buddy",
    "set_supporter",
    "unwaive_step",
    "waive_step",
]
