"""What stories tell people: authors, moderators, people in the picture. Worked out when it is shown or sent."""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, is_closed, register

from . import (
    picture_kinds,  # noqa: F401 - registers its own
    sharing_kinds,  # noqa: F401 - registers its own
)
from .judges import judges_as
from .models import Submission
from .preloading import event_of, preload_events
from .reacting import reactions_in_words
from .services.moving import may_judge

State = Submission.State
# Most messages of stories are about something that happened to one.
EventKind = partial(Kind, preload=preload_events)


def _for_author(title: str | Promise, action: str | Promise, *, while_in: tuple[str, ...] = ()) -> Callable:
    """What to say to the author of the story an event is about; nothing once it is in none of ``while_in``."""

    def resolve(payload: dict, recipient) -> Content | None:
        event = event_of(payload)
        if event is None or event.submission.story.author_id != recipient.pk:
            return None
        if while_in and event.submission.state not in while_in:
            return None
        words = [event.get_reason_display(), event.comment] if event.reason or event.comment else []
        return Content(
            title=gettext(title) % {"story": event.submission.story.sent_title},
            url=reverse("stories:mine_story", args=[event.submission_id]),
            text=": ".join(filter(None, words)),
            action=gettext(action),
            closed=is_closed(event.submission.story),
        )

    return resolve


def _for_moderator(title: str | Promise) -> Callable:
    """What to say to somebody who may judge a story; nothing once a colleague has."""

    def resolve(payload: dict, recipient) -> Content | None:
        event = event_of(payload)
        if event is None or not may_judge(event.submission, recipient):
            return None
        if event.submission.state != State.IN_REVIEW and not event.submission.reads_after:
            return None
        author = event.submission.story.byline_name
        return Content(
            title=gettext(title) % {"story": event.submission.story.sent_title, "author": author},
            url=reverse("stories:review", args=[event.submission_id]),
            action=gettext("Read the story"),
        )

    return resolve


register(
    EventKind(
        "story.published",
        _("Your story is published"),
        _for_author(_("Your story “%(story)s” is published"), _("Look at it"), while_in=(State.PUBLISHED,)),
    )
)
register(
    EventKind(
        "story.changes_asked",
        _("A moderator asks you to change your story"),
        _for_author(
            _("A moderator asks you to change “%(story)s”"),
            _("Read what is asked"),
            while_in=(State.CHANGES_ASKED, State.PUBLISHED),
        ),
        asks=True,
    )
)
register(
    EventKind(
        "story.agree",
        _("A moderator edited your story and asks whether you agree"),
        _for_author(
            _("Do you agree with the edits in “%(story)s”?"),
            _("See what was changed"),
            while_in=(State.AUTHOR_TO_AGREE,),
        ),
        asks=True,
    )
)
register(
    EventKind(
        "story.lapsed",
        _("You did not answer edits in time"),
        _for_author(
            _("The edits in “%(story)s” were not answered; your own words are back"),
            _("Go on with your story"),
            while_in=(State.CHANGES_ASKED,),
        ),
    )
)
register(
    EventKind(
        "story.declined",
        _("Your story is not published"),
        _for_author(_("“%(story)s” is not published"), _("Read why, and what you can do")),
    )
)
register(
    EventKind(
        "story.change_declined",
        _("A change to your story is not published"),
        _for_author(
            _("Your change to “%(story)s” is not published; what was there stays"), _("Read why, and what you can do")
        ),
    )
)
register(
    EventKind(
        "story.taken_down",
        _("Your story was taken down"),
        _for_author(_("An editor took down “%(story)s”"), _("See what you can do"), while_in=(State.DECLINED,)),
    )
)
register(
    EventKind(
        "story.delayed",
        _("An answer takes longer than promised"),
        _for_author(
            _("The answer about “%(story)s” takes longer; somebody else reads it now"),
            _("See where it stands"),
            while_in=(State.IN_REVIEW,),
        ),
    )
)
register(
    EventKind(
        "story.to_review",
        _("A story to read along with"),
        _for_moderator(_("%(author)s sent a story: “%(story)s”")),
        concerns=judges_as,
        asks=True,
    )
)
register(
    EventKind(
        "story.passed_on",
        _("A story that waits too long"),
        _for_moderator(_("“%(story)s” waits longer than %(author)s was promised")),
        concerns=judges_as,
        asks=True,
    )
)
register(Kind("story.reactions", _("Colleagues react to your story"), reactions_in_words))
register(
    EventKind(
        "story.used",
        _("Your story is used in the company story"),
        _for_author(
            _("Your story “%(story)s” is used in the company story"), _("See where"), while_in=(State.PUBLISHED,)
        ),
    )
)
