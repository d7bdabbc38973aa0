"""Paths as plain data, read from their pages: what every reader of one audience shares, made once per content stamp.

Which steps there are and in which order comes from one tree: that of the source language, or of the other one where the
path isn't there in the source language. The reader's language lends title, summary and address to each page that is
there in it. So the number of steps is the same in both languages, and a step that isn't translated yet is shown in the
other one.
"""

from collections import defaultdict
from uuid import UUID

from django.conf import settings
from wagtail.models import Page

from base.access import cache_key_for, visible_pages
from base.stamp import remembered

from .models import PathPage, PhasePage, StepPage, StepPrerequisite
from .outline import Outline, PageToRead, Phase, Step
from .plan.audience import Audience

GONE = "gone"
# In the place of a reader: everything there is, published or not.
DRAFTS = "drafts"


def path_outline(user, path_key: UUID, language: str) -> Outline | None:
    """The path as ``user`` may see it, in ``language``; None where it is gone, unpublished or closed to them.

    No query while the content stamp stays the same; eight or nine after it changed.
    """
    outline = remembered(
        f"onboarding-outline:{path_key}:{language}:{cache_key_for(user)}",
        lambda: _load_outline(user, path_key, language) or GONE,
    )
    return None if outline == GONE else outline


def own_outline(user, path_key: UUID, language: str) -> Outline | None:
    """``path_outline`` for the reader themselves: who hasn't started sees the first steps only."""
    outline = path_outline(user, path_key, language)
    return outline.beginning() if outline is not None and user.is_preboarder else outline


def whole_path(path_key: UUID) -> Outline | None:
    """The path in the source language as it is published, whoever may read it: what plans are made from.

    None where it is gone or unpublished. Cached as ``path_outline`` is.
    """
    outline = remembered(
        f"onboarding-whole-path:{path_key}", lambda: _load_outline(None, path_key, settings.LANGUAGE_CODE) or GONE
    )
    return None if outline == GONE else outline


def fresh_path(path_key: UUID) -> Outline | None:
    """``whole_path``, asked anew: for what is done while a page of it is being published, moved or deleted."""
    return _load_outline(None, path_key, settings.LANGUAGE_CODE)


def draft_path(path_key: UUID, language: str) -> Outline | None:
    """The path with what isn't published yet, for who writes it; None where there is no such path."""
    return _load_outline(DRAFTS, path_key, language)


def outline_of_step(user, step_key: UUID, language: str) -> Outline | None:
    """The outline of the path that this step is on, as the reader sees it; None where it is on none that they may see."""
    try:
        path_key = remembered(
            f"onboarding-path-of-step:{step_key}:{cache_key_for(user)}", lambda: _find_path_key(user, step_key)
        )
    except StepPage.DoesNotExist:
        # Not remembered: keys come from addresses, and made-up ones must not fill the cache.
        return None
    outline = own_outline(user, path_key, language)
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
        _readable(PathPage, user)
        .filter(translation_key=path_key)
        .select_related("locale", "alias_of__locale")
        .defer_streamfields()
    )
    if not paths:
        return None
    return _OutlineMaker(user, language).outline([_as_drafted(page) for page in paths] if user is DRAFTS else paths)


