"""Leaving, coming back, another role: nothing is lost, and nothing changes that nobody chose."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from onboarding.admin.deeds.fitting import FitForm
from onboarding.models import Enrolment, OnboardingEvent, Pause, StepPage, StepProgress
from onboarding.reading import own_standing
from onboarding.services import (
    CannotReopen,
    accept_steps,
    complete_step,
    earlier_steps,
    end_enrolment,
    end_for_leavers,
    enrol,
    enrol_again,
    pause_enrolment,
    propose_steps,
    reopen_enrolment,
)
from people.models import Team
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db
START, LEFT = date(2026, 10, 1), date(2026, 10, 6)
NOW = datetime(2026, 10, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_october():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def enrolment(path, user):
    """On the path since before the start, so that nothing had to be caught up with."""
    with time_machine.travel(datetime(2026, 9, 21, 10, tzinfo=UTC), tick=False):
        return enrol(user=user, path=path, start_date=START)


def rows() -> list[dict]:
    return list(StepProgress.objects.order_by("pk").values())


def test_who_left_is_ended_by_the_clock_once_and_keeps_every_row(enrolment, user, steps):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    before = rows()
    assert end_for_leavers(timezone.now()) == 0
    user.end_date = LEFT
    user.save()
    assert end_for_leavers(timezone.now()) == 1
    enrolment.refresh_from_db()
    assert (enrolment.ended_on, enrolment.end_reason) == (date(2026, 10, 7), Enrolment.Reason.LEFT)
    assert end_for_leavers(timezone.now()) == 0
    assert rows() == before
    assert OnboardingEvent.objects.filter(kind=OnboardingEvent.Kind.ENDED).count() == 1


def test_a_last_day_that_is_today_has_not_passed(enrolment, user):
    user.end_date = timezone.localdate()
    user.save()
    assert end_for_leavers(timezone.now()) == 0


def test_a_closed_account_ends_what_is_under_way_and_leaves_what_is_finished(enrolment, user, steps, make_path):
    for step in steps[:3]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    other = enrol(user=user, path=make_path(steps=(1,), title="Ander"), start_date=START)
    user.is_active = False
    user.save()
    end_for_leavers(timezone.now())
    enrolment.refresh_from_db()
    other.refresh_from_db()
    assert enrolment.ended_on is None and enrolment.completed_at is not None
    assert other.ended_on == timezone.localdate()


def test_ending_twice_keeps_the_first_day_and_ends_a_pause(enrolment):
    pause_enrolment(enrolment=enrolment, starts_on=date(2026, 10, 2))
    assert end_enrolment(enrolment=enrolment, on=LEFT)
    assert not end_enrolment(enrolment=enrolment, on=date(2026, 12, 1), reason=Enrolment.Reason.MOVED)
    enrolment.refresh_from_db()
    assert (enrolment.ended_on, enrolment.end_reason) == (LEFT, Enrolment.Reason.STOPPED)
    assert Pause.objects.get().ends_on == LEFT


def test_what_was_ended_goes_on_as_after_a_pause(enrolment, user):
    end_enrolment(enrolment=enrolment, on=LEFT)
    assert reopen_enrolment(enrolment=enrolment)
    assert not reopen_enrolment(enrolment=enrolment)
    enrolment.refresh_from_db()
    assert (enrolment.ended_on, enrolment.end_reason) == (None, "")
    # Four working days between Tuesday the 6th and Monday the 12th.
    assert [row["due_on"] for row in rows()] == [date(2026, 10, 13)] * 2 + [date(2026, 10, 20)] * 2


def test_who_is_on_the_path_anew_does_not_go_on_with_the_old_one(enrolment, user, path):
    end_enrolment(enrolment=enrolment)
    again = enrol(user=user, path=path, start_date=START)
    assert again.cycle == 2
    with pytest.raises(CannotReopen):
        reopen_enrolment(enrolment=enrolment)


def test_who_comes_back_does_again_what_hr_does_not_let_count(enrolment, user, path, steps):
    StepPage.objects.filter(pk=steps[0].pk).update(valid_months=12)
    publish(StepPage.objects.get(pk=steps[0].pk))
    for step in steps[:3]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    before = rows()
    with time_machine.travel(datetime(2027, 10, 12, 10, tzinfo=UTC), tick=False):
        proposed = earlier_steps(user=user, path_key=path.translation_key, start_date=date(2027, 10, 12))
        assert [(step.key, step.is_valid) for step in proposed] == [
            (steps[0].translation_key, True),
            (steps[1].translation_key, False),
            (steps[2].translation_key, False),
        ]
        late = earlier_steps(user=user, path_key=path.translation_key, start_date=date(2027, 10, 13))
        assert not any(step.is_valid for step in late)
        again = enrol_again(
            user=user, path=path, start_date=date(2027, 10, 12), counts=[steps[0].translation_key, path.translation_key]
        )
    assert (again.cycle, again.pk != enrolment.pk) == (2, True)
    now = own_standing(user, again.pk, "nl")
    assert (now.done, now.total) == (1, 3)
    counted = StepProgress.objects.get(enrolment=again, completed_at__isnull=False)
    old = StepProgress.objects.get(enrolment=enrolment, step_key=counted.step_key)
    assert (counted.completed_at, counted.completed_by, counted.revision_id) == (
        old.completed_at,
        old.completed_by,
        old.revision_id,
    )
    assert [row for row in rows() if row["enrolment_id"] == enrolment.pk] == before
    enrolment.refresh_from_db()
    assert enrolment.ended_on is not None and enrolment.completed_at is not None


def test_coming_back_twice_is_one_enrolment(enrolment, user, path):
    end_enrolment(enrolment=enrolment)
    first = enrol_again(user=user, path=path, start_date=START, counts=[])
    assert enrol_again(user=user, path=path, start_date=START, counts=[]).pk == first.pk
    assert Enrolment.objects.count() == 2


def test_a_step_that_takes_the_place_of_another_is_done_for_who_did_that(enrolment, user, steps, make_path):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    other = make_path(steps=(2,), title="Overstap")
    new = StepPage.objects.descendant_of(other).order_by("path").first()
    new.replaces = steps[0]
    publish(new)
    again = enrol(user=user, path=other, start_date=START)
    done = StepProgress.objects.get(enrolment=again, step_key=new.translation_key)
    old = StepProgress.objects.get(enrolment=enrolment, step_key=steps[0].translation_key)
    assert done.completed_at == old.completed_at and done.revision_id == old.revision_id
    assert own_standing(user, again.pk, "nl").done == 1


def test_a_step_that_an_editor_moved_to_another_path_stays_done_there(enrolment, user, steps, make_path):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    other = make_path(steps=(1,), title="Ander")
    steps[0].move(other.get_children().get(), pos="last-child")
    again = enrol(user=user, path=other, start_date=START)
    now = own_standing(user, again.pk, "nl")
    assert (now.done, now.total) == (1, 2)


@pytest.fixture
def for_team(make_path, user):
    """A path with a step for one team only, and the person on it, who isn't in that team."""
    path = make_path(steps=(1,), title="Met team")
    team = Team.objects.create(name="Laboratorium")
    step = StepFactory(parent=path.get_children().get(), title="Veilig in het lab")
    step.audience_teams = [team]
    publish(step)
    return enrol(user=user, path=path, start_date=START), team, step


