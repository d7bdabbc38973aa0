"""Check-ins: an agenda and notes that both sides write and read, and nobody else."""

import uuid
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from notifications.models import Message
from notifications.resolving import resolve
from notifications.services import mark_seen
from onboarding.check_ins import check_in_for
from onboarding.models import CheckInPoint, Enrolment, Meeting, StepPage
from onboarding.reading_outlines import path_outline
from onboarding.services import end_enrolment, enrol, set_supporter
from onboarding.services.check_in import add_point
from onboarding.services.erasing import erase_answers, erase_check_ins
from people.models import User
from people.personal_data import collect

from .conftest import opens_in_english, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(make_user, user):
    manager = make_user(first_name="Mo", last_name="Baas")
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    return manager


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Sem", last_name="Maat")


@pytest.fixture
def check_in(steps):
    """The first step: a check-in that the newcomer sees to."""
    steps[0].kind, steps[0].is_check_in = StepPage.Kind.MEET, True
    publish(steps[0])
    return steps[0]


@pytest.fixture
def of_manager(steps):
    """The second step: a check-in that the manager sees to."""
    steps[1].kind, steps[1].is_check_in, steps[1].assignee = StepPage.Kind.MEET, True, "manager"
    publish(steps[1])
    return steps[1]


@pytest.fixture
def walk(check_in, of_manager, path, user, manager, buddy):
    return enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)


def address(walk, step, part="agenda") -> str:
    return f"/nl/onboarding/{walk.pk}/steps/{step.translation_key}/check-in/{part}/"


def write(client, walk, step, text="Hoe gaat de overdracht?", part="agenda", point=None):
    return client.post(address(walk, step, part), {"text": text, "point": point or uuid.uuid4()})


def supported(walk, step) -> str:
    return f"/nl/onboarding/for/{walk.pk}/{step.translation_key}/"


def section(response) -> BeautifulSoup | None:
    return BeautifulSoup(response.content, "html.parser").select_one("#check-in")


def test_both_write_and_both_read_all_of_it(as_user, walk, of_manager, user, manager):
    response = write(as_user(user), walk, of_manager)
    point = CheckInPoint.objects.get()
    assert response["Location"] == f"{of_manager.get_url()}#point-{point.pk}"
    response = write(as_user(manager), walk, of_manager, "Volgende maand meelopen.", part="notes")
    assert response["Location"].startswith(supported(walk, of_manager))
    for person, page in ((user, of_manager.get_url()), (manager, supported(walk, of_manager))):
        words = section(as_user(person).get(page)).get_text(" ", strip=True)
        assert "Hoe gaat de overdracht?" in words and "Volgende maand meelopen." in words
        other = manager if person == user else user
        assert f"Alleen jij en {other.get_full_name()}" in words


def test_nobody_else_reads_or_writes_it(as_user, walk, of_manager, user, buddy, make_user):
    write(as_user(user), walk, of_manager)
    point = CheckInPoint.objects.get()
    for person in (buddy, make_user(groups=["HR"]), make_user(groups=["Editors"]), make_user()):
        client = as_user(person)
        assert b"Hoe gaat de overdracht?" not in client.get(supported(walk, of_manager)).content
        assert write(client, walk, of_manager).status_code == 404
        assert client.get(f"/nl/onboarding/check-ins/{point.pk}/").status_code == 404
        assert client.post(f"/nl/onboarding/check-ins/{point.pk}/remove/").status_code == 404
        assert client.post(f"/nl/onboarding/check-ins/{point.pk}/discussed/", {"discussed": "true"}).status_code == 404
    assert CheckInPoint.objects.count() == 1 and CheckInPoint.objects.get().discussed_at is None


def test_the_other_is_who_the_meeting_is_agreed_with(as_user, walk, check_in, user, buddy, manager):
    write(as_user(user), walk, check_in, "Eerst voor mij alleen.")
    assert "met wie je afspreekt" in section(as_user(user).get(check_in.get_url())).get_text()
    assert section(as_user(buddy).get(supported(walk, check_in))) is None
    row = walk.progress.get(step_key=check_in.translation_key)
    Meeting.objects.create(progress=row, starts_at="2099-10-08T10:00Z", with_whom=buddy)
    assert "Eerst voor mij alleen." in section(as_user(buddy).get(supported(walk, check_in))).get_text()
    assert section(as_user(manager).get(supported(walk, check_in))) is None
    Meeting.objects.update(cancelled_at="2026-10-02T10:00Z")
    assert section(as_user(buddy).get(supported(walk, check_in))) is None


