"""What reminding costs in an organisation of some size, and that it grows in a straight line.

    python bench/clock.py --people 5000 50000

Makes a database of its own (a file in a temporary folder, or what `--database` names, which is emptied), fills it with so
many people under way on one path of 60 steps, and runs the clock on a morning after a weekend. Prints, for each size, the
seconds of the run that tells, of the run after it that finds nothing, both per 1,000 enrolments, and how much the memory
of the process grew. The last line says how much dearer an enrolment is in the largest than in the smallest.
"""

import argparse
import os
import resource
import sys
import tempfile
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
STEPS, BATCH = 60, 500
# A Monday morning.
NOW = datetime(2026, 10, 12, 5, tzinfo=UTC)
WEEKS = ([0, 1, 2, 3, 4], [0, 1, 2, 3], [0, 1, 3, 4], [1, 2, 3])


def set_up(database: str) -> None:
    """Start Django on this database and make its tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    os.environ["DATABASE_URL"] = database
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    call_command("migrate", verbosity=0)


def make_path():
    """A path as the clock reads it; no page is needed for that."""
    from onboarding.outline import Outline, Step

    steps = tuple(
        Step(uuid.uuid4(), n, f"Step {n}", "", "/", "nl", 1, "read", 5, True, None, reads_is_missing=False)
        for n in range(1, STEPS + 1)
    )
    return Outline(uuid.uuid4(), "Path", "", "", "/", "nl", (), steps)


def fill(path, people: int) -> None:
    """So many people, each with 60 steps over 90 days, half of what is past done; a tenth of the steps is the manager's."""
    from onboarding.models import Enrolment, StepProgress
    from people.models import User

    managers = User.objects.bulk_create(
        User(email=f"m{n}@example.org", first_name=f"M{n}") for n in range(max(people // 20, 1))
    )
    made = datetime(2026, 6, 1, tzinfo=UTC)
    for start in range(0, people, BATCH):
        numbers = range(start, min(start + BATCH, people))
        users = User.objects.bulk_create(
            User(
                email=f"p{n}@example.org",
                first_name=f"P{n}",
                working_days=WEEKS[n % len(WEEKS)],
                manager=managers[n % len(managers)],
            )
            for n in numbers
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                user=user,
                path_key=path.key,
                start_date=NOW.date() - timedelta(days=number % 90),
                planned_at=made,
            )
            for number, user in zip(numbers, users, strict=True)
        )
        rows = (_row(enrolment, step) for enrolment in enrolments for step in path.steps)
        StepProgress.objects.bulk_create(rows, batch_size=2000)


def _row(enrolment, step):
    from onboarding.models import StepProgress
    from onboarding.reminders import Stage

    due: date = enrolment.start_date + timedelta(days=step.number * 3 // 2)
    late = (NOW.date() - due).days
    return StepProgress(
        enrolment=enrolment,
        step_key=step.key,
        due_on=due,
        assignee="manager" if step.number % 10 == 0 else "newcomer",
        completed_at=NOW if late > 0 and step.number % 2 else None,
        # What the clock told before this weekend.
        reminded=Stage.ESCALATED if late > 35 else Stage.TODAY if late > 3 else Stage.NONE,
    )


def empty() -> None:
    """Take away what an earlier size left."""
    from notifications.models import Message
    from onboarding.models import Enrolment, OnboardingEvent, StepProgress
    from people.models import User

    for model in (Message, OnboardingEvent, StepProgress, Enrolment):
        model.objects.all()._raw_delete(using="default")
    User.objects.update(manager=None)
    User.objects.all()._raw_delete(using="default")


def analyze() -> None:
    """Let the database know what it holds, as it does by itself in a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(path, people: int) -> float:
    """Fill, run twice, print; returns the seconds per 1,000 enrolments of the first run."""
    from onboarding.services import reminding

    reminding.running_path = lambda path_key: path
    empty()
    fill(path, people)
    analyze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = perf_counter()
    told = reminding.send_reminders(NOW)
    first = perf_counter() - begun
    begun = perf_counter()
    again = reminding.send_reminders(NOW)
    second = perf_counter() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    thousands = people / 1000
    print(
        f"{people:>7} enrolments, {people * STEPS:>8} steps: {told} told in {first:.1f} s ({first / thousands:.2f} s per "
        f"1,000, {first / max(told, 1) * 1000:.2f} ms each); again: {again} in {second:.2f} s ({second / thousands:.3f} s per "
        f"1,000); memory grew by {grown:.0f} MB"
    )
    return first / thousands


def main() -> None:
    """Measure each size, the smallest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[5_000, 50_000], help="how many enrolments")
    parser.add_argument("--database", default="", help="the address of an empty database (default: a file)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(options.database or f"sqlite:///{folder}/clock.sqlite3")
        path = make_path()
        costs = [measure(path, people) for people in sorted(options.people)]
    print(f"An enrolment of the largest costs {costs[-1] / costs[0]:.2f} times one of the smallest.")


if __name__ == "__main__":
    main()
