"""Meetings: agreed by either, in both calendars, never moved behind their back."""

import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import translation
from icalendar import Calendar

from notifications.kinds import get_kind
from notifications.models import Message
from notifications.resolving import resolve
from onboarding.models import Enrolment, Meeting, OnboardingEvent, StepPage
from onboarding.services import enrol, record_event, set_supporter

from .conftest import opens_in_english, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_october")]


@pytest.fixture
def _october():
    with time_machine.travel("2026-10-01 12:00+02:00"):
        yield


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Sem", time_zone="Europe/London")


@pytest.fixture
def walk(path, user, steps, buddy):
    """``user`` on the path with a buddy; the first step is a meeting."""
    steps[0].kind = StepPage.Kind.MEET
    publish(steps[0])
    return enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)


@pytest.fixture
def url(walk, steps):
    return f"/nl/onboarding/{walk.pk}/steps/{steps[0].translation_key}/meeting/"


@pytest.fixture
def data(buddy):
    return {"day": "2026-10-08", "time": "10:30", "minutes": "30", "place": "Kantine", "with_whom": buddy.pk}


def told():
    """The messages about meetings."""
    return Message.objects.filter(kind__startswith="onboarding.meeting")


def file_of(client, meeting) -> tuple[str, dict]:
    response = client.get(f"/nl/onboarding/meetings/{meeting.uid}/meeting.ics")
    assert response.status_code == 200 and response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    return calendar["METHOD"], calendar.walk("VEVENT")[0]


def test_a_meeting_is_agreed_in_the_readers_time_and_both_are_told(as_user, user, buddy, url, data, steps):
    client = as_user(user)
    assert client.post(url, data)["Location"] == f"{steps[0].get_url()}#meeting"
    meeting = Meeting.objects.get()
    assert meeting.starts_at == datetime(2026, 10, 8, 8, 30, tzinfo=UTC)
    assert set(told().values_list("recipient", flat=True)) == {user.pk, buddy.pk}
    message = told().get(recipient=buddy)
    content = get_kind(message.kind).resolve(message.payload, buddy)
    assert str(meeting.uid) in content.url and "09:30" in content.title
    page = BeautifulSoup(client.get(steps[0].get_url()).content, "html.parser")
    assert "10:30" in page.select_one("#meeting .facts").get_text()


def test_an_empty_form_says_of_each_field_what_to_fill_in(as_user, user, url):
    page = BeautifulSoup(as_user(user).post(url.replace("/nl/", "/en/"), {}).content, "html.parser")
    said = [link.get_text(strip=True) for link in page.select("main li a[href^='#']")]
    for words in ("Fill in on which day.", "Fill in at what time.", "Fill in how many minutes it takes."):
        assert words in said


def test_the_file_keeps_its_uid_and_counts_its_changes(as_user, user, buddy, url, data):
    client = as_user(user)
    client.post(url, data)
    meeting = Meeting.objects.get()
    method, event = file_of(client, meeting)
    assert (method, event["SEQUENCE"], event.start.hour) == ("REQUEST", 0, 10)
    client.post(url, data)
    assert Meeting.objects.get().sequence == 0 and told().count() == 2
    client.post(url, {**data, "time": "11:00"})
    changed = file_of(client, meeting)[1]
    assert (changed["UID"], changed["SEQUENCE"], changed.start.hour) == (event["UID"], 1, 11)
    for _number in range(2):
        client.post(f"{url}cancel/")
    method, off = file_of(client, meeting)
    assert (method, off["UID"], off["SEQUENCE"], off["STATUS"]) == ("CANCEL", event["UID"], 2, "CANCELLED")
    assert file_of(as_user(buddy), meeting)[0] == "CANCEL"


def test_each_gets_the_file_in_their_own_time_zone(as_user, user, buddy, url, data):
    as_user(user).post(url, data)
    start = file_of(as_user(buddy), Meeting.objects.get())[1].start
    assert (start.hour, str(start.tzinfo)) == (9, "Europe/London")


