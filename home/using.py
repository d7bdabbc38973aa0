"""Stories by colleagues that the company story takes up."""

from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from base.stamp import touch_content
from stories.models import StoryPage
from stories.services.using import note_use
from stories.uses import register

from .models import CompanyStoryPage, StoryChapterPage


def chapters_using(keys: set[UUID], user, language: str) -> dict[UUID, list[Page]]:
    """The chapters (and the opening) that ``user`` may see and that lead to these stories, by the story's translation key.

    Whichever language of the story a chapter leads to, and in whichever language it was written: it is named in
    ``language`` where it is there. Four queries for any number of stories.
    """
    stories = dict(StoryPage.objects.filter(translation_key__in=keys).values_list("pk", "translation_key"))
    rows = _references().filter(to_object_id__in=[str(pk) for pk in stories])
    pairs = {(int(source), stories[int(to)]) for source, to in rows.values_list("object_id", "to_object_id")}
    if not pairs:
        return {}
    sources = dict(Page.objects.filter(pk__in=[pk for pk, _key in pairs]).values_list("pk", "translation_key"))
    shown = {}
    for model in (CompanyStoryPage, StoryChapterPage):
        pages = model.objects.visible_to(user).filter(translation_key__in=set(sources.values()))
        shown |= {page.translation_key: page for page in pages.in_language(language).select_related("locale")}
    found: dict[UUID, dict[UUID, Page]] = {}
    for pk, story_key in pairs:
        page = shown.get(sources.get(pk))
        if page is not None:
            found.setdefault(story_key, {})[page.translation_key] = page
    return {key: sorted(pages.values(), key=lambda page: page.path) for key, pages in found.items()}


def tell_authors_taken_up(*, page: Page, actor) -> int:
    """Tell the authors of the stories that ``page``, just published, leads to; returns how many are new."""
    if page.alias_of_id:
        return 0
    # Wagtail's own update may wait for a worker; what is shown is cached from now on.
    ReferenceIndex.create_or_update_for_object(page)
    references = _references().filter(object_id=str(page.pk)).annotate(to=Cast("to_object_id", IntegerField()))
    stories = StoryPage.objects.filter(pk__in=references.values("to"))
    keys = set(stories.values_list("translation_key", flat=True))
    if keys:
        touch_content()
    return sum(note_use(story_key=key, page=page, actor=actor) for key in sorted(keys))


def _references():
    """Every link from the company story to a page."""
    page = ContentType.objects.get_for_model(Page)
    kinds = ContentType.objects.get_for_models(CompanyStoryPage, StoryChapterPage).values()
    return ReferenceIndex.objects.filter(content_type__in=list(kinds), to_content_type=page)


register(chapters_using)
