"""Who sees what: every cell of the table, allowed and refused, with a real person for each viewer, and through the pages."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from onboarding.models import (
    Enrolment,
    HelpRequest,
    OnboardingEvent,
    StepAnswer,
    StepPage,
    StepProgress,
    Supporter,
)
from onboarding.newcomers import newcomer_for
from onboarding.services import enrol
from onboarding.visibility import TABLE, Data, Viewer, condition, may_see, who_sees, who_sees_others
from people.models import User

from .conftest import publish

pytestmark = pytest.mark.django_db

CELLS = [(str(data), viewer) for data in Data.values for viewer in Viewer.values]


@pytest.fixture
def people(make_user, user):
    """A real person for each viewer."""
    return {
        "person": user,
        "buddy": make_user(first_name="Bo"),
        "mentor": make_user(first_name="Mel"),
        "manager": make_user(first_name="Mo"),
        "hr": make_user(first_name="Hanna", groups=["HR"]),
        "editor": make_user(first_name="Ed", groups=["Editors"]),
        "stranger": make_user(first_name="Sam"),
    }


@pytest.fixture
def enrolment(path, steps, people):
    """``user`` on a path whose second step is handed in, with somebody in each role."""
    step = StepPage.objects.get(pk=steps[1].pk)
    step.kind = "submit"
    publish(step)
    User.objects.filter(pk=people["person"].pk).update(manager=people["manager"])
    people["person"].refresh_from_db()
    enrolment = enrol(user=people["person"], path=path, start_date=date(2026, 10, 1), buddy=people["buddy"])
    Supporter.objects.create(enrolment=enrolment, colleague=people["mentor"], role="mentor")
    return enrolment


@pytest.fixture
def on_a_path(people):
    """The same people around an enrolment on a path that isn't published now: who sees what hangs on no page."""
    User.objects.filter(pk=people["person"].pk).update(manager=people["manager"])
    enrolment = Enrolment.objects.create(user=people["person"], path_key=uuid4(), start_date=date(2026, 10, 1))
    for role in ("buddy", "mentor"):
        Supporter.objects.create(enrolment=enrolment, colleague=people[role], role=role)
    return enrolment


def test_every_kind_of_data_has_a_row_and_an_editor_sees_none():
    assert set(TABLE) == set(Data.values)
    assert all(Viewer.EDITOR not in viewers for viewers in TABLE.values())
    assert all(Viewer.PERSON in viewers for viewers in TABLE.values())


@pytest.mark.parametrize(("data", "viewer"), CELLS)
def test_each_cell_holds_in_the_database_and_on_the_page(on_a_path, people, data, viewer):
    person = User.objects.get(pk=people[viewer].pk)
    allowed = viewer in TABLE[data]
    assert may_see(person, on_a_path, data) is allowed
    assert Enrolment.objects.seen_by(person, data).filter(pk=on_a_path.pk).exists() is allowed
    if Enrolment.objects.seen_by(person, Data.PROGRESS).exists():
        # What a page shows by looking at the people agrees with what the database gives.
        assert newcomer_for(person, on_a_path.pk, "nl").sees(data) is allowed


@pytest.mark.parametrize("data", Data.values)
def test_a_stranger_sees_nothing(on_a_path, people, data):
    assert not may_see(people["stranger"], on_a_path, data)


@pytest.mark.parametrize(("data", "viewer"), [cell for cell in CELLS if cell[1] in ("buddy", "mentor", "manager")])
def test_when_the_path_ends_who_walked_along_sees_nothing(on_a_path, people, data, viewer):
    Enrolment.objects.filter(pk=on_a_path.pk).update(ended_on=date(2026, 11, 1))
    assert not may_see(people[viewer], on_a_path, data)


@pytest.mark.parametrize("dates", [{"starts_on": 1}, {"ends_on": -1}, {"starts_on": -9, "ends_on": -2}])
def test_outside_the_dates_of_a_role_one_is_a_stranger(on_a_path, people, as_user, dates):
    own = people["stranger"]
    Supporter.objects.create(enrolment=on_a_path, colleague=people["manager"], role="manager")
    User.objects.filter(pk=people["person"].pk).update(manager=own)
    days = {name: timezone.localdate() + timedelta(days=number) for name, number in dates.items()}
    Supporter.objects.update(**days)
    for viewer in ("buddy", "mentor", "manager"):
        assert not any(may_see(people[viewer], on_a_path, data) for data in Data.values), viewer
        assert as_user(people[viewer]).get(f"/nl/onboarding/for/{on_a_path.pk}/").status_code == 404
    # Until the named manager begins, and once they are done, it is the person's own.
    assert may_see(own, on_a_path, Data.ANSWERS)
    Supporter.objects.update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    for data, viewer in CELLS:
        if viewer in ("buddy", "mentor", "manager"):
            assert may_see(people[viewer], on_a_path, data) is (viewer in TABLE[data])
    assert not may_see(own, on_a_path, Data.PROGRESS)


