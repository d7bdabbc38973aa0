"""What every response has in common."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings

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
