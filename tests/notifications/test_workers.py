"""Several workers at once, and one that is killed: outside the test's own transaction, so everything really commits."""

import multiprocessing
import re
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from notifications import kinds
from notifications.jobs import Job, claim
from notifications.kinds import Content, Kind
from notifications.models import JobRun, Message
from notifications.sending import send_due
from notifications.services import notify
from people.models import User
from tests.factories import UserFactory
from tests.notifications.appending import KILL

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("workers")]
NOW, LATER = datetime(2026, 10, 7, 8, tzinfo=UTC), datetime(2026, 10, 7, 12, tzinfo=UTC)
PEOPLE, EACH = 6, 8


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker):
    """In the place of pytest-django's: the database is there, without a transaction around the test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def people(db):
    """Colleagues that other connections see as well; they and what they were told are gone afterwards."""
    made = [UserFactory(email=f"worker{number}@example.org") for number in range(PEOPLE)]
    yield made
    User.objects.filter(pk__in=[person.pk for person in made]).delete()
    JobRun.objects.all().delete()
    connection.close()


@pytest.fixture
def mailbox(settings, tmp_path):
    """The file that mails are appended to."""
    settings.EMAIL_BACKEND = "tests.notifications.appending.AppendingBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mailbox")
    return tmp_path / "mailbox"


@pytest.fixture
def told(people):
    """Every colleague told ``EACH`` things; each names itself in the mail as ``<colleague.number>``."""
    kinds.register(
        Kind(
            name="numbered",
            label="Numbered",
            daily=False,
            resolve=lambda payload, recipient: Content(title=f"<{recipient.pk}.{payload['n']}>", url="/nl/x/"),
        )
    )
    for person in people:
        for number in range(EACH):
            notify(recipient=person, kind="numbered", key=str(number), payload={"n": number}, now=NOW)
    return {f"<{person.pk}.{number}>" for person in people for number in range(EACH)}


def at_once(workers: int, work) -> list:
    """What ``work()`` returned in each of so many threads that start together; an error in one is raised here."""
    gate, outcomes = Barrier(workers), []

    def run():
        try:
            gate.wait()
            outcomes.append(work())
        except Exception as error:  # noqa: BLE001 - raised again below
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors := [outcome for outcome in outcomes if isinstance(outcome, Exception)]:
        raise errors[0]
    return outcomes


def mailed(mailbox) -> list[str]:
    """Every message that was handed over, as often as it was."""
    return re.findall(r"<\d+\.\d+>", mailbox.read_text()) if mailbox.exists() else []


def test_eight_workers_at_once_mail_everything_once(told, mailbox):
    sent = at_once(8, lambda: send_due(LATER))
    assert sorted(mailed(mailbox)) == sorted(told)
    assert sum(sent) == PEOPLE
    assert set(Message.objects.values_list("mail", flat=True)) == {Message.Mail.SENT}


def test_a_worker_killed_between_handing_over_and_saving_leaves_nothing_to_send_twice(told, mailbox):
    (mailbox.parent / KILL).touch()
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=send_due, args=(LATER,))
    worker.start()
    worker.join(timeout=60)
    assert worker.exitcode == 9
    (mailbox.parent / KILL).unlink()
    first = mailed(mailbox)
    assert len(first) == EACH
    # Two workers take over, while nobody knows what became of the first.
    at_once(2, lambda: send_due(LATER))
    assert sorted(mailed(mailbox)) == sorted(told)
    assert Message.objects.filter(mail=Message.Mail.HANDED_OVER).count() == EACH
    assert send_due(LATER) == 0


def test_many_killed_workers_never_send_anything_twice(told, mailbox):
    (mailbox.parent / KILL).touch()
    connections.close_all()
    workers = [multiprocessing.get_context("fork").Process(target=send_due, args=(LATER,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    (mailbox.parent / KILL).unlink()
    at_once(2, lambda: send_due(LATER))
    assert sorted(mailed(mailbox)) == sorted(told)


def test_the_same_told_by_ten_at_once_is_told_once(people, told):
    before = Message.objects.count()
    messages = at_once(
        10, lambda: notify(recipient=people[0], kind="numbered", key="together", payload={"n": 99}, now=NOW)
    )
    assert len({message.pk for message in messages}) == 1
    assert Message.objects.count() == before + 1


@pytest.mark.parametrize("known", [False, True])
def test_one_of_many_workers_takes_a_job(people, known):
    from datetime import timedelta

    job = Job("together", lambda now: 0, every=timedelta(hours=1))
    if known:
        assert claim(job, NOW)
    assert sorted(at_once(8, lambda: claim(job, LATER))) == [False] * 7 + [True]


def test_sending_inside_a_transaction_is_refused(told, mailbox):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        send_due(LATER)
    assert mailed(mailbox) == []
