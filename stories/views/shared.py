"""Public copies of stories: the only words of colleagues that anybody sees without signing in."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from base.outside import anybody_may_read, nothing_outside, outside_frame

from ..models import PublicSnapshot
from ..outside import OutsideWords, is_closed_inside
from ..rendering import beginning_of

PICTURE_POLICY = "default-src 'none'; sandbox"
DESCRIPTION_LENGTH = 200
LOCALES = {"nl": "nl_NL", "en": "en_GB"}


def _copy_at(token: str) -> PublicSnapshot | HttpResponse:
    """The copy at this address, or the answer where nothing is shown: 404 for a wrong address, 410 for one of before."""
    copy = PublicSnapshot.objects.shown().filter(token=token).first()
    if copy is not None and not is_closed_inside(copy.story):
        return copy
    return _gone() if PublicSnapshot.objects.filter(token=token).exists() else nothing_outside()


def _gone() -> HttpResponse:
    return HttpResponse(render_to_string("stories/shared/gone.html", outside_frame()), status=410)


@anybody_may_read
def snapshot(request, token: str) -> HttpResponse:
    """The copy, in the language it was written in. Rendered without the request: nothing of a visitor can get in."""
    copy = _copy_at(token)
    if isinstance(copy, HttpResponse):
        return copy
    photos = [
        {"photo": photo, "url": reverse("shared:snapshot_photo", args=[token, number])}
        for number, photo in enumerate(copy.photos.all(), start=1)
    ]
    html = OutsideWords().render(copy.text)
    context = {
        **outside_frame(),
        "copy": copy,
        "html": html,
        "photos": photos,
        "url": request.build_absolute_uri(reverse("shared:snapshot", args=[token])),
        "card_url": request.build_absolute_uri(reverse("shared:snapshot_card", args=[token])),
        "locale": LOCALES.get(copy.language, copy.language),
        "description": copy.summary or beginning_of(html, DESCRIPTION_LENGTH),
    }
    with override(copy.language):
        response = HttpResponse(render_to_string("stories/shared/snapshot.html", context))
    response["Content-Language"] = copy.language
    return response


@anybody_may_read
def photo(request, token: str, number: int) -> HttpResponse | FileResponse:
    """The copy's ``number``-th picture, counted from 1."""
    copy = _copy_at(token)
    if isinstance(copy, HttpResponse):
        return copy
    files = list(copy.photos.values_list("file", flat=True))
    return _picture(files[number - 1]) if 0 < number <= len(files) else nothing_outside()


@anybody_may_read
def card(request, token: str) -> HttpResponse | FileResponse:
    """The picture for link previews."""
    copy = _copy_at(token)
    return copy if isinstance(copy, HttpResponse) else _picture(copy.card.name)


def _picture(name: str) -> HttpResponse | FileResponse:
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, ValueError):
        # Withdrawn a moment ago, between the question and the answer.
        return _gone()
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Security-Policy"] = PICTURE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@anybody_may_read
def nothing_here(request) -> HttpResponse:
    """404 for every other address below /share/, without a way into the portal."""
    return nothing_outside()
