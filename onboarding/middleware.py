"""Who hasn't started sees the first steps of their path, and nothing else of the portal."""

from django.conf import settings
from django.shortcuts import redirect, render

from people.clock import today_for

from .preboarding import FRONT_DOOR, Openings

FRONT_PAGES = frozenset(f"/{code}/" for code, _name in settings.LANGUAGES)


class PreboardingMiddleware:
    """Closed unless open: every address is asked of ``onboarding.preboarding`` for who hasn't started.

    Stands after the sign-in, so that an address is as closed to a stranger as it was.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """None lets the request go on; the answer otherwise."""
        user = request.user
        if not user.is_authenticated or not user.is_preboarder:
            return None
        match = request.resolver_match
        if match.view_name in FRONT_DOOR or request.path in FRONT_PAGES:
            return redirect("onboarding:mine")
        if Openings(user).may_open(request.path, match):
            return None
        return closed(request, user)


def closed(request, user):
    """403: it opens on the first day, and the way back to what is open."""
    start = user.start_date if user.start_date and user.start_date > today_for(user) else None
    return render(request, "onboarding/preboarding/closed.html", {"start_date": start}, status=403)