def test_who_takes_over_goes_on_with_it_and_who_handed_over_reads_no_more(
    as_user, walk, of_manager, manager, make_user
):
    write(as_user(manager), walk, of_manager)
    later = make_user(first_name="Nieuw")
    set_supporter(enrolment=walk, role="manager", colleague=later)
    assert "Hoe gaat de overdracht?" in section(as_user(later).get(supported(walk, of_manager))).get_text()
    assert as_user(manager).get(supported(walk, of_manager)).status_code == 404
    assert write(as_user(manager), walk, of_manager).status_code == 404


def test_when_the_path_ends_only_the_newcomer_reads_and_nobody_writes(as_user, walk, of_manager, user, manager):
    write(as_user(user), walk, of_manager)
    end_enrolment(enrolment=walk, reason="left", actor=manager)
    assert write(as_user(manager), walk, of_manager).status_code == 404
    response = write(as_user(user), walk, of_manager, "Nog iets")
    assert b"Nog iets" in response.content and b"agenda-text_error" in response.content
    point = CheckInPoint.objects.get()
    changed = as_user(user).post(f"/nl/onboarding/check-ins/{point.pk}/", {"text": "Toch anders", "version": 1})
    assert b"Toch anders" in changed.content and b"id_text_error" in changed.content
    assert as_user(user).get(f"/nl/onboarding/check-ins/{point.pk}/").status_code == 302
    ended = Enrolment.objects.select_related("user").get(pk=walk.pk)
    step = path_outline(user, walk.path_key, "nl").step(of_manager.translation_key)
    seen = check_in_for(user, ended, step, None)
    assert [point.text for point in seen.points] == ["Hoe gaat de overdracht?"] and not seen.may_write
    assert check_in_for(manager, ended, step, None) is None


def test_a_double_click_adds_one_point(as_user, walk, of_manager, user):
    point = uuid.uuid4()
    client = as_user(user)
    first = write(client, walk, of_manager, point=point)
    assert write(client, walk, of_manager, point=point)["Location"] == first["Location"]
    assert CheckInPoint.objects.count() == 1


def test_an_id_that_belongs_elsewhere_changes_nothing_there(as_user, walk, of_manager, check_in, user, manager):
    point = uuid.uuid4()
    write(as_user(manager), walk, of_manager, point=point)
    assert write(as_user(user), walk, of_manager, "Overschreven", point=point).status_code == 400
    assert write(as_user(user), walk, check_in, "Overschreven", point=point).status_code == 400
    assert CheckInPoint.objects.get().text == "Hoe gaat de overdracht?"


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_cannot_be_kept_is_said_beside_the_field_and_stays_typed(as_user, walk, of_manager, user, text):
    client = as_user(user)
    response = write(client, walk, of_manager, text, part="notes")
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200 and soup.select_one("#notes-text_error") and soup.select_one(".error-summary")
    assert soup.select_one("#notes-text").get_text().strip() == text.strip()
    assert soup.title.get_text().startswith("Fout:") and not CheckInPoint.objects.exists()
    assert opens_in_english(client, response)


def test_changed_and_sent_again_nothing_typed_is_dropped(as_user, walk, of_manager, user):
    point, client = uuid.uuid4(), as_user(user)
    write(client, walk, of_manager, "Eerste woorden", point=point)
    write(client, walk, of_manager, "Eerste woorden, en meer", point=point)
    assert set(CheckInPoint.objects.values_list("text", flat=True)) == {"Eerste woorden", "Eerste woorden, en meer"}


def test_nobody_lets_themselves_in(as_user, walk, check_in, of_manager, user, buddy, manager, make_user):
    """Agreeing on a time lets who it is with in; where something was written only the newcomer lets somebody in."""
    write(as_user(user), walk, check_in, "Voor mij alleen.")
    write(as_user(user), walk, of_manager)
    hr = make_user(groups=["HR"])
    for step, intruders in ((check_in, (buddy, manager, hr)), (of_manager, (buddy, hr))):
        for person in intruders:
            client, url = as_user(person), f"/nl/onboarding/{walk.pk}/steps/{step.translation_key}/meeting/"
            data = {"day": "2099-10-08", "time": "10:30", "minutes": "30", "place": "", "with_whom": person.pk}
            assert client.post(url, data).status_code == 404
            assert "meeting/" not in str(section(client.get(supported(walk, step))) or "")
    assert not Meeting.objects.exists()
    # Who is in it may say when, not with whom else.
    start = date.today() + timedelta(days=30)
    url = f"/nl/onboarding/{walk.pk}/steps/{of_manager.translation_key}/meeting/"
    data = {"day": start.isoformat(), "time": "10:30", "minutes": "30", "place": "", "with_whom": hr.pk}
    as_user(manager).post(url, data)
    assert not Meeting.objects.exists()
    as_user(manager).post(url, {**data, "with_whom": manager.pk})
    assert Meeting.objects.get().with_whom == manager


