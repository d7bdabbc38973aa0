"""What anybody may read without signing in: only addresses below /share/, the same for everybody.

``stories.middleware`` sees to it that such an answer depends on no cookie and may be kept for a moment.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from .chrome import house_style
from .house_style import theme_url
from .logo import logo_url

# Whoever keeps a copy of ours asks again within this time: what is withdrawn is gone everywhere within a minute.
KEPT_SECONDS = 30
CACHE_CONTROL = f"public, max-age={KEPT_SECONDS}, must-revalidate"
PAGE_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def anybody_may_read(view):
    """Open to everybody, for reading only, and bound to what a page without scripts needs."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        # For stories.middleware: the rule for all other pages would have it that nobody keeps this.
        response.public_cache = CACHE_CONTROL
        response.setdefault("Content-Security-Policy", PAGE_POLICY)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return login_not_required(require_safe(inner))


def outside_frame() -> dict:
    """What ``base/outside/page.html`` needs: the house style, its colours and its logo."""
    style = house_style()
    return {"house_style": style, "theme_url": theme_url(style.accent), "logo_url": logo_url(style.logo)}


def nothing_outside() -> HttpResponse:
    """404 without a way into the portal."""
    return HttpResponse(render_to_string("base/outside/not_found.html", outside_frame()), status=404)
