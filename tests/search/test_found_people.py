"""Colleagues are found by what their page shows, by who works here."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from people.forgetting import forget_person
from people.models import Location, Team, User
from search import outbox
from search.documents import Collection
from search.engine import get_engine
from search.models import OutboxEntry
from tests.search.finding import find

pytestmark = pytest.mark.django_db
PEOPLE = Collection.PEOPLE


@pytest.fixture
def team():
    return Team.objects.create(name="Zuivering Noord", name_en="Treatment North")


@pytest.fixture
def person(make_user, team):
    return make_user(
        first_name="Hadewych",
        last_name="van Meersbergen",
        job_title="Procesoperator",
        job_title_en="Process operator",
        team=team,
        location=Location.objects.create(name="Hoogveld"),
    )


def names(found) -> list[str]:
    return [row.person.get_full_name() for row in found.rows]


def saved(person, callbacks, **fields) -> None:
    for name, value in fields.items():
        setattr(person, name, value)
    with callbacks(execute=True):
        person.save()


@pytest.mark.parametrize(
    "query", ["Hadewych van Meersbergen", "meersb", "procesoperator", "process operator", "zuivering noord", "hoogveld"]
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_by_name_function_team_and_place(person, user, query, language):
    outbox.rebuild()
    assert "Hadewych van Meersbergen" in names(find(PEOPLE, query, user, language))


@pytest.mark.parametrize("query", ["Hadewijch", "Hadewych van Meersberge", "meersbregen"])
def test_a_misspelled_name_is_forgiven(person, user, query):
    outbox.rebuild()
    assert names(find(PEOPLE, query, user)) == ["Hadewych van Meersbergen"]


def test_a_last_name_is_enough_where_the_first_is_a_riddle(person, make_user, user):
    for _ in range(10):
        make_user()
    outbox.rebuild()
    assert names(find(PEOPLE, "Hdwch Meersbergen", user)) == ["Hadewych van Meersbergen"]


def test_the_exact_name_comes_first(make_user, user):
    for number in range(8):
        make_user(first_name="Jan", last_name="de Wit", job_title="Jan de Wit, Jan de Wit" if number else "")
        make_user(first_name="Jan Willem", last_name="de Wit", job_title="Jan de Wit Jan de Wit")
    make_user(first_name="Jan", last_name="Witteveen")
    outbox.rebuild()
    assert set(names(find(PEOPLE, "jan de wit", user, limit=8))) == {"Jan de Wit"}


def test_the_row_leads_to_the_colleagues_page_in_the_readers_language(person, user):
    outbox.rebuild()
    with override("en"):
        found = find(PEOPLE, "meersbergen", user, "en")
        html = render_to_string(found.source.template, {"result": found.rows[0], "LANGUAGE_CODE": "en"})
    assert f'href="/en/people/{person.key}/"' in html
    assert "<mark>Meersbergen</mark>" in html and "Process operator" in html and "Treatment North" in html


def test_nothing_private_finds_anybody(make_user, user):
    make_user(staff_number="KANARIE-1", phone="088 123 45 67", time_zone="Pacific/Chatham", contract_type="agency")
    outbox.rebuild()
    for query in ("kanarie", "chatham", "agency"):
        assert find(PEOPLE, query, user).total == 0


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_preboarder": True}], ids=["left", "not started"])
@pytest.mark.parametrize("how", ["at once", "told", "reconciled"])
def test_who_does_not_work_here_is_not_found(person, user, django_capture_on_commit_callbacks, gone, how):
    outbox.rebuild()
    if how == "reconciled":
        # What no event told about.
        User.objects.filter(pk=person.pk).update(**gone)
        assert find(PEOPLE, "meersbergen", user).rows == ()
        outbox.reconcile()
        outbox.drain()
    elif how == "told":
        saved(person, django_capture_on_commit_callbacks, **gone)
    else:
        # The index doesn't know yet.
        for name, value in gone.items():
            setattr(person, name, value)
        person.save()
        assert OutboxEntry.objects.filter(collection=PEOPLE, object_id=person.pk).exists()
    for query in ("Hadewych van Meersbergen", "meersbregen"):
        found = find(PEOPLE, query, user)
        assert (found.rows, found.total, found.corrected) == ((), 0, "")


def test_who_was_forgotten_is_not_found_and_leaves_no_word(person, user, make_user):
    outbox.rebuild()
    forget_person(person=person, by=make_user(groups=["Administrators"]))
    assert find(PEOPLE, "meersbregen", user).corrected == ""
    outbox.drain()
    assert person.pk not in get_engine().versions(collection=PEOPLE)
    assert find(PEOPLE, "meersbregen", user).corrected == ""


def test_a_new_name_and_a_new_name_of_the_team_are_found(person, team, user, django_capture_on_commit_callbacks):
    outbox.rebuild()
    saved(person, django_capture_on_commit_callbacks, last_name="Kwakkelstein")
    assert names(find(PEOPLE, "kwakkelstein", user)) == ["Hadewych Kwakkelstein"]
    team.name = "Waterfabriek"
    with django_capture_on_commit_callbacks(execute=True):
        team.save()
    outbox.drain()
    assert names(find(PEOPLE, "waterfabriek", user)) == ["Hadewych Kwakkelstein"]


def test_signing_in_leaves_the_index_alone(person):
    OutboxEntry.objects.all().delete()
    person.save(update_fields=["last_login"])
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("fields", [{"is_preboarder": True}, {"is_active": False}])
def test_who_has_not_started_finds_nobody(person, make_user, fields):
    outbox.rebuild()
    found = find(PEOPLE, "meersbergen", make_user(**fields))
    assert (found.rows, found.total) == ((), 0)


@pytest.mark.parametrize("query", ["", "!!", "\0", "a" * 5000, "de van het", "\ud83d", "😀", "AND OR NOT (", "*"])
def test_odd_queries_are_no_failure(person, user, query):
    outbox.rebuild()
    assert find(PEOPLE, query, user).total >= 0


def test_it_costs_the_same_with_ten_times_as_many(make_user, user, django_assert_num_queries):
    for number in range(3):
        make_user(first_name="Wolfert", last_name=f"Nummer{number}")
    outbox.rebuild()
    OutboxEntry.objects.all().delete()
    for many in (3, 30):
        with django_assert_num_queries(4):
            assert find(PEOPLE, "wolfert", user).total == many
        if many == 3:
            for number in range(27):
                make_user(first_name="Wolfert", last_name=f"Extra{number}")
            outbox.rebuild()
            OutboxEntry.objects.all().delete()
