"""Sending in: a new story, a revised one, or a change to one that was published."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug

from ...addresses import is_reserved
from ...difference import is_small_change
from ...models import (
    MAX_CHARACTERS,
    Portrayal,
    StoryDraft,
    StoryEvent,
    StoryIndexPage,
    StoryPage,
    StoryPhoto,
    Submission,
)
from ...promises import answer_promised_by
from ..hiding import refuse_while_hidden
from ..moving import NotAllowedError, expect, lock, move, record, tell_moderators
from ..publishing import published
from ..telling import tell_portrayed
from ..workflow import lock_channel, resume_workflow, start_workflow
from .guarding import OPEN_STATES
from .rules import channel_for, reads_before

State, Kind = Submission.State, StoryEvent.Kind


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
    # A story that answered a call in time may still be changed.
    is_new_answer = draft.call_id and not (draft.story_id and draft.story.call_id == draft.call_id)
    if is_new_answer and draft.call.ends_on < timezone.localdate():
        problems["call"] = [_("This call has ended. You can send your story without it.")]
    try:
        channel_for(draft)
    except StoryIndexPage.DoesNotExist:
        problems["language"] = [_("There is no place for stories in this language yet. Choose the other one.")]
    for photo in draft.photos.prefetch_related("people"):
        faults = []
        if not photo.alt_text.strip() and not photo.is_decorative:
            faults.append(_("Say what the photo shows, or that it only decorates."))
        if not photo.nobody_recognisable and not photo.people.all():
            faults.append(_("Say who can be recognised, or that nobody can."))
        if photo.nobody_recognisable and photo.people.all():
            faults.append(_("You say that nobody can be recognised, and name somebody. Choose one of the two."))
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


def _send_new(draft: StoryDraft, author, now: datetime) -> Submission:
    channel = channel_for(draft)
    # Two stories at once wait for each other here: for their place in the tree, and for their address.
    lock_channel(channel)
    channel.refresh_from_db()
    is_first = not Submission.objects.filter(story__author=author).exists()
    # Who can be recognised hears of it before it appears, so such a story never appears at once.
    before = reads_before(channel, author, now) or _names_others(_people_on(draft), draft)
    story = StoryPage(
        title=draft.title.strip(),
        text=draft.text,
        author=author,
        owner=author,
        date=now,
        live=False,
        theme_id=draft.theme_id,
        call_id=draft.call_id,
        locale=channel.locale,
        slug=_slug_for(draft, channel),
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
    _keep_portrayals(story, draft, untag=True)
    tell_portrayed(story)
    if before:
        start_workflow(submission, author)
    else:
        published(submission, actor=author, now=now)
    tell_moderators(submission, "story.to_review", event)
    return submission


def _names_others(people: set[tuple[int, int]], draft: StoryDraft) -> bool:
    return any(person != draft.author_id for _image, person in people)


def _slug_for(draft: StoryDraft, channel: StoryIndexPage) -> str:
    word = "story" if draft.language == "en" else "verhaal"
    slug = slugify(draft.title, allow_unicode=True)[:80].strip("-_") or word
    return find_available_slug(channel, f"{word}-{slug}" if is_reserved(slug) else slug)


def _send_again(draft: StoryDraft, author, now: datetime) -> Submission:
    submission = lock(draft.story.submission.pk)
    expect(submission, *OPEN_STATES)
    refuse_while_hidden(submission)
    is_live = submission.story.live
    story = submission.story.get_latest_revision_as_object()
    judged = _last_judged(submission) or story
    before, pictures_before = _words_of(judged), {photo.image_id for photo in judged.photos.all()}
    same_title = judged.title == draft.title.strip()
    story.title, story.text = draft.title.strip(), draft.text
    story.theme_id, story.call_id = draft.theme_id, draft.call_id
    _put_photos(story, draft)
    is_small = (
        same_title
        and is_small_change(before, _words_of(story))
        and {photo.image_id for photo in story.photos.all()} <= pictures_before
        and not _people_who_came(story, draft)
    )
    if is_live:
        story.changed_at = now
    revision = story.save_revision(user=author, log_action=True)
    channel = story.get_parent().specific
    reads_first = reads_before(channel, author, now) or _names_others(_people_who_came(story, draft), draft)
    at_once = submission.state == State.PUBLISHED and (is_small or not reads_first)
    # As long as readers see the version before, whoever is on its photos can hide them.
    _keep_portrayals(story, draft, untag=at_once or not is_live)
    tell_portrayed(story)
    if at_once:
        event = record(submission, Kind.CHANGED, actor=author, revision=revision)
        submission.reads_after = submission.reads_after or not is_small
        published(submission, actor=author, now=now)
    else:
        submission.submitted_at, submission.due_at = now, answer_promised_by(now, channel.target_days)
        submission.escalation = 0
        event = move(submission, State.IN_REVIEW, event=Kind.ANSWERED, actor=author, revision=revision)
        resume_workflow(submission, author)
    if not (at_once and is_small):
        tell_moderators(submission, "story.to_review", event)
    return submission


def _last_judged(submission: Submission) -> StoryPage | None:
    """The story as a moderator last read and approved it: many small changes together are a large one.

    None where it appeared at once and nobody read along yet.
    """
    approved = submission.events.filter(kind=Kind.APPROVED, revision__isnull=False).select_related("revision")
    last = approved.order_by("-created_at", "-pk").first()
    return last and last.revision.as_object()


def _words_of(story: StoryPage) -> str:
    """All that is read: a caption can say as much as the text."""
    captions = [f"{photo.alt_text}\n{photo.caption}" for photo in story.photos.all()]
    return "\n".join([story.text, *captions])


def _put_photos(story: StoryPage, draft: StoryDraft) -> None:
    # Lists show the first photo; a picture that an editor chose for them stays.
    if story.image_id is None or story.image_id in {photo.image_id for photo in story.photos.all()}:
        first = draft.photos.select_related("image").first()
        story.image, story.image_alt = (first.image, first.alt_text) if first else (None, "")
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


def _people_on(draft: StoryDraft) -> set[tuple[int, int]]:
    photos = draft.photos.prefetch_related("people")
    return {(photo.image_id, person.pk) for photo in photos for person in photo.people.all()}


def _people_who_came(story: StoryPage, draft: StoryDraft) -> set[tuple[int, int]]:
    return _people_on(draft) - set(Portrayal.objects.filter(story_id=story.pk).values_list("image", "person"))


def _keep_portrayals(story: StoryPage, draft: StoryDraft, *, untag: bool) -> None:
    """Write down who is on which picture; with ``untag`` those no longer named go.

    Who asked to hide a photo, or said that it stays inside, stays as long as the photo is there: else naming them no
    more would show it again, or take it outside.
    """
    wanted, came = _people_on(draft), _people_who_came(story, draft)
    if untag:
        here = draft.photos.values_list("image", flat=True)
        said_no = Q(answer=Portrayal.Answer.HIDDEN) | Q(outside_answered_at__isnull=False, may_go_outside=False)
        unwilling = Portrayal.objects.filter(said_no, story_id=story.pk, image__in=here)
        rows = Portrayal.objects.filter(story_id=story.pk).exclude(pk__in=unwilling.values("pk"))
        gone = [row.pk for row in rows if (row.image_id, row.person_id) not in wanted]
        Portrayal.objects.filter(pk__in=gone).delete()
    Portrayal.objects.bulk_create(
        Portrayal(story_id=story.pk, image_id=image, person_id=person, answer=_own_answer(person, draft))
        for image, person in sorted(came)
    )


def _own_answer(person_pk: int, draft: StoryDraft) -> str:
    # Who puts a picture of themselves in their own story has said yes by doing so.
    return Portrayal.Answer.FINE if person_pk == draft.author_id else Portrayal.Answer.NONE
