"""Stories in every state and every move somebody can try: what the table of states is made of."""

from dataclasses import dataclass

from stories.models import StoryIndexPage, StoryPage, Submission
from stories.services import (
    agree_with_edits,
    appeal_decision,
    approve_story,
    approve_with_edits,
    ask_changes,
    claim_story,
    decline_story,
    explain_story,
    mark_read_along,
    open_draft_for,
    refuse_edits,
    release_claim,
    restore_story,
    save_draft,
    send_story,
    withdraw_story,
)

TITLE = "Een dag op de bouw"
TEXT = " ".join(f"woord{number}" for number in range(60))
OTHER_TEXT = " ".join(f"anders{number}" for number in range(60))


@dataclass
class Cast:
    """The people of one story; ``moderator`` took it up or decided about it, where somebody did."""

    author: object
    moderator: object
    second: object


def _make_published(send, cast: Cast) -> Submission:
    return approve_story(submission=send(cast.author, title=TITLE, text=TEXT), moderator=cast.moderator)


def _make_along(send, cast: Cast) -> Submission:
    # Somebody's first story is always read before it appears.
    approve_story(submission=send(cast.author, title="De eerste", text=TEXT), moderator=cast.moderator)
    StoryIndexPage.objects.update(moderation=StoryIndexPage.Moderation.AFTER)
    submission = send(cast.author, title=TITLE, text=TEXT)
    StoryIndexPage.objects.update(moderation=StoryIndexPage.Moderation.BEFORE)
    return submission


def _send_change(submission: Submission, author, text: str) -> Submission:
    draft = open_draft_for(submission=submission, author=author)
    draft = save_draft(author=author, key=draft.key, version=draft.version, values={"text": text})
    return send_story(draft=draft, author=author)


def _make_appealed(send, cast: Cast) -> Submission:
    submission = _decline(send(cast.author, title=TITLE, text=TEXT), cast.moderator)
    return appeal_decision(submission=submission, author=cast.author, comment="Kijk nog eens.")


def _decline(submission: Submission, moderator) -> Submission:
    return decline_story(submission=submission, moderator=moderator, reason="tone", comment="Te hard.")


def _edit_large(submission: Submission, moderator) -> Submission:
    return approve_with_edits(submission=submission, moderator=moderator, title="Een andere titel", text=TEXT)


def _edit_small(submission: Submission, moderator) -> Submission:
    return approve_with_edits(
        submission=submission,
        moderator=moderator,
        title=submission.story.get_latest_revision_as_object().title,
        text=submission.story.get_latest_revision_as_object().text + ".",
    )


def _ask(submission: Submission, moderator) -> Submission:
    return ask_changes(submission=submission, moderator=moderator, reason="clarity", comment="Wat is dat?")


# How a story comes to stand where it is: name of the state in the table -> (send, cast) -> submission.
STATES = {
    "in review": lambda send, cast: send(cast.author, title=TITLE, text=TEXT),
    "taken up": lambda send, cast: claim_story(
        submission=send(cast.author, title=TITLE, text=TEXT), moderator=cast.moderator
    ),
    "changes asked": lambda send, cast: _ask(send(cast.author, title=TITLE, text=TEXT), cast.moderator),
    "author to agree": lambda send, cast: _edit_large(send(cast.author, title=TITLE, text=TEXT), cast.moderator),
    "published": _make_published,
    "published, to read along": _make_along,
    "change in review": lambda send, cast: _send_change(_make_published(send, cast), cast.author, OTHER_TEXT),
    "declined": lambda send, cast: _decline(send(cast.author, title=TITLE, text=TEXT), cast.moderator),
    "appealed": _make_appealed,
    "declined again": lambda send, cast: _decline(_make_appealed(send, cast), cast.second),
    "withdrawn unread": lambda send, cast: withdraw_story(
        submission=send(cast.author, title=TITLE, text=TEXT), author=cast.author
    ),
    "withdrawn when out": lambda send, cast: withdraw_story(submission=_make_published(send, cast), author=cast.author),
}

# What a moderator can try, and what an author can: name -> (submission, who) -> anything.
JUDGES_MOVES = {
    "claim": lambda submission, who: claim_story(submission=submission, moderator=who),
    "approve": lambda submission, who: approve_story(submission=submission, moderator=who),
    "edit a little": _edit_small,
    "edit much": _edit_large,
    "ask": _ask,
    "decline": _decline,
    "read along": lambda submission, who: mark_read_along(submission=submission, moderator=who),
}
AUTHORS_MOVES = {
    "agree": lambda submission, who: agree_with_edits(submission=submission, author=who),
    "refuse": lambda submission, who: refuse_edits(submission=submission, author=who, comment="Liever niet."),
    "appeal": lambda submission, who: appeal_decision(submission=submission, author=who, comment="Kijk nog eens."),
    "explain": lambda submission, who: explain_story(submission=submission, author=who, comment="Zo zit het."),
    "send again": lambda submission, who: _send_change(submission, who, "Helemaal opnieuw geschreven, korter."),
    "change a little": lambda submission, who: _send_change(
        submission, who, submission.story.get_latest_revision_as_object().text + "."
    ),
    "withdraw": lambda submission, who: withdraw_story(submission=submission, author=who),
    "restore": lambda submission, who: restore_story(submission=submission, author=who),
}
# Letting go is nobody's to refuse: for who didn't take it up it changes nothing.
RELEASE = {"release": lambda submission, who: release_claim(submission=submission, moderator=who)}
MOVES = JUDGES_MOVES | AUTHORS_MOVES | RELEASE


def page_of(submission: Submission) -> StoryPage:
    """The page as it is in the database."""
    return StoryPage.objects.get(pk=submission.story_id)
