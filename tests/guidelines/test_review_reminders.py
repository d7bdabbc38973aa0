"""Reminders: 28, 14 and 0 days before, one message a week for each who answers, to whoever is there."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from guidelines.models import ManualIndexPage, ManualPage, ReviewReminder
from guidelines.services.reminding import DUE, remind_reviews
from guidelines.services.reviewing import confirm_text
from notifications.jobs import all_jobs, claim
from notifications.models import Message
from notifications.resolving import resolve
from people.models import Team
from tests.factories import ManualFactory

pytestmark = pytest.mark.django_db
# A Monday.
NOW = datetime(2026, 10, 5, 6, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner(make_user):
    return make_user()


@pytest.fixture
def add(trunk, owner):
    """``add(28)``: a manual of the owner's that is due in so many days."""

    def make(days, **fields):
        fields = {"owner_colleague": owner, "review_by": TODAY + timedelta(days), **fields}
        return ManualFactory(parent=trunk(ManualIndexPage), **fields)

    return make


def told():
    return sorted(Message.objects.filter(kind=DUE).values_list("recipient", "key"))


@pytest.mark.parametrize(("days", "tells"), [(29, 0), (28, 1), (27, 1), (0, 1), (-40, 1)])
def test_the_first_reminder_is_28_days_before(add, owner, days, tells):
    add(days)
    assert remind_reviews(NOW) == tells
    assert len(told()) == tells


def test_28_14_and_0_days_before_and_not_between(add, owner):
    add(28)
    days = []
    for day in range(-5, 40):
        moment = NOW + timedelta(days=day)
        with time_machine.travel(moment, tick=False):
            if remind_reviews(moment):
                days.append(28 - day)
    assert days == [28, 14, 0]


def test_after_an_outage_only_the_latest_is_told(add):
    add(28)
    moment = NOW + timedelta(days=27)
    with time_machine.travel(moment, tick=False):
        assert remind_reviews(moment) == 1
        assert remind_reviews(moment) == 0
    assert list(ReviewReminder.objects.values_list("days_before", flat=True)) == [14]


def test_one_message_a_week_for_all_texts_of_an_owner(add, owner):
    for days in (28, 14, 0, -3):
        add(days)
    assert remind_reviews(NOW) == 1
    assert told() == [(owner.pk, "2026-W41")]


def test_what_comes_due_later_in_the_week_is_in_the_mail_that_waits_or_in_that_of_next_week(add, owner):
    add(28)
    remind_reviews(NOW)
    add(30)
    wednesday = NOW + timedelta(days=2)
    with time_machine.travel(wednesday, tick=False):
        # The message wasn't mailed yet: it says both.
        assert remind_reviews(wednesday) == 0
        with override("en"):
            assert resolve(Message.objects.get()).title.startswith("2 texts")
    Message.objects.update(mail=Message.Mail.SENT)
    add(31)
    thursday = NOW + timedelta(days=3)
    with time_machine.travel(thursday, tick=False):
        assert remind_reviews(thursday) == 0
    monday = NOW + timedelta(days=7)
    with time_machine.travel(monday, tick=False):
        assert remind_reviews(monday) == 1
    assert told() == [(owner.pk, "2026-W41"), (owner.pk, "2026-W42")]


def test_it_is_worked_out_when_it_is_sent(add, owner):
    first, second = add(28), add(3)
    remind_reviews(NOW)
    message = Message.objects.get()
    with override("en"):
        assert resolve(message).title.startswith("2 texts")
        confirm_text(key=second.translation_key, by=owner)
        assert resolve(message).title.startswith("1 text")
        confirm_text(key=first.translation_key, by=owner)
        assert resolve(message) is None


def test_it_goes_to_the_deputy_the_team_or_the_editors(add, make_user):
    gone, deputy, lead, editor = make_user(is_active=False), make_user(), make_user(), make_user(groups=["Editors"])
    team = Team.objects.create(name="Pompteam")
    team.leads.add(lead)
    page = add(28, owner_colleague=gone, deputy=deputy)
    remind_reviews(NOW)
    assert {recipient for recipient, _key in told()} == {deputy.pk}
    for fields, receiver in (({"deputy": None, "owning_team": team}, lead), ({"owning_team": None}, editor)):
        Message.objects.all().delete()
        ReviewReminder.objects.all().delete()
        ManualPage.objects.filter(pk=page.pk).update(**fields)
        remind_reviews(NOW)
        assert {recipient for recipient, _key in told()} == {receiver.pk}
        with override("en"):
            assert resolve(Message.objects.get()) is not None


def test_somebody_past_their_last_day_is_not_there(add, owner, make_user):
    deputy = make_user()
    add(28, deputy=deputy)
    owner.end_date = TODAY - timedelta(1)
    owner.save()
    remind_reviews(NOW)
    assert {recipient for recipient, _key in told()} == {deputy.pk}


def test_a_mail_names_no_page_that_not_everybody_may_read(add, owner):
    page = add(3, title="Geheim plan")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    group = Group.objects.create(name="Plan")
    restriction.groups.add(group)
    owner.groups.add(group)
    remind_reviews(NOW)
    with override("en"):
        content = resolve(Message.objects.get())
    assert "Geheim" not in content.title + content.text


def test_one_of_two_workers_does_the_job(add):
    add(28)
    job = next(job for job in all_jobs() if job.name == "manuals to check")
    assert [claim(job, NOW), claim(job, NOW)] == [True, False]


def test_the_job_asks_as_much_for_many_as_for_few(add):
    add(28)
    with CaptureQueriesContext(connection) as few:
        remind_reviews(NOW)
    Message.objects.all().delete()
    ReviewReminder.objects.all().delete()
    for _number in range(20):
        add(20)
    with CaptureQueriesContext(connection) as many:
        remind_reviews(NOW)
    assert len(many) == len(few)
    assert mail.outbox == []
