"""What every response has in common."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import Http404

from .reading import number_in
from .stamp import end_request, start_request

ADMIN = "/admin/"


class PrivateResponseMiddleware:
    """Remembers the content stamp for one request, and keeps shared caches away from what it answers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start_request()
        try:
            response = self.get_response(request)
        finally:
            end_request()
        if request.path.startswith(settings.STATIC_URL):
            return response
        # Wagtail and Django's never_cache say less than we want of a page: that nobody keeps it, not even the browser.
        is_html = response.get("Content-Type", "").startswith("text/html")
        if is_html or not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy for readers, a wider one for Wagtail's admin, and previews that the admin may frame."""

    def get_policy_parts(self, request, response, report_only: bool = False) -> PolicyParts:
        """What is sent for this request; see ``CONTENT_SECURITY_POLICY`` and ``ADMIN_CONTENT_POLICY``."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if getattr(request, "is_preview", False):
            parts.replace = {**(parts.replace or {}), "frame-ancestors": ["'self'"]}
        elif request.path_info.startswith(ADMIN):
            parts.config = settings.ADMIN_CONTENT_POLICY
        return parts


class ChosenKeyMiddleware:
    """What was picked in one of Wagtail's choosers is looked up by whatever the address says its key is.

    A key that is no number is nobody's, as one that isn't there; Wagtail would answer with a server error.
    """

    CHOSEN = frozenset({"chosen", "chosen_multiple", "wagtailadmin_choose_page_chosen_multiple"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        """Raises Http404 for such a key."""
        if request.path_info.startswith(ADMIN) and request.resolver_match.url_name in self.CHOSEN:
            keys = [str(kwargs["pk"])] if "pk" in kwargs else request.GET.getlist("id")
            if any(number_in(key) is None for key in keys):
                raise Http404("No such key.")
