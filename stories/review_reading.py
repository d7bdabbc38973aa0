"""What a moderator sees of a story: where it stands, what changed, who is in its pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from base.models import PortalImage

from .difference import Piece, pieces
from .models import Portrayal, StoryEvent, StoryIndexPage, StoryPage, Submission
from .services.moving import last_sent_revision, may_judge

State, Kind = Submission.State, StoryEvent.Kind


def age_in_words(moment: datetime, now: datetime) -> str:
    """``sent today``, ``sent yesterday`` or ``sent 5 days ago``, by the reader's calendar."""
    days = (timezone.localdate(now) - timezone.localdate(moment)).days
    if days <= 0:
        return _("sent today")
    if days == 1:
        return _("sent yesterday")
    return ngettext("sent %(count)d day ago", "sent %(count)d days ago", days) % {"count": days}


@dataclass(frozen=True)
class QueueRow:
    """A line of the queue."""

    submission: Submission
    age: str
    is_late: bool
    channel: str
    photos: int

    @property
    def title(self) -> str:
        """As it was last sent."""
        return self.submission.story.draft_title or self.submission.story.title


def queue_rows(submissions: Iterable[Submission], now: datetime) -> list[QueueRow]:
    """Rows of ``Submission.objects.for_queue()``, with the names of their channels in one query."""
    channels = dict(StoryIndexPage.objects.values_list("path", "title"))
    return [
        QueueRow(
            submission=row,
            age=age_in_words(row.submitted_at, now),
            is_late=row.state == State.IN_REVIEW and row.due_at < now,
            channel=channels.get(row.story.path[: -StoryPage.steplen], ""),
            photos=len(row.photo_rows or []),
        )
        for row in submissions
    ]


@dataclass(frozen=True)
class Difference:
    """What changed since a version somebody saw: ``title`` and ``text`` in pieces, and how many photos came and went."""

    since: str
    title: list[Piece]
    text: list[Piece]
    photos_new: int = 0
    photos_gone: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        words_same = all(piece.kind == "same" for piece in [*self.title, *self.text])
        return words_same and not self.photos_new and not self.photos_gone


def difference_between(since: str, before: StoryPage, after: StoryPage) -> Difference:
    """Between two versions of a story."""
    old, new = ({photo.image_id for photo in version.photos.all()} for version in (before, after))
    return Difference(
        since=since,
        title=pieces(before.title, after.title),
        text=pieces(before.text, after.text),
        photos_new=len(new - old),
        photos_gone=len(old - new),
    )


class ReviewedStory:
    """One story on the review page, for one moderator."""

    def __init__(self, submission: Submission, user, now: datetime):
        self.submission, self.user, self.now = submission, user, now

    @cached_property
    def story(self) -> StoryPage:
        """Its newest words, as readers would see them."""
        return self.submission.story.get_latest_revision_as_object()

    @cached_property
    def photos(self) -> list:
        """Its photos, their pictures and renditions fetched together."""
        photos = list(self.story.photos.all())
        images = PortalImage.objects.prefetch_related("renditions").in_bulk({photo.image_id for photo in photos})
        for photo in photos:
            if photo.image_id in images:
                photo.image = images[photo.image_id]
        return [photo for photo in photos if photo.image_id in images]

    @property
    def is_readable(self) -> bool:
        """Whether moderators may (still) read it: what the author took back is theirs alone."""
        return self.submission.state != State.WITHDRAWN

    @cached_property
    def may_judge(self) -> bool:
        """Whether this person may decide about it at all."""
        return may_judge(self.submission, self.user)

    @property
    def may_decide(self) -> bool:
        """Whether this person can decide about it now."""
        return self.may_judge and self.submission.state == State.IN_REVIEW

    @property
    def may_read_along(self) -> bool:
        """Whether it is out already and waits for somebody to read along."""
        return self.may_judge and self.submission.state == State.PUBLISHED and self.submission.reads_after

    @property
    def decided_before(self) -> bool:
        """Whether this person decided about it and the author asked somebody else to look."""
        return not self.may_judge and self.submission.excluded_moderators.filter(pk=self.user.pk).exists()

    @property
    def is_late(self) -> bool:
        """Past what the author was promised."""
        return self.submission.state == State.IN_REVIEW and self.submission.due_at < self.now

    @property
    def is_change(self) -> bool:
        """Whether readers see an earlier version meanwhile."""
        return self.submission.state != State.PUBLISHED and self.submission.story.live

    @property
    def age(self) -> str:
        """Since when it waits."""
        return age_in_words(self.submission.submitted_at, self.now)

    @property
    def channel(self) -> str:
        """The title of the channel it was sent to."""
        return self.submission.story.get_parent().title

    @cached_property
    def people(self) -> list[Portrayal]:
        """Who can be recognised in its pictures, and what they answered."""
        rows = Portrayal.objects.filter(story=self.submission.story_id).select_related("person")
        return list(rows.order_by("person__first_name", "person__last_name", "pk"))

    @cached_property
    def events(self) -> list[StoryEvent]:
        """What happened so far, oldest first."""
        return list(self.submission.events.select_related("actor"))

    @cached_property
    def difference(self) -> Difference | None:
        """What changed since the version somebody saw before; None for a first version."""
        state = self.submission.state
        if state == State.AUTHOR_TO_AGREE:
            return self._since(_("what the author sent"), last_sent_revision(self.submission))
        if self.is_change:
            return difference_between(_("what readers see now"), self.submission.story, self.story)
        kind = [Kind.CHANGED] if state == State.PUBLISHED else [Kind.SENT, Kind.ANSWERED]
        versions = self.submission.events.filter(kind__in=[Kind.SENT, Kind.ANSWERED, Kind.CHANGED])
        sent = list(versions.filter(revision__isnull=False).select_related("revision"))
        if len(sent) < 2 or sent[-1].kind not in kind:
            return None
        return self._since(_("the version before"), sent[-2].revision)

    def _since(self, words: str, revision) -> Difference | None:
        return revision and difference_between(words, revision.as_object(), self.story)
