"""What the lists of HR and supporters and the figures cost with five hundred people on sixty steps: as with a few."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onboarding.models import Enrolment, HelpRequest, PathIndexPage, StepProgress, Supporter
from people.models import Team, User
from tests.factories import PathFactory

from .outlines import reading, wide_outline

pytestmark = pytest.mark.django_db
PEOPLE, STEPS = 500, 60
MOST_QUERIES = 30
LIST = "/admin/enrolments/"


@pytest.fixture
def wide(trunk):
    """A path of sixty steps, some of them the buddy's, and its outline."""
    path = PathFactory(parent=trunk(PathIndexPage), title="Breed pad")
    outline = wide_outline(path.translation_key, STEPS)
    with reading(SimpleNamespace(path_key=path.translation_key, outline=outline)):
        yield path, outline


@pytest.fixture
def client_of():
    """``client_of(user)``: a client of their own, signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def put_on(wide, count: int, buddy: User) -> None:
    """So many more people on the path: a quarter of it done, something handed in, late, waived and asked."""
    path, outline = wide
    now, today, first = timezone.now(), timezone.localdate(), User.objects.count()
    team = Team.objects.get_or_create(name="Sluizen")[0]
    people = User.objects.bulk_create(
        User(
            email=f"wide{first + n}@example.org", first_name=f"Wijd {n}", last_name="de Vries", team=team, manager=buddy
        )
        for n in range(count)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            user=person,
            path_key=path.translation_key,
            start_date=today - timedelta(days=n % 40),
            cohort=f"Groep {n % 4}",
            planned_at=now,
        )
        for n, person in enumerate(people)
    )
    Supporter.objects.bulk_create(Supporter(enrolment=each, colleague=buddy, role="buddy") for each in enrolments)
    StepProgress.objects.bulk_create(
        StepProgress(
            enrolment=enrolments[0],
            step_key=step.key,
            assignee=step.assignee,
            due_on=today + timedelta(days=step.number - 30),
            completed_at=now if step.number <= 15 else None,
            submitted_at=now if step.number in (1, 21) else None,
            waived_at=now if step.number == 22 else None,
        )
        for step in outline.steps
    )
    copy_rows(enrolments[0], enrolments[1:])
    HelpRequest.objects.bulk_create(
        HelpRequest(enrolment=each, step_key=outline.steps[2].key, text="Hoe?", recipient=buddy) for each in enrolments
    )


def copy_rows(of: Enrolment, to: list[Enrolment]) -> None:
    """The others have the same rows; in the database itself, as thirty thousand objects are dear."""
    table, others = StepProgress._meta.db_table, Enrolment._meta.db_table
    names = [field.column for field in StepProgress._meta.concrete_fields if not field.primary_key]
    values = ["other.id" if name == "enrolment_id" else f"own.{name}" for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} own"  # noqa: S608
            f" CROSS JOIN {others} other WHERE own.enrolment_id = %s AND other.id BETWEEN %s AND %s",
            [of.pk, to[0].pk, to[-1].pk],
        )
        # As the database does by itself, a moment after so much came in.
        for name in (table, others):
            cursor.execute(f"ANALYZE {name}")


def test_lists_and_figures_cost_the_same_for_five_hundred_people_on_sixty_steps(hr, client_of, make_user, wide):
    path, outline = wide
    buddy = make_user()
    # With the filters that ask most of the database.
    pages = [
        (hr, LIST, {}),
        (hr, LIST, {"state": "overdue"}),
        (hr, LIST, {"phase": str(outline.phases[1].key)}),
        (hr, LIST, {"q": "vries wijd"}),
        (hr, "/admin/onboarding/figures/", {"path": str(path.translation_key), "cohort": "Groep 1"}),
        (client_of(buddy), "/nl/onboarding/for-me/", {}),
    ]

    def counted() -> list[int]:
        counts = []
        for client, address, query in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, query).status_code == 200
            counts.append(len(captured))
        return counts

    # More than one page of the list.
    put_on(wide, 60, buddy)
    counted()
    few = counted()
    put_on(wide, PEOPLE - 60, buddy)
    assert StepProgress.objects.count() == PEOPLE * STEPS
    assert counted() == few
    # Fifty rows stand on a page of the list: a query for each would be far more.
    assert max(few) <= MOST_QUERIES
