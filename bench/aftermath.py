"""What was promised to people, beside what is there afterwards; for ``faults.py``."""

import json
import time
import uuid
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rounds import FILES, Round, chapter_title, chapter_words
from visitors import Colleague

# One sender can be in the middle of one mail when something dies.
MOST_DOUBTS = 1


@dataclass
class Loss:
    """What became of one fault's promises."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mails: int = 0
    doubts: int = 0
    arrived: int = 0
    # When the last of these mails came in.
    last_mail: float = 0.0


@dataclass
class Left:
    """What is left over of everything: ``told`` is to be known, ``wrong`` a mistake."""

    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def make_messages(colleagues: list[Colleague], key: str) -> list[int]:
    """Tell each of them one thing that is to be mailed now; returns their ids."""
    from django.utils import timezone

    from guidelines.models import Following, PageChange
    from guidelines.reading.manuals import manual_above
    from guidelines.services.changes import MANUAL_CHANGED
    from notifications.models import Message
    from notifications.services import Telling, notify_many
    from people.models import User

    changes = PageChange.objects.filter(language="nl", size="large", page__live=True).select_related("page")
    change = next(one for one in changes.order_by("pk") if manual_above(one.page))
    manual = manual_above(change.page).translation_key
    now = timezone.now()
    people = User.objects.filter(pk__in=[one.pk for one in colleagues]).select_related("quiet_hours")
    Following.objects.bulk_create(Following(user=one, manual_key=manual, followed_at=now) for one in people)
    payload = {"change": change.pk, "manual": str(manual)}
    notify_many(kind=MANUAL_CHANGED, tellings=[Telling(one, key, payload) for one in people], now=now)
    # They would wait for the morning.
    Message.objects.filter(recipient__in=people, key=key).update(due_at=now)
    return [one.pk for one in colleagues]


def wait_for_mails(told: list[int], seconds: float = 60) -> None:
    """Until none of these waits to be mailed now, or for so long."""
    from django.utils import timezone

    from notifications.models import Message

    until = time.monotonic() + seconds
    due = Message.objects.filter(recipient__in=told, mail=Message.Mail.WAITING)
    while time.monotonic() < until and due.filter(due_at__lte=timezone.now()).exists():
        time.sleep(0.5)


def empty_outboxes(*, told: list[int], seconds: float = 240) -> None:
    """Wait until no mail of theirs waits, no task does, and nothing is to be brought to the index.

    What was put off because the mail server was away is due now instead of some minutes later, and the index is written
    now instead of within five minutes; nothing else is helped along.
    """
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from notifications.models import Message
    from search.engine import IndexBusy, IndexUnavailable
    from search.models import OutboxEntry
    from search.outbox import drain

    until = time.monotonic() + seconds
    waiting = Message.objects.filter(recipient__in=told, mail=Message.Mail.WAITING)
    while time.monotonic() < until:
        waiting.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
        with suppress(IndexBusy, IndexUnavailable):
            drain()
        if not (waiting.exists() or OutboxEntry.objects.exists() or DBTaskResult.objects.ready().exists()):
            return
        time.sleep(1)


def count_up(round_: Round, mails: Path) -> Loss:
    """Every promise of one round, counted."""
    loss = Loss()
    _count_stories(round_, loss)
    _count_steps(round_, loss)
    _count_mails(round_, loss, mails)
    _count_import(round_, loss)
    return loss


def _count_stories(round_: Round, loss: Loss) -> None:
    from stories.models import StoryDraft, StoryPage, Submission

    pages = StoryPage.objects.filter(title__in=round_.tried, alias_of=None, locale__language_code="nl")
    texts: dict[str, list[str]] = defaultdict(list)
    for title, text in pages.values_list("title", "text"):
        texts[title].append(text)
    submissions = Counter(
        Submission.objects.filter(story__title__in=round_.tried).values_list("story__title", flat=True)
    )
    drafts = dict(StoryDraft.objects.filter(title__in=round_.tried).values_list("title", "text"))
    for title, words in round_.sent.items():
        if not texts[title] or not submissions[title]:
            loss.lost.append(f"story {title}: {len(texts[title])} pages, {submissions[title]} submissions")
        elif words not in texts[title][0]:
            loss.lost.append(f"story {title}: other words than were sent in")
    for title, words in round_.kept.items():
        if title not in round_.sent and words not in [drafts.get(title), *texts[title]]:
            loss.lost.append(f"draft {title}, of which the portal said that it was kept")
    for title in round_.tried:
        if len(texts[title]) > 1 or submissions[title] > 1:
            loss.doubled.append(f"story {title}: {len(texts[title])} pages, {submissions[title]} submissions")


def _count_steps(round_: Round, loss: Loss) -> None:
    from onboarding.models import OnboardingEvent, StepProgress

    enrolments = [one.enrolment for one in round_.tickers]
    rows = Counter(
        StepProgress.objects.filter(enrolment__in=enrolments, completed_at__isnull=False).values_list(
            "enrolment", "step_key"
        )
    )
    events = Counter(
        OnboardingEvent.objects.filter(enrolment__in=enrolments, kind=OnboardingEvent.Kind.DONE).values_list(
            "enrolment", "step_key"
        )
    )
    promised = {(enrolment, uuid.UUID(step)) for enrolment, step in round_.done}
    # What was done without its answer ever arriving counts as well: once, and whole.
    for one in promised | rows.keys() | events.keys():
        told = f"step {one[1]} of enrolment {one[0]}: {rows[one]} rows, {events[one]} events"
        if not rows[one] or not events[one]:
            loss.lost.append(told)
        if rows[one] > 1 or events[one] > 1:
            loss.doubled.append(told)


def _count_mails(round_: Round, loss: Loss, mails: Path) -> None:
    from notifications.models import Message

    lines = [json.loads(line) for line in mails.read_text().splitlines()] if mails.exists() else []
    arrived = Counter(line["to"] for line in lines)
    rows = Message.objects.filter(recipient__in=round_.told, key=round_.fault.slug).select_related("recipient")
    for message in rows:
        count = arrived[message.recipient.email]
        loss.mails += bool(count)
        if count > 1:
            loss.doubled.append(f"mail to {message.recipient.email}: {count}")
        if message.mail == Message.Mail.HANDED_OVER:
            loss.doubts += 1
            loss.arrived += bool(count)
        elif not count:
            loss.lost.append(f"mail to {message.recipient.email}: {message.mail} {message.error}")
    told = {message.recipient.email for message in rows}
    loss.last_mail = max([0.0, *(line["at"] for line in lines if line["to"] in told)])
    if len(rows) != len(round_.told):
        loss.lost.append(f"{len(round_.told) - len(rows)} messages")
    if loss.doubts > MOST_DOUBTS:
        loss.lost.append(
            f"{loss.doubts} mails of which nobody knows whether they arrived; at most {MOST_DOUBTS} is explained"
        )


def _count_import(round_: Round, loss: Loss) -> None:
    from guidelines.importing.records import ImportedFile
    from guidelines.models import ChapterPage

    known = set(ImportedFile.objects.filter(handbook__prefix=round_.prefix).values_list("page", flat=True))
    # By what the pages say of themselves, so that one that the import lost sight of counts as well.
    pages = list(ChapterPage.objects.filter(source_path__startswith=f"{round_.prefix}/", alias_of=None))
    titles = Counter(page.title for page in pages)
    wanted = {chapter_title(number): chapter_words(number) for number in range(FILES)}
    # And one beside them that says nothing of itself.
    below = Counter(page.title for one in pages[:1] for page in one.get_siblings())
    if twice := [title for title, times in (titles | below).items() if times > 1 or title not in wanted]:
        loss.doubled.append(f"import: {sum(below.values())} pages for {FILES} files: {twice}")
    if missing := wanted.keys() - titles.keys():
        loss.lost.append(f"import: no page of {sorted(missing)}")
    halves = [page.title for page in pages if not page.live or wanted.get(page.title, "") not in str(page.body)]
    if halves:
        loss.lost.append(f"import: {', '.join(halves)} without its text")
    if loose := [page.title for page in pages if page.pk not in known]:
        loss.lost.append(f"import: {', '.join(loose)} not known as imported")


def what_is_left() -> Left:
    """Differences between index and database, broken trees, stories that hang loose, tasks that nobody does."""
    from django_tasks_db.models import DBTaskResult
    from wagtail.models import Page

    from search.engine import get_engine
    from search.models import OutboxEntry
    from search.sources import all_sources
    from stories.models import StoryDraft

    left = Left()
    for source in all_sources():
        indexed, wanted = get_engine().versions(collection=source.collection), source.versions()
        differing = [pk for pk in indexed.keys() | wanted.keys() if indexed.get(pk) != wanted.get(pk)]
        left.told.append(f"search index, {source.collection}: {len(wanted)} wanted, {len(differing)} differ")
        if differing:
            left.wrong.append(f"search index, {source.collection}: {differing[:10]}")
    if entries := OutboxEntry.objects.count():
        left.wrong.append(f"{entries} entries wait to be brought to the index")
    if any(problems := Page.find_problems()):
        left.wrong.append(f"page tree: {problems}")
    if loose := StoryDraft.objects.filter(sent_at__isnull=False, story=None).count():
        left.wrong.append(f"{loose} sent drafts without a story")
    tasks = Counter(DBTaskResult.objects.values_list("task_path", "status"))
    for (path, status), count in sorted(tasks.items()):
        if status != "SUCCESSFUL":
            left.told.append(f"tasks {status.lower()}: {count} of {path}")
    # What was put off for some minutes is told above.
    if waiting := DBTaskResult.objects.ready().count():
        left.wrong.append(f"{waiting} tasks that nobody does")
    return left
