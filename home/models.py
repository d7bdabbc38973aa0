"""Front page, company story and news."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.blocks import BodyBlock
from base.models import BasePage

from .querysets import NewsManager


class HomePage(BasePage):
    """The front page of one language; everything readers see hangs below it."""

    menu_icon, menu_phone_rank = "home", 0

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.CompanyStoryPage",
        "home.NewsIndexPage",
        "guidelines.ManualIndexPage",
        "onboarding.PathIndexPage",
        "stories.StoryIndexPage",
    ]
    content_panels = [*BasePage.content_panels, MultiFieldPanel(BasePage.picture_panels, heading=_("Picture"))]

    class Meta:
        verbose_name = _("front page")


class CompanyStoryPage(BasePage):
    """The company story: who we are, told in chapters."""

    menu_icon = "drop"

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.StoryChapterPage"]
    max_count_per_parent = 1

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("company story")


class StoryChapterPage(BasePage):
    """A chapter of the company story."""

    parent_page_types = ["home.CompanyStoryPage"]
    subpage_types: list[str] = []

    body = StreamField(BodyBlock(), verbose_name=_("text"))

    content_panels = CompanyStoryPage.content_panels
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("chapter of the company story")


class NewsIndexPage(BasePage):
    """All news, newest first."""

    menu_icon = "flag"

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news overview")


class NewsPage(BasePage):
    """A news item or video message; the author's name and role stay as they were when it appeared."""

    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []

    date = models.DateTimeField(_("date"), default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="news",
    )
    author_name = models.CharField(_("name of the author"), max_length=200, blank=True, editable=False)
    author_role = models.CharField(_("role of the author"), max_length=120, blank=True, editable=False)
    body = StreamField(BodyBlock(), verbose_name=_("text"))

    objects = NewsManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("date"), FieldPanel("author")], heading=_("From whom, and when")),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("date")]

    class Meta:
        verbose_name = _("news item")

    @property
    def has_video(self) -> bool:
        """Whether this is a video message."""
        return any(block.block_type == "video" for block in self.body)

    def save(self, *args, **kwargs):
        """Keep the author's name and role: the byline survives their leaving."""
        if self.author_id and not (self.author_name and self.live):
            self.author_name = self.author.get_full_name()
            self.author_role = self.author.job_title
        super().save(*args, **kwargs)
