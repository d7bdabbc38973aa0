"""The one place where a story changes state: locked, checked, written down, told."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from notifications.services import notify

from ..judges import COMMUNITY_MANAGERS, MODERATORS, TO_COMMUNITY_MANAGERS, judge_groups, judges_as
from ..models import StoryEvent, StoryPage, Submission
from .workflow import lock_channel

State = Submission.State


class StateError(Exception):
    """The story has moved on; the message says what happened, for who came second."""


class NotAllowedError(PermissionDenied):
    """This person may not do this with this story."""


def lock(submission_pk: int) -> Submission:
    """The row as it is now, ours until the transaction ends, and its channel with it. Call it inside a transaction.

    Raises Submission.DoesNotExist.
    """
    story = StoryPage.objects.filter(submission=submission_pk).first()
    if story is not None:
        lock_channel(story.get_parent())
    # PostgreSQL locks no row on the nullable side of a join.
    return Submission.objects.select_for_update(of=("self",)).select_related("story__author").get(pk=submission_pk)


def move(
    submission: Submission, to: str, *, event: str, actor, reason: str = "", comment: str = "", revision=None
) -> StoryEvent:
    """Change the state and write down why; raises StateError where the story is no longer where one thought.

    A claim ends with the reading, a question to the author with their answer, and reading along with the story's being
    out.
    """
    if to != submission.state and to not in Submission.MOVES[submission.state]:
        raise StateError(what_happened(submission))
    submission.state = to
    if to != State.IN_REVIEW:
        submission.claimed_by = submission.claimed_at = None
    if to != State.PUBLISHED:
        submission.reads_after = False
    if to != State.AUTHOR_TO_AGREE:
        submission.agree_by = submission.edited_revision = None
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


def expect_revision(submission: Submission, revision_pk: int | None) -> None:
    """Raise StateError where the words are no longer those somebody read; None asks nothing."""
    if revision_pk is not None and submission.story.latest_revision_id != revision_pk:
        raise StateError(_("The story was changed after you opened it. Read it once more."))


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


def last_sent_revision(submission: Submission):
    """The version the author sent last; None for a story from before there was a timeline."""
    sent = submission.events.filter(kind__in=[StoryEvent.Kind.SENT, StoryEvent.Kind.ANSWERED], revision__isnull=False)
    last = sent.select_related("revision").order_by("-created_at", "-pk").first()
    return last and last.revision


def moderators_for(submission: Submission) -> list:
    """Who may judge it: active moderators (and, once passed on twice, community managers), never the author or who
    decided before.
    """
    return _members_but_excluded(submission, judge_groups(submission.escalation))


def _members_but_excluded(submission: Submission, groups: Iterable[str]) -> list:
    people = get_user_model().objects.filter(groups__name__in=groups, is_active=True).distinct()
    excluded = submission.excluded_moderators.values("pk")
    return list(people.exclude(pk=submission.story.author_id).exclude(pk__in=excluded).order_by("pk"))


def may_judge(submission: Submission, user) -> bool:
    """Whether this person may judge it: a moderator (or administrator), never the author, never who decided before."""
    role = judges_as(user)
    if not role or submission.story.author_id == user.pk:
        return False
    if role == "passed_on" and submission.escalation < TO_COMMUNITY_MANAGERS:
        return False
    # All of them, so that a list which fetched them together asks nothing more: it is one person, if any.
    return all(person.pk != user.pk for person in submission.excluded_moderators.all())


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
        _tell([author], kind, submission, event)


def tell_moderators(submission: Submission, kind: str, event: StoryEvent) -> None:
    """Tell everybody who may judge it, once for this event.

    Where no moderator is left (the author is the only one, or the only one decided before), it is passed on to the
    community managers at once instead of waiting for nobody.
    """
    people = moderators_for(submission)
    if not people and submission.escalation < TO_COMMUNITY_MANAGERS:
        submission.escalation = TO_COMMUNITY_MANAGERS
        submission.save(update_fields=["escalation"])
        people = moderators_for(submission)
    _tell(people or _administrators(submission), kind, submission, event)


def tell_next_judges(submission: Submission, kind: str, event: StoryEvent, *, besides: int | None) -> None:
    """Tell those a late story is passed on to: other moderators than ``besides`` (id), then community managers."""
    group = COMMUNITY_MANAGERS if submission.escalation >= TO_COMMUNITY_MANAGERS else MODERATORS
    people = [person for person in _members_but_excluded(submission, [group]) if person.pk != besides]
    _tell(people or moderators_for(submission) or _administrators(submission), kind, submission, event)


def has_other_moderator(submission: Submission, besides: int | None) -> bool:
    """Whether there is a moderator for it who isn't ``besides`` (id)."""
    return any(person.pk != besides for person in _members_but_excluded(submission, [MODERATORS]))


def _administrators(submission: Submission) -> list:
    people = get_user_model().objects.filter(is_superuser=True, is_active=True)
    return list(people.exclude(pk=submission.story.author_id))


def _tell(people: Iterable, kind: str, submission: Submission, event: StoryEvent) -> None:
    payload = {"submission": submission.pk, "event": event.pk}
    for person in people:
        notify(recipient=person, kind=kind, key=f"event-{event.pk}", payload=payload)
