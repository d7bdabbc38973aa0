"""What goes outside and comes back."""

from django.utils import timezone

from ..models import PublicSnapshot, Submission


def withdraw_snapshots(*, submission: Submission) -> int:
    """Take every public copy back; its address answers 410 from now on. Returns how many."""
    live = PublicSnapshot.objects.filter(story=submission.story_id, withdrawn_at__isnull=True)
    return live.update(withdrawn_at=timezone.now())