def test_nobody_sees_twice_what_they_have_two_roles_in(on_a_path, people):
    Supporter.objects.create(enrolment=on_a_path, colleague=people["manager"], role="buddy")
    seen = Enrolment.objects.filter(condition(people["manager"], Data.PROGRESS))
    assert list(seen) == [on_a_path]


# Through the pages --------------------------------------------------------------------------


def statuses(as_user, people, address: str) -> dict[str, int]:
    found = {}
    for name, person in people.items():
        found[name] = as_user(person).get(address).status_code
    return found


def of_table(data: str, **more) -> dict[str, int]:
    """What each gets: 200 for who may see it, 404 for everybody else."""
    viewers = {**dict.fromkeys([*Viewer.values, "stranger"], 404), **dict.fromkeys(map(str, TABLE[data]), 200)}
    return {**{str(viewer): status for viewer, status in viewers.items()}, **more}


def test_the_page_of_a_newcomer_opens_for_who_sees_progress(as_user, enrolment, people):
    address = f"/nl/onboarding/for/{enrolment.pk}/"
    # One's own path has its own page.
    assert statuses(as_user, people, address) == of_table(Data.PROGRESS, person=302)


def test_what_was_handed_in_opens_for_who_sees_answers(as_user, enrolment, people, steps):
    row = StepProgress.objects.get(enrolment=enrolment, step_key=steps[1].translation_key)
    StepAnswer.objects.create(progress=row, field=uuid4(), question="Wat viel op?", kind="text", value="De rust")
    address = f"/nl/onboarding/{enrolment.pk}/steps/{steps[1].translation_key}/answers/"
    assert statuses(as_user, people, address) == of_table(Data.ANSWERS)


def test_the_step_tells_the_answer_only_to_who_sees_answers_and_keeps_that_they_looked(
    as_user, enrolment, people, steps
):
    row = StepProgress.objects.get(enrolment=enrolment, step_key=steps[1].translation_key)
    StepProgress.objects.filter(pk=row.pk).update(submitted_at=timezone.now(), completed_at=timezone.now())
    StepAnswer.objects.create(progress=row, field=uuid4(), question="Wat viel op?", kind="text", value="De rust hier")
    address = f"/nl/onboarding/for/{enrolment.pk}/{steps[1].translation_key}/"
    for viewer in ("buddy", "mentor", "manager", "hr"):
        page = as_user(people[viewer]).get(address)
        assert page.status_code == 200
        assert ("De rust hier" in page.content.decode()) is (viewer in TABLE[Data.ANSWERS]), viewer
    looked = OnboardingEvent.objects.filter(kind="looked", enrolment=enrolment)
    assert set(looked.values_list("actor", flat=True)) == {people["manager"].pk, people["hr"].pk}


def test_a_question_opens_for_who_sees_questions_and_for_who_it_was_sent_to(as_user, enrolment, people, steps):
    question = HelpRequest.objects.create(
        enrolment=enrolment, step_key=steps[0].translation_key, text="Waar is de kantine?", recipient=people["mentor"]
    )
    address = f"/nl/onboarding/questions/{question.pk}/"
    assert statuses(as_user, people, address) == of_table(Data.QUESTIONS, mentor=200)


def test_the_history_is_the_persons_own(as_user, enrolment, people):
    found = statuses(as_user, people, f"/nl/onboarding/{enrolment.pk}/history/")
    assert found["person"] == 200
    assert {found[name] for name in ("buddy", "mentor", "manager", "editor", "stranger")} == {404}


# In words -------------------------------------------------------------------------------------


def test_the_words_on_a_form_are_those_of_the_table():
    with override("en"):
        assert who_sees(Data.ANSWERS) == "You, your manager and HR see this."
        assert who_sees(Data.QUIZ_ANSWERS) == "Only you see this."
        assert who_sees_others(Data.ANSWERS) == "The newcomer, the manager and HR see this."
        assert who_sees_others(Data.QUIZ_ANSWERS) == "Only the newcomer sees this."


@pytest.mark.parametrize("data", Data.values)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_name_everybody_in_the_table_and_nobody_else(data, language):
    with override(language):
        words = who_sees(data).lower()
        for viewer in Viewer.values:
            assert (
                str(Viewer(viewer).label).lower() in words.split(" ")
                or f"{Viewer(viewer).label},".lower() in words
                or f"{Viewer(viewer).label} ".lower() in words
            ) is (viewer in TABLE[data]), viewer


def test_the_table_can_be_read_by_everybody_and_has_a_cell_for_each(as_user, people):
    page = as_user(people["stranger"]).get("/en/onboarding/who-sees-what/")
    assert page.status_code == 200
    words = unescape(page.content.decode())
    for data in Data:
        with override("en"):
            assert str(data.label)[1:] in words
    rows = page.context["rows"]
    shown = {
        (data, viewer)
        for data, row in zip(Data.values, rows, strict=True)
        for viewer, cell in zip(Viewer.values, row["cells"], strict=True)
        if cell["sees"]
    }
    assert shown == {(str(data), str(viewer)) for data in TABLE for viewer in TABLE[data]}
