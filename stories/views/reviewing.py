"""The moderators' queue, the page on which they read one story, and what they decide there.

A story that somebody may not judge is a 404, as is one that isn't there. Who comes second is led back to the story and
told what happened.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..forms.reviewing import DecisionForm, EditForm, PortalAskChangesForm, PortalDeclineForm
from ..judges import TO_COMMUNITY_MANAGERS, judges_as
from ..models import StoryPage, Submission
from ..review_reading import ReviewedStory, difference_between, queue_rows
from ..services import (
    NotAllowedError,
    StateError,
    approve_story,
    approve_with_edits,
    ask_changes,
    claim_story,
    decline_story,
    mark_read_along,
    release_claim,
)
from ..services.moderating import needs_agreement

PER_PAGE = 20
FILTERS = ("mine", "free", "late")
ALONG_PER_PAGE = 10


@require_safe
def queue(request) -> HttpResponse:
    """What waits for this moderator, the one promised first on top: ``?only=mine|free|late``, ``?page=``.

    Stories that are out already and are read along with stand below. 404 for who is no moderator.
    """
    if not judges_as(request.user):
        raise Http404
    now, only = timezone.now(), request.GET.get("only", "")
    only = only if only in FILTERS else ""
    waiting = Submission.objects.to_judge(request.user)
    rows = waiting.narrowed(only, request.user, now).for_queue()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    along = Submission.objects.to_read_along(request.user)
    context = {
        "page_obj": page,
        "rows": queue_rows(page, now),
        "along": queue_rows(along.for_queue()[:ALONG_PER_PAGE], now) if not only and page.number == 1 else [],
        "along_count": along.count(),
        "counts": waiting.counted(request.user, now),
        "only": only,
        "passed_on_only": judges_as(request.user) == "passed_on",
    }
    return render(request, "stories/review/queue.html", context)


@require_safe
def review(request, pk: int) -> HttpResponse:
    """One story as readers would see it, what is known about it, and what can be decided."""
    return _render(request, _submission(request, pk))


@require_POST
def claim(request, pk: int) -> HttpResponse:
    """Take the story up; again changes nothing."""
    submission = _submission(request, pk)
    return _decide(request, submission, lambda: claim_story(submission=submission, moderator=request.user), back=True)


@require_POST
def release(request, pk: int) -> HttpResponse:
    """Let it go; again changes nothing."""
    submission = _submission(request, pk)
    return _decide(request, submission, lambda: release_claim(submission=submission, moderator=request.user), back=True)


@require_POST
def approve(request, pk: int) -> HttpResponse:
    """Approve and publish, with words to the author if one likes."""
    submission, form = _submission(request, pk), DecisionForm(request.POST)
    return _answer(request, submission, form, "approve_form", approve_story, _("The story is published."))


@require_POST
def changes(request, pk: int) -> HttpResponse:
    """Ask for changes, with a reason and words."""
    submission, form = _submission(request, pk), PortalAskChangesForm(request.POST)
    return _answer(request, submission, form, "changes_form", ask_changes, _("The author reads what you ask."))


@require_POST
def decline(request, pk: int) -> HttpResponse:
    """Don't publish, with a reason and words."""
    submission, form = _submission(request, pk), PortalDeclineForm(request.POST)
    done = _("It is not published. The author reads why, and may ask another moderator to look.")
    return _answer(request, submission, form, "decline_form", decline_story, done)


