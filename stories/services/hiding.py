"""Taking a story or a photo from view until it is settled, and showing it again.

Whether a photo is hidden follows from what people said about it (``must_be_hidden``) and stands on the image itself,
so that it is out of view wherever it is used; see ``PortalImage.hidden_at``.
"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import Revision

from base.models import PortalImage
from base.stamp import touch_content

from ..judges import judges_as
from ..models import DraftPhoto, Portrayal, StoryEvent, StoryPage, StoryPhoto, StoryReport, Submission
from .moving import StateError, record
from .pictures import settle_pictures_of
from .publishing import take_down
from .sharing import withdraw_snapshots
from .workflow import judge_this, our_own_move, start_workflow

State, Kind = Submission.State, StoryEvent.Kind
REPORTERS_TO_HIDE = 3


def submission_for(page: StoryPage) -> Submission:
    """The submission of this story in any language; made for one that editors wrote in the admin."""
    known = Submission.objects.filter(story__translation_key=page.translation_key).order_by("pk").first()
    if known is not None:
        return known
    twins = StoryPage.objects.twins_of(page)
    story = twins.order_by("first_published_at", "pk").first() or page
    moment = story.first_published_at or timezone.now()
    made, _created = Submission.objects.get_or_create(
        story=story,
        defaults={
            "state": State.PUBLISHED if story.live else State.IN_REVIEW,
            "submitted_at": moment,
            "due_at": moment,
        },
    )
    return made


def refuse_while_hidden(submission: Submission) -> None:
    """Raise StateError for a story that is out of view until reports on it are settled."""
    if submission.hidden_at is not None:
        raise StateError(_("This story is hidden until a moderator has looked at the reports on it."))


def hide_story(submission: Submission, *, now: datetime) -> StoryEvent | None:
    """Take a locked submission's story from view in every language; None where it is hidden already.

    Nobody's name goes with it: not in the timeline, nor in Wagtail's log.
    """
    if submission.hidden_at is not None:
        return None
    live = StoryPage.objects.live().twins_of(submission.story)
    submission.hidden_pages = {str(page.pk): page.live_revision_id for page in live}
    submission.hidden_at = now
    submission.save(update_fields=["hidden_at", "hidden_pages"])
    with LogContext(user=None):
        take_down(submission, user=None)
    touch_content()
    return record(submission, Kind.HIDDEN, actor=None)


def show_story(submission: Submission) -> StoryEvent | None:
    """Show a locked submission's story again as it was; None where it wasn't hidden.

    One that its author took back meanwhile stays away, and so does one that was declined.
    """
    if submission.hidden_at is None:
        return None
    pages, submission.hidden_at, submission.hidden_pages = submission.hidden_pages, None, {}
    submission.save(update_fields=["hidden_at", "hidden_pages"])
    if submission.state in (State.WITHDRAWN, State.DECLINED):
        return record(submission, Kind.SHOWN, actor=None)
    with LogContext(user=None), our_own_move():
        for pk, revision in pages.items():
            _publish_again(int(pk), revision)
    settle_pictures_of(submission.story)
    if submission.state == State.IN_REVIEW:
        # Publishing ended the workflow of the change that is being read.
        start_workflow(submission, submission.story.author)
    touch_content()
    return record(submission, Kind.SHOWN, actor=None)


def _publish_again(page_pk: int, revision_pk: int | None) -> None:
    page = StoryPage.objects.filter(pk=page_pk, live=False).first()
    if page is None:
        return
    # What is in the row is what readers saw; a version made since is not.
    revision = Revision.objects.filter(pk=revision_pk).first() or page.save_revision()
    revision.publish(user=None, skip_permission_checks=True)


def must_be_hidden(image_pk: int) -> bool:
    """Whether somebody in the photo asked so, a report on it was upheld, or enough of them wait to be looked at."""
    if Portrayal.objects.filter(image=image_pk, answer=Portrayal.Answer.HIDDEN).exists():
        return True
    reports = StoryReport.objects.filter(image=image_pk)
    return reports.filter(outcome=StoryReport.Outcome.UPHELD).exists() or is_enough(
        reports.filter(outcome=StoryReport.Outcome.OPEN)
    )


def is_enough(open_reports) -> bool:
    """Whether these open reports on one thing take it from view: three people, or anything private."""
    rows = list(open_reports.values_list("reporter", "reason"))
    private = any(reason == StoryReport.Reason.PRIVACY for _reporter, reason in rows)
    return private or len({reporter for reporter, _reason in rows}) >= REPORTERS_TO_HIDE


def follow_photo(image_pk: int, *, now: datetime) -> bool | None:
    """Hide or show a photo after what people said about it: True hidden just now, False shown again, None as it was.

    Public copies of the stories that it is in are taken back with it.
    """
    image = PortalImage.objects.select_for_update(of=("self",)).get(pk=image_pk)
    hides = must_be_hidden(image_pk)
    if hides == (image.hidden_at is not None):
        return None
    image.hidden_at = now if hides else None
    image.save(update_fields=["hidden_at"])
    for submission in Submission.objects.filter(uses_of(image_pk)).distinct():
        if hides:
            withdraw_snapshots(submission=submission)
        settle_pictures_of(submission.story)
    touch_content()
    return hides


def uses_of(image_pk: int) -> Q:
    """Submissions of stories with this photo."""
    stories = StoryPhoto.objects.filter(image=image_pk).values("page__translation_key")
    heads = StoryPage.objects.filter(image=image_pk).values("translation_key")
    return Q(story__translation_key__in=stories) | Q(story__translation_key__in=heads)


def remove_photo(*, submission: Submission, image_pk: int, actor) -> None:
    """Take a photo out of a locked submission's story for good, in what readers see and in what waits to be read."""
    DraftPhoto.objects.filter(draft__story=submission.story_id, draft__sent_at__isnull=True, image=image_pk).delete()
    key = submission.story.translation_key
    was_in_review = submission.state == State.IN_REVIEW
    with our_own_move():
        for page in StoryPage.objects.twins_of(submission.story):
            _remove_from(page, submission, image_pk, actor)
    rows = Portrayal.objects.filter(story__translation_key=key, image=image_pk, settled_at__isnull=True)
    rows.update(settled_at=timezone.now())
    if was_in_review:
        start_workflow(submission, submission.story.author)
    touch_content()


