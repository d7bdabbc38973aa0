"""Reminders of checks: 28 and 14 days before, and on the day itself, one message a week for each who answers.

The job asks what is due by now and wasn't told. What a message says is worked out when it is read or sent: everything that
is due by then. So a text that comes due later in a week in which somebody was mailed waits for the next.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from notifications.services import Telling, notify_many
from people.models import User

from ..models import ReviewReminder
from ..reading.duties import governors
from ..reading.register import Register, Standing

DUE = "manuals.review_due"
# Longest first.
STAGES = (28, 14, 0)
HORIZON = timedelta(days=STAGES[0])


def week_of(day: date) -> str:
    """The week by its number, as messages are known by: "2026-W48"."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def stage_of(review_by: date, today: date) -> int | None:
    """Which reminder it is time for: the least of ``STAGES`` that was reached; None where it is too early."""
    left = (review_by - today).days
    return min((stage for stage in STAGES if left <= stage), default=None)


@transaction.atomic
def remind_reviews(now: datetime) -> int:
    """Tell whoever answers for a text that is due; returns how many messages were new.

    That is the owner, else the deputy, else who leads the team, else the editors: see ``reading.register``.
    """
    today = timezone.localdate(now)
    due = _untold(Register(today=today).texts, today)
    if not due:
        return 0
    is_nobodys = any(not text.answers for text, _stage in due.values())
    others = tuple(one.pk for one in governors()) if is_nobodys else ()
    receivers = {key: text.answers or others for key, (text, _stage) in due.items()}
    people = (
        User.objects.active().select_related("quiet_hours").in_bulk({pk for all_ in receivers.values() for pk in all_})
    )
    week = week_of(today)
    full = _told_this_week(list(people), week)
    tellings = {
        pk: Telling(people[pk], week) for all_ in receivers.values() for pk in all_ if pk in people and pk not in full
    }
    new = notify_many(kind=DUE, tellings=tellings.values(), now=now)
    ReviewReminder.objects.bulk_create(
        (
            ReviewReminder(page_key=key, review_by=text.review_by, days_before=stage)
            for key, (text, stage) in due.items()
            if not full.intersection(receivers[key])
        ),
        ignore_conflicts=True,
    )
    return new


def _untold(texts: list[Standing], today: date) -> dict[UUID, tuple[Standing, int]]:
    due = {
        text.row.key: (text, stage)
        for text in texts
        if text.review_by and (stage := stage_of(text.review_by, today)) is not None
    }
    told = set(ReviewReminder.objects.filter(page_key__in=due).values_list("page_key", "review_by", "days_before"))
    return {key: (text, stage) for key, (text, stage) in due.items() if (key, text.review_by, stage) not in told}


def _told_this_week(people: list[int], week: str) -> set[int]:
    """Who has had their message of this week. One that still waits to be mailed says what is due by then anyway."""
    told = Message.objects.filter(kind=DUE, key=week, recipient__in=people)
    return set(told.exclude(mail=Message.Mail.WAITING, seen_at=None).values_list("recipient", flat=True))
