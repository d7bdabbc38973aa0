"""Serving pages: found by address in one query, refused by the one access rule."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve_chain

from .access import is_visible, visible_pages
from .chrome import root_pages


def find_page(language: str, path: str) -> Page | None:
    """The live page at this address of this language, as its own type; None where there is none.

    Wagtail walks down the tree with two queries a level; the address is unique, so one look-up finds the page.
    """
    root = root_pages().get(language)
    if root is None:
        return None
    page = (
        Page.objects.live()
        .filter(url_path=f"{root['url_path']}{path}")
        .select_related("content_type", "locale")
        .first()
    )
    return page.specific if page else None


def serve_page(request, path: str = "") -> HttpResponse:
    """The page at ``path`` in the language of the address.

    Raises Http404 where no language has a page there; a page that exists in the other language only is redirected to.
    """
    language = get_language()
    page = find_page(language, path)
    if page is None:
        return _elsewhere(request, language, path)
    request.page_for_languages = page
    if not is_visible(page, request.user):
        return no_access(request, page)
    chain = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        response = hook(page, request, (), {})
        if isinstance(response, HttpResponse):
            return response
    return chain(page, request, (), {})


def _elsewhere(request, language: str, path: str) -> HttpResponse:
    for other, root in root_pages().items():
        if other == language:
            continue
        twin = Page.objects.live().filter(url_path=f"{root['url_path']}{path}").first()
        if twin is not None and is_visible(twin, request.user):
            here = (
                visible_pages(request.user)
                .filter(translation_key=twin.translation_key, locale__language_code=language)
                .first()
            )
            return HttpResponseRedirect((here or twin).get_url())
    raise Http404(path)


def no_access(request, page: Page) -> HttpResponse:
    """403 with a way to ask: somebody signed in is never sent round in a sign-in loop."""
    return render(request, "403.html", {"page_asked_for": page}, status=403)
