"""The answer when nothing can be relied on: no database, no cache, no template. Plain files and what this process knows.

A form that came with it is given back, since the page it was typed on is gone: its button sends the same once more.
"""

import logging
import re
from functools import lru_cache
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from .chrome import known_style
from .resending import TOKEN, TypedForm, typed_form
from .trail import current_id

logger = logging.getLogger(__name__)
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
# In place of what the file has for whoever sent nothing: its link asks for the page again, without what was typed.
WITHOUT_FORM = "<!-- without a form {} -->.*?<!-- until here -->"
TYPED = {
    "nl": "<p><strong>Wat je typte staat nog hier. Laat deze bladzijde open en verstuur het over een paar minuten opnieuw."
    '</strong></p>{files}{form}<p><button class="button" form="again">Verstuur het opnieuw</button></p>',
    "en": "<p><strong>What you typed is still here. Leave this page open and send it again in a few minutes.</strong></p>"
    '{files}<p><button class="button button--plain" form="again">Send it again</button></p>',
}
FILES = {
    "nl": "<p>Een bestand kan hier niet blijven: kies het opnieuw op de bladzijde waar je vandaan kwam.</p>",
    "en": "<p>A file can't be kept here: choose it again on the page you came from.</p>",
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
        response = HttpResponse(_page(status, request), status=status)
    if status == 503:
        response["Retry-After"] = RETRY_SECONDS
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for part of a page: what is typed stays on the page, so the answer is a notice beside it."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks and prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _page(status: int, request: HttpRequest) -> str:
    text, form = _file(status), _typed(request)
    for language in HELP:
        text = text.replace(f"<!-- help {language} -->", f'<p class="small soft">{_help(language)}</p>')
        if form:
            parts = {
                "files": FILES[language] if form.had_files else "",
                "form": _form(form, request.POST.get(TOKEN, "")),
            }
            given_back = TYPED[language].format(**parts)
            text = re.sub(WITHOUT_FORM.format(language), lambda _found, given=given_back: given, text, flags=re.DOTALL)
    return text


def _typed(request: HttpRequest) -> TypedForm | None:
    """What was typed, where it can still be read."""
    try:
        return typed_form(request)
    except Exception:
        # The form itself may be what can't be read; the page has to come whatever it is.
        logger.warning("What was sent can't be given back", exc_info=True)
        return None


def _form(form: TypedForm, token: str) -> str:
    """Sends the same once more, with the token it came with: whoever sent it holds the cookie that belongs to it."""
    # A line break first, since browsers leave the first one of a field out.
    fields = "".join(
        f'<textarea name="{escape(name)}" hidden>\n{escape(text)}</textarea>'
        for name, text in [(TOKEN, token), *form.values]
    )
    if form.shown:
        # To be read; it has no name, so that it isn't sent.
        fields += (
            '<div class="field"><label for="typed">Wat je schreef (<span lang="en">what you wrote</span>)</label>'
            f'<textarea class="input" id="typed" rows="8" readonly dir="auto">\n{escape(form.shown)}</textarea></div>'
        )
    return f'<form class="stack" id="again" method="post" action="{escape(form.action)}">{fields}</form>'


@lru_cache(maxsize=2)
def _file(status: int) -> str:
    return (settings.BASE_DIR / "templates" / f"{status}.html").read_text(encoding="utf-8")


def _help(language: str) -> str:
    pass_on, helpdesk, to = HELP[language]
    style = known_style()
    contact = [style.contact_name, style.contact_phone, style.contact_email] if style else []
    who = ", ".join(escape(part) for part in contact if part)
    return f"{pass_on} {f'{to} {who}' if who else helpdesk}: <code>{escape(current_id())}</code>"
