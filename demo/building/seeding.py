"""Fills the portal with Veldbron: what isn't there yet is made, what was made before is left alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from wagtail.models import Page

from base.indexing import defer_indexing
from base.stamp import touched_once
from base.translation import defer_aliases
from base.translation.by_string import translate_page
from guidelines.models import ChapterPage, ManualPage
from home.services import create_page_tree
from onboarding.models import PathPage, PhasePage, StepPage
from people.models import User
from people.services import create_roles
from search import outbox

from .clock import clock_at
from .content import LANGUAGES, Voice
from .development import live_development
from .files import add_files, set_house_style
from .governing import live_governance
from .manual_lives import live_manuals
from .material import add_material
from .newcomers import live_onboarding
from .pages import PageBuilder, free_slug, moment
from .people import add_people, confirm_retention
from .questions import add_questions
from .registry import Registry
from .specs import PageSpec, all_specs, trunk_specs
from .story_lives import add_themes, live_stories
from .telling import told_by_bell
from .tips import choose_tips
from .upkeep import add_upkeep

EDITOR = "joost"
# How many days ago the path and the handbook were written: before the first newcomer of the demo began. No working days: the
# closing days aren't there yet, and asked for once they would stay away until the end.
WRITTEN = 320


def seed_demo(*, today: date | None = None, report: Callable[[str], None] = lambda line: None) -> int:
    """Make what was never made before and return how many pages that were.

    Everything or nothing: a failure halfway leaves the portal as it was. ``today`` is the day that dates in texts, news
    and onboarding are counted from; ``report`` gets a line for each part. Raises ``ContentError`` and ``UnpairedText`` for
    wrong content.
    """
    # Caches, search and the other language are each brought up to date once at the end, not at every save.
    once_at_the_end = outbox.hold(), transaction.atomic(), touched_once(), defer_indexing(), defer_aliases()
    with ExitStack() as stack:
        for block in (*once_at_the_end, translation.override("nl")):
            stack.enter_context(block)
        create_page_tree()
        create_roles()
        return _Seeding(today or timezone.localdate(), report).run()


class _Seeding:
    """One run."""

    def __init__(self, today: date, report: Callable[[str], None]):
        self.report = report
        self.registry = Registry.read()
        self.voices = {language: Voice(language, today) for language in LANGUAGES}
        self.today = today

    def run(self) -> int:
        """Everything, in the order it depends on each other."""
        registry, voices = self.registry, self.voices
        add_people(registry, voices["nl"], voices["en"])
        confirm_retention(registry)
        add_files(registry, voices["nl"])
        set_house_style(registry, voices["nl"])
        add_themes(registry, voices)
        editor = User.objects.get(pk=registry.person(EDITOR))
        builder = PageBuilder(registry, voices, editor)
        made = self._add_pages(builder)
        if made:
            choose_tips(registry)
        with told_by_bell():
            if walked := live_onboarding(registry, self.today):
                self.report(f"{walked} newcomers, each at a stage of their own")
            made += self._add_pages(builder, later=True)
            if helping := add_material(registry, editor):
                self.report(f"{helping} pages and tips that help with a competency")
            if happened := live_manuals(builder):
                self.report(f"{happened} changes, followers and words of readers about manuals")
            if lived := live_stories(registry, voices):
                self.report(f"{lived} stories, sent in and looked after")
            if developed := live_development(registry, voices["nl"]):
                self.report(f"{developed} people who looked where they stand")
            if asked := add_questions(registry, self.today):
                self.report(f"{asked} questions to the question desk")
            if governed := live_governance(registry, voices["nl"], self.today):
                self.report(f"{governed} things that owners did about their manuals")
            if searched := add_upkeep(registry, editor, self.today):
                self.report(f"{searched} things that colleagues searched for")
        return made

    def _add_pages(self, builder: PageBuilder, *, later: bool = False) -> int:
        trunk = [spec for spec in trunk_specs() if self.registry.is_new(spec.name)]
        for spec in trunk:
            page = spec.model.objects.filter(locale=builder.locales["nl"]).order_by("depth", "pk").first()
            self.registry.ids["page", spec.name] = page.pk
        specs = [spec for spec in all_specs() if spec.is_added_later == later]
        new = [spec for spec in specs if self.registry.is_new(spec.name) and builder.add_empty(spec)]
        if not new and not trunk:
            return 0
        self.report(f"{len(new)} pages in the language they were written in")
        pages = {}
        for spec in [*trunk, *new]:
            with self._when_written(spec, later=later):
                pages[spec.name] = builder.publish(spec)
        translated = [spec for spec in [*trunk, *new] if len(spec.languages) > 1]
        self.report(f"{len(translated)} translations")
        for spec in translated:
            with self._when_written(spec, later=later):
                self._translate(builder, spec, pages[spec.name])
        for spec in [*trunk, *new]:
            self.registry.note(spec.name)
        return len(new)

    def _when_written(self, spec: PageSpec, *, later: bool) -> AbstractContextManager[None]:
        """What newcomers of long ago read was there by then; everything else is of today."""
        was_read = spec.model in (PathPage, PhasePage, StepPage, ManualPage, ChapterPage)
        return clock_at(moment(self.today, WRITTEN, "09:00")) if was_read and not later else nullcontext()

    def _translate(self, builder: PageBuilder, spec: PageSpec, page: Page) -> None:
        locale = builder.locales[spec.languages[1]]
        twin = spec.model()
        if spec.parent:
            builder.fill(twin, spec, locale.language_code)
            twin.slug = free_slug(page.get_parent().get_translation(locale), twin.title, besides=page.translation_key)
        else:
            # The pages of the trunk have their title and address in both languages already.
            standing = page.get_translation(locale)
            twin.title, twin.slug = standing.title, standing.slug
            builder.fill(twin, spec, locale.language_code)
        translate_page(page, twin, locale, builder.editor)


def slug_of(title: str) -> str:
    """The address of a translated page."""
    from django.utils.text import slugify

    return slugify(title)[:80].strip("-")
