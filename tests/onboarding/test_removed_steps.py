"""A step that is taken off a path stays with who has it in their plan, until an editor says for whom it goes."""

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from notifications.models import Message
from onboarding.models import ChangeSet, Enrolment, FormerStep, PhasePage, StepPage, StepProgress
from onboarding.overview import State, in_phase, in_state
from onboarding.reading import own_standing
from onboarding.services import complete_step, enrol
from onboarding.services.changing import apply_changes, effects_of
from onboarding.services.reminding import send_reminders
from tests.factories import StepFactory

from .conftest import publish, translate

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)


def held(path) -> ChangeSet | None:
    return ChangeSet.objects.filter(path_key=path.translation_key, decided_at=None).first()


def count(enrolment, language="nl") -> tuple[int, int]:
    standing = own_standing(enrolment.user, enrolment.pk, language)
    return standing.done, standing.total


def titles(enrolment) -> list[str]:
    return [step.title for step in own_standing(enrolment.user, enrolment.pk, "nl").outline.steps]


def fresh(page):
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def on_path(path, make_user):
    """``on_path(2)``: a colleague on the path who did its first two steps."""

    def make(done=0, steps=()) -> Enrolment:
        enrolment = enrol(user=make_user(), path=path, start_date=START)
        for step in steps[:done]:
            complete_step(enrolment=enrolment, step_key=step.translation_key)
        return enrolment

    return make


def test_an_unpublished_step_goes_on_for_who_has_it_and_for_nobody_else(
    as_user, user, make_user, enrolment, path, steps, urls
):
    for step in steps[:2]:
        translate(fresh(step), title=f"English {step.pk}", slug=f"english-{step.pk}")
    step = fresh(steps[0])
    step.unpublish()
    step.get_translation(step.get_translations().get().locale).unpublish()
    later = enrol(user=make_user(), path=path, start_date=START)
    assert (count(enrolment), count(later)) == ((0, 3), (0, 2))
    assert step.translation_key not in set(later.progress.values_list("step_key", flat=True))

    client = as_user(user)
    page = client.get(step.get_url())
    assert page.status_code == 200 and f"/steps/{step.translation_key}/complete/" in page.content.decode()
    assert step.title in client.get("/nl/onboarding/").content.decode()
    english = step.get_translations().get()
    page = client.get(english.get_url()).content.decode()
    assert f"English {step.pk}" in page and f'href="{step.get_url()}"' in page
    for stranger in (make_user(), later.user):
        client = as_user(stranger)
        assert client.get(step.get_url()).status_code == 404
        assert client.post(urls("complete", step)).status_code == 404
        own = urls("complete", step, enrolment_id=later.pk)
        assert stranger != later.user or client.post(own).status_code == 404
        assert step.title not in client.get("/nl/onboarding/").content.decode()

    client = as_user(user)
    assert client.post(urls("complete", step)).status_code == client.post(urls("complete", step)).status_code == 302
    assert count(enrolment) == count(enrolment, "en") == (1, 3)
    assert StepProgress.objects.done().count() == 1


def test_what_an_editor_saves_on_it_afterwards_is_not_shown(newcomer, enrolment, steps):
    step = publish(fresh(steps[0]))
    title, address = step.title, step.get_url()
    step.unpublish()
    step = fresh(step)
    step.title, step.summary = "Nog niet af", "Concept"
    # As the admin does with a page that isn't published.
    step.save()
    step.save_revision()
    assert titles(enrolment)[0] == title
    page = newcomer.get(address).content.decode()
    assert title in page and "Nog niet af" not in page and "Concept" not in page
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    read = enrolment.progress.get(step_key=step.translation_key).revision_id
    assert read == step.revisions.order_by("-pk")[1].pk
    never = StepFactory(parent=step.get_parent(), title="Nooit gepubliceerd", live=False)
    assert newcomer.get(never.get_url()).status_code == 404


