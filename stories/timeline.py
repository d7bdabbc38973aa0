"""What happened to a story, in plain words, for the person who wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from .difference import Piece, pieces
from .models import StoryEvent, Submission
from .rendering import render_markdown

Kind = StoryEvent.Kind
# Said to the author: "you" is who wrote the story.
_BY_AUTHOR = {
    Kind.SENT: gettext_lazy("You sent your story"),
    Kind.ANSWERED: gettext_lazy("You answered"),
    Kind.AGREED: gettext_lazy("You agreed with the edits"),
    Kind.NOT_AGREED: gettext_lazy("You did not agree with the edits"),
    Kind.APPEALED: gettext_lazy("You asked that another moderator looks at it"),
    Kind.WITHDRAWN: gettext_lazy("You took your story back"),
    Kind.RESTORED: gettext_lazy("You put your story back"),
    Kind.CHANGED: gettext_lazy("You changed your story"),
    Kind.RELEASE_ASKED: gettext_lazy("You asked whether it may go outside"),
    Kind.RELEASE_ENDED: gettext_lazy("You took it back from outside"),
}
_BY_NAME = {
    Kind.CLAIMED: gettext_lazy("%(who)s took your story up"),
    Kind.CHANGES_ASKED: gettext_lazy("%(who)s asked you to change something"),
    Kind.EDITED: gettext_lazy("%(who)s edited your story"),
    Kind.APPROVED: gettext_lazy("%(who)s read your story and is happy with it"),
    Kind.DECLINED: gettext_lazy("%(who)s decided not to publish it"),
    Kind.RELEASE_GIVEN: gettext_lazy("%(who)s says it may go outside"),
    Kind.RELEASE_REFUSED: gettext_lazy("%(who)s prefers to keep it inside"),
}
_BY_ITSELF = {
    Kind.RELEASED: gettext_lazy("Your story is free again for another moderator"),
    Kind.PASSED_ON: gettext_lazy("It took longer than promised and was passed on"),
    Kind.LAPSED: gettext_lazy("The edits were not answered in time and lapsed"),
    Kind.PUBLISHED: gettext_lazy("Your story was published"),
    Kind.HIDDEN: gettext_lazy("It was hidden until it is settled"),
    Kind.SHOWN: gettext_lazy("It was shown again"),
    Kind.USED: gettext_lazy("Your story is used in the company story"),
    Kind.CHANGES_ASKED: gettext_lazy("You were asked to change something"),
    Kind.EDITED: gettext_lazy("Your story was edited"),
    Kind.APPROVED: gettext_lazy("Your story was approved"),
    Kind.DECLINED: gettext_lazy("It was decided not to publish it"),
    Kind.WITHDRAWN: gettext_lazy("Your story was taken back"),
    Kind.RELEASE_ENDED: gettext_lazy("It is no longer outside"),
    Kind.CHANGED: gettext_lazy("Your story was changed"),
}
# Whoever reports, or would rather not be in a photo, stays unknown to the author.
_NAMELESS = {Kind.HIDDEN, Kind.SHOWN}
_BAD = {Kind.DECLINED, Kind.HIDDEN}


@dataclass(frozen=True)
class Change:
    """What a moderator changed: title and text, in pieces that stayed, went or came."""

    title: list[Piece]
    text: list[Piece]


@dataclass(frozen=True)
class Line:
    """One thing that happened; ``words`` is safe HTML of what somebody wrote with it."""

    title: str
    moment: datetime
    is_bad: bool
    reason: str
    words: SafeString
    change: Change | None = None


def timeline_of(submission: Submission) -> list[Line]:
    """Everything that happened, oldest first; the same thing said twice in a row is one line."""
    events = list(submission.events.select_related("actor").order_by("created_at", "pk"))
    versions = _versions_of(submission) if any(event.kind == Kind.EDITED for event in events) else []
    lines, before = [], None
    for event in events:
        same = (event.kind, event.actor_id, event.revision_id, event.comment)
        if same != before:
            lines.append(_line(event, submission.story.author_id, versions))
        before = same
    return lines


def change_asked(submission: Submission) -> Change | None:
    """What the moderator changed and the author has to agree with; None where that version isn't there."""
    return _change_at(submission.edited_revision_id, submission.story.author_id, _versions_of(submission))


def _line(event: StoryEvent, author_id: int | None, versions: list[tuple]) -> Line:
    is_nameless = event.kind in _NAMELESS
    return Line(
        title=str(_title(event, author_id)),
        moment=event.created_at,
        is_bad=event.kind in _BAD,
        reason="" if is_nameless else event.get_reason_display(),
        words=SafeString("") if is_nameless else render_markdown(event.comment),
        change=_change_at(event.revision_id, author_id, versions) if event.kind == Kind.EDITED else None,
    )


def _title(event: StoryEvent, author_id: int | None) -> str | Promise:
    if event.actor_id and event.actor_id == author_id and event.kind in _BY_AUTHOR:
        return _BY_AUTHOR[event.kind]
    if event.actor and event.actor_id != author_id and event.kind in _BY_NAME:
        return _BY_NAME[event.kind] % {"who": event.actor.get_full_name()}
    return _BY_ITSELF.get(event.kind) or _BY_AUTHOR.get(event.kind) or event.get_kind_display()


def _versions_of(submission: Submission) -> list[tuple]:
    """``(revision id, user id, title, text)`` of every version, oldest first: from the stored form, one query."""
    rows = submission.story.revisions.order_by("created_at", "pk")
    return list(rows.values_list("pk", "user", "content__title", "content__text"))


def _change_at(revision_id: int | None, author_id: int | None, versions: Iterable[tuple]) -> Change | None:
    before = None
    for pk, user_id, title, text in versions:
        if pk == revision_id:
            return before and Change(pieces(before[0], title or ""), pieces(before[1], text or ""))
        if user_id == author_id or before is None:
            before = (title or "", text or "")
    return None
