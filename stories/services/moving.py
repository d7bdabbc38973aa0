"""The one place where a story changes state: locked, checked, written down, told."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from notifications.services import notify

from ..models import StoryEvent, StoryPage, Submission

MODERATORS, COMMUNITY_MANAGERS = "Moderators", "Community managers"


class StateError(Exception):
    """The story has moved on; the message says what happened, for who came second."""


class NotAllowedError(PermissionDenied):
    """This person may not do this with this story."""


def lock(submission_pk: int) -> Submission:
    """The row as it is now, ours until the transaction ends. Call it inside a transaction."""
    # PostgreSQL locks no row on the nullable side of a join.
    return Submission.objects.select_for_update(of=("self",)).select_related("story__author").get(pk=submission_pk)


def move(
    submission: Submission,
    to: str,
    *,
    event: str,
    actor,
    reason: str = "",
    comment: str = "",
    revision=None,
    now: datetime | None = None,
) -> StoryEvent:
    """Change the state and write down why; raises StateError where the story is no longer where one thought."""
    if to != submission.state and to not in Submission.MOVES[submission.state]:
        raise StateError(what_happened(submission))
    submission.state = to
    submission.save()
    return record(submission, event, actor=actor, reason=reason, comment=comment, revision=revision)


def record(
    submission: Submission, event: str, *, actor, reason: str = "", comment: str = "", revision=None
) -> StoryEvent:
    """Add a line to the timeline."""
    return StoryEvent.objects.create(
        submission=submission, kind=event, actor=actor, reason=reason, comment=comment, revision=revision
    )


def expect(submission: Submission, *states: str) -> None:
    """Raise StateError unless the story is in one of these states."""
    if submission.state not in states:
        raise StateError(what_happened(submission))


def what_happened(submission: Submission) -> str:
    """What was done last, and by whom: for the moderator who came second."""
    last = submission.events.select_related("actor").order_by("-created_at", "-pk").first()
    if last is None:
        return submission.get_state_display()
    if last.actor is None:
        return _("This story was dealt with already: %(what)s.") % {"what": last.get_kind_display()}
    return _("%(who)s dealt with this story already: %(what)s.") % {
        "who": last.actor.get_full_name(),
        "what": last.get_kind_display(),
    }


def story_of(submission: Submission) -> StoryPage:
    """The page with its latest words, live or not."""
    return submission.story.get_latest_revision_as_object()


def moderators_for(submission: Submission) -> list:
    """Who may judge it: active moderators (and, once passed on twice, community managers), never the author or who decided before."""
    groups = [MODERATORS] + ([COMMUNITY_MANAGERS] if submission.escalation >= 2 else [])
    people = get_user_model().objects.filter(groups__name__in=groups, is_active=True).distinct()
    return list(
        people.exclude(pk=submission.story.author_id).exclude(pk__in=submission.excluded_moderators.values("pk"))
    )


def may_judge(submission: Submission, user) -> bool:
    """Whether this person may judge it: a moderator (or administrator), never the author, never who decided before."""
    if not user.is_active or submission.story.author_id == user.pk:
        return False
    if submission.excluded_moderators.filter(pk=user.pk).exists():
        return False
    if user.is_superuser:
        return True
    groups = [MODERATORS] + ([COMMUNITY_MANAGERS] if submission.escalation >= 2 else [])
    return user.groups.filter(name__in=groups).exists()


def require_judge(submission: Submission, user) -> None:
    """Raise NotAllowedError unless ``user`` may judge it."""
    if not may_judge(submission, user):
        raise NotAllowedError(_("You may not judge this story."))


def require_author(submission: Submission, user) -> None:
    """Raise NotAllowedError unless it is this person's own story."""
    if submission.story.author_id != user.pk:
        raise NotAllowedError(_("This is not your story."))


def tell_author(submission: Submission, kind: str, event: StoryEvent) -> None:
    """Tell the author, once for this event."""
    author = submission.story.author
    if author is not None and author.is_active:
        notify(
            recipient=author,
            kind=kind,
            key=f"event-{event.pk}",
            payload={"submission": submission.pk, "event": event.pk},
        )


def tell_moderators(submission: Submission, kind: str, event: StoryEvent) -> None:
    """Tell everybody who may judge it, once for this event; after the transaction, so that nobody hears of nothing."""
    for person in moderators_for(submission):
        notify(
            recipient=person,
            kind=kind,
            key=f"event-{event.pk}",
            payload={"submission": submission.pk, "event": event.pk},
        )
