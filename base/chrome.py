"""The frame around every page: house style, main menu, languages."""

from functools import cached_property

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page, Site

from .access import audience_key, cache_key_for, closed_paths, is_visible, without_paths
from .models import HouseStyle
from .stamp import content_stamp, remembered


def house_style() -> HouseStyle:
    """The organisation's house style; asked once per content stamp."""
    return remembered("house-style", lambda: HouseStyle.objects.select_related("logo").first() or HouseStyle())


def root_pages() -> dict[str, dict]:
    """The front page of each language: ``{"nl": {"pk", "path", "url_path", "locale_id"}, ...}``."""
    return remembered("root-pages", _load_root_pages)


def _load_root_pages() -> dict[str, dict]:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return {}
    pages = Page.objects.filter(translation_key=site.root_page.translation_key, live=True).select_related("locale")
    return {
        page.locale.language_code: {
            "pk": page.pk,
            "path": page.path,
            "url_path": page.url_path,
            "locale_id": page.locale_id,
        }
        for page in pages
    }


class Chrome:
    """One request's frame."""

    def __init__(self, request):
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def house_style(self) -> HouseStyle:
        """Name, logo, colour, contact."""
        return house_style()

    @cached_property
    def stamp(self) -> int:
        """The content stamp, for ``{% cache %}``."""
        return content_stamp()

    @cached_property
    def audience(self) -> str:
        """Who may share a cached fragment with this reader; see ``base.access.audience_key``."""
        return audience_key(self.request.user)

    @cached_property
    def menu(self) -> list[dict]:
        """The pages below the front page that are shown in menus: ``[{"title", "url", "icon_name"}, ...]``."""
        user = self.request.user
        if not user.is_authenticated:
            return []
        return remembered(f"menu:{self.language}:{cache_key_for(user)}", lambda: self._load_menu(user))

    def _load_menu(self, user) -> list[dict]:
        root = root_pages().get(self.language)
        if root is None:
            return []
        pages = (
            Page.objects.live()
            .in_menu()
            .filter(path__startswith=root["path"], depth=len(root["path"]) // Page.steplen + 1)
        )
        pages = without_paths(pages, closed_paths(user)).select_related("content_type").order_by("path")
        return [
            {"title": page.title, "url": page.get_url(), "kind": page.content_type.model, "path": page.path}
            for page in pages
        ]

    @cached_property
    def languages(self) -> list[dict]:
        """The language switch: ``[{"code", "name", "url", "current", "missing"}, ...]``, same page in each language.

        Set ``request.page_for_languages`` to a page; without one the address is translated.
        """
        page = getattr(self.request, "page_for_languages", None)
        urls = (
            remembered(f"languages:{page.pk}:{cache_key_for(self.request.user)}", lambda: self._page_urls(page))
            if page
            else {}
        )
        rows = []
        for code, name in (("nl", "Nederlands"), ("en", "English")):
            url = urls.get(code) if page else translate_url(self.request.get_full_path(), code)
            rows.append(
                {
                    "code": code,
                    "name": name,
                    "url": url or f"/{code}/",
                    "current": code == self.language,
                    "missing": not url,
                }
            )
        return rows

    def _page_urls(self, page) -> dict[str, str]:
        twins = Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
        return {twin.locale.language_code: twin.get_url() for twin in twins if is_visible(twin, self.request.user)}
