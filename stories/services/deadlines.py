"""What the clock does to stories. Each asks "due by now and not yet done"."""

from datetime import datetime, timedelta

from django.db import transaction

from ..models import StoryEvent, Submission
from ..promises import answer_promised_by
from .moving import lock, move, record, tell_author, tell_moderators
from .workflow import reject_task

CLAIM_LASTS = timedelta(hours=24)


def release_old_claims(now: datetime) -> int:
    """Let go of stories that somebody took up more than a day ago; returns how many."""
    old = Submission.objects.filter(state=Submission.State.IN_REVIEW, claimed_at__lte=now - CLAIM_LASTS)
    return sum(_release(pk, now) for pk in list(old.values_list("pk", flat=True)))


@transaction.atomic
def _release(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    if submission.claimed_at is None or submission.claimed_at > now - CLAIM_LASTS:
        return False
    submission.claimed_by = submission.claimed_at = None
    submission.save(update_fields=["claimed_by", "claimed_at"])
    record(submission, StoryEvent.Kind.RELEASED, actor=None)
    return True


def pass_on_late_stories(now: datetime) -> int:
    """Stories past their promise go to a second moderator, a working day later to the community manager."""
    late = Submission.objects.filter(state=Submission.State.IN_REVIEW, due_at__lte=now, escalation__lt=2)
    return sum(_pass_on(pk, now) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _pass_on(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    late = submission.state == Submission.State.IN_REVIEW and submission.escalation < 2 and submission.due_at <= now
    if not late:
        return False
    submission.escalation += 1
    submission.claimed_by = submission.claimed_at = None
    submission.due_at = answer_promised_by(now, 1)
    submission.save(update_fields=["escalation", "claimed_by", "claimed_at", "due_at"])
    event = record(submission, StoryEvent.Kind.PASSED_ON, actor=None)
    tell_moderators(submission, "story.passed_on", event)
    tell_author(submission, "story.delayed", event)
    return True


def lapse_unanswered_edits(now: datetime) -> int:
    """Edits the author didn't answer within five days become a question for changes; returns how many."""
    waiting = Submission.objects.filter(state=Submission.State.AUTHOR_TO_AGREE, agree_by__lte=now)
    return sum(_lapse(pk, now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    if submission.state != Submission.State.AUTHOR_TO_AGREE or submission.agree_by is None or submission.agree_by > now:
        return False
    moderator = submission.edited_revision.user if submission.edited_revision else None
    submission.agree_by = None
    event = move(submission, Submission.State.CHANGES_ASKED, event=StoryEvent.Kind.LAPSED, actor=None)
    reject_task(submission, moderator, "")
    tell_author(submission, "story.lapsed", event)
    return True
