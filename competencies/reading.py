"""What the pages of competencies show. Everything is worked out when a template asks for it."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import cached_property

from base.reading import breadcrumbs_of

from .levels import Level


@dataclass(frozen=True)
class Asked:
    """A competency as a profile asks it: its page in the reader's language and the level."""

    competency: object
    level: Level
    is_core: bool

    @property
    def key(self) -> UUID:
        """What it is known by in every language."""
        return self.competency.translation_key

    @property
    def indicators(self) -> list[str]:
        """What one can do at the level that is asked."""
        return self.competency.indicators(self.level)


def asked_by(profile_keys, competencies) -> dict[UUID, list[Asked]]:
    """Per profile what it asks, in its order; ``competencies`` are pages in one language, by translation key.

    Read from the page the profile was written in: the other languages lend their words. What isn't among
    ``competencies`` (not published, or not for this reader) is left out. Two queries for any number of profiles.
    """
    from .models import CompetencyProfilePage, ProfileRequirement

    pages = CompetencyProfilePage.objects.filter(translation_key__in=profile_keys, live=True)
    originals: dict[UUID, int] = {}
    for key, pk in pages.originals_first().values_list("translation_key", "pk"):
        originals.setdefault(key, pk)
    rows = ProfileRequirement.objects.filter(page__in=originals.values()).order_by("page", "sort_order", "pk")
    found = defaultdict(list)
    for profile, competency, level, is_core in rows.values_list(
        "page__translation_key", "competency__translation_key", "level", "is_core"
    ):
        if competency in competencies:
            found[profile].append(Asked(competencies[competency], Level(level), is_core))
    return found


class LibraryReading:
    """All profiles and competencies that a reader may see."""

    def __init__(self, user, language: str):
        self.user, self.language = user, language

    @cached_property
    def competencies(self) -> list:
        """Competencies in the order editors gave."""
        from .models import CompetencyPage

        return list(CompetencyPage.objects.for_reader(self.user, self.language))

    @cached_property
    def profiles(self) -> list[dict]:
        """``{"page", "asked"}`` per profile, in the order editors gave."""
        from .models import CompetencyProfilePage

        pages = list(CompetencyProfilePage.objects.for_reader(self.user, self.language).for_cards())
        asked = asked_by([page.translation_key for page in pages], self._by_key)
        return [{"page": page, "asked": asked[page.translation_key]} for page in pages]

    @cached_property
    def _by_key(self) -> dict:
        return {page.translation_key: page for page in self.competencies}


class ProfileReading(LibraryReading):
    """One profile."""

    def __init__(self, page, user, language: str):
        super().__init__(user, language)
        self.page = page

    @property
    def breadcrumbs(self) -> list:
        """From the library down to this page."""
        return breadcrumbs_of(self.page, self.user)

    @cached_property
    def asked(self) -> list[Asked]:
        """What it asks, as it stands in the admin's preview too."""
        if self.page.pk is None or getattr(self.page, "is_preview", False):
            rows = self.page.requirements.all()
            found = [(row, self._by_key.get(row.competency.translation_key)) for row in rows]
            return [Asked(page, Level(row.level), row.is_core) for row, page in found if page]
        return asked_by([self.page.translation_key], self._by_key)[self.page.translation_key]

    @property
    def core(self) -> list[Asked]:
        """What everybody needs, in any role."""
        return [row for row in self.asked if row.is_core]

    @property
    def own(self) -> list[Asked]:
        """What belongs to this role."""
        return [row for row in self.asked if not row.is_core]


class CompetencyReading(LibraryReading):
    """One competency and where it is asked."""

    def __init__(self, page, user, language: str):
        super().__init__(user, language)
        self.page = page

    @property
    def breadcrumbs(self) -> list:
        """From the library down to this page."""
        return breadcrumbs_of(self.page, self.user)

    @cached_property
    def material(self) -> list[dict]:
        """``{"level", "materials"}`` for each level that something to read leads to."""
        # That module needs the models, which are made with this one.
        from .material_reading import material_by_level

        return material_by_level(self.user, self.language, self.page.translation_key)

    @cached_property
    def asked_in(self) -> list[dict]:
        """``{"page", "level"}`` for each profile that asks it."""
        return [
            {"page": profile["page"], "level": row.level}
            for profile in self.profiles
            for row in profile["asked"]
            if row.key == self.page.translation_key
        ]
