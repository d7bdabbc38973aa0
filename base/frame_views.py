"""What the frame needs before anybody has signed in: colours, logo, language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import check_for_language, get_language
from django.views.decorators.http import require_POST, require_safe

from .chrome import house_style
from .house_style import theme_css, theme_hash
from .logo import logo_digest, logo_file
from .returning import place_to_return

IMMUTABLE = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def theme(request, digest: str) -> HttpResponse:
    """theme.css of the house style; an address of yesterday's colours is answered with today's, uncached."""
    accent = house_style().accent
    response = HttpResponse(theme_css(accent), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = IMMUTABLE if digest == theme_hash(accent) else "no-store"
    return response


@login_not_required
@require_safe
def logo(request, digest: str) -> HttpResponse:
    """The organisation's logo, which the sign-in page shows; no other image is open. Raises Http404 without a logo."""
    image = house_style().logo
    if image is None or digest != logo_digest(image):
        raise Http404("logo")
    file, content_type = logo_file(image)
    response = FileResponse(file, content_type=content_type)
    response["Cache-Control"] = IMMUTABLE
    # Opened by itself an SVG could run scripts; as an image on a page it can't.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_not_required
@require_POST
def choose_language(request) -> HttpResponse:
    """Keep the language of the pages without one in their address (sign-in, password), and go back to ``next``."""
    response = HttpResponseRedirect(place_to_return(request, otherwise="/"))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        remember_language(response, code)
    return response


@login_not_required
@require_safe
def front_door(request) -> HttpResponse:
    """``/``: on to the front page in the reader's own language."""
    code = request.user.locale if request.user.is_authenticated else get_language()
    code = code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    response = HttpResponseRedirect(f"/{code}/")
    if request.user.is_authenticated:
        remember_language(response, code)
    return response


def remember_language(response, code: str) -> None:
    """Set the cookie that says in which language to show addresses without a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=60 * 60 * 24 * 365,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
