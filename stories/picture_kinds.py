"""What people in the picture, authors, moderators and reporters hear about photos and reports; and calls."""

from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register

from .judges import judges_as
from .models import Portrayal, StoryCall, StoryEvent, StoryPage, StoryReport, Submission
from .preloading import event_of, portrayal_of, preload_events, preload_portrayals
from .services.calling import has_answered, has_declined, is_asked
from .services.portraying import may_settle_photo
from .services.reporting import Target, may_settle

State, Answer, Outcome = Submission.State, Portrayal.Answer, StoryReport.Outcome
GONE = (State.WITHDRAWN, State.DECLINED)


def _is_gone(story: StoryPage) -> bool:
    submission = getattr(story, "submission", None)
    return submission is not None and submission.state in GONE


def _portrayed(payload: dict, recipient) -> Content | None:
    row = portrayal_of(payload)
    if row is None or row.person_id != recipient.pk or row.answer or row.settled_at or _is_gone(row.story):
        return None
    return Content(
        title=gettext("You are in a photo in a story by %(author)s") % {"author": row.story.byline_name},
        url=reverse("stories:portrayal", args=[row.pk]),
        text=gettext("Have a look. If you'd rather not be in it, one tap hides the photo until you have talked."),
        action=gettext("See the photo"),
    )


def _hidden_for_author(payload: dict, recipient) -> Content | None:
    row = portrayal_of(payload)
    if row is None or row.story.author_id != recipient.pk or row.answer != Answer.HIDDEN or row.settled_at:
        return None
    words = {"person": row.person.get_full_name(), "story": row.story.sent_title}
    return Content(
        title=gettext("%(person)s asks to leave out a photo in “%(story)s” for now") % words,
        url=reverse("stories:mine_story", args=[row.story.submission.pk]),
        text=gettext(
            "The photo is hidden; the rest of your story stays. Talk about it, or send your story without it."
        ),
        action=gettext("Go on with your story"),
    )


def _hidden_for_moderator(payload: dict, recipient) -> Content | None:
    row = portrayal_of(payload)
    if row is None or row.answer != Answer.HIDDEN or row.settled_at or _is_gone(row.story):
        return None
    if not may_settle_photo(row.story.submission, row.image_id, recipient):
        return None
    words = {"person": row.person.get_full_name(), "story": row.story.sent_title}
    return Content(
        title=gettext("%(person)s asks to leave out a photo in “%(story)s” for now") % words,
        url=reverse("stories:reports"),
        text=gettext("It is hidden until they agree again, or the photo leaves the story."),
        action=gettext("Look at it"),
    )


def _settled_for_portrayed(payload: dict, recipient) -> Content | None:
    row = portrayal_of(payload)
    if row is None or row.person_id != recipient.pk or not row.settled_at:
        return None
    return Content(
        title=gettext("The photo you are in is out of “%(story)s”") % {"story": row.story.sent_title},
        url=reverse("stories:portrayals"),
        text=gettext("It stays hidden for everybody."),
        action=gettext("See your photos"),
    )


def _event(payload: dict, recipient) -> StoryEvent | None:
    event = event_of(payload)
    return event if event is not None and event.submission.story.author_id == recipient.pk else None


def _for_author(event: StoryEvent, title: str, text: str) -> Content:
    return Content(
        title=title % {"story": event.submission.story.sent_title},
        url=reverse("stories:mine_story", args=[event.submission_id]),
        text=text,
        action=gettext("See where it stands"),
    )


def _removed(payload: dict, recipient) -> Content | None:
    event = _event(payload, recipient)
    return event and _for_author(event, gettext("A moderator took a photo out of “%(story)s”"), event.comment)