@require_POST
def read(request, pk: int) -> HttpResponse:
    """A story that is out already is fine; again changes nothing."""
    submission = _submission(request, pk)
    return _decide(
        request,
        submission,
        lambda: mark_read_along(submission=submission, moderator=request.user),
        done=_("Noted: you read along."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: int) -> HttpResponse:
    """Approve with one's own edits; ``show`` in the form only shows the difference."""
    submission = _submission(request, pk)
    reviewed = ReviewedStory(submission, request.user, timezone.now())
    if not reviewed.may_decide:
        return redirect("stories:review", pk=pk)
    story = reviewed.story
    first = {"title": story.title, "text": story.text, "revision": submission.story.latest_revision_id}
    form = EditForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid() and "show" not in request.POST:
        values = form.cleaned_data
        small = not needs_agreement(story.title, story.text, values["title"], values["text"])
        done = _("The story is published, with your edits.") if small else _("The author reads your edits first.")
        try:
            return _decide(
                request,
                submission,
                lambda: approve_with_edits(submission=submission, moderator=request.user, **values),
                done=done,
            )
        except ValidationError as error:
            for field, problems in error.message_dict.items():
                form.add_error(field if field in form.fields else None, problems)
    showing = request.method == "POST" and "show" in request.POST
    context = {"reviewed": reviewed, "form": form, **_edited(story, form)}
    status = 422 if form.errors and not showing else 200
    return render(request, "stories/review/edit.html", context, status=status)


@require_POST
def difference(request, pk: int) -> HttpResponse:
    """What the edits typed so far change, as a fragment; changes nothing."""
    submission = _submission(request, pk)
    reviewed = ReviewedStory(submission, request.user, timezone.now())
    if not reviewed.may_decide:
        raise Http404
    return render(request, "stories/review/_edits.html", _edited(reviewed.story, EditForm(request.POST)))


def _edited(story: StoryPage, form: EditForm) -> dict:
    """``difference`` between the story and what is typed, and whether the author has to agree (``to_author``)."""
    if not form.is_bound:
        return {"difference": None, "to_author": False}
    form.is_valid()
    title = form.cleaned_data.get("title", story.title)
    text = form.cleaned_data.get("text", story.text)
    edited = story.get_latest_revision_as_object() if story.latest_revision_id else story
    edited.title, edited.text = title, text
    return {
        "difference": difference_between(_("what the author sent"), story, edited),
        "to_author": needs_agreement(story.title, story.text, title, text),
    }


def _submission(request, pk: int) -> Submission:
    """The story with this number, for who may read along; Http404 otherwise, and for one's own."""
    role = judges_as(request.user)
    rows = Submission.objects.select_related(
        "story__author", "story__locale", "story__theme", "story__call", "claimed_by"
    )
    submission = get_object_or_404(rows, pk=pk) if role else None
    is_own = submission is not None and submission.story.author_id == request.user.pk
    too_early = submission is not None and role == "passed_on" and submission.escalation < TO_COMMUNITY_MANAGERS
    if submission is None or is_own or too_early:
        raise Http404
    return submission


def _answer(request, submission: Submission, form, name: str, service: Callable, done: str) -> HttpResponse:
    if not form.is_valid():
        return _render(request, submission, **{name: form})
    values = form.cleaned_data
    return _decide(
        request, submission, lambda: service(submission=submission, moderator=request.user, **values), done=done
    )


def _decide(request, submission: Submission, act: Callable, *, done: str = "", back: bool = False) -> HttpResponse:
    """Do it and go on: to the queue, or ``back`` to the story. Who came second is told what happened."""
    try:
        after = act()
    except StateError as error:
        messages.warning(request, str(error))
        return redirect("stories:review", pk=submission.pk)
    except NotAllowedError as error:
        raise Http404 from error
    if done:
        asks = after.state == Submission.State.AUTHOR_TO_AGREE
        messages.success(request, _("The author reads your edits first.") if asks else done)
    return redirect("stories:review", pk=submission.pk) if back else redirect("stories:queue")


def _render(request, submission: Submission, **forms) -> HttpResponse:
    reviewed = ReviewedStory(submission, request.user, timezone.now())
    first = {"revision": submission.story.latest_revision_id}
    context = {
        "reviewed": reviewed,
        "submission": submission,
        "approve_form": DecisionForm(initial=first, auto_id="approve-%s"),
        "changes_form": PortalAskChangesForm(initial=first, auto_id="changes-%s"),
        "decline_form": PortalDeclineForm(initial=first, auto_id="decline-%s"),
        **forms,
    }
    wrong = next(iter(forms.values()), None)
    for name, form in forms.items():
        form.auto_id = f"{name.removesuffix('_form')}-%s"
    context["wrong_form"] = wrong
    request.address_for_languages = reverse("stories:review", args=[submission.pk])
    return render(request, "stories/review/review.html", context, status=422 if wrong else 200)
