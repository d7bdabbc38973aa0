"""Writes of the front page: the empty page tree every portal starts from."""

from dataclasses import dataclass

from django.db import transaction
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, Site

from base.translation import defer_aliases
from competencies.models import CompetencyIndexPage
from guidelines.models import ManualIndexPage
from onboarding.models import PathIndexPage
from stories.models import StoryIndexPage
from stories.services import assign_workflow

from .models import CompanyStoryPage, HomePage, NewsIndexPage

SOURCE, OTHER = "nl", "en"


@dataclass(frozen=True)
class Trunk:
    """A page that every portal has, with its title and slug in both languages."""

    model: type[Page]
    titles: dict[str, str]
    slugs: dict[str, str]


TRUNK = (
    Trunk(CompanyStoryPage, {"nl": "Ons verhaal", "en": "Our story"}, {"nl": "ons-verhaal", "en": "our-story"}),
    Trunk(NewsIndexPage, {"nl": "Nieuws", "en": "News"}, {"nl": "nieuws", "en": "news"}),
    Trunk(ManualIndexPage, {"nl": "Handboek", "en": "Handbook"}, {"nl": "handboek", "en": "handbook"}),
    # The address /{language}/onboarding/ is promised to others, so the slug is the same in both languages.
    Trunk(PathIndexPage, {"nl": "Mijn start", "en": "My start"}, {"nl": "onboarding", "en": "onboarding"}),
    Trunk(
        CompetencyIndexPage,
        {"nl": "Competenties", "en": "Competencies"},
        {"nl": "competenties", "en": "competencies"},
    ),
    Trunk(StoryIndexPage, {"nl": "Verhalen", "en": "Stories"}, {"nl": "verhalen", "en": "stories"}),
)


@transaction.atomic
def create_page_tree() -> HomePage:
    """Make the front page and the pages below it in both languages; what exists already is left as it is.

    Returns the Dutch front page. Wagtail's welcome page goes, if nobody wrote anything below it.
    """
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in (SOURCE, OTHER)}
    # These pages are translated here; without deferring, each would get an alias before its translation is made.
    with defer_aliases():
        homes = _create_homes(locales)
        _create_trunk(homes, locales)
    assign_workflow()
    return homes[SOURCE]


def _create_trunk(homes: dict[str, HomePage], locales: dict[str, Locale]) -> None:
    for trunk in TRUNK:
        source = trunk.model.objects.child_of(homes[SOURCE]).first()
        if source is None:
            source = trunk.model(
                title=trunk.titles[SOURCE], slug=trunk.slugs[SOURCE], locale=locales[SOURCE], show_in_menus=True
            )
            homes[SOURCE].add_child(instance=source)
            source.save_revision().publish()
        _translate(source, locales[OTHER], trunk.titles[OTHER], trunk.slugs[OTHER])


def _translate(source: Page, locale: Locale, title: str, slug: str) -> None:
    """Make the page in the other language; one that editors have there already is left alone."""
    twin = source.get_translation_or_none(locale)
    if twin is not None and twin.alias_of_id is None:
        return
    if twin is None:
        twin = source.copy_for_translation(locale)
    else:
        ConvertAliasPageAction(twin).execute(skip_permission_checks=True)
    twin.title, twin.slug = title, slug
    twin.save_revision().publish()


def _create_homes(locales: dict[str, Locale]) -> dict[str, HomePage]:
    home = HomePage.objects.filter(locale=locales[SOURCE], depth=2).first()
    if home is None:
        root = Page.get_first_root_node()
        welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
        if welcome is not None and not welcome.get_children().exists():
            welcome.delete()
            root.refresh_from_db()
        home = HomePage(title="Vandaag", slug="vandaag", locale=locales[SOURCE], show_in_menus=True)
        root.add_child(instance=home)
        home.save_revision().publish()
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "Portal"}
    )
    _translate(home, locales[OTHER], "Today", "today")
    return {SOURCE: home, OTHER: HomePage.objects.get(translation_key=home.translation_key, locale=locales[OTHER])}
