"""Writing and sending in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale

from ..difference import is_small_change
from ..models import (
    MAX_CHARACTERS,
    Portrayal,
    StoryDraft,
    StoryEvent,
    StoryIndexPage,
    StoryPage,
    StoryPhoto,
    Submission,
)
from ..promises import answer_promised_by
from .moving import NotAllowedError, StateError, expect, lock, move, record, tell_moderators, what_happened
from .publishing import published
from .telling import tell_portrayed
from .workflow import start_workflow

State, Kind = Submission.State, StoryEvent.Kind
FIELDS = ("title", "text", "language", "theme", "call", "channel")


class DraftConflictError(Exception):
    """Somebody (another tab, another device) saved after this one last read; ``draft`` is what is there now."""

    def __init__(self, draft: StoryDraft):
        super().__init__(_("This draft was saved elsewhere in the meantime."))
        self.draft = draft


@transaction.atomic
def save_draft(*, author, key: UUID, version: int, values: dict) -> StoryDraft:
    """Save what was typed; makes the draft where it is new.

    ``version`` is the one the writer last read (0 for new); raises DraftConflictError where another was saved since,
    NotAllowedError for somebody else's draft, StateError for one that was sent.
    ``values`` may hold title, text, language, theme, call and channel.
    """
    changes = {name: values[name] for name in FIELDS if name in values}
    changes["title"] = str(changes.get("title", ""))[:255] if "title" in changes else ""
    if "title" not in values:
        del changes["title"]
    draft = StoryDraft.objects.select_for_update().filter(key=key).first()
    if draft is None:
        try:
            with transaction.atomic():
                return StoryDraft.objects.create(key=key, author=author, **changes)
        except IntegrityError:
            # The other tab was first by a moment.
            draft = StoryDraft.objects.select_for_update().get(key=key)
    if draft.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    if draft.sent_at is not None:
        raise StateError(_("This story was sent already."))
    same = all(getattr(draft, name) == value for name, value in changes.items())
    if same:
        return draft
    if version != draft.version:
        raise DraftConflictError(draft)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def open_draft_for(*, submission: Submission, author) -> StoryDraft:
    """The draft in which the author changes a sent or published story; made from its latest words once."""
    submission = lock(submission.pk)
    if submission.story.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    expect(submission, State.CHANGES_ASKED, State.PUBLISHED, State.WITHDRAWN, State.DECLINED)
    draft = StoryDraft.objects.filter(story=submission.story, sent_at__isnull=True).first()
    if draft is not None:
        return draft
    story = submission.story.get_latest_revision_as_object()
    draft = StoryDraft.objects.create(
        author=author,
        story=submission.story,
        channel=story.get_parent().specific,
        call_id=story.call_id,
        title=story.title,
        text=story.text,
        language=story.locale.language_code,
        theme_id=story.theme_id,
    )
    for order, photo in enumerate(story.photos.all()):
        people = list(Portrayal.objects.filter(story=story, image=photo.image).values_list("person", flat=True))
        copy = draft.photos.create(
            image=photo.image,
            alt_text=photo.alt_text,
            is_decorative=photo.is_decorative,
            caption=photo.caption,
            sort_order=order,
            nobody_recognisable=not people,
        )
        copy.people.set(people)
    return draft


def problems_of(draft: StoryDraft) -> dict[str, list[str]]:
    """What keeps a draft from being sent, by field: ``{"title": [...], "text": [...], "photo-<key>": [...]}``."""
    problems: dict[str, list[str]] = {}
    if not draft.title.strip():
        problems["title"] = [_("Give your story a title.")]
    if not draft.text.strip():
        problems["text"] = [_("Write something first.")]
    elif len(draft.text) > MAX_CHARACTERS:
        problems["text"] = [
            _("A story has at most %(limit)s characters; this one has %(count)s.")
            % {"limit": MAX_CHARACTERS, "count": len(draft.text)}
        ]
    if draft.call_id and draft.call.ends_on < timezone.localdate():
        problems["call"] = [_("This call has ended. You can send your story without it.")]
    for photo in draft.photos.prefetch_related("people"):
        faults = []
        if not photo.alt_text.strip() and not photo.is_decorative:
            faults.append(_("Say what the photo shows, or that it only decorates."))
        if not photo.nobody_recognisable and not photo.people.all():
            faults.append(_("Say who can be recognised, or that nobody can."))
        if faults:
            problems[f"photo-{photo.key}"] = faults
    return problems


@transaction.atomic
def send_story(*, draft: StoryDraft, author, now: datetime | None = None) -> Submission:
    """Send a draft in: a new story, a revised one, or a change to a published one.

    Sending the same draft again returns what the first time made. Raises ValidationError (by field) for what is missing,
    NotAllowedError for somebody else's draft, StateError where the story moved on.
    """
    now = now or timezone.now()
    draft = StoryDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    if draft.sent_at is not None:
        return draft.story.submission
    if problems := problems_of(draft):
        raise ValidationError(problems)
    send = _send_new if draft.story_id is None else _send_again
    submission = send(draft, author, now)
    StoryDraft.objects.filter(pk=draft.pk).update(sent_at=now, story=submission.story)
    return submission


def default_channel(language: str) -> StoryIndexPage:
    """The first channel of this language; raises StoryIndexPage.DoesNotExist where there is none."""
    channel = StoryIndexPage.objects.live().filter(locale__language_code=language).order_by("path").first()
    if channel is None:
        raise StoryIndexPage.DoesNotExist(language)
    return channel


def is_trusted(author, now: datetime) -> bool:
    """Three approved stories, and no report upheld in the last twelve months."""
    own = Submission.objects.filter(story__author=author)
    upheld = own.filter(upheld_report_at__gte=now - timedelta(days=365)).order_by("-upheld_report_at").first()
    if upheld is not None:
        return False
    return own.filter(state=State.PUBLISHED, reads_after=False).count() >= 3


def reads_before(channel: StoryIndexPage, author, now: datetime) -> bool:
    """Whether a moderator reads this person's story in this channel before it appears."""
    is_first = not Submission.objects.filter(story__author=author, story__first_published_at__isnull=False).exists()
    if is_first:
        return True
    if channel.trusts_authors and is_trusted(author, now):
        return False
    return channel.moderation == StoryIndexPage.Moderation.BEFORE