def _readable(model, user):
    """The live pages of this type that ``user`` may see; all live ones for None."""
    if user is DRAFTS:
        return model.objects.all()
    return model.objects.live() if user is None else model.objects.visible_to(user)


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
        conditions = self._conditions(step_pages)
        phases, all_steps = [], []
        for phase_page in phase_pages:
            number = len(phases) + 1
            steps = []
            for page in step_pages:
                if page.path.startswith(phase_page.path):
                    step_page = step_words.get(page.translation_key, page)
                    place = len(all_steps) + 1, number
                    steps.append(self._step(page, step_page, place, phase_page, to_read, conditions[page.pk]))
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
        pages = _readable(model, self.user).filter(path__startswith=path, depth=depth).order_by("path")
        related = ["due_step"] if model is StepPage else []
        found = list(pages.select_related("locale", "alias_of__locale", *related).defer_streamfields())
        return [_as_drafted(page) for page in found] if self.user is DRAFTS else found

    def _words_of(self, model, pages: list) -> dict[UUID, Page]:
        twins = _readable(model, self.user).filter(
            translation_key__in=[page.translation_key for page in pages], locale__language_code=self.language
        )
        found = twins.select_related("locale", "alias_of__locale").defer_streamfields()
        return {twin.translation_key: _as_drafted(twin) if self.user is DRAFTS else twin for twin in found}

    def _pages_to_read(self, step_pages: list[StepPage]) -> dict[int, PageToRead]:
        """The visible page to read per key that the steps point to."""
        keys = {page.reads_key for page in step_pages if page.reads_key}
        if not keys:
            return {}
        found: dict[UUID, Page] = {}
        pages = Page.objects.live() if self.user in (None, DRAFTS) else visible_pages(self.user)
        for page in pages.filter(translation_key__in=keys).select_related("locale", "alias_of__locale"):
            if page.locale.language_code == self.language or page.translation_key not in found:
                found[page.translation_key] = page
        return {
            key: PageToRead(title=page.title, url=page.get_url() or "", language=_text_language(page))
            for key, page in found.items()
        }

    def _conditions(self, step_pages: list[StepPage]) -> dict[int, dict]:
        """Per page id what has to be done first and whom the step is for; three queries for the whole path."""
        found: dict[int, dict] = defaultdict(lambda: {"prerequisites": [], "teams": set(), "groups": set()})
        ids = [page.pk for page in step_pages]
        links = StepPrerequisite.objects.filter(page__in=ids).order_by("sort_order", "pk")
        for page_id, key in links.values_list("page_id", "step__translation_key"):
            found[page_id]["prerequisites"].append(key)
        for name, other in (("teams", "team_id"), ("groups", "group_id")):
            rows = getattr(StepPage, f"audience_{name}").through.objects.filter(steppage__in=ids)
            for page_id, other_id in rows.values_list("steppage_id", other):
                found[page_id][name].add(other_id)
        drafted = [page for page in step_pages if page.has_unpublished_changes] if self.user is DRAFTS else []
        for page in drafted:
            # What a draft changed is in its revision alone.
            found[page.pk] = {
                "prerequisites": [each.step.translation_key for each in page.prerequisites.all()],
                "teams": {team.pk for team in page.audience_teams.all()},
                "groups": {group.pk for group in page.audience_groups.all()},
            }
        return found

    def _step(self, page: StepPage, words: StepPage, place, phase_page: PhasePage, to_read: dict, conditions) -> Step:
        number, phase = place
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
            reads=to_read.get(page.reads_key),
            reads_is_missing=bool(page.reads_key) and page.reads_key not in to_read,
            page_id=words.pk,
            reads_key=page.reads_key,
            assignee=page.assignee,
            signed_off_by=page.signed_off_by,
            rule=_rule(page, phase_page),
            prerequisites=tuple(conditions["prerequisites"]),
            needs_all=page.needs_all,
            audience=Audience(
                frozenset(conditions["teams"]),
                frozenset(conditions["groups"]),
                page.audience_language,
                page.audience_cohort,
            ),
            before_start=page.visible_before_start,
            valid_months=page.valid_months,
            replaces_key=page.replaces_key,
            is_check_in=page.is_check_in,
        )


def _as_drafted(page):
    """The page as it was last saved, published or not."""
    return page.get_latest_revision_as_object() if page.has_unpublished_changes else page


def _rule(page: StepPage, phase_page: PhasePage) -> dict:
    """When the step is due, as ``onboarding.plan.due`` reads it."""
    match page.due_from:
        case StepPage.DueFrom.PHASE:
            return {"from": "start", "unit": "calendar", "count": phase_page.last_day}
        case StepPage.DueFrom.FIXED if page.due_date:
            return {"from": "fixed", "date": page.due_date.isoformat()}
        case StepPage.DueFrom.STEP if page.due_step_id:
            step = str(page.due_step.translation_key)
            return {"from": "step", "step": step, "unit": page.due_unit, "count": page.due_count}
        case StepPage.DueFrom.START | StepPage.DueFrom.ENROLMENT | StepPage.DueFrom.PROBATION:
            return {"from": page.due_from, "unit": page.due_unit, "count": page.due_count}
    return {}


def _text_language(page: Page) -> str:
    """The language of the words on the page: an alias that waits for its translation has those of its original."""
    original = page.alias_of if page.alias_of_id else page
    return original.locale.language_code
