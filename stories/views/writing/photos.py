"""The step with photos: one form for all of them, so that no button loses what was typed beside another."""

import uuid

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from base.reading import number_in

from ...forms.drafts import PhotoForm, photo_limits
from ...models import StoryDraft
from ...services import DraftConflictError, StateError
from ...services.writing import MOST_PHOTOS, add_photo, describe_photos, place_photo, problems_of, remove_photo
from .shown import STEPS, show_step, step_url


def photos_of(draft: StoryDraft) -> list:
    """The photos of a draft with what their cards show."""
    rows = draft.photos.select_related("image").prefetch_related("image__renditions", "people")
    photos = list(rows)
    for photo in photos:
        photo.draft = draft
    return photos


def photos_step(request, draft: StoryDraft, *, data=None, keep=(), faults=(), version=None, status: int = 200):
    """The step. ``data`` is what was typed in the cards of the photos in ``keep``; ``faults`` is about uploads."""
    photos = photos_of(draft)
    problems = problems_of(draft) if request.GET.get("show") == "problems" else {}
    cards = [
        {
            "photo": photo,
            "form": PhotoForm(data, photo=photo) if photo.key in keep else PhotoForm(photo=photo),
            "number": number,
            "faults": problems.get(f"photo-{photo.key}", []),
        }
        for number, photo in enumerate(photos, 1)
    ]
    return show_step(
        request,
        "photos",
        draft=draft,
        status=status,
        photo_cards=cards,
        total=len(cards),
        most=MOST_PHOTOS,
        is_full=len(cards) >= MOST_PHOTOS,
        limits=photo_limits(),
        faults=faults,
        wrong=[card for card in cards if card["form"].is_bound and not card["form"].is_valid()],
        version=version or draft.version,
        upload_key=uuid.uuid4(),
        conflict=version is not None,
    )


def save_photos(request, draft: StoryDraft) -> HttpResponse:
    """Keep what was said about the photos, then add, move or remove as asked, then go on."""
    data = request.POST
    forms = {photo.key: PhotoForm(data, photo=photo) for photo in photos_of(draft) if f"{photo.key}-sent" in data}
    wrong = [key for key, form in forms.items() if not form.is_valid()]
    values = {key: form.values for key, form in forms.items()}
    try:
        version = number_in(data.get("version")) or 0
        draft = describe_photos(draft=draft, author=request.user, version=version, values=values)
        faults = _add_files(request, draft)
        _place_or_remove(request, draft)
    except DraftConflictError as conflict:
        return photos_step(
            request, conflict.draft, data=data, keep=list(forms), version=conflict.draft.version, status=409
        )
    except StateError as error:
        return render(request, "stories/write/closed.html", {"draft": draft, "reason": str(error)}, status=409)
    if wrong or faults:
        return photos_step(request, draft, data=data, keep=wrong, faults=faults)
    go = data.get("go")
    return HttpResponseRedirect(step_url(draft, go if go in STEPS else "photos"))


def _add_files(request, draft: StoryDraft) -> list[str]:
    """Put what was uploaded behind the photos that are there; what couldn't be added is said by its name."""
    faults = []
    base = _uuid_in(request.POST.get("upload_key"))
    for number, file in enumerate(request.FILES.getlist("photos")[: 2 * MOST_PHOTOS]):
        try:
            # The same form sent twice makes the same keys, and so the same photos.
            add_photo(draft=draft, author=request.user, key=uuid.uuid5(base, f"{number} {file.name}"), file=file)
        except ValidationError as error:
            faults.append(_("%(file)s: %(fault)s") % {"file": file.name, "fault": " ".join(error.messages)})
    return faults


def _place_or_remove(request, draft: StoryDraft) -> None:
    if key := _uuid_in(request.POST.get("remove"), default=None):
        remove_photo(draft=draft, author=request.user, key=key)
    key, _colon, place = request.POST.get("place", "").partition(":")
    if (key := _uuid_in(key, default=None)) and (place := number_in(place)):
        place_photo(draft=draft, author=request.user, key=key, place=place)


def _uuid_in(text: str | None, default=uuid.NAMESPACE_OID) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return default
