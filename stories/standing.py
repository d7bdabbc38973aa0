"""Where a story stands, in plain words, for the person who wrote it."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Submission

State = Submission.State


@dataclass(frozen=True)
class Standing:
    """What to tell an author: where the story is (``title``), what that means (``text``) and what to do (``can``).

    ``can`` holds the names of the things they can do now: "revise", "answer", "agree", "appeal", "restore", "withdraw".
    """

    title: str
    text: str
    is_own_turn: bool = False
    tag: str = ""
    can: frozenset[str] = field(default_factory=frozenset)

    @property
    def short(self) -> str:
        """The title in a word or two, for a tag."""
        return _("Your turn") if self.is_own_turn else self.title


def moment_in_words(moment) -> str:
    """``22 November 2026, 10:05`` (in Dutch ``22 november 2026, 10.05 uur``) in the reader's zone."""
    local = timezone.localtime(moment)
    return _("%(day)s, %(hour)02d:%(minute)02d") % {
        "day": date_format(local, "j F Y"),
        "hour": local.hour,
        "minute": local.minute,
    }


def standing_of(submission: Submission, *, is_asked: bool = False, is_restorable: bool = False) -> Standing:
    """Where ``submission`` stands.

    ``is_asked`` is whether a moderator asked for changes in a story that is out, ``is_restorable`` whether a withdrawal
    can still be undone.
    """
    return _STANDINGS[submission.state](submission, is_asked, is_restorable)


def _in_review(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    promised = {"moment": moment_in_words(submission.due_at)}
    if submission.claimed_by_id:
        text = _("%(who)s is reading it.") % {"who": submission.claimed_by.get_full_name()}
    elif submission.escalation:
        text = _("It took longer than promised, so more people have been asked to read it.")
    else:
        text = _("It waits for a moderator to read it.")
    text += " " + _("You hear by %(moment)s at the latest.") % promised
    if submission.story.live:
        text += " " + _("Until then colleagues read the version that is out now.")
    return Standing(_("Being read by a moderator"), text, can=frozenset({"withdraw"}))


def _changes_asked(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    text = _("A moderator asks you to change something. Change your story, or explain why it is right as it is.")
    if submission.story.live:
        text += " " + _("Until then colleagues read the version that is out now.")
    can = frozenset({"revise", "answer", "withdraw"})
    return Standing(_("Your turn: changes asked"), text, is_own_turn=True, tag="sun", can=can)


def _author_to_agree(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    text = _("A moderator edited your story. Look at what changed, and say whether you agree.")
    if submission.agree_by:
        text += " " + _("After %(moment)s the edits lapse and your own words count again.") % {
            "moment": moment_in_words(submission.agree_by)
        }
    can = frozenset({"agree", "withdraw"})
    return Standing(_("Your turn: do you agree with the edits?"), text, is_own_turn=True, tag="sun", can=can)


def _published(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    if submission.hidden_at:
        text = _("Colleagues reported it. A moderator looks at it first; you hear what comes of it.")
        return Standing(_("Hidden until it is settled"), text, tag="bad", can=frozenset({"withdraw"}))
    if is_asked:
        text = _("Your story is out. A moderator asks you to change something in it, or to explain it.")
        can = frozenset({"revise", "answer", "withdraw"})
        return Standing(_("Your turn: changes asked"), text, is_own_turn=True, tag="sun", can=can)
    text = _("Colleagues can read it. You can change it: small changes appear at once, larger ones are read first.")
    if submission.reads_after:
        text = _("Colleagues can read it. A moderator still reads along.")
    return Standing(_("Published"), text, tag="ok", can=frozenset({"revise", "withdraw"}))


def _declined(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    if submission.appealed_at:
        text = _("Two moderators looked at it. You can write another story, of course.")
        return Standing(_("Not published"), text, can=frozenset({"withdraw"}))
    text = _("You read why below. Do you see it differently? Then ask once that another moderator looks at it.")
    return Standing(_("Not published"), text, can=frozenset({"appeal", "withdraw"}))


def _withdrawn(submission: Submission, is_asked: bool, is_restorable: bool) -> Standing:
    text = _("You took it back. Only you still see it here. You can change it and send it in again.")
    can = {"revise"}
    if is_restorable:
        text = _("You took it back. Only you still see it here. You can put it back within thirty days.")
        can |= {"restore"}
    return Standing(_("Withdrawn"), text, can=frozenset(can))


_STANDINGS = {
    State.IN_REVIEW: _in_review,
    State.CHANGES_ASKED: _changes_asked,
    State.AUTHOR_TO_AGREE: _author_to_agree,
    State.PUBLISHED: _published,
    State.DECLINED: _declined,
    State.WITHDRAWN: _withdrawn,
}
