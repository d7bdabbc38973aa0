"""What the form asks the server for while somebody types."""

import json
import uuid

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from base.pace import is_within, paced
from base.scanning import AWAY
from base.typed import storable

from ...forms.drafts import PhotoForm, WordsForm
from ...models import StoryDraft
from ...services import DraftConflictError, NotAllowedError, StateError, save_draft
from ...services.writing import add_photo as keep_photo
from ...services.writing import describe_photos
from .shown import own_draft, rendered, said_saved

# A name is found with a few letters; more often than this nobody types.
LOOKUPS_A_MINUTE, FOUND_AT_MOST, LETTERS = 30, 10, 2
UPLOADS_AN_HOUR = 60


@require_POST
def save(request, key) -> JsonResponse:
    """``{"version": 3, "values": {...}}`` in JSON is kept: 200 with ``version``, ``saved_at`` and a sentence.

    ``values`` holds fields of the words, or ``photos``: ``{"<key>": {...}}``. 400 says what is wrong, 409 what somebody
    saved elsewhere in the meantime (``values``), or where a story went that was sent (``url``). 404 for strangers.
    """
    try:
        sent = json.loads(request.body)
        version, values = int(sent["version"]), dict(sent["values"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return JsonResponse({"error": "unreadable"}, status=400)
    draft = StoryDraft.objects.filter(key=key).select_related("call", "channel", "story", "author").first()
    if draft is not None and draft.author_id != request.user.pk:
        raise Http404(key)
    try:
        keep = _keep_photos if "photos" in values else _keep_words
        answer = keep(request, key, draft, version, values)
    except DraftConflictError as conflict:
        return JsonResponse(_conflict(conflict.draft, request), status=409)
    except StateError as error:
        url = reverse("stories:draft", args=[key])
        return JsonResponse({"sent": True, "url": url, "said": str(error)}, status=409)
    except NotAllowedError:
        raise Http404(key) from None
    if isinstance(answer, JsonResponse):
        return answer
    return JsonResponse(
        {
            "version": answer.version,
            "saved_at": answer.updated_at.isoformat(),
            "said": said_saved(answer.updated_at, request.user),
            "token": get_token(request),
        }
    )


def _keep_words(request, key, draft, version: int, values: dict) -> StoryDraft | JsonResponse:
    data = {name: _typed(value) for name, value in values.items()}
    form = WordsForm(data, user=request.user, draft=draft)
    for name in list(form.fields):
        if name not in data:
            del form.fields[name]
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    return save_draft(author=request.user, key=key, version=version, values=form.values)


def _typed(value) -> str:
    return "" if value is None else storable(str(value))


def _keep_photos(request, key, draft, version: int, values: dict) -> StoryDraft | JsonResponse:
    if draft is None or not isinstance(values["photos"], dict):
        raise Http404(key)
    described = {}
    for photo in draft.photos.prefetch_related("people"):
        words = values["photos"].get(str(photo.key))
        if not isinstance(words, dict):
            continue
        data = QueryDict(mutable=True)
        for name in ("alt_text", "caption", "is_decorative", "nobody_recognisable"):
            if words.get(name):
                data[f"{photo.key}-{name}"] = _typed(words[name])
        people = words.get("people")
        data.setlist(f"{photo.key}-people", [str(pk) for pk in people] if isinstance(people, list) else [])
        form = PhotoForm(data, photo=photo)
        # A name half typed is no fault yet: it is looked up when the step is sent.
        del form.fields["who"]
        form.is_valid()
        described[photo.key] = form.values
    return describe_photos(draft=draft, author=request.user, version=version, values=described)


def _conflict(draft: StoryDraft, request) -> dict:
    values = {name: str(value) for name, value in WordsForm.initial_of(draft).items() if name != "version"}
    return {
        "version": draft.version,
        "values": values,
        "said": said_saved(draft.updated_at, request.user),
        "token": get_token(request),
    }


@require_POST
@paced("story-photos", UPLOADS_AN_HOUR, 60 * 60)
def add_photo(request, key) -> HttpResponse:
    """One ``photo`` with its ``key``: 201 with its card, 400 with what is wrong in plain words. Again is the same photo.

    503 where no virus scanner could look at it.
    """
    draft = own_draft(request, key)
    try:
        photo_key = uuid.UUID(request.POST.get("key", ""))
        if "photo" not in request.FILES:
            raise ValidationError(_("Choose a photo first."))
        photo = keep_photo(draft=draft, author=request.user, key=photo_key, file=request.FILES["photo"])
    except ValidationError as error:
        # As any server that is away for a moment: the device keeps the photo and sends it again.
        status = 503 if getattr(error, "code", "") == AWAY else 400
        return HttpResponse(" ".join(error.messages), status=status, content_type="text/plain; charset=utf-8")
    except ValueError:
        return HttpResponse(status=400)
    except StateError as error:
        return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
    number = draft.photos.filter(sort_order__lt=photo.sort_order).count() + 1
    card = {"photo": photo, "form": PhotoForm(photo=photo), "number": number, "faults": []}
    return render(request, "stories/write/_photo.html", {"card": card, "total": number}, status=201)


@require_POST
def preview(request, key) -> HttpResponse:
    """Title and text as readers will see them; nothing is kept. For the writer alone, whatever the key is."""
    text = request.POST.get("text", "")
    context = {"title": request.POST.get("title", "")[:255], "html": rendered(text), "author": request.user}
    return render(request, "stories/write/_preview.html", context)


@require_GET
def colleagues(request) -> JsonResponse:
    """Colleagues whose name has ``?q=`` at the beginning of a word: id, name and job title of ten at most.

    429 for who asks more than thirty times a minute: nobody gathers the whole organisation this way.
    """
    words = request.GET.get("q", "").split()[:4]
    if sum(len(word) for word in words) < LETTERS:
        return JsonResponse({"people": []})
    if not is_within(f"story-colleagues:{request.user.pk}", LOOKUPS_A_MINUTE, 60):
        return JsonResponse({"said": _("That was often. Wait a minute.")}, status=429)
    people = get_user_model().objects.active()
    for word in words:
        people = people.filter(
            Q(first_name__istartswith=word)
            | Q(last_name__istartswith=word)
            | Q(first_name__icontains=f" {word}")
            | Q(last_name__icontains=f" {word}")
        )
    english = get_language() == "en"
    rows = people.order_by("first_name", "last_name", "pk").values_list(
        "pk", "first_name", "last_name", "job_title", "job_title_en"
    )
    return JsonResponse(
        {
            "people": [
                {"pk": pk, "name": f"{first} {last}".strip(), "job": (english and job_en) or job}
                for pk, first, last, job, job_en in rows[:FOUND_AT_MOST]
            ]
        }
    )


@require_GET
def token(request) -> JsonResponse:
    """A fresh token for a form that was open for a day, or that somebody signed in again beside."""
    return JsonResponse({"token": get_token(request)})
