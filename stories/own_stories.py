"""A person's own stories, as they see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from base.page_links import page_addresses
from conversations.reading import ReactionBar, reactions_to

from .models import StoryDraft, StoryPage, StoryReach, Submission
from .reach import readers_in_words
from .services.moving import last_sent_revision
from .services.publishing import restorable_event
from .standing import Standing, standing_of
from .timeline import Change, Line, change_asked, timeline_of
from .uses import uses_of

State = Submission.State


@dataclass
class OwnStory:
    """One story that was sent in, for its author. What costs a query is asked for when it is shown."""

    submission: Submission
    standing: Standing
    user: object
    url: str = ""
    draft_key: UUID | None = None

    @classmethod
    def of(cls, submission: Submission, user) -> "OwnStory":
        """The whole of one story; ``submission`` comes from ``of_author``."""
        story = submission.story
        draft = StoryDraft.objects.filter(story=story, sent_at__isnull=True).values_list("key", flat=True).first()
        addresses = page_addresses({str(story.pk)}) if story.live else {}
        standing = standing_of(
            submission,
            is_asked=is_asked(submission),
            is_restorable=restorable_event(submission, timezone.now()) is not None,
        )
        return cls(submission, standing, user, addresses.get(str(story.pk), ""), draft)

    @property
    def title(self) -> str:
        """The title as it was last sent."""
        return self.submission.story.sent_title

    @property
    def lang(self) -> str:
        """The story's language where it isn't the interface's; empty otherwise."""
        code = self.submission.story.locale.language_code
        return "" if code == get_language() else code

    @cached_property
    def timeline(self) -> list[Line]:
        """Everything that happened, oldest first."""
        return timeline_of(self.submission)

    @cached_property
    def change(self) -> Change | None:
        """What the author has to agree with."""
        return change_asked(self.submission) if self.submission.state == State.AUTHOR_TO_AGREE else None

    @cached_property
    def latest(self) -> StoryPage:
        """The story in the author's newest words; a moderator's edits stand apart."""
        sent = last_sent_revision(self.submission) if self.submission.state == State.AUTHOR_TO_AGREE else None
        return sent.as_object() if sent else self.submission.story.get_latest_revision_as_object()

    @cached_property
    def readers(self) -> str:
        """How many devices showed it, in words."""
        count = StoryReach.objects.filter(story=self.submission.story).values_list("readers", flat=True).first()
        return readers_in_words(count or 0)

    @cached_property
    def reactions(self) -> ReactionBar:
        """What colleagues felt."""
        return reactions_to(self.submission.story, self.user)

    @cached_property
    def times_shared(self) -> int:
        """How often it was shared on, over all networks."""
        return self.submission.story.share_counts.aggregate(total=Sum("count"))["total"] or 0

    @cached_property
    def used_in(self) -> list:
        """The pages of the organisation that use it, as far as the author may see them."""
        key = self.submission.story.translation_key
        return uses_of({key}, self.user, get_language()).get(key, [])


@dataclass(frozen=True)
class OwnStories:
    """All of one person, by what they ask for."""

    your_turn: list[OwnStory]
    drafts: list[StoryDraft]
    waiting: list[OwnStory]
    published: list[OwnStory]
    declined: list[OwnStory]
    withdrawn: list[OwnStory]

    @property
    def is_empty(self) -> bool:
        """Whether this person has not written anything yet."""
        return not any(vars(self).values())


def is_asked(submission: Submission) -> bool:
    """Whether a moderator waits for changes in a story that is out; ``submission`` comes from ``of_author``."""
    if submission.state != State.PUBLISHED or submission.asked_at is None:
        return False
    return submission.answered_at is None or submission.asked_at > submission.answered_at


def own_stories(user) -> OwnStories:
    """Everything ``user`` wrote, in a fixed number of queries."""
    drafts = StoryDraft.objects.filter(author=user, sent_at__isnull=True)
    open_changes = dict(drafts.filter(story__isnull=False).values_list("story", "key"))
    submissions = list(Submission.objects.of_author(user))
    addresses = page_addresses({str(row.story_id) for row in submissions if row.story.live})
    groups: dict[str, list[OwnStory]] = {}
    for row in submissions:
        standing = standing_of(row, is_asked=is_asked(row))
        own = OwnStory(row, standing, user, addresses.get(str(row.story_id), ""), open_changes.get(row.story_id))
        groups.setdefault("your_turn" if standing.is_own_turn else row.state, []).append(own)
    return OwnStories(
        your_turn=groups.get("your_turn", []),
        drafts=list(drafts.filter(story__isnull=True).order_by("-updated_at")),
        waiting=groups.get(State.IN_REVIEW, []),
        published=groups.get(State.PUBLISHED, []),
        declined=groups.get(State.DECLINED, []),
        withdrawn=groups.get(State.WITHDRAWN, []),
    )
