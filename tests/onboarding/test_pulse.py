"""The pulse at 30, 60 and 90 days: asked once, answered without a name, shown from five answers on."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.listening import pulse_figures
from onboarding.models import Enrolment, PulseAnswer, PulseInvitation
from onboarding.services import enrol
from onboarding.services.feedback import PULSE_WINDOW, answer_pulse, invite_to_pulses, this_month
from people.models import User

DAY_ONE = date(2026, 10, 1)
SCORES = {"welcome": "4", "clear": "3", "able": "5", "comment": "Meer licht"}


def on_day(number: int) -> datetime:
    """Nine in the morning of this day on the path; day 1 is the first."""
    day = DAY_ONE + timedelta(days=number - 1)
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


def days() -> list[int]:
    return list(PulseInvitation.objects.order_by("day").values_list("day", flat=True))


@pytest.fixture
def invitation(enrolment):
    invite_to_pulses(on_day(30))
    return PulseInvitation.objects.get()


def test_everybody_is_asked_at_30_60_and_90_days_and_once(enrolment):
    assert invite_to_pulses(on_day(29)) == 0
    for number in (30, 60, 90):
        assert invite_to_pulses(on_day(number)) == 1
        assert invite_to_pulses(on_day(number)) == 0
        assert invite_to_pulses(on_day(number + 3)) == 0
    assert days() == [30, 60, 90]
    assert Message.objects.filter(recipient=enrolment.user, kind="onboarding.pulse").count() == 3


def test_after_an_outage_it_is_asked_late_but_not_months_later(enrolment):
    assert invite_to_pulses(on_day(30 + PULSE_WINDOW - 1)) == 1
    assert invite_to_pulses(on_day(60 + PULSE_WINDOW)) == 0
    assert invite_to_pulses(on_day(90)) == 1
    assert days() == [30, 90]


def test_who_stopped_left_or_is_away_is_not_asked(enrolment, user):
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    rows.update(ended_on=date(2026, 10, 20))
    assert invite_to_pulses(on_day(30)) == 0
    rows.update(ended_on=None)
    user.is_active = False
    user.save()
    assert invite_to_pulses(on_day(30)) == 0
    user.is_active = True
    user.save()
    pause = enrolment.pauses.create(starts_on=date(2026, 10, 20))
    assert invite_to_pulses(on_day(30)) == 0
    pause.ends_on = date(2026, 11, 1)
    pause.save()
    assert invite_to_pulses(on_day(33)) == 1


def test_a_pause_that_was_or_is_to_come_keeps_nobody_from_the_pulse_and_one_that_runs_does(enrolment):
    enrolment.pauses.create(starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 8))
    later = enrolment.pauses.create(starts_on=date(2026, 12, 1))
    assert invite_to_pulses(on_day(30)) == 1
    later.starts_on, later.ends_on = date(2026, 11, 20), date(2026, 12, 12)
    later.save()
    assert invite_to_pulses(on_day(60)) == 0
    assert invite_to_pulses(on_day(73)) == 1


def test_two_paths_are_one_pulse_for_the_first_of_them(enrolment, user, make_path):
    other = enrol(user=user, path=make_path(title="Ander"), start_date=DAY_ONE + timedelta(days=1))
    assert invite_to_pulses(on_day(32)) == 1
    assert PulseInvitation.objects.get().enrolment == enrolment
    # Ended later on, the other one takes its place and asks nothing twice.
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 5))
    assert invite_to_pulses(on_day(33)) == 0
    assert invite_to_pulses(on_day(61)) == 1
    assert PulseInvitation.objects.get(day=60).enrolment == other


def test_who_was_here_before_is_not_told_that_they_are_new(enrolment, user):
    User.objects.filter(pk=user.pk).update(start_date=date(2020, 3, 1))
    assert invite_to_pulses(on_day(30)) == 0
    User.objects.filter(pk=user.pk).update(start_date=DAY_ONE)
    assert invite_to_pulses(on_day(30)) == 1


def test_without_a_start_date_the_first_path_is_the_start(enrolment, user, make_path):
    Enrolment.objects.filter(pk=enrolment.pk).update(start_date=date(2024, 3, 1), day_one=date(2024, 3, 1))
    enrol(user=user, path=make_path(title="Nieuwe rol"), start_date=DAY_ONE)
    assert invite_to_pulses(on_day(30)) == 0


def test_who_comes_back_is_asked_as_if_they_were_new(enrolment, user, make_path):
    Enrolment.objects.filter(pk=enrolment.pk).update(start_date=date(2020, 3, 1), day_one=date(2020, 3, 1))
    PulseInvitation.objects.create(enrolment=enrolment, day=30, asked_on=date(2020, 4, 1))
    User.objects.filter(pk=user.pk).update(start_date=DAY_ONE)
    again = enrol(user=user, path=make_path(title="Terug"), start_date=DAY_ONE)
    assert invite_to_pulses(on_day(30)) == 1
    assert PulseInvitation.objects.latest("pk").enrolment == again


def test_days_count_from_the_start_of_the_person_not_of_a_later_path(enrolment, user):
    User.objects.filter(pk=user.pk).update(start_date=DAY_ONE - timedelta(days=10))
    assert invite_to_pulses(on_day(20)) == 1
    assert days() == [30]


def test_an_answer_is_nobodys_and_given_once(enrolment, invitation):
    scores = {"welcome": 4, "clear": 3, "able": 5}
    assert answer_pulse(invitation=invitation, comment=" Meer licht ", **scores) is True
    assert answer_pulse(invitation=invitation, welcome=1, clear=1, able=1) is False
    answer = PulseAnswer.objects.get()
    assert (answer.path_key, answer.day, answer.month) == (enrolment.path_key, 30, this_month())
    assert (answer.welcome, answer.comment, answer.pk.version) == (4, "Meer licht", 4)
    links = [field.name for field in PulseAnswer._meta.get_fields() if field.is_relation]
    assert links == []
    invitation.refresh_from_db()
    assert invitation.answered_on == this_month()


def test_the_message_goes_once_it_is_answered(enrolment, invitation):
    message = Message.objects.get(kind="onboarding.pulse")
    resolve = get_kind(message.kind).resolve
    assert "30" in resolve(message.payload, enrolment.user).title
    answer_pulse(invitation=invitation, welcome=1, clear=1, able=1)
    assert resolve(message.payload, enrolment.user) is None


def test_figures_and_words_show_from_five_answers_on(enrolment):
    for number in range(1, 6):
        (figures,) = pulse_figures(enrolment.path_key) if number > 1 else [None]
        assert figures is None or (figures.is_too_few and figures.comments == () and figures.welcome is None)
        PulseAnswer.objects.create(
            path_key=enrolment.path_key,
            day=30,
            month=this_month(),
            welcome=number,
            clear=3,
            able=5,
            comment="x" if number == 1 else "",
        )
    (figures,) = pulse_figures(enrolment.path_key)
    assert (figures.total, figures.welcome, figures.clear, figures.able) == (5, 3.0, 3.0, 5.0)
    assert figures.comments == ("x",)


def test_one_path_says_nothing_of_another(enrolment, make_path):
    other = make_path(steps=(1,), title="Ander")
    for _number in range(5):
        PulseAnswer.objects.create(
            path_key=other.translation_key, day=30, month=this_month(), welcome=1, clear=1, able=1
        )
    assert pulse_figures(enrolment.path_key) == []
    assert pulse_figures()[0].total == 5


# The page


def test_it_works_by_a_plain_form_that_says_what_anonymous_means(newcomer, invitation):
    text = newcomer.get(f"/en/onboarding/pulse/{invitation.pk}/").content.decode()
    assert text.count("<legend") == 3 and "without your name" in text
    response = newcomer.post(f"/nl/onboarding/pulse/{invitation.pk}/", SCORES, follow=True)
    assert response.status_code == 200
    assert PulseAnswer.objects.get().clear == 3
    assert b"Meer licht" not in response.content
    newcomer.post(f"/nl/onboarding/pulse/{invitation.pk}/", SCORES)
    assert PulseAnswer.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"clear": ""}, {"able": "6"}, {"welcome": "x"}, {"comment": "x" * 1001}])
def test_a_mistake_is_named_and_the_rest_is_kept(newcomer, invitation, wrong):
    response = newcomer.post(f"/nl/onboarding/pulse/{invitation.pk}/", {**SCORES, **wrong})
    text = response.content.decode()
    assert 'role="alert"' in text
    assert "Meer licht" in text or "comment" in wrong
    assert not PulseAnswer.objects.exists()


def test_a_stranger_gets_404(as_user, make_user, invitation):
    client = as_user(make_user())
    assert client.get(f"/nl/onboarding/pulse/{invitation.pk}/").status_code == 404
    assert client.post(f"/nl/onboarding/pulse/{invitation.pk}/", SCORES).status_code == 404
    assert not PulseAnswer.objects.exists()
