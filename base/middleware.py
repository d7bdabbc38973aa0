"""What every response has in common."""

from django.conf import settings

from .stamp import end_request, start_request


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
        if not response.has_header("Cache-Control") and not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "private, no-store"
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response