def test_a_supporter_may_agree_too_and_goes_back_to_their_own_page(as_user, walk, buddy, url, data, steps):
    response = as_user(buddy).post(url, data)
    assert response["Location"] == f"/nl/onboarding/for/{walk.pk}/{steps[0].translation_key}/"
    assert Meeting.objects.get().starts_at == datetime(2026, 10, 8, 9, 30, tzinfo=UTC)


def test_strangers_find_nothing(as_user, user, make_user, url, data):
    as_user(user).post(url, data)
    meeting = Meeting.objects.get()
    stranger = as_user(make_user())
    for address in (url, f"{url}cancel/", f"{url}keep/"):
        assert stranger.post(address, data).status_code == 404
    for address in (f"/nl/onboarding/meetings/{meeting.uid}/", f"/nl/onboarding/meetings/{uuid.uuid4()}/"):
        assert stranger.get(address).status_code == 404
    assert stranger.get(f"/nl/onboarding/meetings/{meeting.uid}/meeting.ics").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "2026-09-30"),
        ("day", "2099-01-01"),
        ("day", "niks"),
        ("time", "25:00"),
        ("minutes", "0"),
        ("with_whom", "999999"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_is_kept(as_user, user, url, data, field, value):
    client = as_user(user)
    response = client.post(url, {**data, field: value})
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200 and soup.select_one(".error-summary")
    assert soup.select_one(f"#id_{field}_error")
    assert soup.select_one("#id_place")["value"] == "Kantine"
    assert not Meeting.objects.exists() and opens_in_english(client, response)


def test_an_hour_that_the_clock_skips_is_refused(as_user, user, url, data):
    response = as_user(user).post(url, {**data, "day": "2027-03-28", "time": "02:30"})
    assert b"id_time_error" in response.content and not Meeting.objects.exists()


def test_a_moved_start_asks_whether_the_meeting_is_still_right(as_user, user, walk, url, data, steps):
    client = as_user(user)
    client.post(url, data)
    before = Meeting.objects.get().starts_at
    with time_machine.travel("2026-10-02 12:00+02:00"):
        record_event(kind=OnboardingEvent.Kind.START_MOVED, enrolment=walk, old="2026-10-01", new="2026-11-01")
        client.force_login(user)
        assert b"/meeting/keep/" in client.get(steps[0].get_url()).content
    with time_machine.travel("2026-10-02 13:00+02:00"):
        client.post(f"{url}keep/")
        assert b"/meeting/keep/" not in client.get(steps[0].get_url()).content
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.sequence) == (before, 0)


def test_an_ended_path_changes_no_meeting(as_user, user, url, data):
    client = as_user(user)
    client.post(url, data)
    Enrolment.objects.update(ended_on=date(2026, 10, 1))
    client.post(f"{url}cancel/")
    client.post(url, {**data, "time": "12:00"})
    assert (Meeting.objects.get().sequence, Meeting.objects.get().cancelled_at) == (0, None)


def test_who_is_not_in_it_any_more_can_take_it_out_of_their_calendar(as_user, make_user, user, walk, buddy, url, data):
    as_user(user).post(url, data)
    meeting = Meeting.objects.get()
    set_supporter(enrolment=walk, role="buddy", colleague=make_user(first_name="Bo"))
    called_off = told().get(recipient=buddy, kind="onboarding.meeting_cancelled")
    with translation.override("nl"):
        assert resolve(called_off).url == f"/nl/onboarding/meetings/{meeting.uid}/meeting.ics"
    client = as_user(buddy)
    method, event = file_of(client, meeting)
    assert method == "CANCEL" and event["UID"] == f"{meeting.uid}@portal" and "LOCATION" not in event
    assert user.email not in str(event["ATTENDEE"])
    assert client.get(f"/nl/onboarding/meetings/{meeting.uid}/").status_code == 404
    assert as_user(make_user()).get(f"/nl/onboarding/meetings/{meeting.uid}/meeting.ics").status_code == 404


def test_the_personal_address_of_who_has_not_started_is_in_nobody_elses_calendar(as_user, user, buddy, url, data):
    as_user(user).post(url, data)
    user.is_preboarder = True
    user.save()
    meeting = Meeting.objects.get()
    assert user.email not in str(file_of(as_user(buddy), meeting)[1].to_ical())
    assert buddy.email in str(file_of(as_user(buddy), meeting)[1].to_ical())
