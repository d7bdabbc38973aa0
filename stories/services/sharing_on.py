"""Sharing on: wishes, totals and tips. None of it says who shared what."""

from django.db import transaction
from django.db.models import F

from notifications.services import notify

from ..models import ShareCount, ShareTipsAcknowledgement, StoryPage, Submission

NETWORKS = ("linkedin", "mastodon", "whatsapp", "mail", "copy", "device")


@transaction.atomic
def want_to_share(*, submission: Submission, by) -> None:
    """Tell the author, once in all, that a colleague would like to share their story; not who. Theirs: nothing."""
    author = submission.story.author
    if (
        author is None
        or not author.is_active
        or author.pk == by.pk
        or submission.release != Submission.Release.INTERNAL
    ):
        return
    notify(
        recipient=author,
        kind="story.release_wanted",
        key=f"submission-{submission.pk}",
        payload={"submission": submission.pk},
    )


@transaction.atomic
def count_share(*, story: StoryPage, network: str) -> None:
    """Count one more share, for the total. Raises ValueError for a network that isn't in ``NETWORKS``."""
    if network not in NETWORKS:
        raise ValueError(network)
    row, _created = ShareCount.objects.get_or_create(story=story, network=network)
    ShareCount.objects.filter(pk=row.pk).update(count=F("count") + 1)


def acknowledge_tips(*, user, translation_key, version: str) -> None:
    """This person read the tips of this version of a chapter; again changes nothing."""
    ShareTipsAcknowledgement.objects.get_or_create(user=user, translation_key=translation_key, version=version)
