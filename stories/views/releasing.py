"""For moderators: which stories wait to go outside, and what would be seen there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..forms.sharing import RefuseReleaseForm
from ..judges import judges_as
from ..models import Submission
from ..outside import OutsideWords
from ..services.moving import StateError, may_judge
from ..services.sharing import portrayals_for_outside, refuse_release, release_story
from ..services.snapshots import author_outside, choice_for, content_hash, live_copy_of, pictures_for_outside
from ..sharing_querysets import releases_for

PER_PAGE = 20


@require_GET
def releases(request):
    """Stories that wait for release, the longest waiting first, then those that are outside; for moderators."""
    if not judges_as(request.user):
        raise Http404
    page = Paginator(releases_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stories/share/releases.html", {"page_obj": page})


def _submission_for(request, pk: int) -> Submission:
    """The sent story, for who may judge it and no one else."""
    rows = Submission.objects.select_related("story__author", "story__locale")
    submission = get_object_or_404(rows.exclude(release=Submission.Release.INTERNAL), pk=pk)
    if not may_judge(submission, request.user):
        raise Http404
    return submission


@require_http_methods(["GET", "POST"])
def release(request, pk: int):
    """What would be seen outside and who agreed; POST lets it go outside. The second moderator hears what happened."""
    rows = Submission.objects.select_related("story__author")
    submission = get_object_or_404(rows, pk=pk)
    if not may_judge(submission, request.user):
        raise Http404
    if request.method == "POST":
        try:
            release_story(submission=submission, moderator=request.user, seen=str(request.POST.get("seen", "")))
        except StateError as error:
            messages.warning(request, str(error))
            return redirect(*_after(submission))
        messages.success(request, gettext("The story may go outside. Its author hears it."))
        return redirect("stories:releases")
    return _release_page(request, _submission_for(request, pk), RefuseReleaseForm())


@require_POST
def refuse(request, pk: int):
    """Keep the story inside, with a reason and words for the author."""
    submission = get_object_or_404(Submission.objects.select_related("story__author"), pk=pk)
    if not may_judge(submission, request.user):
        raise Http404
    form = RefuseReleaseForm(request.POST)
    if not form.is_valid():
        return _release_page(request, _submission_for(request, pk), form, status=422)
    try:
        refuse_release(submission=submission, moderator=request.user, **form.cleaned_data)
    except StateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, gettext("The story stays inside. Its author reads why."))
    return redirect("stories:releases")


def _after(submission: Submission) -> tuple:
    """Where to go after a refusal by the rules: back to the story while it still waits."""
    still = Submission.objects.filter(pk=submission.pk, release=Submission.Release.ASKED).exists()
    return ("stories:release", submission.pk) if still else ("stories:releases",)


def _release_page(request, submission: Submission, form: RefuseReleaseForm, status: int = 200):
    story, words = submission.story, OutsideWords()
    choice = choice_for(story)
    people = portrayals_for_outside(story, choice)
    name, role = author_outside(story, choice)
    pictures = pictures_for_outside(story, choice)
    for row in pictures:
        row["people"] = [person for person in people if person.image_id == row["image"].pk]
    context = {
        "submission": submission,
        "story": story,
        "title": words.clean(story.title),
        "summary": words.clean(story.summary),
        "html": words.render(words.clean(story.text)),
        "author_name": name,
        "author_role": role,
        "pictures": pictures,
        "missing": [person for person in people if not person.may_go_outside],
        "seen": content_hash(story, choice),
        "copy": live_copy_of(story),
        "is_asked": submission.release == Submission.Release.ASKED,
        "form": form,
    }
    request.address_for_languages = reverse("stories:release", args=[submission.pk])
    return render(request, "stories/share/release.html", context, status=status)
