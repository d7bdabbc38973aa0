"""The frame around every page: house style, main menu, languages."""

from functools import cached_property, lru_cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_from_path
from wagtail.models import Page, Site

from .access import audience_key, cache_key_for, closed_paths, has_not_started, visible_pages, without_paths
from .house_style import theme_url
from .logo import logo_url
from .models import HouseStyle
from .stamp import content_stamp, remembered

LANGUAGE_NAMES = (("nl", "Nederlands"), ("en", "English"))
# In the query of the front page a reader is sent to when their page isn't there in the other language.
UNTRANSLATED = "untranslated"
FRAME_PARTS = (
    "head",
    "skip",
    "top",
    "logo",
    "search",
    "settings",
    "nav",
    "footer",
    "bottom",
    "leave",
    "end",
    "scripts",
)


def house_style() -> HouseStyle:
    """The organisation's house style; asked once per content stamp and process."""
    return _house_style_at(content_stamp())


@lru_cache(maxsize=4)
def _house_style_at(stamp: int) -> HouseStyle:
    global _known_style
    _known_style = HouseStyle.objects.select_related("logo").first() or HouseStyle()
    return _known_style


_known_style: HouseStyle | None = None


def known_style() -> HouseStyle | None:
    """The house style this process last saw, None where it saw none yet: for when nothing can be asked any more."""
    return _known_style


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
        # An address refused before sign-in was looked at (a wrong host name) has no user.
        self.user = getattr(request, "user", None) or AnonymousUser()
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
        return audience_key(self.user)

    @property
    def is_whole(self) -> bool:
        """Whether there is a portal around the page: not for strangers, nor for who hasn't started."""
        return self.user.is_authenticated and not has_not_started(self.user)

    @cached_property
    def menu(self) -> list[dict]:
        """The front page and the pages below it that are shown in menus.

        ``[{"title", "url", "kind", "path", "icon", "phone_rank"}, ...]``; the page class says which icon
        (``menu_icon``) and whether it has a place in the bottom bar of phones (``menu_phone_rank``, lowest first).
        """
        if not self.is_whole:
            return []
        return remembered(f"menu:{self.language}:{cache_key_for(self.user)}", self._load_menu)

    def _load_menu(self) -> list[dict]:
        root = root_pages().get(self.language)
        if root is None:
            return []
        depth = len(root["path"]) // Page.steplen
        pages = Page.objects.live().in_menu().filter(path__startswith=root["path"], depth__in=(depth, depth + 1))
        pages = without_paths(pages, closed_paths(self.user)).select_related("content_type").order_by("path")
        return [self._menu_item(page) for page in pages]

    @staticmethod
    def _menu_item(page) -> dict:
        model = page.content_type.model_class()
        return {
            "title": page.title,
            "url": page.get_url(),
            "kind": page.content_type.model,
            "path": page.path,
            "icon": getattr(model, "menu_icon", "right"),
            "phone_rank": getattr(model, "menu_phone_rank", None),
        }

    @cached_property
    def phone_menu(self) -> list[dict]:
        """The places in the bottom bar of phones: the front page and the next two by rank."""
        ranked = sorted((item for item in self.menu if item["phone_rank"] is not None), key=lambda i: i["phone_rank"])
        return ranked[:3]

    @cached_property
    def section(self) -> str:
        """The address of the menu item the reader is in, empty outside all of them."""
        path, best = self.request.path, ""
        front_page = f"/{self.language}/"
        for item in self.menu:
            url = item["url"] or ""
            inside = path == url if url == front_page else path.startswith(url)
            if url and inside and len(url) > len(best):
                best = url
        return best

    @cached_property
    def frame(self) -> dict[str, SafeString]:
        """The rendered parts that all readers of one audience share: see ``FRAME_PARTS`` and ``templates/frame``.

        ``bottom`` ends before the reader's own bell; ``leave`` goes on after it and ends inside the sign-out form, whose
        token is one reader's own as well; ``end`` goes on after that.
        """
        place = "page" if self.section == self.request.path else "inside"
        key = f"frame:{self.language}:{cache_key_for(self.user)}:{self.section}:{place}"
        return remembered(key, self._render_frame)

    def _render_frame(self) -> dict[str, SafeString]:
        context = {
            "house_style": self.house_style,
            "theme_url": theme_url(self.house_style.accent),
            "logo_url": logo_url(self.house_style.logo),
            "menu": self.menu,
            "phone_menu": self.phone_menu,
            "section": self.section,
            "current": "page" if self.section == self.request.path else "true",
            "language": self.language,
            "signed_in": self.is_whole,
            "before_start": has_not_started(self.user),
            "settings_url": reverse("people:settings"),
        }
        parts = {part: render_to_string(f"frame/{part}.html", context).strip() for part in FRAME_PARTS}
        return {**{name: mark_safe(html) for name, html in parts.items()}, "settings_url": context["settings_url"]}  # noqa: S308 - rendered by templates, which escape

    @cached_property
    def content_language(self) -> str:
        """The language code of the page's own text where that isn't the interface's; empty otherwise."""
        if self._page is None:
            return ""
        # That module needs all models loaded; page types are made with parts of this one.
        from .translation import fallback_language

        return fallback_language(self._page)

    @property
    def content_lang(self) -> str:
        """`` lang="nl"`` for the element around text in the other language; empty where it is the interface's."""
        return format_html(' lang="{}"', self.content_language) if self.content_language else ""

    @property
    def came_for_translation(self) -> bool:
        """Whether the reader was sent here because the page they were on isn't there in this language."""
        return UNTRANSLATED in self.request.GET

    @property
    def _page(self):
        return getattr(self.request, "page_for_languages", None)

    @cached_property
    def address_has_language(self) -> bool:
        """Whether the address starts with /nl/ or /en/; sign-in and password pages don't."""
        return get_language_from_path(self.request.path) is not None

    @cached_property
    def language_switch(self) -> SafeString:
        """The rendered switch; for a page it is rendered once for all readers of one audience."""
        if self._page is None or not self.address_has_language:
            return self._render_switch()
        key = f"switch:{self._page.pk}:{self.language}:{cache_key_for(self.user)}"
        return remembered(key, self._render_switch)

    def _render_switch(self) -> SafeString:
        # The token of the form at addresses without a language comes with the request.
        request = None if self.address_has_language else self.request
        return render_to_string("components/language_switch.html", {"chrome": self}, request=request)

    @cached_property
    def languages(self) -> list[dict]:
        """The language switch: ``[{"code", "name", "url", "current", "missing"}, ...]``, same page in each language.

        Set ``request.page_for_languages`` to a page; without one the address is translated. What answers a form that was
        sent stands at ``request.address_for_languages``, where the view says so: its own address may only be sent to.
        Where the page isn't there in the other language (``missing``), the address is that of its front page, which says so.
        """
        page = self._page
        urls = self._page_urls(page) if page else {}
        rows = []
        for code, name in LANGUAGE_NAMES:
            url = urls.get(code) if page else self._same_address(code)
            rows.append(
                {
                    "code": code,
                    "name": name,
                    "url": url or f"/{code}/?{UNTRANSLATED}=1",
                    "current": code == self.language,
                    "missing": not url,
                }
            )
        return rows

    def _same_address(self, code: str) -> str:
        stands_at = getattr(self.request, "address_for_languages", "") if self.request.method == "POST" else ""
        address = stands_at or self.request.get_full_path()
        if code == self.language:
            return address
        translated = translate_url(address, code)
        # What leads nowhere (a page not found) can't be translated.
        return "" if translated == address else translated

    def _page_urls(self, page) -> dict[str, str]:
        # Of a page that isn't published any more, the reader sees the translations that aren't either.
        pages = visible_pages(self.user) if page.live else without_paths(Page.objects.all(), closed_paths(self.user))
        twins = pages.filter(translation_key=page.translation_key).select_related("locale")
        return {twin.locale.language_code: twin.get_url() for twin in twins}
