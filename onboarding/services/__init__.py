"""Writes of onboarding: putting somebody on a path, what they do there, and what the calendar does to it."""

from .closing import (
    bring_dates_in_line,
    closed_with,
    closed_without,
    preview_closing,
    remove_closing_days,
    save_closing_days,
)
from .coming_back import enrol_again
from .counting import EarlierStep, count_earlier, earlier_steps
from .dating import give_date_back, set_due_date
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
from .enrolling import PathNotPublished, enrol, make_missing_plans, plan_enrolment
from .fitting import accept_steps, add_to_plan, propose_steps, take_from_plan
from .leaving import CannotReopen, end_enrolment, end_for_leavers, may_reopen, reopen_enrolment
from .moving_start import UNCHANGED, move_start, preview_move
from .naming import name_supporter, set_buddy, set_supporter, set_supporters
from .pausing import NotPaused, PausesOverlap, pause_enrolment, preview_pause, preview_resume, resume_enrolment
from .previews import PlanChange, PlanPreview, preview_enrolment
from .recording import record_event
from .scheduling import calendar_of, preview_dates, reschedule

__all__ = [
    "CannotReopen",
    "EarlierStep",
    "EnrolmentEnded",
    "NotPaused",
    "NotYoursToDo",
    "PathNotPublished",
    "PausesOverlap",
    "PlanChange",
    "PlanPreview",
    "StepLocked",
    "StepNotOnPath",
    "UNCHANGED",
    "accept_steps",
    "add_to_plan",
    "bring_dates_in_line",
    "calendar_of",
    "closed_with",
    "closed_without",
    "complete_step",
    "count_earlier",
    "earlier_steps",
    "end_enrolment",
    "end_for_leavers",
    "enrol",
    "enrol_again",
    "give_date_back",
    "lock_step",
    "make_missing_plans",
    "may_reopen",
    "move_start",
    "name_supporter",
    "pause_enrolment",
    "plan_enrolment",
    "preview_closing",
    "preview_dates",
    "preview_enrolment",
    "preview_move",
    "preview_pause",
    "preview_resume",
    "propose_steps",
    "record_event",
    "record_opening",
    "remove_closing_days",
    "reopen_enrolment",
    "reopen_step",
    "reschedule",
    "resume_enrolment",
    "save_closing_days",
    "set_buddy",
    "set_due_date",
    "set_supporter",
    "set_supporters",
    "take_from_plan",
    "unwaive_step",
    "waive_step",
]
