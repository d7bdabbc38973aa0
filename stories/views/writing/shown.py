"""What the steps of the form show around what is typed."""

from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.clock import zone_of

from ...models import MAX_CHARACTERS, StoryDraft, StoryEvent, StoryIndexPage, Submission
from ...rendering import render_markdown
from ...services.writing import channel_for, default_channel, rule_for
from ...writing_tips import tips_for

STEPS = ("words", "photos", "check")


def own_draft(request, key) -> StoryDraft:
    """This person's draft; raises Http404 for a wrong key and for somebody else's alike."""
    drafts = StoryDraft.objects.select_related("story", "channel", "call", "theme", "author")
    found = drafts.filter(key=key, author=request.user).first()
    if found is None:
        raise Http404(key)
    return found


def to_sent_story(draft: StoryDraft) -> HttpResponse:
    """On to the page on which its author follows a story that was sent."""
    return HttpResponseRedirect(reverse("stories:mine_story", args=[draft.story.submission.pk]))


def step_url(draft: StoryDraft, step: str) -> str:
    """The address of a step."""
    return f"{reverse('stories:draft', args=[draft.key])}?step={step}"


def said_saved(moment: datetime, user) -> str:
    """When it was saved, in the reader's zone and words."""
    local = moment.astimezone(zone_of(user))
    time = date_format(local, "H:i")
    if local.date() == timezone.now().astimezone(zone_of(user)).date():
        return _("Draft saved at %(time)s") % {"time": time}
    return _("Draft saved on %(day)s at %(time)s") % {"day": date_format(local, "j F"), "time": time}


def show_step(request, step: str, *, draft: StoryDraft | None, status: int = 200, **context) -> HttpResponse:
    """One step of the form, with the rule of the channel, the tips and what a moderator asked for."""
    try:
        channel = channel_for(draft) if draft else default_channel(get_language(), request.user)
    except StoryIndexPage.DoesNotExist:
        channel = None
    context |= {
        "draft": draft,
        "key": draft.key if draft else context["key"],
        "step": step,
        "steps": _steps(draft, step),
        "rule": rule_for(channel, request.user, timezone.now()) if channel else None,
        "tips": tips_for(channel, step, request.user, get_language()),
        "asked": asked_of_author(draft),
        "said_saved": said_saved(draft.updated_at, request.user) if draft else "",
        "limit": MAX_CHARACTERS,
        "zone": zone_of(request.user),
    }
    return render(request, f"stories/write/{step}.html", context, status=status)


def _steps(draft: StoryDraft | None, current: str) -> list[dict]:
    names = {"words": _("Words"), "photos": _("Photos"), "check": _("Check")}
    here = STEPS.index(current)
    return [
        {
            "number": number,
            "title": names[step],
            "url": step_url(draft, step) if draft and step != current else "",
            "is_now": step == current,
            "is_done": number <= here,
        }
        for number, step in enumerate(STEPS, 1)
    ]


def asked_of_author(draft: StoryDraft | None) -> StoryEvent | None:
    """What a moderator asked to change, while it is the author's turn."""
    if draft is None or draft.story_id is None:
        return None
    submission = Submission.objects.filter(story=draft.story_id, state=Submission.State.CHANGES_ASKED).first()
    events = submission.events.filter(kind=StoryEvent.Kind.CHANGES_ASKED) if submission else StoryEvent.objects.none()
    return events.select_related("actor").order_by("-created_at", "-pk").first()


def rendered(text: str):
    """The text as readers will see it; None where it is too long to be a story, and would keep the server busy."""
    return render_markdown(text) if len(text) <= MAX_CHARACTERS else None
