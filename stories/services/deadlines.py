"""What the clock does to stories. Each asks "due by now and not yet done", and again under the lock of the row."""

from datetime import datetime, timedelta

from django.db import transaction

from ..judges import TO_COMMUNITY_MANAGERS
from ..models import StoryEvent, Submission
from ..promises import answer_promised_by
from .answering import put_own_words_back
from .moving import has_other_moderator, lock, move, record, tell_author, tell_next_judges
from .workflow import reject_task

State, Kind = Submission.State, StoryEvent.Kind
CLAIM_LASTS = timedelta(hours=24)


def release_old_claims(now: datetime) -> int:
    """Let go of stories that somebody took up more than a day ago; returns how many."""
    old = Submission.objects.filter(state=State.IN_REVIEW, claimed_at__lte=now - CLAIM_LASTS)
    return sum(_release(pk, now) for pk in list(old.values_list("pk", flat=True)))


@transaction.atomic
def _release(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    if submission.claimed_at is None or submission.claimed_at > now - CLAIM_LASTS:
        return False
    submission.claimed_by = submission.claimed_at = None
    submission.save(update_fields=["claimed_by", "claimed_at"])
    record(submission, Kind.RELEASED, actor=None)
    return True


def pass_on_late_stories(now: datetime) -> int:
    """Stories past their promise go to a second moderator, a working day later to the community manager.

    The second one is anybody but who had taken it up; where there is no other, it goes straight on. Returns how many.
    """
    late = Submission.objects.filter(state=State.IN_REVIEW, due_at__lte=now, escalation__lt=TO_COMMUNITY_MANAGERS)
    return sum(_pass_on(pk, now) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _pass_on(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    is_late = submission.state == State.IN_REVIEW and submission.due_at <= now
    if not is_late or submission.escalation >= TO_COMMUNITY_MANAGERS:
        return False
    had_it = submission.claimed_by_id
    is_next = submission.escalation == 0 and has_other_moderator(submission, had_it)
    submission.escalation = 1 if is_next else TO_COMMUNITY_MANAGERS
    submission.claimed_by = submission.claimed_at = None
    submission.due_at = answer_promised_by(now, 1)
    submission.save(update_fields=["escalation", "claimed_by", "claimed_at", "due_at"])
    event = record(submission, Kind.PASSED_ON, actor=None)
    tell_next_judges(submission, "story.passed_on", event, besides=had_it)
    tell_author(submission, "story.delayed", event)
    return True


def lapse_unanswered_edits(now: datetime) -> int:
    """Edits the author didn't answer within five days become a question for changes, in the author's own words again.

    Returns how many.
    """
    waiting = Submission.objects.filter(state=State.AUTHOR_TO_AGREE, agree_by__lte=now)
    return sum(_lapse(pk, now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    submission = lock(pk)
    if submission.state != State.AUTHOR_TO_AGREE or submission.agree_by is None or submission.agree_by > now:
        return False
    edited = submission.edited_revision
    put_own_words_back(submission)
    event = move(submission, State.CHANGES_ASKED, event=Kind.LAPSED, actor=None, revision=edited)
    reject_task(submission, edited and edited.user, "")
    tell_author(submission, "story.lapsed", event)
    return True
