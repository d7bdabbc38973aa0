"""Who is on the onboarding path, who walks along, and what is done."""

from datetime import datetime, time

from django.utils import timezone

from onboarding.models import Enrolment, StepProgress, Supporter
from onboarding.periods import date_of_day

from .content import load, on_working_day
from .people import newcomers_first_day
from .registry import Registry, key_of


def add_enrolments(registry: Registry, today) -> None:
    """Put the newcomers on the path; what they did is dated by the day of their path it was done on."""
    start = newcomers_first_day(today)
    for enrolment in load("path")["enrolments"]:
        name = f"enrolment/{enrolment['person']}"
        if not registry.is_new(name):
            continue
        row = Enrolment.objects.create(
            user_id=registry.person(enrolment["person"]), path_key=key_of("path/start"), start_date=start
        )
        Supporter.objects.bulk_create(
            Supporter(enrolment=row, colleague_id=registry.person(person), role=role)
            for role, person in enrolment["supporters"].items()
        )
        StepProgress.objects.bulk_create(
            StepProgress(
                enrolment=row,
                step_key=key_of(f"path/{step}"),
                opened_at=_moment(start, day, today, 9, number),
                completed_at=_moment(start, day, today, 10, number),
            )
            for number, (step, day) in enumerate(enrolment["done"].items())
        )
        registry.note(name)


def _moment(start, day: int, today, hour: int, minute: int) -> datetime:
    when = min(on_working_day(date_of_day(start, day)), today)
    return min(timezone.make_aware(datetime.combine(when, time(hour, minute))), timezone.now())
