"""The answer when nothing can be relied on: no database, no cache, no template. Plain files and what this process knows."""

from functools import lru_cache
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from .chrome import known_style
from .trail import current_id

RETRY_SECONDS = "60"
# The pages hold both languages themselves: catalogues are files that may be what is broken.
WORDS = {
    500: {
        "nl": "Er ging bij ons iets mis. Probeer het over een paar minuten nog eens.",
        "en": "Something went wrong on our side. Try again in a few minutes.",
    },
    503: {
        "nl": "Het portaal is zo weer terug. Probeer het over een paar minuten nog eens.",
        "en": "The portal will be back in a moment. Try again in a few minutes.",
    },
}
HELP = {
    "nl": ("Blijft het misgaan? Geef dit nummer door", "aan de helpdesk", "aan"),
    "en": ("Does it keep going wrong? Pass this number on", "to the helpdesk", "to"),
}


def broken_answer(request: HttpRequest, status: int) -> HttpResponse:
    """500 or 503 (with when to try again): a page in both languages, a notice for htmx, or JSON for who asks for that."""
    if wants_json(request):
        words = WORDS[status]["en" if get_language() == "en" else "nl"]
        response = JsonResponse({"error": words, "request_id": current_id()}, status=status)
    elif is_htmx(request):
        lines = "".join(
            f'<p lang="{language}">{words} {_help(language)}</p>' for language, words in WORDS[status].items()
        )
        response = HttpResponse(f'<div class="toast toast--stays"><div>{lines}</div></div>', status=status)
    else:
        response = HttpResponse(_page(status), status=status)
    if status == 503:
        response["Retry-After"] = RETRY_SECONDS
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for part of a page: what is typed stays on the page, so the answer is a notice beside it."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks and prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _page(status: int) -> str:
    text = _file(status)
    for language in HELP:
        text = text.replace(f"<!-- help {language} -->", f'<p class="small soft">{_help(language)}</p>')
    return text


@lru_cache(maxsize=2)
def _file(status: int) -> str:
    return (settings.BASE_DIR / "templates" / f"{status}.html").read_text(encoding="utf-8")


def _help(language: str) -> str:
    pass_on, helpdesk, to = HELP[language]
    style = known_style()
    contact = [style.contact_name, style.contact_phone, style.contact_email] if style else []
    who = ", ".join(escape(part) for part in contact if part)
    return f"{pass_on} {f'{to} {who}' if who else helpdesk}: <code>{escape(current_id())}</code>"
