"""The tips of the house rules beside sharing on."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from base.access import visible_pages
from guidelines.models import ChapterPage

from .models import ShareTipsAcknowledgement, StoryIndexPage, StoryPage

MOST = 5


@dataclass(frozen=True)
class SharingTips:
    """At most five tips of the chapter that an editor chose, in the reader's language where it is there.

    ``version`` is that of the chosen chapter, whichever language is shown: reading it once is enough.
    """

    chapter: ChapterPage
    tips: list
    translation_key: UUID
    version: str

    def is_known_to(self, user) -> bool:
        """Whether this person read this version before."""
        rows = ShareTipsAcknowledgement.objects.filter(user=user, version=self.version)
        return rows.filter(translation_key=self.translation_key).exists()


def tips_for_sharing(story: StoryPage, user) -> SharingTips | None:
    """The tips of the story's channel, chosen there or on the channel in the other language.

    None where nobody chose any, the chapter has none, or this reader may not read it.
    """
    channels = StoryIndexPage.objects.filter(translation_key=story.get_parent().translation_key)
    with_tips = channels.filter(sharing_tips__isnull=False).select_related("sharing_tips")
    chosen = {channel.locale_id: channel.sharing_tips for channel in with_tips}
    chapter = chosen.get(story.locale_id) or next(iter(chosen.values()), None)
    if chapter is None:
        return None
    readable = ChapterPage.objects.filter(
        pk__in=visible_pages(user).filter(translation_key=chapter.translation_key).values("pk")
    ).select_related("locale")
    by_language = {page.locale.language_code: page for page in readable}
    shown = by_language.get(get_language()) or next(iter(by_language.values()), None)
    tips = [block.value for block in shown.body if block.block_type == "tip"][:MOST] if shown else []
    if not tips:
        return None
    version = chapter.live_revision_id or (chapter.last_published_at and chapter.last_published_at.isoformat())
    return SharingTips(shown, tips, chapter.translation_key, str(version or ""))