def _story_hidden(payload: dict, recipient) -> Content | None:
    event = _event(payload, recipient)
    if event is None or event.submission.state in GONE:
        return None
    open_reports = StoryReport.objects.filter(story=event.submission.story_id, outcome=Outcome.OPEN)
    if not open_reports.exists():
        return None
    about_photo = event.reason == StoryEvent.Reason.PHOTO
    if about_photo:
        title = gettext("A photo in “%(story)s” is hidden until a moderator has looked at it")
    else:
        title = gettext("“%(story)s” is hidden until a moderator has looked at it")
    return _for_author(event, title, gettext("It was reported. You hear what comes of it; nothing is lost."))


def _settled_for_author(payload: dict, recipient) -> Content | None:
    event = _event(payload, recipient)
    if event is None:
        return None
    if event.kind == StoryEvent.Kind.SHOWN:
        title = gettext("“%(story)s” was looked at and is shown again")
        if event.reason == StoryEvent.Reason.PHOTO:
            title = gettext("A photo in “%(story)s” was looked at and is shown again")
    elif event.reason == StoryEvent.Reason.PHOTO:
        title = gettext("A moderator took a photo out of “%(story)s”")
    else:
        title = gettext("“%(story)s” stays hidden until you have changed it")
    return _for_author(event, title, event.comment)


def _to_settle(payload: dict, recipient) -> Content | None:
    submission = Submission.objects.select_related("story").filter(pk=payload.get("submission")).first()
    if submission is None:
        return None
    target = Target(submission, payload.get("image"))
    reporters = set(target.open_reports.values_list("reporter", flat=True))
    if not reporters or not may_settle(submission, reporters, recipient):
        return None
    title = gettext("A photo in “%(story)s” was reported") if target.image_pk else gettext("“%(story)s” was reported")
    return Content(
        title=title % {"story": submission.story.sent_title},
        url=reverse("stories:reports"),
        action=gettext("Look at the reports"),
    )


def _report_settled(payload: dict, recipient) -> Content | None:
    rows = StoryReport.objects.select_related("story").exclude(outcome=Outcome.OPEN)
    report = rows.filter(pk=payload.get("report"), reporter=recipient).first()
    if report is None:
        return None
    return Content(
        title=gettext("A moderator looked at what you reported: %(outcome)s")
        % {"outcome": report.get_outcome_display()},
        url=reverse("stories:own_report", args=[report.pk]),
        action=gettext("Read the answer"),
    )


def _asked(payload: dict, recipient) -> Content | None:
    calls = StoryCall.objects.visible_to(recipient).filter(translation_key=payload.get("call"))
    call = calls.in_language(get_language()).first() or calls.first()
    if call is None or not call.is_open or not is_asked(call, recipient):
        return None
    if has_declined(call, recipient) or has_answered(call, recipient):
        return None
    return Content(
        title=gettext("You are asked for a story: “%(call)s”") % {"call": call.title},
        url=call.get_url(),
        text=call.summary,
        action=gettext("Read the call"),
    )


register(
    Kind("story.portrayed", _("You are in a photo"), _portrayed, urgent=True, asks=True, preload=preload_portrayals)
)
register(
    Kind(
        "photo.hidden",
        _("Somebody asks to leave out a photo in your story"),
        _hidden_for_author,
        asks=True,
        preload=preload_portrayals,
    )
)
register(
    Kind(
        "photo.to_settle",
        _("A hidden photo to settle"),
        _hidden_for_moderator,
        asks=True,
        concerns=judges_as,
        preload=preload_portrayals,
    )
)
register(
    Kind("photo.settled", _("A photo you are in was taken out"), _settled_for_portrayed, preload=preload_portrayals)
)
register(Kind("photo.removed", _("A photo was taken out of your story"), _removed, preload=preload_events))
register(Kind("story.hidden", _("Your story or a photo in it is hidden"), _story_hidden, preload=preload_events))
register(
    Kind("story.report_settled", _("Reports on your story are settled"), _settled_for_author, preload=preload_events)
)
register(Kind("report.to_settle", _("Something was reported"), _to_settle, asks=True, concerns=judges_as))
register(Kind("report.settled", _("What came of your report"), _report_settled))
register(Kind("call.asked", _("You are asked for a story"), _asked, asks=True))
