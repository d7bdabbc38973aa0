"""What authors see of their own stories, and what they do with them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..forms.mine import WordsForm
from ..models import StoryPage, Submission
from ..own_stories import OwnStory, own_stories
from ..reach import count_reader
from ..services import (
    StateError,
    agree_with_edits,
    appeal_decision,
    explain_story,
    refuse_edits,
    restore_story,
    withdraw_story,
)


@require_safe
def my_stories(request) -> HttpResponse:
    """Everything the reader wrote: drafts, what is being read, what waits for them, what came of it."""
    return render(request, "stories/mine/list.html", {"own": own_stories(request.user)})


@require_safe
def my_story(request, pk: int) -> HttpResponse:
    """One story of the reader's own, with all that happened to it; 404 for anybody else's."""
    return _page(request, _own_or_404(request, pk))


@require_POST
def agree(request, pk: int) -> HttpResponse:
    """Agree with a moderator's edits."""
    done = _("You agreed: your story is published with the edits.")
    return _act(request, pk, lambda own: agree_with_edits(submission=own, author=request.user), done)


@require_POST
def refuse(request, pk: int) -> HttpResponse:
    """Not agree with a moderator's edits, with ``comment`` (optional)."""
    done = _("Your own words go back to the moderators.")
    return _act_in_words(request, pk, "refuse", refuse_edits, done)


@require_POST
def explain(request, pk: int) -> HttpResponse:
    """Answer a question for changes with ``comment``."""
    return _act_in_words(request, pk, "explain", explain_story, _("Your answer has been sent to the moderators."))


@require_POST
def appeal(request, pk: int) -> HttpResponse:
    """Ask once, with ``comment``, that another moderator looks."""
    return _act_in_words(request, pk, "appeal", appeal_decision, _("Another moderator looks at your story."))


@require_POST
def restore(request, pk: int) -> HttpResponse:
    """Put a withdrawn story back."""
    done = _("Your story is back, as colleagues last read it.")
    return _act(request, pk, lambda own: restore_story(submission=own, author=request.user), done)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk: int) -> HttpResponse:
    """Ask whether the author is sure; a POST takes the story back."""
    submission = _own_or_404(request, pk)
    if request.method != "POST":
        return render(request, "stories/mine/withdraw.html", {"story": OwnStory.of(submission, request.user)})
    done = _("Your story is withdrawn. Only you can still see it.")
    return _act(request, pk, lambda own: withdraw_story(submission=own, author=request.user), done)


@require_POST
def read(request, pk: int) -> HttpResponse:
    """Count a device that shows this story; 204 whatever came of it, 404 for a story this reader may not see."""
    page = StoryPage.objects.visible_to(request.user).filter(id=pk).first()
    if page is None:
        raise Http404(str(pk))
    count_reader(page=page, user=request.user, token=request.POST.get("token", ""))
    return HttpResponse(status=204)


WORDS = {
    "refuse": {"is_required": False, "label": gettext_lazy("Why not? (not required)")},
    "explain": {"is_required": True, "label": gettext_lazy("Your answer")},
    "appeal": {"is_required": True, "label": gettext_lazy("Why should it be published?")},
}


def _own_or_404(request, pk: int) -> Submission:
    submission = Submission.objects.of_author(request.user).filter(pk=pk).first()
    if submission is None:
        raise Http404(str(pk))
    return submission


def _page(request, submission: Submission, filled: dict[str, WordsForm] | None = None) -> HttpResponse:
    forms = {name: WordsForm(name=name, **options) for name, options in WORDS.items()} | (filled or {})
    wrong = next((form for form in forms.values() if form.errors), None)
    context = {"story": OwnStory.of(submission, request.user), "forms": forms, "form": wrong}
    request.address_for_languages = reverse("stories:mine_story", args=[submission.pk])
    return render(request, "stories/mine/story.html", context)


def _act_in_words(request, pk: int, name: str, service: Callable, done: str) -> HttpResponse:
    submission = _own_or_404(request, pk)
    form = WordsForm(request.POST, name=name, **WORDS[name])
    if not form.is_valid():
        return _page(request, submission, {name: form})
    words = form.cleaned_data["comment"]
    try:
        return _act(request, pk, lambda own: service(submission=own, author=request.user, comment=words), done)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, submission, {name: form})


def _act(request, pk: int, do: Callable[[Submission], Submission], done: str) -> HttpResponse:
    try:
        do(_own_or_404(request, pk))
    except StateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("stories:mine_story", args=[pk]))
