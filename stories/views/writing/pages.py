"""The form: words, photos, check. Every step works without JavaScript."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from base.reading import number_in

from ...forms.drafts import WordsForm
from ...models import StoryCall, StoryDraft, Submission
from ...services import DraftConflictError, NotAllowedError, StateError, open_draft_for, save_draft, send_story
from ...services.writing import closed_reason, delete_draft, problems_of
from .photos import photos_step, save_photos
from .shown import STEPS, own_draft, rendered, show_step, step_url, to_sent_story


@require_GET
def new(request) -> HttpResponse:
    """An empty form with a key made for it, and this person's drafts to go on with; ``?call=`` is a call to answer.

    Nothing is kept before the first save.
    """
    call = number_in(request.GET.get("call"))
    chosen = StoryCall.objects.visible_to(request.user).filter(pk=call).first() if call else None
    initial = {"version": 0, "language": get_language()}
    form = WordsForm(user=request.user, initial=initial, auto_id="id_%s")
    if chosen is not None and "call" in form.fields:
        form.initial["call"] = str(chosen.translation_key)
    return show_step(
        request,
        "words",
        draft=None,
        key=uuid.uuid4(),
        form=form,
        call=chosen,
        open_drafts=StoryDraft.objects.open_of(request.user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, key) -> HttpResponse:
    """One step (``?step=``) of one draft; POST saves what the step holds and goes on. Raises Http404 for strangers."""
    if request.method == "POST":
        return _save(request, key)
    found = own_draft(request, key)
    if found.sent_at is not None:
        return to_sent_story(found)
    if reason := closed_reason(found):
        return render(request, "stories/write/closed.html", {"draft": found, "reason": reason})
    step = request.GET.get("step")
    return _show(request, found, step if step in STEPS else "words")


def _show(request, draft: StoryDraft, step: str) -> HttpResponse:
    if step == "photos":
        return photos_step(request, draft)
    if step == "check":
        return _check_step(request, draft)
    form = WordsForm(user=request.user, draft=draft, initial=WordsForm.initial_of(draft))
    problems = problems_of(draft) if request.GET.get("show") == "problems" else {}
    return show_step(request, "words", draft=draft, form=form, problems=problems)


def _check_step(request, draft: StoryDraft, problems: dict | None = None, status: int = 200) -> HttpResponse:
    photos = list(draft.photos.select_related("image").prefetch_related("image__renditions", "people"))
    told = {person.pk: person for photo in photos for person in photo.people.all() if person.pk != draft.author_id}
    return show_step(
        request,
        "check",
        draft=draft,
        status=status,
        html=rendered(draft.text),
        photos=photos,
        told=list(told.values()),
        todo=_todo(draft, photos, problems if problems is not None else problems_of(draft)),
        refused=problems is not None,
    )


def _todo(draft: StoryDraft, photos: list, problems: dict) -> list[dict]:
    """What is missing, with the address of the field: ``[{"text", "url"}, ...]``."""
    numbers = {f"photo-{photo.key}": number for number, photo in enumerate(photos, 1)}
    rows = []
    for field, faults in problems.items():
        number = numbers.get(field)
        step, anchor = ("photos", field) if number else ("words", f"id_{field}")
        for fault in faults:
            text = _("Photo %(number)s: %(fault)s") % {"number": number, "fault": fault} if number else fault
            rows.append({"text": text, "url": f"{step_url(draft, step)}&show=problems#{anchor}"})
    return rows


def _save(request, key) -> HttpResponse:
    found = StoryDraft.objects.filter(key=key).select_related("call", "channel", "story", "author").first()
    if found is not None and found.author_id != request.user.pk:
        raise Http404(key)
    if found is not None and found.sent_at is not None:
        return to_sent_story(found)
    if request.POST.get("step") == "photos":
        if found is None:
            raise Http404(key)
        return save_photos(request, found)
    form = WordsForm(request.POST, user=request.user, draft=found)
    if not form.is_valid():
        return show_step(request, "words", draft=found, key=key, form=form)
    try:
        saved = save_draft(author=request.user, key=key, version=form.cleaned_data["version"] or 0, values=form.values)
    except DraftConflictError as conflict:
        # What was typed stays in the fields; saving again puts it over what is there now.
        data = request.POST.copy()
        data["version"] = conflict.draft.version
        form = WordsForm(data, user=request.user, draft=conflict.draft)
        return show_step(request, "words", draft=conflict.draft, form=form, theirs=conflict.draft, status=409)
    except StateError as error:
        return render(
            request,
            "stories/write/closed.html",
            {"draft": found, "reason": str(error), "typed": form.cleaned_data},
            status=409,
        )
    except NotAllowedError:
        raise Http404(key) from None
    go = request.POST.get("go")
    if go not in STEPS:
        messages.success(request, _("Your draft is saved. You find it here when you come back."))
        go = "words"
    return HttpResponseRedirect(step_url(saved, go))


@require_POST
def send(request, key) -> HttpResponse:
    """Send it in; once more, by a double click or a retry, leads to the same story."""
    found = own_draft(request, key)
    if found.sent_at is not None:
        return to_sent_story(found)
    try:
        submission = send_story(draft=found, author=request.user)
    except ValidationError as error:
        return _check_step(request, found, problems=error.message_dict)
    except StateError as error:
        return render(request, "stories/write/closed.html", {"draft": found, "reason": str(error)}, status=409)
    if submission.state == Submission.State.PUBLISHED:
        messages.success(request, _("Your story is published."))
    else:
        messages.success(request, _("Your story has been sent. You hear from us."))
    return HttpResponseRedirect(reverse("stories:mine_story", args=[submission.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, key) -> HttpResponse:
    """Asks first; POST throws the draft away."""
    found = own_draft(request, key)
    if found.sent_at is not None:
        return to_sent_story(found)
    if request.method != "POST":
        return render(request, "stories/write/delete.html", {"draft": found})
    try:
        delete_draft(draft=found, author=request.user)
    except StateError:
        # Sent from another tab in the meantime.
        return to_sent_story(own_draft(request, key))
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("stories:new"))


@require_POST
def revise(request, pk: int) -> HttpResponse:
    """Open the form with what was sent; a story that is closed for changes says so on its own page."""
    submission = get_object_or_404(Submission, pk=pk, story__author=request.user)
    try:
        found = open_draft_for(submission=submission, author=request.user)
    except StateError as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(reverse("stories:mine_story", args=[submission.pk]))
    return HttpResponseRedirect(step_url(found, "words"))
