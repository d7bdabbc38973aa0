"""Where a story appears, and who reads it before it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from ...models import StoryDraft, StoryEvent, StoryIndexPage, Submission

TRUSTED_AFTER = 3
UPHELD_COUNTS_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Rule:
    """What a channel does with a story of one person, as it is told to them."""

    before: bool
    days: int
    is_first: bool
    is_trusted: bool


def rule_for(channel: StoryIndexPage, author, now: datetime) -> Rule:
    """Whether a moderator reads this person's story in this channel before it appears, and why."""
    own = Submission.objects.filter(story__author=author)
    is_first = not own.filter(story__first_published_at__isnull=False).exists()
    trusted = not is_first and channel.trusts_authors and is_trusted(author, now)
    before = is_first or (channel.moderation == StoryIndexPage.Moderation.BEFORE and not trusted)
    return Rule(before=before, days=channel.target_days, is_first=is_first, is_trusted=trusted)


def reads_before(channel: StoryIndexPage, author, now: datetime) -> bool:
    """Whether a moderator reads this person's story in this channel before it appears."""
    return rule_for(channel, author, now).before


def is_trusted(author, now: datetime) -> bool:
    """Three stories that a moderator approved, and no report upheld in the last twelve months.

    A report that was upheld before that makes the count begin anew.
    """
    own = Submission.objects.filter(story__author=author)
    upheld = own.aggregate(last=Max("upheld_report_at"))["last"]
    if upheld is not None and upheld >= now - UPHELD_COUNTS_FOR:
        return False
    approvals = StoryEvent.objects.filter(kind=StoryEvent.Kind.APPROVED, submission=OuterRef("pk"))
    if upheld is not None:
        approvals = approvals.filter(created_at__gt=upheld)
    approved = own.filter(Exists(approvals), state=Submission.State.PUBLISHED, reads_after=False)
    return approved.count() >= TRUSTED_AFTER


def default_channel(language: str, author) -> StoryIndexPage:
    """The first channel of this language that the author may read; raises StoryIndexPage.DoesNotExist."""
    channel = StoryIndexPage.objects.visible_to(author).in_language(language).order_by("path").first()
    if channel is None:
        raise StoryIndexPage.DoesNotExist(language)
    return channel


def channel_for(draft: StoryDraft) -> StoryIndexPage:
    """The page below which the story of this draft comes to stand, in its language.

    The channel that was chosen, where the author may still read it, or else the first one. Raises
    StoryIndexPage.DoesNotExist where there is none.
    """
    if draft.story_id:
        return draft.story.get_parent().specific
    if draft.channel_id:
        twins = StoryIndexPage.objects.visible_to(draft.author).in_language(draft.language)
        chosen = twins.filter(translation_key=draft.channel.translation_key).first()
        if chosen is not None:
            return chosen
    return default_channel(draft.language, draft.author)