@pytest.mark.parametrize(
    ("choice", "keeps"), [("all", ()), ("not_past", ("past", "done")), ("new", ("open", "past", "done"))]
)
def test_it_leaves_the_plans_that_an_editor_says(on_path, path, steps, choice, keeps):
    step = steps[1]
    people = {"open": on_path(), "past": on_path(2, steps), "done": on_path(2, steps)}
    finished = on_path(3, steps)
    finished.refresh_from_db()
    assert finished.completed_at
    people["done"].progress.filter(step_key=step.translation_key).update(is_required=False)
    before = {name: count(enrolment) for name, enrolment in people.items()}
    rows = list(StepProgress.objects.done().order_by("pk").values("completed_at", "completed_by", "revision_id"))
    step.unpublish()
    assert [(change["kind"], change["title"]) for change in held(path).changes] == [("removed", step.title)]
    assert {name: count(enrolment) for name, enrolment in people.items()} == before

    seen = {found.enrolment.pk for found in effects_of(held(path), choice=choice, grace_days=5)}
    leaves = {name for name in people if name not in keeps}
    assert seen == {people[name].pk for name in leaves}
    told = Message.objects.filter(kind="onboarding.plan_changed").count()
    assert apply_changes(change_set=held(path), choice=choice) == len(leaves)
    for name, enrolment in people.items():
        assert (step.title in titles(enrolment)) is (name in keeps), name
        assert (count(enrolment) == before[name]) is (name in keeps or name == "done")
    assert Message.objects.filter(kind="onboarding.plan_changed").count() - told == len(leaves)
    # Nothing of what was done is lost, and who finished goes on seeing it.
    after = StepProgress.objects.done().order_by("pk").values("completed_at", "completed_by", "revision_id")
    assert list(after) == rows and step.title in titles(finished)
    finished.refresh_from_db()
    assert finished.completed_at and count(finished) == (3, 3)
    # Back on the path, it is added for who hasn't it, and for nobody twice.
    publish(fresh(step))
    assert (held(path) is not None and held(path).changes[0]["kind"]) == "added"
    before = {name: count(enrolment) for name, enrolment in people.items()}
    apply_changes(change_set=held(path), choice="all")
    assert all(step.title in titles(enrolment) for enrolment in people.values())
    assert {name: count(people[name]) for name in keeps} == {name: before[name] for name in keeps}


def test_a_removal_that_is_taken_back_holds_nothing(path, phases, steps, enrolment):
    fresh(phases[0]).unpublish()
    assert len(held(path).changes) == 2 and count(enrolment) == (0, 3)
    publish(fresh(phases[0]))
    assert held(path) is None and count(enrolment) == (0, 3)


@pytest.mark.parametrize("what", ["step", "phase"])
def test_what_moves_to_another_path_is_still_read_and_done_on_the_first(
    as_user, user, make_user, make_path, enrolment, path, phases, steps, urls, what
):
    other = make_path(steps=(1,), title="Ander pad")
    there = enrol(user=make_user(), path=other, start_date=START)
    target = PhasePage.objects.child_of(other).get() if what == "step" else Page.objects.get(pk=other.pk)
    moved = fresh(steps[0] if what == "step" else phases[0])
    moved.move(target, pos="last-child")
    assert FormerStep.objects.count() == (1 if what == "step" else 2)
    assert count(enrolment) == (0, 3) and count(there) == (0, 1)
    assert [change["kind"] for change in held(path).changes] == ["removed"] * FormerStep.objects.count()
    step = fresh(steps[0])
    client = as_user(user)
    page = client.get(step.get_url()).content.decode()
    assert urls("complete", step) in page
    assert f"{phases[0].title}" in BeautifulSoup(page, "html.parser").select_one(".breadcrumbs").get_text()
    assert client.post(urls("complete", step)).status_code == 302 and count(enrolment) == (1, 3)
    # Who is on the other path reads it as a step of theirs that isn't in their plan yet.
    assert urls("complete", step) not in as_user(there.user).get(step.get_url()).content.decode()
    apply_changes(change_set=held(path), choice="all")
    assert step.title not in titles(enrolment)
    assert step.translation_key in set(enrolment.progress.done().values_list("step_key", flat=True))
    # Moved back it is added again, done as it is.
    moved = fresh(moved)
    home = Page.objects.get(pk=(phases[0] if what == "step" else path).pk)
    moved.move(home, pos="first-child")
    apply_changes(change_set=held(path), choice="all")
    assert count(enrolment) == (1, 3)


