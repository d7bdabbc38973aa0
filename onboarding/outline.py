"""A path as plain data: what every reader of one audience shares, made once per content stamp.

Which steps there are and in which order comes from one tree: that of the source language, or of the other one where the
path isn't there in the source language. The reader's language lends title, summary and address to each page that is
there in it. So the number of steps is the same in both languages, and a step that isn't translated yet is shown in the
other one.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import ngettext
from wagtail.models import Page

from base.access import cache_key_for, visible_pages
from base.stamp import remembered

from .models import PathPage, PhasePage, StepPage

GONE = "gone"
KIND_ICONS = {
    StepPage.Kind.READ: "book",
    StepPage.Kind.WATCH: "play",
    StepPage.Kind.DO: "list",
    StepPage.Kind.MEET: "users",
}


@dataclass(frozen=True)
class PageToRead:
    """The page a step points to, in the reader's language if it is there in it."""

    title: str
    url: str
    language: str


@dataclass(frozen=True)
class Step:
    """One step as it is shown; ``language`` is that of its words, ``phase`` the number of its phase."""

    key: UUID
    number: int
    title: str
    summary: str
    url: str
    language: str
    phase: int
    kind: str
    minutes: int
    is_required: bool
    reads: PageToRead | None
    # The step points to a page that is closed to this reader or isn't published now.
    reads_is_missing: bool

    @property
    def kind_word(self) -> str:
        """The kind in the language that is active."""
        return StepPage.Kind(self.kind).label

    @property
    def duration(self) -> str:
        """How long it takes, in words: "45 minutes", "1 hour"."""
        if self.minutes % 60:
            return ngettext("%(counter)s minute", "%(counter)s minutes", self.minutes) % {"counter": self.minutes}
        hours = self.minutes // 60
        return ngettext("%(counter)s hour", "%(counter)s hours", hours) % {"counter": hours}

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return KIND_ICONS[self.kind]


@dataclass(frozen=True)
class Phase:
    """One phase; days are counted from the start date, day 1 being the start date itself."""

    key: UUID
    number: int
    title: str
    summary: str
    language: str
    first_day: int
    last_day: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Outline:
    """A whole path."""

    key: UUID
    title: str
    summary: str
    closing_text: str
    url: str
    language: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]

    @property
    def counting_steps(self) -> tuple[Step, ...]:
        """The steps that have to be done: the required ones, or all where none is required."""
        return tuple(step for step in self.steps if step.is_required) or self.steps

    @property
    def last_day(self) -> int:
        """The last day of the last phase to end; 0 for a path without phases."""
        return max((phase.last_day for phase in self.phases), default=0)

    def step(self, key: UUID) -> Step | None:
        """The step with this ``translation_key``; None where it isn't on the path, or not for this reader."""
        return next((step for step in self.steps if step.key == key), None)


def path_outline(user, path_key: UUID, language: str) -> Outline | None:
    """The path as ``user`` may see it, in ``language``; None where it is gone, unpublished or closed to them.

    No query while the content stamp stays the same; five or six after it changed.
    """
    outline = remembered(
        f"onboarding-outline:{path_key}:{language}:{cache_key_for(user)}",
        lambda: _load_outline(user, path_key, language) or GONE,
    )
    return None if outline == GONE else outline


def outline_of_step(user, step_key: UUID, language: str) -> Outline | None:
    """The outline of the path that this step is on; None where it is on none that this reader may see."""
    try:
        path_key = remembered(
            f"onboarding-path-of-step:{step_key}:{cache_key_for(user)}", lambda: _find_path_key(user, step_key)
        )
    except StepPage.DoesNotExist:
        # Not remembered: keys come from addresses, and made-up ones must not fill the cache.
        return None
    outline = path_outline(user, path_key, language)
    return outline if outline and outline.step(step_key) else None


def _find_path_key(user, step_key: UUID) -> UUID:
    pages = StepPage.objects.visible_to(user).filter(translation_key=step_key).select_related("locale")
    for page in _source_first(pages):
        path = PathPage.objects.visible_to(user).filter(path=page.path[: -2 * Page.steplen]).first()
        if path is not None:
            return path.translation_key
    raise StepPage.DoesNotExist(step_key)


def _source_first(pages) -> list:
    return sorted(pages, key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk))