def _send_new(draft: StoryDraft, author, now: datetime) -> Submission:
    channel = _channel_in(draft.channel or default_channel(draft.language), draft.language)
    is_first = not Submission.objects.filter(story__author=author).exists()
    before = reads_before(channel, author, now)
    story = StoryPage(
        title=draft.title.strip(),
        text=draft.text,
        author=author,
        owner=author,
        date=now,
        live=False,
        theme=draft.theme,
        call_id=draft.call_id,
        locale=channel.locale,
        slug=find_available_slug(channel, slugify(draft.title, allow_unicode=True)[:80] or "verhaal"),
    )
    _put_photos(story, draft)
    channel.add_child(instance=story)
    revision = story.save_revision(user=author, log_action=True)
    submission = Submission.objects.create(
        story=story,
        submitted_at=now,
        due_at=answer_promised_by(now, channel.target_days),
        is_first_story=is_first,
        reads_after=not before,
    )
    event = record(submission, Kind.SENT, actor=author, revision=revision)
    _keep_portrayals(story, draft)
    if before:
        start_workflow(submission, author)
    else:
        published(submission, actor=author, now=now)
    tell_moderators(submission, "story.to_review", event)
    tell_portrayed(story)
    return submission


def _send_again(draft: StoryDraft, author, now: datetime) -> Submission:
    submission = lock(draft.story.submission.pk)
    expect(submission, State.CHANGES_ASKED, State.PUBLISHED, State.WITHDRAWN, State.DECLINED)
    if submission.state == State.DECLINED:
        raise StateError(what_happened(submission))
    story = submission.story.get_latest_revision_as_object()
    before = (story.title, story.text, {photo.image_id for photo in story.photos.all()})
    story.title, story.text, story.theme, story.call_id = draft.title.strip(), draft.text, draft.theme, draft.call_id
    _put_photos(story, draft)
    new_people = _keep_portrayals(story, draft)
    is_small = (
        before[0] == story.title
        and is_small_change(before[1], story.text)
        and {photo.image_id for photo in story.photos.all()} <= before[2]
        and not new_people
    )
    if submission.state == State.PUBLISHED:
        story.changed_at = now
    revision = story.save_revision(user=author, log_action=True)
    channel = story.get_parent().specific
    if submission.state == State.PUBLISHED and (is_small or not reads_before(channel, author, now)):
        record(submission, Kind.CHANGED, actor=author, revision=revision)
        submission.reads_after = submission.reads_after or not is_small
        return published(submission, actor=author, now=now)
    submission.submitted_at, submission.due_at = now, answer_promised_by(now, channel.target_days)
    submission.escalation = 0
    was = submission.state
    event = move(submission, State.IN_REVIEW, event=Kind.ANSWERED, actor=author, revision=revision)
    running = StoryPage.objects.get(pk=story.pk).current_workflow_state
    if was == State.CHANGES_ASKED and running is not None:
        running.resume(user=author)
    else:
        start_workflow(submission, author)
    tell_moderators(submission, "story.to_review", event)
    tell_portrayed(story)
    return submission


def _channel_in(channel: StoryIndexPage, language: str) -> StoryIndexPage:
    if channel.locale.language_code == language:
        return channel
    return channel.get_translation_or_none(Locale.objects.get(language_code=language)) or channel


def _put_photos(story: StoryPage, draft: StoryDraft) -> None:
    story.photos.set(
        [
            StoryPhoto(
                image=photo.image,
                alt_text=photo.alt_text,
                is_decorative=photo.is_decorative,
                caption=photo.caption,
                sort_order=order,
            )
            for order, photo in enumerate(draft.photos.all())
        ]
    )


def _keep_portrayals(story: StoryPage, draft: StoryDraft) -> bool:
    """Who is on which picture; those no longer named go. Returns whether somebody came."""
    wanted = {
        (photo.image_id, person.pk)
        for photo in draft.photos.prefetch_related("people")
        for person in photo.people.all()
    }
    known = {(row.image_id, row.person_id): row.pk for row in Portrayal.objects.filter(story_id=story.pk)}
    Portrayal.objects.filter(pk__in=[pk for pair, pk in known.items() if pair not in wanted]).delete()
    came = wanted - set(known)
    Portrayal.objects.bulk_create(
        Portrayal(story_id=story.pk, image_id=image, person_id=person, answer=_own_answer(person, draft))
        for image, person in came
    )
    return bool(came)


def _own_answer(person_pk: int, draft: StoryDraft) -> str:
    # Who puts a picture of themselves in their own story has said yes by doing so.
    return Portrayal.Answer.FINE if person_pk == draft.author_id else Portrayal.Answer.NONE
