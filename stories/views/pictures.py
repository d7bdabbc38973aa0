"""What somebody who is in a photo sees and says."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..models import Portrayal
from ..portrayals import GONE, PER_PAGE, portrayals_of
from ..services import NotAllowedError, StateError
from ..services.portraying import hide_photo, may_settle_photo, show_photo, take_out_hidden_photo


@require_safe
def portrayals(request) -> HttpResponse:
    """Every photo in a story that the reader is recognisable on, with their answer: ``?page=``."""
    page = Paginator(portrayals_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stories/pictures/portrayals.html", {"page_obj": page})


@require_safe
def portrayal(request, pk: int) -> HttpResponse:
    """One photo that the reader is on, before and after it appears. 404 for everybody else."""
    row = _own(request, pk)
    submission = getattr(row.story, "submission", None)
    context = {
        "portrayal": row,
        "is_out": row.settled_at is not None,
        "is_gone": submission is not None and submission.state in GONE,
        "hidden_by_others": row.answer != Portrayal.Answer.HIDDEN and row.image.hidden_at is not None,
        "is_readable": row.story.is_visible_to(request.user),
    }
    return render(request, "stories/pictures/portrayal.html", context)


@require_POST
def hide(request, pk: int) -> HttpResponse:
    """Hide the photo at once."""
    return _answer(request, pk, hide_photo, _("The photo is hidden. Nobody else sees it now."))


@require_POST
def show(request, pk: int) -> HttpResponse:
    """Say that the photo is fine."""
    return _answer(request, pk, show_photo, _("You are fine with the photo."))


def _answer(request, pk: int, service, words: str) -> HttpResponse:
    row = _own(request, pk)
    try:
        service(portrayal=row, person=request.user)
    except StateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, words)
    if request.POST.get("back") == "list":
        return redirect("stories:portrayals")
    # Gone where the author named them no more just now.
    still_there = Portrayal.objects.filter(pk=pk).exists()
    return redirect("stories:portrayal", pk) if still_there else redirect("stories:portrayals")


@require_POST
def take_out(request, pk: int) -> HttpResponse:
    """A moderator takes a hidden photo out of the story, with words for the author. 404 for who may not."""
    row = get_object_or_404(Portrayal.objects.select_related("story__submission"), pk=pk)
    submission = getattr(row.story, "submission", None)
    if submission is None or not may_settle_photo(submission, row.image_id, request.user):
        raise Http404
    try:
        take_out_hidden_photo(portrayal=row, moderator=request.user, comment=request.POST.get("comment", "")[:1000])
    except NotAllowedError as error:
        raise Http404 from error
    except StateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The photo is out of the story."))
    return redirect("stories:reports")


def _own(request, pk: int) -> Portrayal:
    rows = Portrayal.objects.select_related("story__author", "story__submission", "story__locale", "image")
    return get_object_or_404(rows, pk=pk, person=request.user)