def test_another_team_is_a_proposal_and_changes_nothing_by_itself(for_team, user):
    enrolment, team, step = for_team
    assert propose_steps(enrolment=enrolment).is_nothing
    user.team = team
    user.save()
    before = rows()
    proposal = propose_steps(enrolment=enrolment)
    assert [(one.key, one.title) for one in proposal.add] == [(step.translation_key, "Veilig in het lab")]
    assert proposal.remove == ()
    assert rows() == before


def test_what_hr_accepts_is_planned_no_sooner_than_in_five_working_days(for_team, user):
    enrolment, team, step = for_team
    user.team = team
    user.save()
    # The phase ends on 7 October, which has passed; five working days from Monday the 12th is Friday.
    proposal = propose_steps(enrolment=enrolment)
    assert proposal.add[0].due_on == date(2026, 10, 16)
    for _ in range(2):
        accept_steps(enrolment=enrolment, add=[step.translation_key])
    row = StepProgress.objects.get(step_key=step.translation_key)
    assert row.in_plan and row.due_on == date(2026, 10, 16)
    assert propose_steps(enrolment=enrolment).is_nothing
    assert OnboardingEvent.objects.filter(kind=OnboardingEvent.Kind.CHANGED).count() == 1
    user.team = None
    user.save()
    assert [one.key for one in propose_steps(enrolment=enrolment).remove] == [step.translation_key]
    accept_steps(enrolment=enrolment, remove=[step.translation_key])
    assert not StepProgress.objects.get(step_key=step.translation_key).in_plan


def test_an_accepted_step_that_replaces_what_was_done_is_done(enrolment, phases, steps, user):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    step = StepFactory(parent=phases[0], title="Veilig in het lab", replaces=steps[0])
    step.audience_teams = [Team.objects.create(name="Laboratorium")]
    publish(step)
    user.team = step.audience_teams.get()
    user.save()
    accept_steps(enrolment=enrolment, add=[step.translation_key])
    done = StepProgress.objects.get(step_key=steps[0].translation_key)
    assert StepProgress.objects.get(step_key=step.translation_key).completed_at == done.completed_at


def test_what_was_done_or_begun_is_never_proposed_to_leave(for_team, user):
    enrolment, team, step = for_team
    user.team = team
    user.save()
    accept_steps(enrolment=enrolment, add=[step.translation_key])
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    user.team = None
    user.save()
    assert propose_steps(enrolment=enrolment).is_nothing
    assert accept_steps(enrolment=enrolment, remove=[step.translation_key]).is_nothing
    assert own_standing(user, enrolment.pk, "nl").done == 1


def test_keys_that_are_not_proposed_are_passed_over(for_team, steps):
    enrolment, _team, step = for_team
    before = rows()
    accept_steps(enrolment=enrolment, add=[step.translation_key, steps[0].translation_key])
    assert rows() == before


def test_what_hr_declines_is_not_proposed_again_until_step_or_person_changes(for_team, user, make_user):
    enrolment, team, step = for_team
    user.team = team
    user.save()
    form = FitForm({"add": []}, enrolments=[enrolment])
    assert form.is_valid()
    before, hr = rows(), make_user(groups=["HR"])
    for _ in range(2):
        accept_steps(enrolment=enrolment, actor=hr, **form.cleaned_data)
    assert rows() == before and propose_steps(enrolment=enrolment).is_nothing
    assert OnboardingEvent.objects.get(kind="declined").actor == hr
    user.team = Team.objects.create(name="Klein laboratorium", parent=team)
    user.save()
    assert [one.key for one in propose_steps(enrolment=enrolment).add] == [step.translation_key]
    accept_steps(enrolment=enrolment, decline=[step.translation_key], actor=hr)
    assert propose_steps(enrolment=enrolment).is_nothing
    step.audience_cohort = "Najaar"
    step.audience_teams = []
    publish(step)
    Enrolment.objects.filter(pk=enrolment.pk).update(cohort="Najaar")
    assert [one.key for one in propose_steps(enrolment=Enrolment.objects.get(pk=enrolment.pk)).add] == [
        step.translation_key
    ]
