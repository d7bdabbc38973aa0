"""Serving pages: found by address in one query, refused by the one access rule."""

import hashlib

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve_chain
from wagtail.wagtail_hooks import check_view_restrictions

from .access import is_visible, visible_pages
from .asking import ask_for_access, may_ask_again
from .chrome import house_style, root_pages
from .errors import error_answer
from .models import AccessRequest
from .resending import typed_form
from .stamp import remembered


def find_page(language: str, path: str) -> Page | None:
    """The live page at this address of this language, as its own type; None where there is none.

    Looked up once per content stamp and kept without its long texts: these are asked for when they are rendered, which
    a page that stands in the cache never is.
    """
    address = _address(language, path)
    if address is None:
        return None
    key = f"page-at:{hashlib.sha256(address.encode()).hexdigest()}"
    try:
        return remembered(key, lambda: _load_page(address))
    except Page.DoesNotExist:
        # Not remembered: addresses that lead nowhere must not push out those that do.
        return None


def _load_page(address: str) -> Page:
    found = Page.objects.live().filter(url_path=address).select_related("content_type").first()
    if found is None:
        raise Page.DoesNotExist(address)
    pages = found.content_type.model_class().objects.live().defer_streamfields()
    return pages.select_related("locale").get(pk=found.pk)


def _address(language: str, path: str) -> str | None:
    """``Page.url_path`` of the page at this address: Wagtail's own way walks down the tree with two queries a level."""
    root = root_pages().get(language)
    return f"{root['url_path']}{path}" if root and "\0" not in path else None


def _page_at(language: str, path: str) -> Page | None:
    address = _address(language, path)
    pages = Page.objects.live().filter(url_path=address)
    return pages.select_related("content_type", "locale").first() if address else None


def serve_page(request, path: str = "") -> HttpResponse:
    """The page at ``path`` in the language of the address.

    Raises Http404 where no language has a page there; a page that exists in the other language only is redirected to,
    and so is one whose address was typed in capitals.
    """
    language = get_language()
    page = find_page(language, path)
    if page is None:
        return _elsewhere(request, language, path)
    request.page_for_languages = page
    if not is_visible(page, request.user):
        return no_access(request, page)
    for hook in hooks.get_hooks("before_serve_page"):
        response = hook(page, request, (), {})
        if isinstance(response, HttpResponse):
            return response
    chain = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        # Wagtail's own check asks the database again and answers with a sign-in loop; is_visible has settled it.
        if hook is not check_view_restrictions:
            chain = hook(chain)
    return chain(page, request, (), {})


def _elsewhere(request, language: str, path: str) -> HttpResponse:
    plain = path.lower()
    if plain != path:
        page = _page_at(language, plain)
        if page is not None and is_visible(page, request.user):
            return HttpResponseRedirect(page.get_url(request))
    if response := _shown_unpublished(request, language, plain):
        return response
    for other in root_pages():
        twin = _page_at(other, plain) if other != language else None
        if twin is not None and is_visible(twin, request.user):
            here = (
                visible_pages(request.user)
                .filter(translation_key=twin.translation_key, locale__language_code=language)
                .first()
            )
            return HttpResponseRedirect((here or twin).get_url(request))
    if twin := _twin_of_hidden(request.user, language, plain):
        return HttpResponseRedirect(twin.get_url(request))
    raise Http404(path)


def _hidden_page(language: str, path: str) -> Page | None:
    address = _address(language, path)
    hidden = Page.objects.filter(url_path=address, live=False).select_related("content_type", "locale")
    return hidden.first() if address else None


def _shown_unpublished(request, language: str, path: str) -> HttpResponse | None:
    """What an app shows of a page that isn't published to whom it still concerns; None where that is nobody.

    The hook ``serve_unpublished_page`` gets the page and the request; whether the reader may see it is for the app to say.
    """
    callbacks = hooks.get_hooks("serve_unpublished_page")
    hidden = _hidden_page(language, path) if callbacks else None
    if hidden is None:
        return None
    request.page_for_languages = page = hidden.specific
    for callback in callbacks:
        if response := callback(page, request):
            return response
    request.page_for_languages = None
    return None


def _twin_of_hidden(user, language: str, path: str) -> Page | None:
    """What readers get at the address of a translation that was unpublished: the page in the other language."""
    hidden = _hidden_page(language, path)
    return hidden and visible_pages(user).filter(translation_key=hidden.translation_key).first()


def no_access(request, page: Page | None = None) -> HttpResponse:
    """403 with a way to ask: somebody signed in is never sent round in a sign-in loop.

    ``page`` is the page asked for, None for a file. Nothing of it is shown but its number.
    """
    return error_answer(request, "403.html", 403, {"page_asked_for": page})


@require_POST
def ask_access(request, page_id: int) -> HttpResponse:
    """Pass on the question of somebody who may not read this page, with ``reason`` (optional) from the form.

    Answers the same for a page that isn't there, so that page numbers can't be tried out; a page that can be read after
    all is opened.
    """
    if not may_ask_again(request.user):
        messages.warning(request, _("You have asked often today. Try again tomorrow, or call somebody."))
        return HttpResponseRedirect(f"/{get_language()}/")
    page = Page.objects.live().filter(pk=page_id).first()
    if page is not None and is_visible(page, request.user):
        return HttpResponseRedirect(page.get_url(request))
    asked = page and ask_for_access(user=request.user, page=page, reason=request.POST.get("reason", ""))
    if asked and asked.outcome == AccessRequest.Outcome.FAILED:
        messages.error(request, _("Your question couldn't be sent just now. %(who)s can help you.") % _who_helps())
    else:
        messages.success(request, _("Your question has been passed on. You get an answer by e-mail."))
    return HttpResponseRedirect(f"/{get_language()}/")


def _who_helps() -> dict[str, str]:
    style = house_style()
    parts = [style.contact_name or style.name, style.contact_phone, style.contact_email]
    return {"who": ", ".join(part for part in parts if part)}


def csrf_failure(request, reason: str = "") -> HttpResponse:
    """403 that says what to do when a form came without its token: mostly a page left open for too long.

    It is given back with a fresh token, to be sent once more: the old one ended when somebody signed in again in another
    tab. Another site can't make that happen, since it can't hide where its form comes from.
    """
    response = error_answer(request, "403_csrf.html", 403, {"form": typed_form(request)})
    # So that a script knows it from any other refusal; see portal/signed-out.js.
    response["X-Stale-Token"] = "1"
    return response