def _load_outline(user, path_key: UUID, language: str) -> Outline | None:
    paths = _source_first(
        PathPage.objects.visible_to(user)
        .filter(translation_key=path_key)
        .select_related("locale", "alias_of__locale")
        .defer_streamfields()
    )
    if not paths:
        return None
    return _OutlineMaker(user, language).outline(paths)


class _OutlineMaker:
    """Puts one outline together."""

    def __init__(self, user, language: str):
        self.user = user
        self.language = language

    def outline(self, paths: list[PathPage]) -> Outline:
        leading = paths[0]
        words = next((page for page in paths if page.locale.language_code == self.language), leading)
        depth, path = leading.depth, leading.path
        phase_pages = self._below(PhasePage, path, depth + 1)
        step_pages = self._below(StepPage, path, depth + 2)
        foreign = leading.locale.language_code != self.language
        phase_words = self._words_of(PhasePage, phase_pages) if foreign else {}
        step_words = self._words_of(StepPage, step_pages) if foreign else {}
        to_read = self._pages_to_read(step_pages)
        phases, all_steps = [], []
        for phase_page in phase_pages:
            number = len(phases) + 1
            steps = []
            for page in step_pages:
                if page.path.startswith(phase_page.path):
                    step_page = step_words.get(page.translation_key, page)
                    steps.append(self._step(page, step_page, len(all_steps) + 1, number, to_read))
                    all_steps.append(steps[-1])
            shown = phase_words.get(phase_page.translation_key, phase_page)
            phases.append(
                Phase(
                    key=phase_page.translation_key,
                    number=number,
                    title=shown.title,
                    summary=shown.summary,
                    language=_text_language(shown),
                    first_day=phase_page.first_day,
                    last_day=phase_page.last_day,
                    steps=tuple(steps),
                )
            )
        return Outline(
            key=leading.translation_key,
            title=words.title,
            summary=words.summary,
            closing_text=words.closing_text,
            url=words.get_url() or "",
            language=_text_language(words),
            phases=tuple(phases),
            steps=tuple(all_steps),
        )

    def _below(self, model, path: str, depth: int) -> list:
        pages = model.objects.visible_to(self.user).filter(path__startswith=path, depth=depth).order_by("path")
        return list(pages.select_related("locale", "alias_of__locale").defer_streamfields())

    def _words_of(self, model, pages: list) -> dict[UUID, Page]:
        twins = model.objects.visible_to(self.user).filter(
            translation_key__in=[page.translation_key for page in pages], locale__language_code=self.language
        )
        return {
            twin.translation_key: twin
            for twin in twins.select_related("locale", "alias_of__locale").defer_streamfields()
        }

    def _pages_to_read(self, step_pages: list[StepPage]) -> dict[int, PageToRead]:
        """The visible page to read per id that the steps point to."""
        ids = {page.reads_id for page in step_pages if page.reads_id}
        if not ids:
            return {}
        keys = Page.objects.filter(pk__in=ids).values("translation_key")
        found: dict[UUID, Page] = {}
        key_of: dict[int, UUID] = {}
        candidates = Page.objects.filter(Q(pk__in=ids) | Q(translation_key__in=keys))
        visible = set(visible_pages(self.user).filter(translation_key__in=keys).values_list("pk", flat=True))
        for page in candidates.select_related("locale", "alias_of__locale"):
            if page.pk in ids:
                key_of[page.pk] = page.translation_key
            in_reader_language = page.locale.language_code == self.language
            if page.pk in visible and (in_reader_language or page.translation_key not in found):
                found[page.translation_key] = page
        return {
            pk: PageToRead(title=page.title, url=page.get_url() or "", language=_text_language(page))
            for pk, key in key_of.items()
            if (page := found.get(key))
        }

    def _step(self, page: StepPage, words: StepPage, number: int, phase: int, to_read: dict) -> Step:
        return Step(
            key=page.translation_key,
            number=number,
            title=words.title,
            summary=words.summary,
            url=words.get_url() or "",
            language=_text_language(words),
            phase=phase,
            kind=page.kind,
            minutes=page.minutes,
            is_required=page.is_required,
            reads=to_read.get(page.reads_id),
            reads_is_missing=bool(page.reads_id) and page.reads_id not in to_read,
        )


def _text_language(page: Page) -> str:
    """The language of the words on the page: an alias that waits for its translation has those of its original."""
    original = page.alias_of if page.alias_of_id else page
    return original.locale.language_code
