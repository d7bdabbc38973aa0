"""What goes outside and comes back: the author asks, the people in the pictures agree, a moderator decides."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.services import notify

from ..models import (
    Portrayal,
    PublicSnapshot,
    SharingChoice,
    StoryEvent,
    StoryPage,
    Submission,
)
from ..outside import is_closed_inside
from ..outside_pictures import pictures_of
from .moving import (
    NotAllowedError,
    StateError,
    lock,
    may_judge,
    record,
    require_author,
    require_judge,
    tell_author,
    tell_moderators,
    what_happened,
)
from .snapshots import (
    choice_for,
    content_hash,
    delete_leftover_files,
    live_copy_of,
    make_copy,
    pictures_for_outside,
    withdraw_copies,
    withdraw_orphans,
)

Kind, Release = StoryEvent.Kind, Submission.Release


def portrayals_for_outside(story: StoryPage, choice: SharingChoice) -> list[Portrayal]:
    """Everybody in the pictures that would go along, with the person; by picture, then by name."""
    images = [row["image"].pk for row in pictures_for_outside(story, choice)]
    rows = Portrayal.objects.filter(story=story, image__in=images).select_related("person")
    return sorted(rows, key=lambda row: (images.index(row.image_id), row.person.get_full_name()))


def missing_consents(story: StoryPage, choice: SharingChoice) -> list[Portrayal]:
    """Those who haven't said that they may be shown outside."""
    return [row for row in portrayals_for_outside(story, choice) if not row.may_go_outside]


def require_shareable(submission: Submission) -> None:
    """Raise StateError unless every colleague can read the story now."""
    story = submission.story
    if not story.live or submission.hidden_at is not None:
        raise StateError(_("Only a story that stands in the portal can go outside."))
    if is_closed_inside(story):
        raise StateError(_("Only some colleagues may read this story, so it can't go outside."))


@transaction.atomic
def ask_release(
    *,
    submission: Submission,
    by,
    with_name: bool = False,
    left_out: Iterable[int] = (),
    text_nl: str = "",
    text_en: str = "",
) -> Submission:
    """The author asks whether the story may go outside, or changes what they asked; for a story that is outside: anew.

    ``left_out`` holds the ids of images that stay inside. Whoever is in the others is asked, moderators once all have
    said yes. Raises NotAllowedError for anybody but the author, StateError for a story that colleagues can't read.
    """
    submission = lock(submission.pk)
    require_author(submission, by)
    require_shareable(submission)
    story = submission.story
    own = {row["image"].pk for row in pictures_of(story)}
    values = {"with_name": with_name, "text_nl": text_nl, "text_en": text_en, "asked_at": timezone.now()}
    choice, _created = SharingChoice.objects.update_or_create(story=story, defaults=values)
    choice.left_out.set(own & set(left_out))
    if submission.release != Release.ASKED:
        submission.release = Release.ASKED
        submission.save(update_fields=["release"])
        record(submission, Kind.RELEASE_ASKED, actor=by)
    # Who asks for their own picture to go along has said yes by doing so.
    rows = portrayals_for_outside(story, choice)
    own_rows = [row.pk for row in rows if row.person_id == by.pk]
    Portrayal.objects.filter(pk__in=own_rows).update(may_go_outside=True, outside_answered_at=timezone.now())
    _ask_people(submission, choice)
    _tell_moderators_if_complete(submission, choice)
    return submission


def _last_asked(submission: Submission) -> StoryEvent:
    return submission.events.filter(kind=Kind.RELEASE_ASKED).order_by("-created_at", "-pk").first()


def _ask_people(submission: Submission, choice: SharingChoice) -> None:
    """Ask everybody who hasn't answered, once each time the author asks; who said no isn't pressed."""
    asked = _last_asked(submission)
    for row in missing_consents(submission.story, choice):
        if row.outside_answered_at is None and row.person.is_active:
            notify(
                recipient=row.person,
                kind="story.release_consent",
                key=f"event-{asked.pk}-portrayal-{row.pk}",
                payload={"portrayal": row.pk},
            )


def _tell_moderators_if_complete(submission: Submission, choice: SharingChoice) -> None:
    if submission.release == Release.ASKED and not missing_consents(submission.story, choice):
        tell_moderators(submission, "story.release_to_judge", _last_asked(submission))