def _remove_from(page: StoryPage, submission: Submission, image_pk: int, actor) -> None:
    waiting = page.get_latest_revision_as_object() if not page.live or page.has_unpublished_changes else None
    if page.live and _drop(page, image_pk):
        page.save_revision(user=actor, log_action=True).publish(user=actor, skip_permission_checks=True)
    if waiting is None:
        return
    if not page.live:
        StoryPhoto.objects.filter(page=page, image=image_pk).delete()
    _drop(waiting, image_pk)
    is_edited = page.pk == submission.story_id and submission.edited_revision_id is not None
    # Whose version it is decides who speaks for it when the author agrees.
    whose = submission.edited_revision.user if is_edited else page.latest_revision and page.latest_revision.user
    revision = waiting.save_revision(user=whose)
    if page.pk == submission.story_id:
        if is_edited:
            submission.edited_revision = revision
            submission.save(update_fields=["edited_revision"])
        judge_this(submission, revision)


def _drop(story: StoryPage, image_pk: int) -> bool:
    photos = list(story.photos.all())
    kept = [photo for photo in photos if photo.image_id != image_pk]
    is_head = story.image_id == image_pk
    if is_head:
        story.image, story.image_alt = None, ""
    story.photos.set(kept)
    return is_head or len(kept) < len(photos)


def may_open_hidden(image_pk: int, user) -> bool:
    """Whether a hidden photo is open to this colleague: who settles it, who wrote the story, who is recognised on it.

    For ``base.files.admit``.
    """
    if not PortalImage.objects.filter(pk=image_pk, hidden_at__isnull=False).exists():
        return False
    if judges_as(user) == "all":
        return True
    return (
        StoryPhoto.objects.filter(image=image_pk, page__author=user).exists()
        or Portrayal.objects.filter(image=image_pk, person=user).exists()
    )
