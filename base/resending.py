"""A form that can't be taken now, given back so that it can be sent once more."""

from dataclasses import dataclass

MOST_VALUES = 500
# What is shown of a form besides being kept: a sentence, not a choice.
SENTENCE = 30
TOKEN, SECRET = "csrfmiddlewaretoken", "password"


@dataclass(frozen=True)
class TypedForm:
    """``values`` are ``(name, text)`` to send again to ``action``; ``shown`` is what somebody wrote, to be read."""

    action: str
    values: list[tuple[str, str]]
    shown: str
    had_files: bool


def typed_form(request) -> TypedForm | None:
    """What was typed into a form of one of our own pages; None for anything else, and where nothing was typed.

    A form that another site made somebody send names that site in ``Origin``, which no page can change. Passwords are
    never given back, nor anything of the pages about signing in.
    """
    if request.method != "POST" or request.path.startswith("/accounts/"):
        return None
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return None
    values = [
        (name, text)
        for name, texts in request.POST.lists()
        if name != TOKEN and SECRET not in name.lower()
        for text in texts
    ]
    if len(values) > MOST_VALUES or not any(text.strip() for _name, text in values):
        return None
    is_named = {"title", "text"}
    shown = [
        text for name, text in values if text.strip() and (name in is_named or (len(text) > SENTENCE and " " in text))
    ]
    return TypedForm(request.get_full_path(), values, "\n\n".join(shown), bool(request.FILES))


def is_page_load(request) -> bool:
    """Whether somebody opens a page, with nothing but reading: not a part of one, nor a picture, nor in advance."""
    headers = request.headers
    if request.method != "GET" or wants_no_page(request) or "prefetch" in headers.get("Sec-Purpose", ""):
        return False
    return headers.get("Sec-Fetch-Dest", "document") == "document" and "text/html" in headers.get("Accept", "")


def wants_no_page(request) -> bool:
    """Whether a script or a part of a page asks: it can make nothing of a page to sign in."""
    headers = request.headers
    if headers.get("HX-Request") or headers.get("X-Requested-With") == "XMLHttpRequest":
        return True
    return headers.get("Sec-Fetch-Dest", "document") not in ("document", "iframe", "frame")
