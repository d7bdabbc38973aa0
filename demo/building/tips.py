"""Which tips of the social-media guideline stand beside the forms of stories."""

from wagtail_localize.models import TranslationSource

from stories.models import StoryIndexPage

from .registry import Registry

BESIDE = {
    "writing_tips_id": "manual/social/vertellen",
    "photo_tips_id": "manual/social/beeld",
    "sharing_tips_id": "manual/social/vertellen",
}


def choose_tips(registry: Registry) -> None:
    """Choose the chapters on every channel; what an editor chose stays."""
    chosen = {field: registry.page(name) for field, name in BESIDE.items()}
    for channel in StoryIndexPage.objects.filter(alias_of__isnull=True, locale__language_code="nl"):
        missing = {field: chapter for field, chapter in chosen.items() if getattr(channel, field) is None}
        for field, chapter in missing.items():
            setattr(channel, field, chapter)
        if missing:
            channel.save_revision().publish()
            if TranslationSource.objects.filter(object_id=channel.translation_key).exists():
                # No words changed: its translation isn't behind.
                TranslationSource.update_or_create_from_instance(channel)