@transaction.atomic
def answer_outside(*, portrayal: Portrayal, person, may_go_outside: bool) -> Portrayal:
    """Somebody in a picture says whether it may go outside; again at any time. No takes back a copy with them in it.

    Raises NotAllowedError for anybody else.
    """
    if portrayal.person_id != person.pk:
        raise NotAllowedError(_("You are not the one in this photo."))
    submission = Submission.objects.filter(story=portrayal.story_id).first()
    # The story first, so that a moderator who releases at this moment waits for the answer or the answer for the copy.
    submission = lock(submission.pk) if submission else None
    portrayal = Portrayal.objects.select_for_update().get(pk=portrayal.pk)
    before = portrayal.may_go_outside
    portrayal.may_go_outside, portrayal.outside_answered_at = may_go_outside, timezone.now()
    portrayal.save(update_fields=["may_go_outside", "outside_answered_at"])
    if submission is None or submission.release == Release.INTERNAL:
        return portrayal
    if may_go_outside:
        if not before:
            _tell_moderators_if_complete(submission, choice_for(submission.story))
        return portrayal
    copy = live_copy_of(submission.story)
    if copy is not None and copy.photos.filter(source=portrayal.image_id).exists():
        # Why is nobody's business but theirs; who is in the picture can see it was one of them.
        _close(submission, actor=None, kind="story.release_ended")
    elif submission.release == Release.ASKED and person.pk != submission.story.author_id:
        tell_author(submission, "story.release_photo", _last_asked(submission))
    return portrayal


@transaction.atomic
def release_story(*, submission: Submission, moderator, seen: str) -> Submission:
    """A moderator lets the story go outside: makes its public copy.

    ``seen`` is the ``content_hash`` of what the moderator looked at. Raises NotAllowedError for the author and for
    colleagues who aren't moderators; StateError where another was first, the story changed since, or somebody in a
    picture hasn't said yes (the message says who).
    """
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    if submission.release != Release.ASKED:
        raise StateError(what_happened(submission))
    require_shareable(submission)
    story = submission.story
    choice = choice_for(story)
    missing = missing_consents(story, choice)
    if missing:
        names = sorted({row.person.get_full_name() for row in missing})
        raise StateError(
            ngettext(
                "%(count)d person in the photos hasn't said yes: %(names)s.",
                "%(count)d people in the photos haven't said yes: %(names)s.",
                len(names),
            )
            % {"count": len(names), "names": ", ".join(names)}
        )
    if seen != content_hash(story, choice):
        raise StateError(_("The story changed while you were reading. Look at it again before you decide."))
    make_copy(story=story, choice=choice)
    submission.release = Release.PUBLIC
    submission.save(update_fields=["release"])
    event = record(submission, Kind.RELEASE_GIVEN, actor=moderator)
    tell_author(submission, "story.release_given", event)
    return submission


@transaction.atomic
def refuse_release(*, submission: Submission, moderator, reason: str, comment: str) -> Submission:
    """A moderator keeps the story inside, and says why. A copy of before that is outside stays as it is."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    if submission.release != Release.ASKED:
        raise StateError(what_happened(submission))
    submission.release = Release.PUBLIC if live_copy_of(submission.story) else Release.INTERNAL
    submission.save(update_fields=["release"])
    event = record(submission, Kind.RELEASE_REFUSED, actor=moderator, reason=reason, comment=comment)
    tell_author(submission, "story.release_refused", event)
    return submission


@transaction.atomic
def end_release(*, submission: Submission, by, comment: str = "") -> Submission:
    """The author, or a moderator, takes the story back from outside or stops asking; again changes nothing."""
    submission = lock(submission.pk)
    is_author = submission.story.author_id == by.pk
    if not is_author and not may_judge(submission, by):
        raise NotAllowedError(_("You may not judge this story."))
    if submission.release != Release.INTERNAL:
        _close(submission, actor=by, comment=comment, kind="" if is_author else "story.release_ended")
    return submission


@transaction.atomic
def withdraw_snapshots(*, submission: Submission) -> int:
    """Take every public copy back, whatever the reason; its address answers 410 from now on. Returns how many.

    For stories that are withdrawn, unpublished or hidden; nobody is told, they hear of that already. ``submission`` is
    changed as well, so that saving it later doesn't undo this.
    """
    submission.release = lock(submission.pk).release
    if submission.release == Release.INTERNAL:
        return withdraw_copies(story_pk=submission.story_id)
    return _close(submission, actor=None)


def _close(submission: Submission, *, actor, comment: str = "", kind: str = "") -> int:
    submission.release = Release.INTERNAL
    submission.save(update_fields=["release"])
    count = withdraw_copies(story_pk=submission.story_id)
    event = record(submission, Kind.RELEASE_ENDED, actor=actor, comment=comment)
    if kind:
        tell_author(submission, kind, event)
    return count


@transaction.atomic
def take_back_closed_copies(now: datetime) -> int:
    """Withdraw copies that can't be seen any more (unpublished, hidden, restricted, deleted), and leftover files.

    Nobody could open them since; this makes it last. Returns how many copies and files went.
    """
    count = withdraw_orphans()
    closed = PublicSnapshot.objects.to_take_back().values_list("story__submission", flat=True)
    restricted = [
        copy.story.submission.pk
        for copy in PublicSnapshot.objects.shown().select_related("story")
        if is_closed_inside(copy.story)
    ]
    for pk in {*filter(None, closed), *restricted}:
        count += withdraw_snapshots(submission=lock(pk))
    return count + delete_leftover_files(now)
