"""The zones of the front page: each is rendered by itself, and one that fails leaves the others alone."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from base.access import cache_key_for, visible_pages
from base.stamp import remembered
from guidelines.models import ManualIndexPage, ManualPage
from onboarding.reading import front_page_panel
from onboarding.waiting import waiting_count
from stories.models import StoryIndexPage, StoryPage

from .models.company_story import CompanyStoryPage, StoryChapterPage
from .models.news import NewsIndexPage, NewsPage

logger = logging.getLogger(__name__)

ZONES = ("quick_links", "news", "stories", "company_story", "handbook")
NEWS, STORIES, CHAPTERS, MANUALS = 3, 4, 4, 4


class ZonesFailed(Exception):
    """Some of the ``zones`` could not be rendered: shown as they are, but not kept."""

    def __init__(self, zones: dict[str, SafeString]):
        super().__init__()
        self.zones = zones


class FrontPage:
    """The front page of one reader. What is shared is rendered once per audience, language and edition."""

    def __init__(self, page, request, edition):
        self.page, self.user, self.edition = page, request.user, edition
        self.language = get_language()

    # What is the reader's own -----------------------------------------------------------

    @cached_property
    def now(self) -> datetime:
        """The time where the reader is."""
        try:
            zone = ZoneInfo(getattr(self.user, "time_zone", ""))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            zone = timezone.get_default_timezone()
        return timezone.now().astimezone(zone)

    @property
    def today(self) -> date:
        """The date where the reader is."""
        return self.now.date()

    @property
    def greeting(self) -> str:
        """Good morning, afternoon or evening, with the first name; a preview that code makes has nobody to greet."""
        if not self.user.is_authenticated:
            return self.page.title
        name = {"name": self.user.get_short_name()}
        if 5 <= self.now.hour < 12:
            return _("Good morning, %(name)s") % name
        if 12 <= self.now.hour < 18:
            return _("Good afternoon, %(name)s") % name
        return _("Good evening, %(name)s") % name

    @property
    def _start_date(self) -> date | None:
        return getattr(self.user, "start_date", None)

    @cached_property
    def working_day(self) -> int | None:
        """Which of their working days here today is, in the first year: 1 on the first. None before and after."""
        start, today = self._start_date, self.today
        if start is None or not start <= today < start + timedelta(days=366):
            return None
        return count_working_days(start, today, self.user.working_days) or None

    @property
    def days_to_start(self) -> int | None:
        """Days until the first day, for who hasn't started yet; None otherwise."""
        start, today = self._start_date, self.today
        return (start - today).days if start and start > today else None

    @cached_property
    def panel(self) -> SafeString:
        """The next step of their onboarding."""
        return self._guarded("onboarding", self._render_panel)

    def _render_panel(self) -> SafeString:
        panel = front_page_panel(self.user, self.language) if self.user.is_authenticated else None
        return render_to_string("onboarding/_next_step_panel.html", {"panel": panel}) if panel else SafeString("")

    @cached_property
    def waiting(self) -> SafeString:
        """What they can do for the newcomers they walk along with."""
        return self._guarded("waiting", self._render_waiting)

    def _render_waiting(self) -> SafeString:
        waiting = waiting_count(self.user, self.language) if self.user.is_authenticated else None
        if not waiting or not waiting["count"]:
            return SafeString("")
        return render_to_string("onboarding/supporting/_front_panel.html", {"waiting": waiting})

    # What all who may see the same share ------------------------------------------------

    @property
    def quick_links(self) -> SafeString:
        """Pages people need often."""
        return self._zones["quick_links"]

    @property
    def news(self) -> SafeString:
        """The newest news."""
        return self._zones["news"]

    @property
    def stories(self) -> SafeString:
        """The newest stories, the first one large."""
        return self._zones["stories"]

    @property
    def company_story(self) -> SafeString:
        """The way into the company story."""
        return self._zones["company_story"]

    @property
    def handbook(self) -> SafeString:
        """The way into the manuals."""
        return self._zones["handbook"]

    def _load_quick_links(self) -> dict:
        links = [(link.value["page"], link.value["text"]) for link in self.page.quick_links]
        keys = [page.translation_key for page, _text in links if page]
        found = visible_pages(self.user).filter(translation_key__in=keys, locale__language_code=self.language)
        by_key = {page.translation_key: page for page in found.select_related("locale")}
        rows = [
            {"url": by_key[page.translation_key].url, "text": text or by_key[page.translation_key].title}
            for page, text in links
            if page and page.translation_key in by_key
        ]
        return {"items": rows}

    def _load_news(self) -> dict:
        items = NewsPage.objects.for_list(self.user, self.language)[:NEWS]
        return {"items": list(items), "index": self._index(NewsIndexPage)}

    def _load_stories(self) -> dict:
        items = StoryPage.objects.for_list(self.user, self.language)[:STORIES]
        return {"items": list(items), "index": self._index(StoryIndexPage)}

    def _load_company_story(self) -> dict:
        story = self._index(CompanyStoryPage)
        chapters = list(StoryChapterPage.objects.of_story(story.path, self.user)[:CHAPTERS]) if story else []
        # A story that nobody has begun yet is no reason to send readers there.
        told = story and (story.summary or story.body or chapters)
        return {"items": [story] if told else [], "story": story, "chapters": chapters}

    def _load_handbook(self) -> dict:
        manuals = ManualPage.objects.for_handbook(self.user, self.language)[:MANUALS]
        return {"items": list(manuals), "index": self._index(ManualIndexPage)}

    def _index(self, model):
        """The page of this type in the reader's language; None where there is none they may see."""
        return model.objects.visible_to(self.user).in_language(self.language).for_cards().order_by("path").first()

    # Rendering --------------------------------------------------------------------------

    @cached_property
    def _zones(self) -> dict[str, SafeString]:
        if not self.edition.seconds:
            return self._render_zones()
        key = f"front:{self.language}:{cache_key_for(self.user)}:{self.edition.key}"
        try:
            return remembered(key, self._render_all_zones)
        except ZonesFailed as failed:
            return failed.zones

    def _render_all_zones(self) -> dict[str, SafeString]:
        self._failed = False
        zones = self._render_zones()
        if self._failed:
            raise ZonesFailed(zones)
        return zones

    def _render_zones(self) -> dict[str, SafeString]:
        return {name: self._guarded(name, partial(self._render_zone, name)) for name in ZONES}

    def _render_zone(self, name: str) -> SafeString:
        context = getattr(self, f"_load_{name}")()
        if not context["items"]:
            return SafeString("")
        return render_to_string(f"home/_zone_{name}.html", {**context, "LANGUAGE_CODE": self.language})

    def _guarded(self, name: str, render: Callable[[], SafeString]) -> SafeString:
        try:
            return render()
        except Exception:
            # Whatever goes wrong in one zone: the reader gets the page without it, and we get the trace.
            logger.exception("The zone %s of the front page failed.", name)
            self._failed = True
            return SafeString("")


def count_working_days(first: date, last: date, weekdays: list[int]) -> int:
    """How many days from ``first`` up to and including ``last`` fall on these weekdays (Monday is 0)."""
    weeks, rest = divmod((last - first).days + 1, 7)
    chosen = {day for day in weekdays if day in range(7)}
    return weeks * len(chosen) + sum((first.weekday() + i) % 7 in chosen for i in range(rest))
