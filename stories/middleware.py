"""Public copies are the same for everybody: who asks is not looked at."""

from django.middleware.locale import LocaleMiddleware

OUTSIDE = "/share/"
# What isn't there below these is not looked for in a language either: a copy has its own, a machine needs none.
WITHOUT_LANGUAGE = (OUTSIDE, "/metrics")


class OutsideMiddleware:
    """For addresses below /share/: no cookie is read, none is set, and shared caches may keep the answer for a moment.

    Stands before everything that looks at cookies, and so sees the answer after it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(OUTSIDE):
            return self.get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        request.META.pop("HTTP_AUTHORIZATION", None)
        response = self.get_response(request)
        response.cookies.clear()
        response.headers.pop("Vary", None)
        # ``PrivateResponseMiddleware`` keeps caches off every page; this is the one kind that isn't private.
        if asked := getattr(response, "public_cache", ""):
            response["Cache-Control"] = asked
        return response


class OwnLanguageMiddleware(LocaleMiddleware):
    """Chooses the language of a request, except below ``WITHOUT_LANGUAGE``: a wrong address there is a wrong address and
    not one that lacks a language.
    """

    def process_request(self, request):
        """Choose the language of this request."""
        if not request.path_info.startswith(WITHOUT_LANGUAGE):
            super().process_request(request)

    def process_response(self, request, response):
        """Lead on to the address with a language, where there is one."""
        if request.path_info.startswith(WITHOUT_LANGUAGE):
            return response
        return super().process_response(request, response)