def test_who_walks_along_and_the_clock_go_on_with_it(as_user, make_user, user, path, phases, steps, time_machine):
    call_command("create_roles", verbosity=0)
    buddy, hr = make_user(), make_user(groups=["HR"], locale="nl")
    time_machine.move_to(datetime(2026, 9, 28, 8, tzinfo=UTC))
    enrolment = enrol(user=user, path=path, start_date=START, buddy=buddy)
    enrolment.progress.exclude(step_key=steps[0].translation_key).update(due_on=None)
    fresh(steps[0]).unpublish()
    of_buddy = as_user(buddy).get(reverse("onboarding:supported_step", args=[enrolment.pk, steps[0].translation_key]))
    assert of_buddy.status_code == 200 and of_buddy.context["page"].pk == steps[0].pk
    day = enrolment.progress.get(step_key=steps[0].translation_key).due_on
    time_machine.move_to(datetime(day.year, day.month, day.day, 8, tzinfo=UTC))
    assert send_reminders(datetime(day.year, day.month, day.day, 8, tzinfo=UTC)) == 1
    time_machine.move_to(datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert list(in_state(Enrolment.objects.all(), State.OVERDUE)) == [enrolment]
    assert list(in_phase(Enrolment.objects.all(), phases[0].translation_key)) == [enrolment]
    page = as_user(hr).get(reverse("enrolments:edit", args=[enrolment.pk])).content.decode()
    assert steps[0].title in page
    apply_changes(change_set=held(path), choice="all")
    gone = as_user(buddy).get(reverse("onboarding:supported_step", args=[enrolment.pk, steps[0].translation_key]))
    assert gone.status_code == 404 and not list(in_state(Enrolment.objects.all(), State.OVERDUE))


def test_a_step_in_somebodys_plan_is_not_deleted_until_it_is_decided(
    as_user, make_user, path, phases, steps, enrolment
):
    client = as_user(make_user(is_superuser=True, locale="en"))
    step = fresh(steps[0])
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    for page in (step, phases[0]):
        said = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True).content.decode()
        assert "Colleagues under way have this in their plan" in said
        client.post(f"{many}?id={page.pk}")
        assert Page.objects.filter(pk=page.pk).exists()
    confirm = client.get(reverse("wagtailadmin_pages:unpublish", args=[step.pk])).content.decode()
    assert "1 colleague under way has this in their plan" in confirm
    said = client.post(reverse("wagtailadmin_pages:unpublish", args=[step.pk]), follow=True).content.decode()
    assert "a step that you took away stays in them until then" in said
    assert "Last changed by" in client.get(reverse("onboarding_changes", args=[path.translation_key])).content.decode()
    apply_changes(change_set=held(path), choice="all")
    client.post(reverse("wagtailadmin_pages:delete", args=[step.pk]))
    assert not StepPage.objects.filter(translation_key=step.translation_key).exists()
    # A translation takes nothing off the path.
    english = translate(fresh(steps[1]), title="Second", slug="second")
    assert client.post(reverse("wagtailadmin_pages:delete", args=[english.pk]), follow=True).context is not None
    assert not StepPage.objects.filter(pk=english.pk, title="Second").exists()


def test_it_costs_the_newcomer_no_query_more(newcomer, enrolment, steps):
    def queries() -> int:
        for address in ("/nl/onboarding/", steps[1].get_url()):
            newcomer.get(address)
        with CaptureQueriesContext(connection) as found:
            for address in ("/nl/onboarding/", steps[1].get_url()):
                assert newcomer.get(address).status_code == 200
        return len(found)

    before = queries()
    fresh(steps[0]).unpublish()
    assert queries() <= before
