"""What HR does with one enrolment or many: seen first, done once, and done as it was seen."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from onboarding.admin.deed import DEEDS
from onboarding.models import Enrolment, OnboardingEvent, StepProgress
from onboarding.services import complete_step, enrol, record_event, waive_step

from .hr import confirm, errors_of, preview, words_of

pytestmark = pytest.mark.django_db
MANY = "/admin/enrolments/many/"


@pytest.fixture
def soon(path, user):
    """``user`` on ``path`` from a week from now."""
    return enrol(user=user, path=path, start_date=timezone.localdate() + timedelta(days=7))


def url(enrolment, action: str = "") -> str:
    page = f"/admin/enrolments/edit/{enrolment.pk}/"
    return f"{page}{action}/" if action else page


def dates(enrolment) -> dict:
    return dict(enrolment.progress.values_list("step_key", "due_on"))


def test_the_page_shows_plan_people_and_record(hr, soon, steps, make_user):
    from onboarding.services import set_supporter

    set_supporter(enrolment=soon, role="buddy", colleague=make_user(first_name="Bas"))
    complete_step(enrolment=soon, step_key=steps[0].translation_key)
    text = BeautifulSoup(hr.get(url(soon)).content, "html.parser").select_one("main").get_text(" ")
    for words in (*(step.title for step in steps), "Bas", "Jong talent"):
        assert words in text


def test_how_often_a_quiz_was_tried_and_its_score_are_not_in_hrs_record(hr, soon, steps):
    key = steps[0].translation_key
    record_event(kind="submitted", enrolment=soon, step_key=key, actor=soon.user, number=1, is_passed=False)
    record_event(kind="submitted", enrolment=soon, step_key=steps[1].translation_key, actor=soon.user)
    record_event(kind="rescored", enrolment=soon, step_key=key, actor=soon.user, old=50, new=100, number=1)
    entries = hr.get(reverse("enrolments:edit", args=[soon.pk])).context["entries"]
    assert [(entry.what, entry.step, entry.details) for entry in entries[:2]] == [
        ("quiz opnieuw geteld", steps[0].title, ""),
        ("ingeleverd", steps[1].title, ""),
    ]
    assert sum(entry.what == "ingeleverd" for entry in entries) == 1


def test_the_page_takes_as_many_queries_for_a_long_record(hr, soon, steps):
    hr.get(url(soon))
    with CaptureQueriesContext(connection) as few:
        hr.get(url(soon))
    OnboardingEvent.objects.bulk_create(
        OnboardingEvent(enrolment=soon, path_key=soon.path_key, kind="opened", at=timezone.now(), actor=soon.user)
        for _number in range(200)
    )
    with CaptureQueriesContext(connection) as many:
        response = hr.get(url(soon))
    assert len(many) == len(few)
    assert hr.get(f"{url(soon)}?p=2").status_code == hr.get(f"{url(soon)}?p=x").status_code == 200
    assert len(response.context["entries"]) == 50


def test_another_start_date_moves_what_the_preview_says(hr, soon):
    new = soon.start_date + timedelta(days=14)
    before = dates(soon)
    data = {"start_date": new.isoformat(), "late": "spread", "spread_days": "10"}
    outlook = preview(hr, url(soon, "start"), data).context["outlook"]
    assert dates(soon) == before and not Message.objects.filter(kind__contains="plan").exists()
    shown = {row[0]: row[3] for table in outlook.tables for row in table.rows if len(row) == 4}
    assert confirm(hr, url(soon, "start"), data).status_code == 302
    soon.refresh_from_db()
    assert soon.start_date == new
    assert len(shown) == sum(before[key] != due for key, due in dates(soon).items()) > 0


def test_a_second_click_on_confirm_does_it_once(hr, soon):
    data = {"starts_on": timezone.localdate().isoformat(), "ends_on": ""}
    seen = preview(hr, url(soon, "pause"), data).context["outlook"].fingerprint
    for _click in range(2):
        assert hr.post(url(soon, "pause"), {**data, "seen": seen}).status_code == 302
    assert soon.pauses.count() == 1
    assert OnboardingEvent.objects.filter(enrolment=soon, kind="paused").count() == 1


def test_what_changed_since_it_was_seen_is_shown_anew(hr, soon, steps):
    data = {"start_date": (soon.start_date + timedelta(days=14)).isoformat(), "late": "spread", "spread_days": "10"}
    seen = preview(hr, url(soon, "start"), data).context["outlook"].fingerprint
    complete_step(enrolment=soon, step_key=steps[0].translation_key)
    response = hr.post(url(soon, "start"), {**data, "seen": seen})
    assert response.status_code == 200 and response.context["has_changed"]
    start = soon.start_date
    soon.refresh_from_db()
    assert soon.start_date == start


def test_pause_and_resume(hr, soon):
    today = timezone.localdate()
    confirm(hr, url(soon, "pause"), {"starts_on": today.isoformat(), "ends_on": ""})
    assert b"/pause/" not in hr.get(url(soon)).content
    assert "ends_on" in errors_of(hr.post(url(soon, "resume"), {"ends_on": (today - timedelta(days=3)).isoformat()}))
    confirm(hr, url(soon, "resume"), {"ends_on": (today + timedelta(days=20)).isoformat()})
    assert soon.pauses.get().ends_on == today + timedelta(days=20)


def test_end_and_go_on(hr, soon):
    today = timezone.localdate().isoformat()
    confirm(hr, url(soon, "end"), {"on": today, "reason": "stopped"})
    soon.refresh_from_db()
    assert (soon.ended_on.isoformat(), soon.end_reason) == (today, "stopped")
    confirm(hr, url(soon, "go-on"), {"on": today})
    soon.refresh_from_db()
    assert soon.ended_on is None


def test_who_comes_back_starts_again_with_what_still_counts(hr, soon, steps):
    for step in steps[:3]:
        complete_step(enrolment=soon, step_key=step.translation_key)
    key = str(steps[1].translation_key)
    data = {"start_date": timezone.localdate().isoformat(), "counts": [key]}
    outlook = preview(hr, url(soon, "again"), data).context["outlook"]
    assert steps[0].title in words_of(outlook) and Enrolment.objects.count() == 1
    confirm(hr, url(soon, "again"), data)
    new = Enrolment.objects.latest("pk")
    assert new.cycle == 2
    assert [str(row.step_key) for row in new.progress.done()] == [key]


def test_a_step_is_waived_unwaived_and_opened_again(hr, soon, steps):
    key = str(steps[0].translation_key)
    assert "reason" in errors_of(hr.post(url(soon, "waive"), {"step": key, "reason": ""}))
    confirm(hr, url(soon, "waive"), {"step": key, "reason": "Kan dit al"})
    row = StepProgress.objects.get(enrolment=soon, step_key=key)
    assert row.waived_at and row.waiver_reason == "Kan dit al"
    assert "step" in errors_of(hr.post(url(soon, "waive"), {"step": key, "reason": "Nog eens"}))
    confirm(hr, url(soon, "unwaive"), {"step": key})
    complete_step(enrolment=soon, step_key=steps[0].translation_key)
    confirm(hr, url(soon, "reopen"), {"step": key, "note": "Nog één keer"})
    row.refresh_from_db()
    assert row.completed_at is None and row.attempts.get().note == "Nog één keer"


def test_a_date_by_hand_stays_until_it_is_given_back(hr, soon, steps):
    key, day = str(steps[0].translation_key), soon.start_date + timedelta(days=40)
    rule = dates(soon)[steps[0].translation_key]
    confirm(hr, url(soon, "date"), {"step": key, "due_on": day.isoformat()})
    assert dates(soon)[steps[0].translation_key] == day
    move = {"start_date": (soon.start_date + timedelta(days=7)).isoformat(), "late": "spread", "spread_days": "10"}
    assert preview(hr, url(soon, "start"), move).context["outlook"].warnings
    confirm(hr, url(soon, "undate"), {"step": key})
    assert dates(soon)[steps[0].translation_key] == rule


def test_somebody_else_walks_along(hr, soon, make_user):
    buddy = make_user(first_name="Bas")
    response = hr.post(url(soon, "supporter"), {"role": "buddy", "colleague": soon.user.pk})
    assert "colleague" in errors_of(response)
    confirm(hr, url(soon, "supporter"), {"role": "buddy", "colleague": buddy.pk})
    assert soon.supporters.get().colleague == buddy
    assert "Bas" in hr.get(url(soon)).content.decode()


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("start", {"start_date": "morgen"}, "start_date"),
        ("start", {"start_date": "2199-01-01"}, "start_date"),
        ("probation", {"probation_end": "2020-01-01"}, "probation_end"),
        ("pause", {"starts_on": "2026-11-10", "ends_on": "2026-11-09"}, "ends_on"),
        ("end", {"on": "", "reason": "zomaar"}, "reason"),
        ("waive", {"step": "geen", "reason": "x"}, "step"),
        ("date", {"step": "", "due_on": "x"}, "due_on"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_changes(hr, soon, action, data, field):
    before = dates(soon)
    assert field in errors_of(hr.post(url(soon, action), data))
    assert dates(soon) == before and not soon.pauses.exists()


def test_every_deed_opens_or_says_that_it_is_not_possible(hr, soon):
    for slug, deed in DEEDS.items():
        if deed.with_one:
            assert hr.get(url(soon, slug)).status_code == (200 if deed.applies(soon) else 302), slug
    for address in (url(soon, "erase"), url(soon, "shift"), f"/admin/enrolments/edit/{10**8}/"):
        assert hr.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("role", [[], ["Editors"], ["Managers"]])
def test_others_than_hr_neither_look_nor_do(client, make_user, soon, role):
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=role))
    addresses = [url(soon), *(url(soon, slug) for slug in DEEDS), *(f"{MANY}{slug}/" for slug in DEEDS), MANY]
    for address in addresses:
        for method in (client.get, client.post):
            assert method(address, {"id": soon.pk, "action": "end"}).status_code in (302, 403, 404, 405)
    soon.refresh_from_db()
    assert soon.ended_on is None and not OnboardingEvent.objects.filter(enrolment=soon).exclude(kind="enrolled")


def test_many_are_moved_with_one_preview(hr, path, make_user):
    start = timezone.localdate() + timedelta(days=7)
    people = [enrol(user=make_user(), path=path, start_date=start) for _number in range(3)]
    ids = [enrolment.pk for enrolment in people[:2]]
    assert b'name="days"' in hr.post(MANY, {"action": "shift", "id": ids}).content
    data = {"id": ids, "days": "7"}
    outlook = preview(hr, f"{MANY}shift/", data).context["outlook"]
    assert people[0].user.get_full_name() in words_of(outlook)
    confirm(hr, f"{MANY}shift/", data)
    moved = [Enrolment.objects.get(pk=enrolment.pk).start_date for enrolment in people]
    assert moved == [start + timedelta(days=7)] * 2 + [start]


def test_all_of_a_narrowed_list_can_be_meant(hr, path, make_user):
    start = timezone.localdate() + timedelta(days=7)
    autumn = [enrol(user=make_user(), path=path, start_date=start, cohort="Herfst") for _number in range(2)]
    other = enrol(user=make_user(), path=path, start_date=start)
    page = hr.post(MANY, {"action": "end", "all": "1", "narrowed_by": "cohort=Herfst"})
    ids = {int(field["value"]) for field in BeautifulSoup(page.content, "html.parser").select("input[name=id]")}
    assert ids == {enrolment.pk for enrolment in autumn}
    confirm(hr, f"{MANY}end/", {"id": list(ids), "on": start.isoformat(), "reason": "stopped"})
    assert Enrolment.objects.get(ended_on=None) == other


def test_who_it_cannot_be_done_for_is_left_out_with_the_reason(hr, soon, path, make_user):
    ended = enrol(user=make_user(), path=path, start_date=soon.start_date)
    Enrolment.objects.filter(pk=ended.pk).update(ended_on=date(2026, 11, 1))
    data = {"id": [soon.pk, ended.pk], "on": timezone.localdate().isoformat(), "reason": "moved"}
    outlook = preview(hr, f"{MANY}end/", data).context["outlook"]
    assert ended.user.get_full_name() in words_of(outlook)
    confirm(hr, f"{MANY}end/", data)
    ended.refresh_from_db()
    assert ended.ended_on == date(2026, 11, 1)


def test_many_are_put_on_another_path_and_reminded(hr, path, make_path, user):
    late = enrol(user=user, path=path, start_date=timezone.localdate() - timedelta(days=40))
    late.progress.update(due_on=timezone.localdate() - timedelta(days=9))
    other = make_path(steps=(1,), title="Tweede pad")
    data = {"id": [late.pk], "path": str(other.translation_key), "start_date": timezone.localdate().isoformat()}
    confirm(hr, f"{MANY}onto/", data)
    assert Enrolment.objects.of(user).count() == 2
    before = Message.objects.count()
    outlook = preview(hr, f"{MANY}remind/", {"id": [late.pk]}).context["outlook"]
    assert user.get_full_name() in words_of(outlook) and Message.objects.count() == before
    confirm(hr, f"{MANY}remind/", {"id": [late.pk]})
    assert Message.objects.filter(recipient=user).count() > 0
    assert not preview(hr, f"{MANY}remind/", {"id": [late.pk]}).context["outlook"].may_confirm


@pytest.mark.parametrize("ids", [[], ["x"], [10**8], ["-1"]])
def test_nobody_picked_leads_back_to_the_list(hr, ids):
    response = hr.post(MANY, {"action": "end", "id": ids})
    assert (response.status_code, response["Location"]) == (302, "/admin/enrolments/")


def test_waived_words_of_others_are_escaped(hr, soon, steps, make_user):
    waive_step(enrolment=soon, step_key=steps[0].translation_key, actor=make_user(), reason="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in hr.get(url(soon)).content
