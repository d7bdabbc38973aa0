"""What pages cost in queries, and that ten times the data costs the same."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.stamp import end_request, start_request
from base.translation import defer_aliases
from onboarding.models import Enrolment, PathPage, PhasePage, StepPage, StepProgress
from onboarding.reading import front_page_panel
from onboarding.services import enrol
from people.models import User
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db


def grow(path):
    """Ten times as many steps on the path, and many more people with progress on it."""
    with defer_aliases():
        for phase in PhasePage.objects.child_of(path):
            for number in range(20):
                publish(StepFactory(parent=phase, title=f"Extra {phase.pk} {number}"))
    keys = list(StepPage.objects.descendant_of(path).values_list("translation_key", flat=True))
    people = User.objects.bulk_create(User(email=f"many{n}@example.org", first_name=f"Many {n}") for n in range(40))
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(user=person, path_key=path.translation_key, start_date=date(2026, 10, 1)) for person in people
    )
    StepProgress.objects.bulk_create(
        StepProgress(enrolment=enrolment, step_key=key) for enrolment in enrolments for key in keys
    )


def queries_of(get) -> int:
    """Queries of the third call: the first fills the caches and marks a step as opened, which changes how it looks."""
    get()
    get()
    with CaptureQueriesContext(connection) as queries:
        get()
    return len(queries)


@pytest.fixture
def client_on_path(as_user, make_user, path):
    """Somebody with a manager and a buddy, on the path."""
    person = make_user(manager=make_user())
    enrol(user=person, path=path, start_date=date(2026, 10, 1), buddy=make_user())
    return as_user(person)


PATH_QUERIES = 6
STEP_QUERIES = 5
PANEL_QUERIES = 2


def test_the_path_page_costs_the_same_with_ten_times_the_data(client_on_path, path):
    def get():
        assert client_on_path.get("/nl/onboarding/").status_code == 200

    assert queries_of(get) == PATH_QUERIES
    grow(path)
    assert queries_of(get) == PATH_QUERIES


def test_the_step_page_costs_the_same_with_ten_times_the_data(client_on_path, path, steps):
    def get():
        assert client_on_path.get(steps[1].get_url()).status_code == 200

    assert queries_of(get) == STEP_QUERIES
    grow(path)
    assert queries_of(get) == STEP_QUERIES


def test_the_panel_of_the_front_page_costs_at_most_four_queries(user, enrolment, path, make_path):
    user = User.objects.get(pk=user.pk)

    def get():
        # As in a request: the content stamp is asked for once.
        start_request()
        try:
            assert front_page_panel(user, "nl")["standing"].enrolment.user_id == user.pk
        finally:
            end_request()

    assert queries_of(get) == PANEL_QUERIES <= 4
    enrol(user=user, path=make_path(steps=(1,), title="Nog een pad"), start_date=date(2026, 10, 1))
    grow(path)
    assert queries_of(get) == PANEL_QUERIES


def test_choosing_between_paths_costs_the_same_for_any_number(client_on_path, make_path):
    person = Enrolment.objects.get().user

    def get():
        assert client_on_path.get("/nl/onboarding/").status_code == 200

    enrol(user=person, path=make_path(steps=(1,), title="Tweede"), start_date=date(2026, 10, 2))
    few = queries_of(get)
    for name in ("Derde", "Vierde", "Vijfde"):
        enrol(user=person, path=make_path(steps=(1,), title=name), start_date=date(2026, 10, 2))
    assert queries_of(get) == few == 4


def test_reading_a_changed_path_anew_takes_as_many_queries_for_any_number_of_steps(client_on_path, path):
    def cold() -> int:
        cache.clear()
        client_on_path.get("/en/")
        with CaptureQueriesContext(connection) as queries:
            client_on_path.get("/en/onboarding/")
        return len(queries)

    few = cold()
    grow(PathPage.objects.get(pk=path.pk))
    assert cold() == few


def test_the_page_without_a_path_costs_eight_queries(as_user, make_user):
    client = as_user(make_user(manager=make_user()))

    def get():
        assert client.get("/nl/onboarding/").status_code == 200

    assert queries_of(get) == 8
