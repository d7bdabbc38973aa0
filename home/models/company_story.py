"""The company story: who we are, told in chapters."""

from functools import partial

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.blocks import BodyBlock
from base.models import BasePage
from base.reading import stream_minutes

from ..querysets import StoryChapterManager


class CompanyStoryPage(BasePage):
    """The company story: an opening and its chapters."""

    menu_icon = "drop"

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.StoryChapterPage"]
    max_count_per_parent = 1

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel(
            "body", help_text=_("The opening. The chapters are pages below this one and are listed by themselves.")
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("company story")

    def get_context(self, request, *args, **kwargs):
        """Adds ``chapters``, a function: the chapters in order."""
        chapters = partial(StoryChapterPage.objects.of_story, self.path, request.user)
        return {**super().get_context(request, *args, **kwargs), "chapters": chapters}


class StoryChapterPage(BasePage):
    """A chapter of the company story."""

    parent_page_types = ["home.CompanyStoryPage"]
    subpage_types: list[str] = []

    body = StreamField(BodyBlock(), verbose_name=_("text"))

    objects = StoryChapterManager()

    content_panels = [*CompanyStoryPage.content_panels[:-1], FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("chapter of the company story")

    @cached_property
    def minutes(self) -> int:
        """Minutes to read it."""
        return stream_minutes(self.body)

    def get_context(self, request, *args, **kwargs):
        """Adds ``place``: where this chapter stands; worked out when asked for."""
        return {**super().get_context(request, *args, **kwargs), "place": ChapterPlace(self, request.user)}


class ChapterPlace:
    """Where a chapter stands among those that ``user`` may read: number, story, previous and next."""

    def __init__(self, chapter: StoryChapterPage, user):
        self.chapter, self.user = chapter, user

    @cached_property
    def _story_path(self) -> str:
        return (self.chapter.path or "")[: -StoryChapterPage.steplen]

    @cached_property
    def story(self) -> CompanyStoryPage | None:
        """The company story it is part of; None where that is closed or a draft."""
        return (
            CompanyStoryPage.objects.visible_to(self.user)
            .filter(path=self._story_path)
            .select_related("locale")
            .first()
        )

    @cached_property
    def chapters(self) -> list[StoryChapterPage]:
        """All chapters, in order."""
        return list(StoryChapterPage.objects.of_story(self._story_path, self.user))

    @cached_property
    def _index(self) -> int | None:
        return next((i for i, chapter in enumerate(self.chapters) if chapter.pk == self.chapter.pk), None)

    @property
    def number(self) -> int | None:
        """1 for the first; None for a draft being previewed."""
        return None if self._index is None else self._index + 1

    @property
    def previous(self) -> StoryChapterPage | None:
        """The chapter before this one."""
        return self.chapters[self._index - 1] if self._index else None

    @property
    def next(self) -> StoryChapterPage | None:
        """The chapter after this one."""
        if self._index is None or self._index + 1 == len(self.chapters):
            return None
        return self.chapters[self._index + 1]
