"""News and video messages."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.access import cache_key_for
from base.blocks import BodyBlock
from base.icons import icon_html
from base.models import BasePage
from base.models.byline import Bylined
from base.reading import (
    RememberedPaginator,
    has_block,
    minutes_in_words,
    stream_minutes,
    untranslated_in_words,
)

from ..querysets import NewsManager

PER_PAGE = 12


class NewsIndexPage(BasePage):
    """All news, newest first."""

    menu_icon = "flag"

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news overview")

    def get_context(self, request, *args, **kwargs):
        """Adds ``page_obj``: one page of the news; its items are fetched when looped over."""
        language = get_language()
        paginator = RememberedPaginator(
            lambda: NewsPage.objects.for_list(request.user, language),
            PER_PAGE,
            count_key=f"news:{language}:{cache_key_for(request.user)}",
        )
        return {
            **super().get_context(request, *args, **kwargs),
            "page_obj": paginator.get_page(request.GET.get("page")),
        }


class NewsPage(Bylined, BasePage):
    """A news item or video message; the author's name and role stay as they were when it appeared."""

    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []

    date = models.DateTimeField(
        _("date"),
        default=timezone.now,
        help_text=_("Shown under the title; the newest comes first. To publish later, set a time beside Publish."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="news",
        help_text=_("Who is speaking. Name and role stay as they are on the day it is published."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"))

    objects = NewsManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("date"), FieldPanel("author")], heading=_("From whom, and when")),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("body", help_text=_("With a video in it, the item is shown as a video message.")),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("date")]

    class Meta:
        verbose_name = _("news item")

    @cached_property
    def has_video(self) -> bool:
        """Whether this is a video message."""
        return has_block(self.body, "video")

    @cached_property
    def minutes(self) -> int:
        """Minutes to read it."""
        return stream_minutes(self.body)

    @property
    def kicker(self) -> str:
        """The line above its title."""
        name = {"name": self.byline_first_name}
        if self.has_video:
            words = gettext("Video message by %(name)s") % name if self.byline_name else gettext("Video message")
            return format_html("{} {}", icon_html("play"), words)
        return gettext("News from %(name)s") % name if self.byline_name else gettext("News item")

    @property
    def facts(self) -> list[str]:
        """What a teaser says below it."""
        day = date_format(timezone.localtime(self.date), "j F Y")
        return [day, minutes_in_words(self.minutes), untranslated_in_words(self)]

    def get_context(self, request, *args, **kwargs):
        """Adds ``more_news``, a function: the three newest others."""
        others = partial(NewsPage.objects.newest_but, self, request.user, get_language())
        return {**super().get_context(request, *args, **kwargs), "more_news": others}
