"""Reporting a story or a photo, and what moderators do with that."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from base.models import PortalImage
from base.reading import number_in

from ..forms.reports import WHOLE_STORY, ReportForm, SettleForm
from ..judges import judges_as
from ..models import StoryPage, StoryReport, Submission
from ..portrayals import PER_PAGE, hidden_photos_for, reported_things
from ..services import NotAllowedError, StateError
from ..services.reporting import (
    Target,
    TooManyReportsError,
    may_settle,
    report_before,
    report_story,
    settle_reports,
    what_was_settled,
)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk: int) -> HttpResponse:
    """Report this story or, with ``?photo=<image id>``, a photo in it. 404 for what the reader can't see."""
    page = get_object_or_404(StoryPage.objects.visible_to(request.user).select_related("locale"), id=pk)
    photos = {photo.pk: photo for photo in _photos(page)}
    asked_for = request.GET.get("photo")
    if asked_for and number_in(asked_for) not in photos:
        raise Http404
    context = {"page": page, "is_own": page.author_id == request.user.pk}
    if not context["is_own"]:
        made = _reports_before(page, request.user, photos)
        targets = _targets(photos, {row.image_id for row in made})
        initial = {"target": asked_for or WHOLE_STORY}
        form = ReportForm(request.POST or None, targets=targets, initial=initial) if targets else None
        if request.method == "POST" and form and form.is_valid():
            return _report(request, page, form)
        context |= {"form": form, "made": made, "photos": list(photos.values())}
    return render(request, "stories/reports/report.html", context)


def _report(request, page: StoryPage, form: ReportForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        made = report_story(
            page=page,
            reporter=request.user,
            reason=values["reason"],
            comment=values["comment"],
            image_pk=form.image_pk,
        )
    except (NotAllowedError, TooManyReportsError) as error:
        form.add_error(None, str(error))
        return render(request, "stories/reports/report.html", {"page": page, "form": form, "is_own": False})
    messages.success(request, _("Your report has been passed on. You hear what comes of it."))
    return redirect("stories:own_report", made.pk)


def _photos(page: StoryPage) -> list[PortalImage]:
    """The photos that readers see in it now, each once."""
    images = [page.image] if page.image_id else []
    images += [photo.image for photo in page.photos.select_related("image").prefetch_related("image__renditions")]
    return [image for image in dict.fromkeys(images) if image.hidden_at is None]


def _targets(photos: dict[int, PortalImage], reported: set[int | None]) -> list[tuple[str, str]]:
    whole = [] if None in reported else [(WHOLE_STORY, _("The whole story"))]
    left = [(number, pk) for number, pk in enumerate(photos, start=1) if pk not in reported]
    return [*whole, *((str(pk), _("Photo %(number)s") % {"number": number}) for number, pk in left)]


def _reports_before(page: StoryPage, reader, photos: dict[int, PortalImage]) -> list[StoryReport]:
    """What the reader reported of it already and can't report once more."""
    submission = Submission.objects.filter(story__translation_key=page.translation_key).select_related("story").first()
    if submission is None or not StoryReport.objects.filter(story=submission.story_id, reporter=reader).exists():
        return []
    targets = [None, *photos]
    return [row for pk in targets if (row := report_before(Target(submission, pk), reader))]


@require_safe
def own_report(request, pk: int) -> HttpResponse:
    """What the reader reported, and what came of it. 404 for everybody else."""
    rows = StoryReport.objects.select_related("story__locale")
    made = get_object_or_404(rows, pk=pk, reporter=request.user)
    story = made.story
    context = {"report": made, "story": story, "is_readable": story.is_visible_to(request.user)}
    return render(request, "stories/reports/own_report.html", context)


@require_safe
def reports(request) -> HttpResponse:
    """What waits to be settled: reported stories and photos, and photos that somebody in them hid. 404 for others."""
    if judges_as(request.user) != "all":
        raise Http404
    hidden = Paginator(hidden_photos_for(request.user), PER_PAGE).get_page(request.GET.get("hidden"))
    page = reported_things(request.user, request.GET.get("page"))
    return render(request, "stories/reports/reports.html", {"page_obj": page, "hidden": hidden})


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request, pk: int) -> HttpResponse:
    """The reports on one story (id of its submission) or, with ``?photo=<image id>``, on a photo in it.

    404 for who is no moderator, and for something nobody reported.
    """
    if judges_as(request.user) != "all":
        raise Http404
    rows = Submission.objects.select_related("story__author", "story__locale")
    submission = get_object_or_404(rows, pk=pk)
    image_pk = number_in(request.GET.get("photo"))
    target = Target(submission, image_pk)
    found = list(target.reports.select_related("image"))
    if not found or (request.GET.get("photo") and image_pk is None):
        raise Http404
    waiting = [row for row in found if row.outcome == StoryReport.Outcome.OPEN]
    allowed = may_settle(submission, {row.reporter_id for row in waiting}, request.user)
    form = SettleForm(request.POST or None, about_photo=image_pk is not None)
    if request.method == "POST" and waiting and not allowed:
        raise Http404
    if request.method == "POST" and not waiting:
        messages.warning(request, what_was_settled(target))
        return redirect("stories:reports")
    if request.method == "POST" and form.is_valid():
        return _settle(request, target, form.cleaned_data)
    context = {
        "submission": submission,
        "story": submission.story,
        "latest": submission.story.get_latest_revision_as_object(),
        "image": found[0].image,
        "reports": waiting,
        "settled": "" if waiting else what_was_settled(target),
        "allowed": allowed,
        "form": form,
    }
    return render(request, "stories/reports/settle.html", context)


def _settle(request, target: Target, values: dict) -> HttpResponse:
    try:
        settled = settle_reports(
            submission=target.submission,
            moderator=request.user,
            outcome=values["outcome"],
            comment=values["comment"],
            image_pk=target.image_pk,
        )
    except StateError as error:
        messages.warning(request, str(error))
    except NotAllowedError as error:
        raise Http404 from error
    else:
        words = ngettext(
            "Settled. Who reported it and the author are told.",
            "Settled. The %(count)s people who reported it and the author are told.",
            len(settled),
        )
        messages.success(request, words % {"count": len(settled)})
    return redirect("stories:reports")
