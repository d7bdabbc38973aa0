"""Who is on the onboarding path, who walks along, and what is done."""

from datetime import date, datetime, time

from django.utils import timezone

from onboarding.models import Enrolment, PathPage, StepProgress
from onboarding.periods import date_of_day
from onboarding.services import enrol
from people.models import User

from .clock import clock_at, working_moment
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
        row = _enrolled(registry, enrolment, start)
        for number, (step, day) in enumerate(enrolment["done"].items()):
            StepProgress.objects.filter(enrolment=row, step_key=key_of(f"path/{step}")).update(
                opened_at=_moment(start, day, today, 9, number),
                completed_at=_moment(start, day, today, 10, number),
                completed_by=row.user,
            )
        registry.note(name)


def _enrolled(registry: Registry, enrolment: dict, start: date) -> Enrolment:
    """On the path two weeks before the first day, as HR does it."""
    colleagues = User.objects.in_bulk(
        registry.person(person) for person in [enrolment["person"], *enrolment["supporters"].values()]
    )
    with clock_at(working_moment(start, 10, "09:40")):
        return enrol(
            user=colleagues[registry.person(enrolment["person"])],
            path=PathPage.objects.get(translation_key=key_of("path/start"), locale__language_code="nl"),
            start_date=start,
            supporters={role: colleagues[registry.person(person)] for role, person in enrolment["supporters"].items()},
        )


def _moment(start, day: int, today, hour: int, minute: int) -> datetime:
    when = min(on_working_day(date_of_day(start, day)), today)
    return min(timezone.make_aware(datetime.combine(when, time(hour, minute))), timezone.now())
