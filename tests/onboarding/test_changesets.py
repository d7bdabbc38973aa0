"""What editors change while people are under way: held, looked at, applied once, to whom they say."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.move_page import MovePageAction

from notifications.models import Message
from onboarding.models import ChangeSet, Enrolment, OnboardingEvent, PublishedStructure, StepPage, StepProgress
from onboarding.reading import change_words, standings_of
from onboarding.services import complete_step, enrol, reopen_step
from onboarding.services.changing import AlreadyDecided, apply_changes, effects_of, note_structure
from tests.factories import StepFactory

from .conftest import publish
from .hr import confirm, errors_of, preview

pytestmark = pytest.mark.django_db


def held(path) -> ChangeSet | None:
    return ChangeSet.objects.filter(path_key=path.translation_key, decided_at=None).first()


def add_step(phase, title="Nieuwe stap", **fields) -> StepPage:
    return publish(StepFactory(parent=phase, title=title, **fields))


def keys(enrolment) -> set:
    return set(enrolment.progress.filter(in_plan=True).values_list("step_key", flat=True))


def kinds(path) -> list:
    found = held(path)
    return [(change["kind"], change["title"]) for change in found.changes] if found else []


def url_of(path) -> str:
    return reverse("onboarding_changes", args=[path.translation_key])


@pytest.fixture
def roles():
    call_command("create_roles", verbosity=0)


@pytest.fixture
def editor(roles, make_user):
    return make_user(groups=["Editors"])


@pytest.fixture
def hr(roles, make_user):
    return make_user(groups=["HR"])


# Holding ---------------------------------------------------------------------------------


def test_with_nobody_under_way_nothing_is_held_and_new_people_get_everything(path, phases, user):
    step = add_step(phases[0])
    assert held(path) is None
    assert step.translation_key in keys(enrol(user=user, path=path, start_date=date(2026, 10, 1)))


def test_an_added_step_is_held_and_changes_no_plan(path, phases, enrolment):
    before = keys(enrolment)
    add_step(phases[0])
    assert kinds(path) == [("added", "Nieuwe stap")]
    assert keys(enrolment) == before


def test_words_names_and_order_flow_through_at_once(path, phases, steps, enrolment):
    steps[0].title = "Anders genoemd"
    publish(steps[0])
    steps[0].move(phases[0], pos="last-child")
    note_structure(path_key=path.translation_key)
    assert held(path) is None


def test_a_deleted_step_is_held_as_taken_off(path, steps, enrolment):
    title = steps[0].title
    steps[0].delete()
    assert kinds(path) == [("removed", title)]
    assert steps[0].translation_key in keys(enrolment)


def test_a_step_moved_to_another_path_leaves_one_and_joins_the_other(path, steps, enrolment, make_path, make_user):
    other = make_path(steps=(1,), title="Ander pad")
    enrol(user=make_user(), path=other, start_date=date(2026, 10, 1))
    MovePageAction(steps[0], other.get_children().first(), pos="last-child").execute(skip_permission_checks=True)
    assert kinds(path) == [("removed", steps[0].title)]
    assert kinds(other) == [("added", steps[0].title)]


def test_rule_doer_and_requiredness_are_structure(path, phases, steps, enrolment):
    for step, values in zip(
        steps, ({"due_from": "never"}, {"assignee": "buddy"}, {"is_required": False}), strict=False
    ):
        for name, value in values.items():
            setattr(step, name, value)
        publish(step)
    assert [kind for kind, _title in kinds(path)] == ["changed"] * 3


def test_other_days_of_a_phase_change_the_dates_of_its_steps(path, phases, enrolment):
    phases[0].last_day = 30
    publish(phases[0])
    assert [kind for kind, _title in kinds(path)] == ["changed", "changed"]


def test_one_open_set_gathers_and_what_is_taken_back_leaves_it(path, phases, steps, enrolment):
    step = add_step(phases[0])
    steps[1].is_required = False
    publish(steps[1])
    assert ChangeSet.objects.count() == 1 and len(held(path).changes) == 2
    step.delete()
    steps[1].is_required = True
    publish(steps[1])
    assert held(path) is None and not ChangeSet.objects.exists()


def test_plans_from_before_structures_were_kept_are_compared_with_what_they_have(path, phases, enrolment):
    PublishedStructure.objects.all().delete()
    add_step(phases[0])
    assert kinds(path) == [("added", "Nieuwe stap")]


# Applying --------------------------------------------------------------------------------


def test_an_added_step_is_due_at_the_later_of_its_rule_and_the_grace(path, phases, user):
    enrolment = enrol(user=user, path=path, start_date=timezone.localdate() - timedelta(days=60))
    early = add_step(phases[0], "Vroeg", due_from="start", due_count=1)
    late = add_step(phases[0], "Laat", due_from="fixed", due_date=date(2099, 1, 5))
    never = add_step(phases[0], "Ooit", due_from="never")
    assert apply_changes(change_set=held(path), choice="all", grace_days=5) == 1
    due = dict(enrolment.progress.values_list("step_key", "due_on"))
    assert due[late.translation_key] == date(2099, 1, 5) and due[never.translation_key] is None
    assert timezone.localdate() + timedelta(days=5) <= due[early.translation_key]


def test_a_step_for_others_is_not_added(path, phases, enrolment):
    step = add_step(phases[0], audience_language="en")
    assert apply_changes(change_set=held(path), choice="all") == 0
    assert step.translation_key not in keys(enrolment)


def test_who_did_the_step_that_an_added_one_replaces_need_not_do_it_again(path, phases, steps, enrolment, make_user):
    second = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    complete_step(enrolment=enrolment, step_key=steps[1].translation_key)
    reopen_step(enrolment=enrolment, step_key=steps[1].translation_key)
    step = add_step(phases[0], replaces=steps[0])
    assert apply_changes(change_set=held(path), choice="all") == 2
    done = enrolment.progress.get(step_key=steps[0].translation_key)
    counted = enrolment.progress.get(step_key=step.translation_key)
    assert counted.completed_at == done.completed_at and counted.in_plan
    assert second.progress.get(step_key=step.translation_key).completed_at is None
    # What was opened again stays open.
    assert enrolment.progress.get(step_key=steps[1].translation_key).completed_at is None


def test_what_was_done_elsewhere_and_opened_again_here_stays_open(path, phases, steps, enrolment, user, make_path):
    twin = make_path(steps=(1,), title="Ander pad")
    other = enrol(user=user, path=twin, start_date=date(2026, 10, 1))
    key = steps[0].translation_key
    complete_step(enrolment=enrolment, step_key=key)
    row = enrolment.progress.get(step_key=key)
    StepProgress.objects.create(enrolment=other, step_key=key, completed_at=row.completed_at)
    reopen_step(enrolment=enrolment, step_key=key)
    add_step(phases[0])
    apply_changes(change_set=held(path), choice="all")
    assert enrolment.progress.get(step_key=key).completed_at is None


def test_a_step_that_becomes_everybodys_is_added_for_who_lacks_it(path, phases, user, make_user):
    step = add_step(phases[0], audience_language="en")
    person, has_it = user, make_user(locale="en")
    walks = [enrol(user=one, path=path, start_date=date(2026, 10, 1)) for one in (person, has_it)]
    assert [step.translation_key in keys(walk) for walk in walks] == [False, True]
    step.audience_language = ""
    publish(step)
    assert kinds(path) == [("changed", "Nieuwe stap")]
    assert step.translation_key not in keys(walks[0])
    assert apply_changes(change_set=held(path), choice="all") == 1
    assert step.translation_key in keys(walks[0]) and held(path) is None
    publish(StepPage.objects.get(pk=step.pk))
    assert held(path) is None


def test_a_step_for_fewer_is_a_proposal_and_for_all_again_a_change(path, phases, steps, enrolment):
    # Another change waits meanwhile.
    add_step(phases[1], title="Nog een")
    for language, waiting in (("en", []), ("", [steps[0].title])):
        steps[0].audience_language = language
        publish(steps[0])
        assert [title for _kind, title in kinds(path) if title != "Nog een"] == waiting


def test_what_became_everybodys_is_said_in_words(as_user, editor, path, phases, enrolment):
    step = add_step(phases[0], audience_language="en")
    apply_changes(change_set=held(path), choice="all")
    step.audience_language = ""
    publish(step)
    assert "voor iedereen op het pad" in as_user(editor).get(url_of(path)).content.decode()


def test_a_removed_step_leaves_every_plan_and_what_was_done_of_it_stays(path, steps, enrolment, make_user):
    second = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    complete_step(enrolment=second, step_key=steps[0].translation_key)
    done = second.progress.get(step_key=steps[0].translation_key)
    steps[0].delete()
    apply_changes(change_set=held(path), choice="all")
    assert steps[0].translation_key not in keys(enrolment)
    after = second.progress.get(step_key=steps[0].translation_key)
    assert (after.completed_at, after.due_on, after.in_plan) == (done.completed_at, done.due_on, False)


def test_a_changed_rule_moves_what_is_open_and_leaves_hand_set_and_done(path, steps, user, make_user):
    people = [enrol(user=u, path=path, start_date=timezone.localdate()) for u in (user, make_user(), make_user())]
    key = steps[0].translation_key
    complete_step(enrolment=people[1], step_key=key)
    people[2].progress.filter(step_key=key).update(due_on=date(2030, 1, 2), due_by_hand=True)
    before = [enrolment.progress.get(step_key=key).due_on for enrolment in people]
    steps[0].due_from, steps[0].due_count, steps[0].due_unit = "start", 20, "working"
    publish(steps[0])
    assert apply_changes(change_set=held(path), choice="all") == 1
    after = [enrolment.progress.get(step_key=key).due_on for enrolment in people]
    assert after[0] > before[0] and after[1:] == before[1:]


def test_new_people_only_leaves_everybody_and_decides(path, phases, enrolment, make_user):
    step = add_step(phases[0])
    before = keys(enrolment)
    assert apply_changes(change_set=held(path), choice="new") == 0
    assert keys(enrolment) == before and held(path) is None
    assert step.translation_key in keys(enrol(user=make_user(), path=path, start_date=date(2026, 10, 1)))
    publish(StepPage.objects.get(pk=step.pk))
    assert held(path) is None


def test_who_is_past_the_phase_is_left_alone_if_so_chosen(path, phases, steps, enrolment, make_user):
    past = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    for step in steps[:2]:
        complete_step(enrolment=past, step_key=step.translation_key)
    new = add_step(phases[0])
    assert apply_changes(change_set=held(path), choice="not_past") == 1
    assert new.translation_key in keys(enrolment) and new.translation_key not in keys(past)


def test_who_finished_or_ended_is_never_touched(path, phases, steps, enrolment, make_user):
    finished = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    ended = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    for step in steps:
        complete_step(enrolment=finished, step_key=step.translation_key)
    Enrolment.objects.filter(pk=ended.pk).update(ended_on=date(2026, 10, 2))
    rows = {e.pk: list(e.progress.order_by("pk").values()) for e in (finished, ended)}
    add_step(phases[0])
    assert apply_changes(change_set=held(path), choice="all") == 1
    assert {e.pk: list(e.progress.order_by("pk").values()) for e in (finished, ended)} == rows
    finished.refresh_from_db()
    assert finished.completed_at


def test_taking_the_last_open_step_off_finishes_the_path(path, steps, enrolment):
    for step in steps[:2]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    steps[2].delete()
    apply_changes(change_set=held(path), choice="all")
    enrolment.refresh_from_db()
    assert enrolment.completed_at


def test_applying_twice_does_it_once(path, phases, enrolment, user):
    add_step(phases[0])
    change_set = held(path)
    apply_changes(change_set=change_set, choice="all")
    rows, told = list(StepProgress.objects.order_by("pk").values()), Message.objects.count()
    with pytest.raises(AlreadyDecided):
        apply_changes(change_set=change_set, choice="all")
    assert list(StepProgress.objects.order_by("pk").values()) == rows and Message.objects.count() == told
    assert Message.objects.filter(recipient=user, kind="onboarding.plan_changed").count() == 1
    assert OnboardingEvent.objects.filter(enrolment=enrolment, kind="changed").count() == 1


def test_the_newcomer_reads_how_much_was_added(path, phases, enrolment, user):
    add_step(phases[0])
    add_step(phases[1], "Nog een")
    apply_changes(change_set=held(path), choice="all")
    assert "2" in change_words(standings_of(user, "nl")[0])


def test_the_effects_are_what_is_then_done(path, phases, steps, enrolment):
    add_step(phases[0])
    steps[0].due_from, steps[0].due_count = "start", 30
    publish(steps[0])
    (found,) = effects_of(held(path), choice="all", grace_days=3)
    apply_changes(change_set=held(path), choice="all", grace_days=3)
    planned = [step for step, _title in found.effect.added] + [change.step for change in found.effect.changed]
    assert len(planned) == 2
    for step in planned:
        assert enrolment.progress.get(step_key=step.key).due_on == step.due_on


def test_the_effects_take_the_same_queries_for_ten_times_the_people(path, phases, make_user):
    enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    step = add_step(phases[0])
    effects_of(held(path), choice="all", grace_days=5)
    with CaptureQueriesContext(connection) as few:
        assert len(effects_of(held(path), choice="all", grace_days=5)) == 1
    for _number in range(9):
        enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    # As if they had been enrolled before the step came.
    StepProgress.objects.filter(step_key=step.translation_key).delete()
    effects_of(held(path), choice="all", grace_days=5)
    with CaptureQueriesContext(connection) as many:
        assert len(effects_of(held(path), choice="all", grace_days=5)) == 10
    assert len(many) == len(few) <= 25


# The page --------------------------------------------------------------------------------


def test_hr_sees_who_gets_what_and_confirms_exactly_that(as_user, hr, path, phases, enrolment, user):
    add_step(phases[0])
    client = as_user(hr)
    data = {"choice": "all", "grace_days": 5}
    outlook = preview(client, url_of(path), data).context["outlook"]
    assert user.get_full_name() in str(outlook.tables) and "Nieuwe stap" in str(outlook.tables)
    assert confirm(client, url_of(path), data).status_code == 302
    assert held(path) is None and ChangeSet.objects.get().people == 1
    # The second tab.
    assert client.post(url_of(path), {**data, "seen": outlook.fingerprint}).status_code == 302
    assert ChangeSet.objects.get().people == 1


def test_an_editor_decides_without_reading_names(as_user, editor, path, phases, enrolment, user):
    add_step(phases[0])
    response = preview(as_user(editor), url_of(path), {"choice": "all", "grace_days": 5})
    assert user.get_full_name() not in response.content.decode()


def test_what_changed_since_it_was_seen_is_shown_again(as_user, hr, path, phases, enrolment):
    add_step(phases[0])
    client, data = as_user(hr), {"choice": "all", "grace_days": 5}
    seen = preview(client, url_of(path), data).context["outlook"].fingerprint
    add_step(phases[0], "Nog een")
    response = client.post(url_of(path), {**data, "seen": seen})
    assert response.status_code == 200 and response.context["has_changed"] and held(path)


def test_a_path_without_changes_says_so(as_user, editor, path):
    assert as_user(editor).get(url_of(path)).status_code == 200


@pytest.mark.parametrize("data", [{}, {"choice": "everybody", "grace_days": 5}, {"choice": "all", "grace_days": "-1"}])
def test_nonsense_is_said_beside_its_field(as_user, editor, path, phases, enrolment, data):
    add_step(phases[0])
    assert errors_of(as_user(editor).post(url_of(path), data))
    assert held(path)


@pytest.mark.parametrize("role", ["Employees", "Moderators", "Managers", "Buddies"])
def test_who_does_not_publish_paths_decides_nothing(as_user, roles, make_user, path, phases, enrolment, role):
    add_step(phases[0])
    client = as_user(make_user(groups=[role]))
    assert client.get(url_of(path)).status_code in (302, 403)
    assert client.post(url_of(path), {"choice": "all", "grace_days": 5}).status_code in (302, 403)
    assert held(path)


def test_a_path_that_is_not_there_is_not_found(as_user, editor):
    client = as_user(editor)
    unknown = "/nl/admin/onboarding/changes/00000000-0000-0000-0000-000000000000/"
    assert client.get(unknown).status_code == 404
    assert client.get("/nl/admin/onboarding/changes/nonsense/").status_code == 404
