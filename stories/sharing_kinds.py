"""What going outside tells people. Imported by ``stories.message_kinds``."""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register

from .judges import judges_as
from .models import Submission
from .preloading import event_of, portrayal_of, preload_events, preload_portrayals
from .services.moving import may_judge

Release = Submission.Release
EventKind = partial(Kind, preload=preload_events)


def _for_author(title: str | Promise, text: str | Promise, action: str | Promise, *releases: str) -> Callable:
    """What to say to the author; nothing once how far the story may go is none of ``releases``."""

    def resolve(payload: dict, recipient) -> Content | None:
        event = event_of(payload)
        if event is None or event.submission.story.author_id != recipient.pk:
            return None
        if event.submission.release not in releases or not event.submission.story.live:
            return None
        why = ": ".join(filter(None, [event.get_reason_display() if event.reason else "", event.comment]))
        return Content(
            title=gettext(title) % {"story": event.submission.story.title},
            url=reverse("stories:share", args=[event.submission.story_id]),
            text=why or gettext(text),
            action=gettext(action),
        )

    return resolve


def _for_moderator(payload: dict, recipient) -> Content | None:
    event = event_of(payload)
    if event is None or event.submission.release != Release.ASKED or not may_judge(event.submission, recipient):
        return None
    story = event.submission.story
    return Content(
        title=gettext("%(author)s asks whether “%(story)s” may go outside")
        % {"author": story.byline_name, "story": story.title},
        url=reverse("stories:release", args=[event.submission_id]),
        text=gettext("Everybody in the photos said yes."),
        action=gettext("Look at it"),
    )


def _for_portrayed(payload: dict, recipient) -> Content | None:
    row = portrayal_of(payload)
    if row is None or row.person_id != recipient.pk or row.outside_answered_at is not None:
        return None
    if not row.story.live or row.story.submission.release == Release.INTERNAL:
        return None
    return Content(
        title=gettext("May a photo with you in it go outside?"),
        url=reverse("stories:consent", args=[row.pk]),
        text=gettext("%(author)s would like to share “%(story)s” outside. It only goes with your yes.")
        % {"author": row.story.byline_name, "story": row.story.title},
        action=gettext("See the photo and answer"),
    )


def _wanted(payload: dict, recipient) -> Content | None:
    rows = Submission.objects.select_related("story")
    submission = rows.filter(pk=payload.get("submission"), story__author=recipient, release=Release.INTERNAL).first()
    if submission is None or not submission.story.live:
        return None
    return Content(
        title=gettext("A colleague would like to share “%(story)s” outside") % {"story": submission.story.title},
        url=reverse("stories:share", args=[submission.story_id]),
        text=gettext("You decide. Ask for it, or leave it as it is; nobody is told."),
        action=gettext("See what you can do"),
    )


register(
    EventKind(
        "story.release_to_judge",
        _("A story that would like to go outside"),
        _for_moderator,
        asks=True,
        concerns=judges_as,
    )
)
register(
    Kind(
        "story.release_consent",
        _("A photo with you in it would like to go outside"),
        _for_portrayed,
        preload=preload_portrayals,
    )
)
register(Kind("story.release_wanted", _("A colleague would like to share your story"), _wanted))
register(
    EventKind(
        "story.release_given",
        _("Your story may go outside"),
        _for_author(
            _("“%(story)s” may go outside"),
            _("Share it on in your own words, if you like."),
            _("Share it on"),
            Release.PUBLIC,
        ),
    )
)
register(
    EventKind(
        "story.release_refused",
        _("Your story stays inside"),
        _for_author(
            _("“%(story)s” stays inside"),
            _("You can change it and ask again."),
            _("See what you can do"),
            Release.INTERNAL,
            Release.PUBLIC,
        ),
    )
)
register(
    EventKind(
        "story.release_photo",
        _("Somebody in a photo would rather not go outside"),
        _for_author(
            _("Somebody in a photo of “%(story)s” would rather not go outside"),
            _("Leave that photo out, and the story can go on."),
            _("Choose the photos"),
            Release.ASKED,
        ),
    )
)
register(
    EventKind(
        "story.release_ended",
        _("Your story is no longer outside"),
        _for_author(
            _("“%(story)s” is no longer outside"),
            _("Somebody in a photo, or a moderator, took it back. In the portal it stays as it is."),
            _("See what you can do"),
            Release.INTERNAL,
        ),
        urgent=True,
    )
)
