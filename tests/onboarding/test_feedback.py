"""Whether a step was useful: once, by name or not, and never to be traced."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from onboarding.listening import feedback_by_name, usefulness_of
from onboarding.models import StepFeedback, StepProgress
from onboarding.services import complete_step, enrol
from onboarding.services.feedback import NotDoneYet, say_useful, this_month


@pytest.fixture
def done(enrolment, steps):
    """The first step, done by ``enrolment``."""
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    return steps[0]


def say(enrolment, step, **more):
    return say_useful(enrolment=enrolment, step_key=step.translation_key, **{"is_useful": True, **more})


def test_without_a_name_only_the_month_is_kept(enrolment, done):
    assert say(enrolment, done, comment=" Kort en goed. ") is True
    row = StepFeedback.objects.get()
    assert (row.enrolment, row.comment, row.month) == (None, "Kort en goed.", this_month())
    assert row.pk.version == 4
    moment = StepProgress.objects.get(enrolment=enrolment, step_key=done.translation_key).asked_useful_at
    assert timezone.localtime(moment).date() == this_month()


def test_it_is_said_once(enrolment, done):
    assert say(enrolment, done) is True
    assert say(enrolment, done, is_useful=False, by_name=True) is False
    assert StepFeedback.objects.count() == 1


def test_only_what_was_done_can_be_useful(enrolment, steps):
    with pytest.raises(NotDoneYet):
        say(enrolment, steps[1])
    assert not StepFeedback.objects.exists()


def test_figures_and_words_show_from_five_answers_on(done):
    key = done.translation_key
    rows = [StepFeedback(step_key=key, is_useful=n != 0, comment=f"c{n}", month=this_month()) for n in range(4)]
    StepFeedback.objects.bulk_create(rows)
    few = usefulness_of([key])[key]
    assert few.is_too_few and (few.useful, few.comments) == (None, ())
    StepFeedback.objects.create(step_key=key, is_useful=True, month=this_month())
    enough = usefulness_of([key])[key]
    assert (enough.useful, enough.total) == (4, 5)
    assert sorted(enough.comments) == ["c0", "c1", "c2", "c3"]


def test_what_is_said_by_name_does_not_uncover_the_others(enrolment, done):
    key = done.translation_key
    say(enrolment, done, by_name=True)
    rows = [StepFeedback(step_key=key, is_useful=False, month=this_month()) for _n in range(4)]
    StepFeedback.objects.bulk_create(rows)
    assert usefulness_of([key])[key].is_too_few


def test_what_is_said_by_name_is_for_the_person_and_hr(enrolment, done, make_user):
    say(enrolment, done, by_name=True)
    keys = [done.translation_key]
    boss = make_user()
    enrolment.user.manager = boss
    enrolment.user.save()
    assert feedback_by_name(enrolment.user, keys).count() == 1
    assert feedback_by_name(make_user(groups=["HR"]), keys).count() == 1
    for other in (boss, make_user(groups=["Editors"]), make_user()):
        assert not feedback_by_name(other, keys).exists()


def test_hr_reads_what_was_said_by_name_in_the_record_of_the_path(as_user, enrolment, done, path, make_user):
    say(enrolment, done, by_name=True, comment="Kort en goed.")
    call_command("create_roles", verbosity=0)
    page = as_user(make_user(groups=["HR"])).get(reverse("onboarding_path_record", args=[path.translation_key]))
    assert page.context["said"].rows == [[done.title, enrolment.user.get_full_name(), "Ja", "Kort en goed."]]
    editor = as_user(make_user(groups=["Editors"]))
    assert editor.get(reverse("onboarding_path_record", args=[path.translation_key])).status_code in (302, 403)


def test_the_figures_of_many_steps_cost_one_query(done, django_assert_num_queries, steps):
    with django_assert_num_queries(1):
        usefulness_of([step.translation_key for step in steps])


# The page


def test_it_works_by_a_plain_form_that_says_what_anonymous_means(newcomer, enrolment, done, urls):
    text = newcomer.get(urls("useful", done, language="en")).content.decode()
    assert text.count("<legend") == 2 and "not even HR" in text
    values = {"useful": "no", "named": "no", "comment": "Te lang"}
    assert newcomer.post(urls("useful", done), values).status_code == 302
    row = StepFeedback.objects.get()
    assert (row.is_useful, row.enrolment, row.comment) == (False, None, "Te lang")
    newcomer.post(urls("useful", done), values)
    assert StepFeedback.objects.count() == 1
    assert "<textarea" not in newcomer.get(urls("useful", done)).content.decode().partition("<main")[2]


@pytest.mark.parametrize("values", [{}, {"useful": "yes"}, {"useful": "maybe", "named": "no"}])
def test_a_mistake_is_named_and_the_comment_kept(newcomer, done, urls, values):
    text = newcomer.post(urls("useful", done), {**values, "comment": "Bewaar mij"}).content.decode()
    assert 'role="alert"' in text and "Bewaar mij" in text
    assert not StepFeedback.objects.exists()


def test_a_stranger_and_who_did_not_do_it_say_nothing(client, newcomer, path, make_user, steps, done, urls):
    assert newcomer.post(urls("useful", steps[1]), {"useful": "yes", "named": "no"}).status_code == 302
    other = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    client.force_login(other.user)
    assert client.post(urls("useful", done), {"useful": "yes", "named": "no"}).status_code == 404
    assert not StepFeedback.objects.exists()


def test_the_step_asks_it_once_it_is_done(newcomer, steps, done, urls):
    assert urls("useful", done) in newcomer.get(done.get_url()).content.decode()
    assert urls("useful", steps[1]) not in newcomer.get(steps[1].get_url()).content.decode()
