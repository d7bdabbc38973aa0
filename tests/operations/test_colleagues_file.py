"""The file of every night: taken over, or kept back and told."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from notifications.jobs import all_jobs
from notifications.kinds import get_kind
from notifications.models import Message
from operations.colleagues import OUTCOME, pick_up_colleagues
from people.models import ColleaguesSync, User

pytestmark = pytest.mark.django_db
HEADER = "staff_number;email;first_name;team\n"


@pytest.fixture
def file(tmp_path, settings):
    """Where HR's system puts its file."""
    settings.COLLEAGUES_FILE = str(tmp_path / "hr.csv")
    return tmp_path / "hr.csv"


@pytest.fixture
def hr(make_user):
    return make_user(groups=["HR"], locale="en")


@pytest.fixture
def administrator(make_user):
    return make_user(groups=["Administrators"], locale="en")


def say(message: Message) -> str:
    with translation.override("en"):
        content = get_kind(message.kind).resolve(message.payload, message.recipient)
    return f"{content.title} {content.text} {content.url}"


def test_what_is_new_is_taken_over_and_told_to_hr_and_administrators(file, hr, administrator, make_user):
    make_user(groups=["Editors"])
    file.write_text(HEADER + "1;a@example.org;Anna;\n2;b@example.org;Bram;Nergens\n")
    assert pick_up_colleagues(timezone.now()) == 1
    told = Message.objects.filter(kind=OUTCOME)
    assert {message.recipient for message in told} == {hr, administrator}
    words = {message.recipient_id: say(message) for message in told}
    assert "1 colleague joins, 1 row has a mistake." in words[hr.pk] and "/reports/colleagues/" in words[hr.pk]
    assert "/colleagues/file/" in words[administrator.pk] and "Nergens" not in words[hr.pk]
    # The next night there is nothing new but the mistake, said once more; mended, nobody hears of it.
    assert pick_up_colleagues(timezone.now()) == 0 and Message.objects.filter(kind=OUTCOME).count() == 4
    file.write_text(HEADER + "1;a@example.org;Anna;\n")
    assert pick_up_colleagues(timezone.now()) == 0 and Message.objects.filter(kind=OUTCOME).count() == 4
    hr.groups.clear()
    with translation.override("en"):
        assert get_kind(OUTCOME).resolve(told[0].payload, User.objects.get(pk=hr.pk)) is None


@pytest.mark.parametrize("what", ["missing", "unreadable", "old", "braked", "a folder"])
def test_what_can_not_be_done_changes_nothing_and_is_told(file, hr, make_user, settings, what):
    settings.COLLEAGUES_FILE_COMPLETE = True
    for number in range(20):
        make_user(staff_number=str(number), email=f"p{number}@example.org")
    file.write_text(HEADER + "0;p0@example.org;Piet;\n")
    if what == "missing":
        file.unlink()
    elif what == "a folder":
        settings.COLLEAGUES_FILE = str(file.parent)
    elif what == "unreadable":
        file.write_text("who;knows\n1;2\n")
    elif what == "old":
        moment = (timezone.now() - timedelta(days=6)).timestamp()
        os.utime(file, (moment, moment))
    assert pick_up_colleagues(timezone.now()) == 0
    assert User.objects.filter(is_active=True, staff_number__isnull=False).count() == 20
    assert ColleaguesSync.objects.get().state == {"a folder": "missing"}.get(what, what)
    assert say(Message.objects.get(kind=OUTCOME, recipient=hr))


def test_accounts_of_leavers_are_looked_at_every_few_minutes():
    job = next(job for job in all_jobs() if job.name == "accounts of leavers")
    assert job.every <= timedelta(minutes=15)
