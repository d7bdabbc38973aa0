"""What is about one person and goes: by the retention periods, or because they ask to be forgotten."""

import secrets
from collections import Counter

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.functions import TruncDay

from ..models import (
    CheckInPoint,
    ChecklistTick,
    Enrolment,
    HandOverNote,
    HelpRequest,
    Meeting,
    OnboardingEvent,
    OwnStep,
    QuizAttempt,
    StepAnswer,
    StepAttempt,
    StepDraft,
    StepFeedback,
    StepProgress,
)

# What an event may go on saying when it is nobody's: numbers, never who or what they wrote.
KEPT_IN_EVENTS = ("attempt", "format", "people", "score", "number")
# Rows that hold what somebody said or chose, by how they hang on an enrolment.
SAID = (
    (StepAnswer, "progress__enrolment"),
    (StepDraft, "progress__enrolment"),
    (ChecklistTick, "progress__enrolment"),
    (Meeting, "progress__enrolment"),
    (HelpRequest, "enrolment"),
    (HandOverNote, "enrolment"),
    (OwnStep, "enrolment"),
    # By name; made nobody's it could be taken from the anonymous ones, and uncover those.
    (StepFeedback, "enrolment"),
)


def files_of(enrolment: Enrolment) -> list[str]:
    """Where the files lie that were handed in or wait in a draft."""
    handed_in = StepAnswer.objects.filter(progress__enrolment=enrolment).exclude(file="").values_list("file", flat=True)
    drafts = StepDraft.objects.filter(progress__enrolment=enrolment).values_list("data", flat=True)
    waiting = [
        entry["file"] for data in drafts for entry in data.values() if isinstance(entry, dict) and "file" in entry
    ]
    return [*handed_in, *waiting]


def _said(model, link: str, enrolment: Enrolment):
    rows = model.objects.filter(**{link: enrolment})
    # With whom a check-in was says who may read it, and goes when it goes.
    return rows.filter(progress__check_in_points=None) if model is Meeting else rows


def count_answers(enrolment: Enrolment) -> Counter:
    """What ``erase_answers`` would throw away: ``{"files": n, model name: rows}``."""
    found = Counter({model.__name__: _said(model, link, enrolment).count() for model, link in SAID})
    found["QuizAttempt"] = QuizAttempt.objects.filter(progress__enrolment=enrolment).exclude(answers={}).count()
    found["files"] = len(files_of(enrolment))
    return +found


@transaction.atomic
def erase_answers(*, enrolment: Enrolment) -> Counter:
    """Throw away what somebody handed in, ticked, answered, asked, agreed and put on their path; what they did, and when, stays.

    Returns what went, as ``count_answers``. Quizzes keep their score. Anonymous answers are nobody's and stay; check-ins
    have a period of their own.
    """
    gone = count_answers(enrolment)
    storage: Storage = StepAnswer._meta.get_field("file").storage
    for name in files_of(enrolment):
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)
    for model, link in SAID:
        _said(model, link, enrolment).delete()
    QuizAttempt.objects.filter(progress__enrolment=enrolment).update(answers={}, questions=[])
    StepAttempt.objects.filter(progress__enrolment=enrolment).update(note="")
    StepProgress.objects.filter(enrolment=enrolment).update(waiver_reason="")
    return gone


def count_check_ins(enrolment: Enrolment) -> Counter:
    """What ``erase_check_ins`` would throw away, as ``count_answers``."""
    points = CheckInPoint.objects.filter(progress__enrolment=enrolment)
    meetings = Meeting.objects.filter(progress__in=points.values("progress"))
    return +Counter(CheckInPoint=points.count(), Meeting=meetings.count())


@transaction.atomic
def erase_check_ins(*, enrolment: Enrolment) -> Counter:
    """Throw away agenda and notes of every check-in, and with whom and when it was. Returns what went."""
    gone = count_check_ins(enrolment)
    points = CheckInPoint.objects.filter(progress__enrolment=enrolment)
    Meeting.objects.filter(progress__in=list(points.values_list("progress", flat=True))).delete()
    points.delete()
    return gone


@transaction.atomic
def make_events_nobodys(*, enrolment: Enrolment) -> int:
    """Put a random name in the place of the person in every event of this enrolment; returns how many.

    Totals stay right, and what happened to one and the same person still hangs together. The hour goes, and so does who
    did it: both would tell.
    """
    pseudonym = secrets.token_hex(8)
    events = OnboardingEvent.objects.filter(enrolment=enrolment)
    changed = []
    for event in events.annotate(day=TruncDay("at")).iterator():
        event.data = {name: event.data[name] for name in KEPT_IN_EVENTS if isinstance(event.data.get(name), (int, str))}
        event.at, event.actor, event.enrolment, event.pseudonym = event.day, None, None, pseudonym
        changed.append(event)
    OnboardingEvent.objects.bulk_update(changed, ["at", "actor", "enrolment", "pseudonym", "data"], batch_size=500)
    return len(changed)


@transaction.atomic
def erase_enrolment(*, enrolment: Enrolment) -> Counter:
    """Delete everything of one enrolment but its events, which are nobody's then. Returns what went."""
    gone = erase_answers(enrolment=enrolment) + erase_check_ins(enrolment=enrolment)
    gone["events"] = make_events_nobodys(enrolment=enrolment)
    gone["enrolments"] = 1
    enrolment.delete()
    return gone