def test_after_the_meeting_who_takes_over_goes_on_with_what_is_open(
    as_user, walk, of_manager, user, manager, make_user
):
    row = walk.progress.get(step_key=of_manager.translation_key)
    Meeting.objects.create(progress=row, starts_at="2026-10-02T10:00Z", with_whom=manager)
    write(as_user(manager), walk, of_manager, part="notes")
    later = make_user(first_name="Nieuw")
    set_supporter(enrolment=walk, role="manager", colleague=later)
    page = f"/nl/onboarding/meetings/{Meeting.objects.get().uid}/"
    assert section(as_user(manager).get(page)) is None
    assert "Hoe gaat de overdracht?" in section(as_user(later).get(supported(walk, of_manager))).get_text()


def test_who_left_makes_room_for_who_does_the_step(as_user, walk, of_manager, user, manager, make_user):
    gone = make_user(first_name="Weg")
    row = walk.progress.get(step_key=of_manager.translation_key)
    Meeting.objects.create(progress=row, starts_at="2099-10-02T10:00Z", with_whom=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert manager.get_full_name() in section(as_user(user).get(of_manager.get_url())).get_text()
    assert section(as_user(manager).get(supported(walk, of_manager))) is not None


def test_where_it_is_left_to_all_of_hr_the_page_says_so(as_user, walk, of_manager, user, make_user):
    User.objects.filter(pk=user.pk).update(manager=None)
    Enrolment.objects.filter(pk=walk.pk).update(manager=None)
    people = [make_user(first_name=f"Hr{n}", groups=["HR"]) for n in range(3)]
    write(as_user(User.objects.get(pk=user.pk)), walk, of_manager)
    words = section(as_user(User.objects.get(pk=user.pk)).get(of_manager.get_url())).get_text()
    assert "en 2 anderen" in words
    assert Message.objects.filter(kind="onboarding.check_in", recipient__in=people).count() == 3
    assert all(section(as_user(person).get(supported(walk, of_manager))) is not None for person in people)


def test_what_one_did_says_of_points_that_nobody_else_reads_them(as_user, walk, of_manager, user):
    history = f"/en/onboarding/{walk.pk}/history/"
    own = as_user(user)
    hints = [
        hint.get_text(" ", strip=True)
        for hint in BeautifulSoup(own.get(history).content, "html.parser").select(".hint")
    ]
    assert "You, your manager and HR see this." not in hints
    assert not any(hint.startswith("Only you") for hint in hints)
    write(own, walk, of_manager)
    point = BeautifulSoup(own.get(history).content, "html.parser").select_one("main .rows > li")
    assert "Hoe gaat de overdracht?" in point.get_text()
    assert point.select_one(".hint").get_text(strip=True) == "Only you see this, and who you agree to meet."


def test_a_step_off_the_plan_has_nothing_to_write_in_and_stays_in_the_history(as_user, walk, of_manager, user, manager):
    write(as_user(user), walk, of_manager)
    message = Message.objects.get(kind="onboarding.check_in")
    walk.progress.filter(step_key=of_manager.translation_key).update(in_plan=False)
    assert write(as_user(user), walk, of_manager, "Nog iets").status_code == 404
    assert resolve(message) is None
    assert "Hoe gaat de overdracht?" in as_user(user).get(f"/nl/onboarding/{walk.pk}/history/").content.decode()


def test_a_thousand_points_an_hour_are_too_many(as_user, walk, of_manager, user, monkeypatch):
    monkeypatch.setattr("onboarding.views.check_ins.POINTS_AN_HOUR", 2)
    client = as_user(user)
    for number in range(2):
        write(client, walk, of_manager, f"Punt {number}")
    soup = BeautifulSoup(write(client, walk, of_manager, "Te veel").content, "html.parser")
    assert soup.select_one("#agenda-text_error") and soup.select_one("#agenda-text").get_text().strip() == "Te veel"
    assert CheckInPoint.objects.count() == 2


@pytest.mark.parametrize("part", ["geheim", "AGENDA"])
def test_there_are_two_parts(as_user, walk, of_manager, user, part):
    assert write(as_user(user), walk, of_manager, part=part).status_code == 404


def test_a_plain_meeting_has_no_agenda_and_one_that_was_a_check_in_hides_nothing(as_user, walk, of_manager, user):
    write(as_user(user), walk, of_manager)
    of_manager.is_check_in = False
    publish(of_manager)
    assert write(as_user(user), walk, of_manager).status_code == 404
    shown = section(as_user(user).get(of_manager.get_url()))
    assert "Hoe gaat de overdracht?" in shown.get_text() and shown.find("form") is None
    CheckInPoint.objects.all().delete()
    assert section(as_user(user).get(of_manager.get_url())) is None


def test_a_point_is_discussed_by_either_and_stated_not_toggled(as_user, walk, of_manager, user, manager):
    write(as_user(user), walk, of_manager)
    point = CheckInPoint.objects.get()
    url = f"/nl/onboarding/check-ins/{point.pk}/discussed/"
    for _twice in range(2):
        as_user(manager).post(url, {"discussed": "true"})
        point.refresh_from_db()
        assert point.discussed_at is not None
    assert as_user(user).post(url, {}).status_code == 400
    as_user(user).post(url, {"discussed": "false"})
    point.refresh_from_db()
    assert point.discussed_at is None


def test_only_who_wrote_a_point_changes_it_or_takes_it_back(as_user, walk, of_manager, user, manager):
    write(as_user(user), walk, of_manager)
    point = CheckInPoint.objects.get()
    url = f"/nl/onboarding/check-ins/{point.pk}/"
    assert as_user(manager).post(url, {"text": "Anders", "version": 1}).status_code == 404
    assert as_user(manager).post(f"{url}remove/").status_code == 404
    client = as_user(user)
    assert client.get(url).status_code == 200
    client.post(url, {"text": "Anders", "version": 1})
    point.refresh_from_db()
    assert (point.text, point.version) == ("Anders", 2) and point.changed_at
    client.post(f"{url}remove/")
    assert not CheckInPoint.objects.exists()
    assert client.post(f"{url}remove/").status_code == 404


def test_two_windows_overwrite_nothing(as_user, walk, of_manager, user):
    write(as_user(user), walk, of_manager)
    point = CheckInPoint.objects.get()
    url, client = f"/nl/onboarding/check-ins/{point.pk}/", as_user(user)
    client.post(url, {"text": "In het ene venster", "version": 1})
    response = client.post(url, {"text": "In het andere", "version": 1})
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one("textarea").get_text().strip() == "In het andere"
    assert "In het ene venster" in soup.get_text() and soup.select_one("#id_text_error")
    assert CheckInPoint.objects.get().text == "In het ene venster"
    # Who has seen both may choose.
    client.post(url, {"text": "In het andere", "version": soup.select_one("[name=version]")["value"]})
    assert CheckInPoint.objects.get().text == "In het andere"


def test_the_other_is_told_once_until_they_look_and_only_what_still_holds(as_user, walk, of_manager, user, manager):
    for number in range(3):
        write(as_user(user), walk, of_manager, f"Punt {number}")
    message = Message.objects.get(kind="onboarding.check_in")
    assert message.recipient == manager
    mark_seen(user=manager)
    write(as_user(user), walk, of_manager, "Punt 4")
    assert Message.objects.filter(kind="onboarding.check_in", recipient=manager).count() == 2
    with translation.override("nl"):
        content = resolve(message)
        assert user.get_full_name() in content.title and "Punt" not in content.title + content.text
        assert content.url == f"{supported(walk, of_manager)}#check-in"
        CheckInPoint.objects.all().delete()
        assert resolve(message) is None


def test_who_is_not_in_it_any_more_is_told_nothing(as_user, walk, of_manager, user, manager, make_user):
    write(as_user(user), walk, of_manager)
    set_supporter(enrolment=walk, role="manager", colleague=make_user())
    assert resolve(Message.objects.get(kind="onboarding.check_in", recipient=manager)) is None


def test_it_is_among_what_is_kept_about_both_and_goes_when_forgotten(walk, of_manager, user, manager):
    add_point(
        enrolment=walk, step_key=of_manager.translation_key, part="notes", text="Afgesproken: meelopen.", writer=manager,
        others=[user], point_id=uuid.uuid4(),
    )  # fmt: skip
    assert "Afgesproken: meelopen." in str(collect(user)) and manager.get_full_name() in str(collect(user))
    assert "Afgesproken: meelopen." in str(collect(manager))
    erase_answers(enrolment=walk)
    assert CheckInPoint.objects.exists()
    erase_check_ins(enrolment=walk)
    assert not CheckInPoint.objects.exists()


def test_who_left_leaves_what_they_wrote(as_user, walk, of_manager, user, manager):
    write(as_user(manager), walk, of_manager)
    CheckInPoint.objects.update(written_by=None)
    assert "Een collega" in section(as_user(user).get(of_manager.get_url())).get_text()


def test_the_page_costs_the_same_with_ten_times_the_points(as_user, walk, of_manager, user, manager):
    costs = []
    for number in (2, 20):
        row = walk.progress.get(step_key=of_manager.translation_key)
        CheckInPoint.objects.bulk_create(
            CheckInPoint(progress=row, part="agenda", text=f"Punt {n}", written_by=(user, manager)[n % 2])
            for n in range(number)
        )
        for person, page in ((user, of_manager.get_url()), (manager, supported(walk, of_manager))):
            client = as_user(person)
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(page)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
