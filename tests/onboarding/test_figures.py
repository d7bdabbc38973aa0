"""Figures of a path: aggregates only, and nothing of fewer than five people, nor what gives them away."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from onboarding.figure_counts import counts_of_steps
from onboarding.figures import path_figures
from onboarding.models import Enrolment, HelpRequest, Pause, StepProgress
from onboarding.reading_outlines import whole_path
from tests.caching import LOCAL

pytestmark = pytest.mark.django_db
PAGE = "/admin/onboarding/figures/"


@pytest.fixture
def put_on(path, steps, make_user):
    """``put_on(5, cohort="A", done=3)``: so many people who started 20 days ago, of whom so many did everything on day 4."""
    start = timezone.localdate() - timedelta(days=19)

    def put(count: int, *, cohort: str = "", done: int = 0) -> list[Enrolment]:
        made = []
        for number in range(count):
            day_four = timezone.make_aware(datetime(start.year, start.month, start.day, 12)) + timedelta(days=3)
            finished = day_four if number < done else None
            enrolment = Enrolment.objects.create(
                user=make_user(),
                path_key=path.translation_key,
                start_date=start,
                cohort=cohort,
                planned_at=timezone.now(),
                completed_at=finished,
            )
            StepProgress.objects.bulk_create(
                StepProgress(
                    enrolment=enrolment,
                    step_key=step.translation_key,
                    due_on=start + timedelta(days=1),
                    completed_at=finished,
                )
                for step in steps
            )
            made.append(enrolment)
        return made

    return put


def figures(path, **choices):
    return path_figures(whole_path(path.translation_key), **choices)


def test_days_lateness_waivers_attempts_and_questions_per_step(path, steps, put_on):
    people = put_on(10, done=6)
    one, two = (step.translation_key for step in steps[:2])
    StepProgress.objects.filter(enrolment=people[9], step_key=one).update(waived_at=timezone.now())
    StepProgress.objects.filter(enrolment__in=people[:2], step_key=two).update(attempt=2)
    for enrolment in people[:3]:
        HelpRequest.objects.create(enrolment=enrolment, step_key=one, text="Hoe?")
    found = figures(path)
    first = found.steps[0]
    assert (first.people, first.done_share, first.median_days, first.late_share) == (10, 60, 4, 100)
    assert found.most("waived") == [(first.step, 1)]
    assert found.most("reopened") == [(found.steps[1].step, 2)]
    assert found.most("asked") == [(first.step, 3)]
    whole = found.everybody
    assert (whole.size, whole.finished_share, whole.late_share, whole.median_days) == (10, 60, 40, 4)


def test_under_five_people_nothing_is_shown(path, put_on):
    people = put_on(4, done=4)
    assert not figures(path).everybody.is_shown and figures(path).steps == []
    # The same four a second time are four still.
    for enrolment in people:
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=timezone.localdate())
        Enrolment.objects.create(user=enrolment.user, path_key=path.translation_key, start_date=enrolment.start_date)
    assert not figures(path).everybody.is_shown
    put_on(1)
    assert figures(path).everybody.is_shown


@pytest.mark.parametrize(("after", "day"), [(-2, -2), (-1, -1), (0, 1), (1, 2)])
def test_there_is_no_day_nought(path, put_on, after, day):
    for enrolment in put_on(5, done=5):
        noon = datetime(enrolment.start_date.year, enrolment.start_date.month, enrolment.start_date.day, 12)
        StepProgress.objects.filter(enrolment=enrolment).update(
            completed_at=timezone.make_aware(noon) + timedelta(days=after)
        )
    assert figures(path).steps[0].median_days == day


def test_a_median_is_of_five_people_at_least(path, put_on):
    put_on(9, done=4)
    assert figures(path).everybody.median_days is None and figures(path).steps[0].median_days is None


def test_who_is_on_the_path_twice_is_one_person_who_did_what_they_did_in_either(path, steps, put_on):
    people = put_on(6, cohort="A", done=4)
    one, two = (step.translation_key for step in steps[:2])
    earlier = Enrolment.objects.create(
        user=people[5].user,
        path_key=path.translation_key,
        start_date=people[5].start_date - timedelta(days=400),
        cohort="B",
        ended_on=people[5].start_date - timedelta(days=300),
        planned_at=timezone.now(),
    )
    noon = timezone.make_aware(datetime.combine(earlier.start_date, datetime.min.time())) + timedelta(hours=12)
    for key, completed_at in ((one, noon + timedelta(days=30)), (two, None)):
        StepProgress.objects.create(
            enrolment=earlier, step_key=key, due_on=earlier.start_date, completed_at=completed_at, waived_at=None
        )
    both = figures(path)
    assert [(row.people, row.done, row.late) for row in both.steps[:2]] == [(6, 5, 6), (6, 4, 6)]
    assert both.steps[0].days == {3: 4, 30: 1} and both.steps[0].median_days == 4
    alone = counts_of_steps(path.translation_key, [one, two], cohort="A")
    assert [(row.people, row.done, row.others) for row in alone.values()] == [(6, 4, 1), (6, 4, 1)]
    # Nothing is told of a cohort of one, nor of the one beside it.
    assert figures(path, cohort="A").steps == figures(path, cohort="B").steps == []
    # What ended isn't late, whatever stayed open.
    assert both.everybody.late == {each.user_id for each in people[4:]}


def test_what_is_handed_in_in_time_waived_or_of_somebody_away_is_not_late(path, steps, put_on):
    people, key = put_on(9), steps[0].translation_key
    due = people[0].start_date + timedelta(days=1)
    in_time = timezone.make_aware(datetime.combine(due, datetime.min.time())) + timedelta(hours=12)
    rows = [StepProgress.objects.filter(enrolment=each, step_key=key) for each in people]
    rows[0].update(submitted_at=in_time)
    rows[1].update(submitted_at=in_time, completed_at=in_time + timedelta(days=9))
    rows[2].update(waived_at=timezone.now())
    rows[3].update(due_on=None)
    rows[4].update(due_on=timezone.localdate())
    Pause.objects.create(enrolment=people[5], starts_on=due)
    Pause.objects.create(enrolment=people[6], starts_on=due, ends_on=timezone.localdate())
    step = figures(path).steps[0]
    # Not waived, with a day, and that came: done, handed in, away, back from being away, and two who did nothing.
    assert (step.due, step.late, step.waived) == (6, 3, 1)


def test_cohorts_are_compared_and_small_ones_hidden_with_one_that_gives_them_away(path, put_on):
    put_on(7, cohort="A", done=7)
    put_on(6, cohort="B")
    assert [(g.name, g.is_shown, g.finished_share) for g in figures(path).cohorts] == [("A", True, 100), ("B", True, 0)]
    put_on(2, cohort="C")
    assert [(g.name, g.is_shown) for g in figures(path).cohorts] == [("A", True), ("B", False), ("C", False)]
    assert figures(path, cohort="A").everybody.size == 7
    assert not figures(path, cohort="C").everybody.is_shown and not figures(path, cohort="B").everybody.is_shown


def test_a_step_that_few_others_have_is_hidden_in_a_cohort(path, steps, put_on):
    put_on(6, cohort="A")
    others = put_on(6, cohort="B")
    key = steps[0].translation_key
    StepProgress.objects.filter(step_key=key, enrolment__in=others[2:]).delete()
    shown = {row.step.key: row.is_shown for row in figures(path, cohort="A").steps}
    assert not shown[key] and all(is_shown for other, is_shown in shown.items() if other != key)


def test_figures_take_as_many_queries_for_any_number(path, put_on, django_assert_num_queries):
    outline = whole_path(path.translation_key)
    for count in (6, 30):
        put_on(count)
        with django_assert_num_queries(3):
            path_figures(outline)


def test_what_takes_long_to_count_is_kept_for_a_while_and_says_since_when(
    client, make_user, path, put_on, monkeypatch, time_machine, settings
):
    call_command("create_roles", verbosity=0)
    # Redis would go by a clock of its own.
    settings.CACHES = LOCAL
    client.force_login(make_user(groups=["HR"], locale="en"))
    people = put_on(6, done=3)
    noon = datetime.combine(timezone.localdate(), datetime.min.time()) + timedelta(hours=12)
    time_machine.move_to(timezone.make_aware(noon), tick=False)
    seen = lambda **choices: [(row.done, row.people) for row in figures(path, **choices).steps[:1]]  # noqa: E731
    # What is counted at once is right at any moment.
    assert seen() == [(3, 6)]
    StepProgress.objects.filter(enrolment=people[5]).update(completed_at=timezone.now())
    assert seen() == [(4, 6)]
    monkeypatch.setattr("onboarding.figure_counts.LONG_SECONDS", 0)
    assert seen() == [(4, 6)] and figures(path).counted_at == timezone.now()
    StepProgress.objects.filter(enrolment=people[4]).update(completed_at=timezone.now())
    assert seen() == [(4, 6)] and seen(today=timezone.localdate() - timedelta(days=1)) == [(5, 6)]
    with override("en"):
        assert "Counted at 12:00" in client.get(PAGE, {"path": str(path.translation_key)}).content.decode()
    time_machine.shift(timedelta(minutes=16))
    assert seen() == [(5, 6)]


@pytest.mark.parametrize(("role", "may"), [("Editors", True), ("HR", True), ("Moderators", False), ("Managers", False)])
def test_editors_read_figures_and_no_names(client, make_user, path, put_on, role, may):
    call_command("create_roles", verbosity=0)
    people = put_on(6, cohort="Herfst", done=5)
    client.force_login(make_user(groups=[role]))
    response = client.get(PAGE, {"path": str(path.translation_key)})
    assert (response.status_code == 200) == may
    if may:
        html = response.content.decode()
        assert path.title in html and "83%" in html
        assert not any(enrolment.user.get_full_name() in html for enrolment in people)
        assert ("/admin/onboarding/record/" in html) == (role == "HR")


def test_the_page_bears_nonsense_and_no_paths(client, make_user, path):
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=["HR"]))
    for query in ({"path": "x"}, {"cohort": "x" * 500}, {}):
        assert client.get(PAGE, query).status_code == 200
    path.unpublish()
    assert client.get(PAGE).status_code == 200
