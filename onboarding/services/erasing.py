"""What is about one person and goes: by the retention periods, or because they ask to be forgotten."""

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Case, Count, QuerySet, Value, When
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
EVENTS_AT_ONCE = 1000
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


def _files_of(enrolments: Collection[int]) -> dict[int, list[str]]:
    """Where the files lie that were handed in or wait in a draft, by the id of the enrolment."""
    found: dict[int, list[str]] = defaultdict(list)
    answers = StepAnswer.objects.filter(progress__enrolment__in=enrolments).exclude(file="")
    for pk, name in answers.values_list("progress__enrolment", "file"):
        found[pk].append(name)
    drafts = StepDraft.objects.filter(progress__enrolment__in=enrolments)
    for pk, data in drafts.values_list("progress__enrolment", "data"):
        found[pk] += [entry["file"] for entry in data.values() if isinstance(entry, dict) and "file" in entry]
    return found


def _said(model, link: str, enrolments: Collection[int]) -> QuerySet:
    rows = model.objects.filter(**{f"{link}__in": enrolments})
    # With whom a check-in was says who may read it, and goes when it goes.
    return rows.filter(progress__check_in_points=None) if model is Meeting else rows


def _add(found: dict[int, Counter], name: str, rows: QuerySet, link: str) -> None:
    """Put the number of these rows with each enrolment."""
    for pk, number in rows.order_by().values(link).annotate(number=Count("pk")).values_list(link, "number"):
        found[pk][name] += number


def count_answers_of(enrolments: Collection[int]) -> dict[int, Counter]:
    """What ``erase_answers_of`` would throw away of each: ``{id: {"files": n, model name: rows}}``."""
    found = {pk: Counter() for pk in enrolments}
    for model, link in SAID:
        _add(found, model.__name__, _said(model, link, enrolments), link)
    quizzes = QuizAttempt.objects.filter(progress__enrolment__in=enrolments).exclude(answers={})
    _add(found, "QuizAttempt", quizzes, "progress__enrolment")
    for pk, names in _files_of(enrolments).items():
        found[pk]["files"] = len(names)
    return {pk: +counted for pk, counted in found.items()}


def count_answers(enrolment: Enrolment) -> Counter:
    """The same of one."""
    return count_answers_of([enrolment.pk])[enrolment.pk]


@transaction.atomic
def erase_answers_of(*, enrolments: Collection[int]) -> dict[int, Counter]:
    """Throw away what people handed in, ticked, answered, asked, agreed and put on their path; what they did, and when, stays.

    Returns what went, as ``count_answers_of``. Quizzes keep their score. Anonymous answers are nobody's and stay; check-ins
    have a period of their own.
    """
    gone = count_answers_of(enrolments)
    storage: Storage = StepAnswer._meta.get_field("file").storage
    for names in _files_of(enrolments).values():
        for name in names:
            transaction.on_commit(lambda name=name: storage.delete(name), robust=True)
    for model, link in SAID:
        _said(model, link, enrolments).delete()
    # Only where there is something: most rows of a long history say nothing, and writing them is what would take the time.
    quizzes = QuizAttempt.objects.filter(progress__enrolment__in=enrolments)
    quizzes.exclude(answers={}, questions=[]).update(answers={}, questions=[])
    StepAttempt.objects.filter(progress__enrolment__in=enrolments).exclude(note="").update(note="")
    StepProgress.objects.filter(enrolment__in=enrolments).exclude(waiver_reason="").update(waiver_reason="")
    return gone


def erase_answers(*, enrolment: Enrolment) -> Counter:
    """The same of one."""
    return erase_answers_of(enrolments=[enrolment.pk])[enrolment.pk]


def count_check_ins_of(enrolments: Collection[int]) -> dict[int, Counter]:
    """What ``erase_check_ins_of`` would throw away, as ``count_answers_of``."""
    found = {pk: Counter() for pk in enrolments}
    points = CheckInPoint.objects.filter(progress__enrolment__in=enrolments)
    _add(found, "CheckInPoint", points, "progress__enrolment")
    meetings = Meeting.objects.filter(progress__in=points.values("progress"))
    _add(found, "Meeting", meetings, "progress__enrolment")
    return found


@transaction.atomic
def erase_check_ins_of(*, enrolments: Collection[int]) -> dict[int, Counter]:
    """Throw away agenda and notes of every check-in, and with whom and when it was. Returns what went of each."""
    gone = count_check_ins_of(enrolments)
    points = CheckInPoint.objects.filter(progress__enrolment__in=enrolments)
    Meeting.objects.filter(progress__in=list(points.values_list("progress", flat=True))).delete()
    points.delete()
    return gone


def erase_check_ins(*, enrolment: Enrolment) -> Counter:
    """The same of one."""
    return erase_check_ins_of(enrolments=[enrolment.pk])[enrolment.pk]


@transaction.atomic
def make_events_nobodys_of(*, enrolments: Collection[int]) -> dict[int, int]:
    """Put a random name in the place of the person in every event of these enrolments; returns how many of each.

    Totals stay right, and what happened to one and the same person still hangs together. The hour goes, and so does who
    did it: both would tell.
    """
    keys: dict[int, list[int]] = {pk: [] for pk in enrolments}
    days: dict[datetime, list[int]] = defaultdict(list)
    said: dict[str, list[int]] = defaultdict(list)
    events = OnboardingEvent.objects.filter(enrolment__in=enrolments).annotate(day=TruncDay("at"))
    for pk, enrolment, day, data in events.order_by("pk").values_list("pk", "enrolment", "day", "data"):
        keys[enrolment].append(pk)
        days[day].append(pk)
        kept = {name: data[name] for name in KEPT_IN_EVENTS if isinstance(data.get(name), (int, str))}
        if kept != data:
            said[json.dumps(kept, sort_keys=True)].append(pk)
    # By what they get, and not each for itself: that takes thirty times as long.
    for day, same in days.items():
        _update_events(same, at=day)
    for kept, same in said.items():
        _update_events(same, data=json.loads(kept))
    pseudonyms = [When(enrolment=pk, then=Value(secrets.token_hex(8))) for pk in enrolments]
    if pseudonyms:
        everything = [key for of_one in keys.values() for key in of_one]
        _update_events(everything, pseudonym=Case(*pseudonyms), actor=None, enrolment=None)
    return {pk: len(of_one) for pk, of_one in keys.items()}


def _update_events(keys: list[int], **changes) -> None:
    for start in range(0, len(keys), EVENTS_AT_ONCE):
        OnboardingEvent.objects.filter(pk__in=keys[start : start + EVENTS_AT_ONCE]).update(**changes)


def make_events_nobodys(*, enrolment: Enrolment) -> int:
    """The same of one."""
    return make_events_nobodys_of(enrolments=[enrolment.pk])[enrolment.pk]


@transaction.atomic
def erase_enrolments(*, enrolments: Collection[int]) -> dict[int, Counter]:
    """Delete everything of these enrolments but their events, which are nobody's then. Returns what went of each."""
    answers, check_ins = erase_answers_of(enrolments=enrolments), erase_check_ins_of(enrolments=enrolments)
    events = make_events_nobodys_of(enrolments=enrolments)
    Enrolment.objects.filter(pk__in=enrolments).delete()
    return {pk: answers[pk] + check_ins[pk] + Counter(events=events[pk], enrolments=1) for pk in enrolments}


def erase_enrolment(*, enrolment: Enrolment) -> Counter:
    """The same of one."""
    return erase_enrolments(enrolments=[enrolment.pk])[enrolment.pk]
