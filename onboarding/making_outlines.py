"""How an outline is put together from the pages of a path: what is published, and what plans may still hold besides."""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Value
from wagtail.models import Page

from base.access import closed_paths, visible_pages, without_paths

from .last_published import as_last_published
from .models import FormerStep, PageBeforeStart, PathPage, PhasePage, StepPage, StepPrerequisite
from .outline import Outline, PageToRead, Phase, Step
from .plan.audience import Audience
from .plan.rounds import waiting_in_rounds

# In the place of a reader: everything there is, published or not.
DRAFTS = "drafts"
# The conditions of an audience that are rows of their own, and what the rows point to.
MANY = {"teams": "team", "groups": "group", "locations": "location"}


def readable(model, user):
    """The pages of this type that are or were published and aren't closed to ``user``; for None, whoever reads them."""
    if user is DRAFTS:
        return model.objects.all()
    pages = model.objects.filter(Q(live=True) | Q(first_published_at__isnull=False))
    return pages if user is None else without_paths(pages, closed_paths(user))


def source_first(pages) -> list:
    """These pages in the source language, then in the other."""
    return sorted(pages, key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk))


class OutlineMaker:
    """Puts one outline together."""

    def __init__(self, user, language: str):
        self.user = user
        self.language = language
        self.is_draft = user is DRAFTS

    def outline(self, paths: list[PathPage]) -> Outline:
        """Of the path with these pages, one for each language, the source first."""
        if self.is_draft:
            paths = [_as_drafted(page) for page in paths]
        else:
            paths = [page for page in paths if page.live] or as_last_published(paths)
        leading = paths[0]
        words = next((page for page in paths if page.locale.language_code == self.language), leading)
        tree = self._tree(leading)
        step_pages = [page for _phase_page, pages in tree for page in pages]
        foreign = leading.locale.language_code != self.language
        phase_words = self._words_of(PhasePage, [phase_page for phase_page, _pages in tree]) if foreign else {}
        step_words = self._words_of(StepPage, step_pages) if foreign else {}
        to_read = self._pages_to_read(step_pages)
        conditions = self._conditions(leading, step_pages)
        waits = {page.translation_key: conditions[page.pk]["prerequisites"] for page in step_pages}
        rounds = waiting_in_rounds(waits)
        phases, all_steps = [], []
        for number, (phase_page, pages) in enumerate(tree, start=1):
            steps = []
            for page in pages:
                step_page = step_words.get(page.translation_key, page)
                place = len(all_steps) + 1, number
                is_removed = self._is_removed(leading, phase_page) or self._is_removed(phase_page, page)
                step = self._step(page, step_page, place, phase_page, to_read, conditions[page.pk])
                in_round = rounds.get(step.key, frozenset())
                steps.append(replace(step, in_round=in_round, is_removed=is_removed))
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
                    is_removed=self._is_removed(leading, phase_page),
                )
            )
        has_removed = any(part.is_removed for part in (*phases, *all_steps))
        return Outline(
            key=leading.translation_key,
            title=words.title,
            summary=words.summary,
            closing_text=words.closing_text,
            url=words.get_url() or "",
            language=_text_language(words),
            phases=tuple(phases),
            steps=tuple(all_steps),
            variant="removed" if has_removed else "",
            is_published=self.is_draft or leading.live,
            audience=_audience(leading, conditions[leading.pk]),
        )

    def _tree(self, leading: PathPage) -> list[tuple[PhasePage, list[StepPage]]]:
        """The phases of the path with their steps; what was moved to another path stands last in the phase it was in."""
        phase_pages = self._below(PhasePage, leading.path, leading.depth + 1)
        step_pages = self._below(StepPage, leading.path, leading.depth + 2)
        tree = [
            (phase_page, [page for page in step_pages if page.path.startswith(phase_page.path)])
            for phase_page in phase_pages
        ]
        return tree if self.is_draft else self._with_former(tree, leading)

    def _is_removed(self, parent: Page, page: Page) -> bool:
        """Whether this phase or step is off the path by now: it isn't published, or stands elsewhere in the tree."""
        return not self.is_draft and (not page.live or not page.path.startswith(parent.path))

    def _below(self, model, path: str, depth: int) -> list:
        return self._fetched(model, readable(model, self.user).filter(path__startswith=path, depth=depth))

    def _fetched(self, model, pages) -> list:
        related = ["due_step"] if model is StepPage else []
        found = pages.order_by("path").select_related("locale", "alias_of__locale", *related).defer_streamfields()
        return [_as_drafted(page) for page in found] if self.is_draft else as_last_published(list(found))

    def _with_former(self, tree: list, leading: PathPage) -> list:
        """The same with the steps that were moved to another path; two queries more where there are any."""
        there = {page.translation_key for _phase_page, pages in tree for page in pages}
        former = FormerStep.objects.filter(path_key=leading.translation_key).order_by("pk")
        phase_of = {step: phase for step, phase in former.values_list("step_key", "phase_key") if step not in there}
        if not phase_of:
            return tree
        moved = self._one_of_each(StepPage, Q(translation_key__in=phase_of), leading)
        parents = [page.path[: -Page.steplen] for page in moved.values()]
        phases = self._one_of_each(PhasePage, Q(translation_key__in=phase_of.values()) | Q(path__in=parents), leading)
        tree = list(tree)
        for key, phase_key in phase_of.items():
            page = moved.get(key)
            if page is None:
                continue
            # A phase that was deleted since: that in which the step is now.
            now_in = next((phase for phase in phases.values() if page.path.startswith(phase.path)), None)
            phase = phases.get(phase_key, now_in)
            own = next(
                (pages for other, pages in tree if phase and other.translation_key == phase.translation_key), None
            )
            if own is not None:
                own.append(page)
            elif phase is not None:
                tree.append((phase, [page]))
        return tree

    def _one_of_each(self, model, condition: Q, leading: PathPage) -> dict[UUID, Page]:
        """The page of each key in the language of ``leading``, or else in the other."""
        pages = self._fetched(model, readable(model, self.user).filter(condition))
        pages.sort(key=lambda page: page.locale_id != leading.locale_id)
        return {page.translation_key: page for page in reversed(pages)}

    def _words_of(self, model, pages: list) -> dict[UUID, Page]:
        live = {page.translation_key: page.live for page in pages}
        twins = readable(model, self.user).filter(translation_key__in=list(live), locale__language_code=self.language)
        found = twins.select_related("locale", "alias_of__locale").defer_streamfields()
        if self.is_draft:
            return {twin.translation_key: _as_drafted(twin) for twin in found}
        # A translation that was unpublished by itself gives no words.
        there = [twin for twin in found if twin.live or not live[twin.translation_key]]
        return {twin.translation_key: twin for twin in as_last_published(there)}

    def _pages_to_read(self, step_pages: list[StepPage]) -> dict[int, PageToRead]:
        """The visible page to read per key that the steps point to."""
        keys = {page.reads_key for page in step_pages if page.reads_key}
        if not keys:
            return {}
        found: dict[UUID, Page] = {}
        pages = Page.objects.live() if self.user in (None, DRAFTS) else visible_pages(self.user)
        pages = pages.annotate(before_start=PageBeforeStart.objects.around("translation_key"))
        for page in pages.filter(translation_key__in=keys).select_related("locale", "alias_of__locale"):
            if page.locale.language_code == self.language or page.translation_key not in found:
                found[page.translation_key] = page
        return {
            key: PageToRead(page.title, page.get_url() or "", _text_language(page), page.before_start)
            for key, page in found.items()
        }

    def _conditions(self, path: PathPage, step_pages: list[StepPage]) -> dict[int, dict]:
        """Per page id what has to be done first and whom it is for; two queries for the whole path."""
        found: dict[int, dict] = defaultdict(lambda: {"prerequisites": [], **{name: set() for name in MANY}})
        ids = [page.pk for page in step_pages]
        links = StepPrerequisite.objects.filter(page__in=ids).order_by("sort_order", "pk")
        for page_id, key in links.values_list("page_id", "step__translation_key"):
            found[page_id]["prerequisites"].append(key)
        rows = [
            getattr(model, f"audience_{name}")
            .through.objects.filter(**{f"{owner}__in": pages})
            .values_list(f"{owner}_id", f"{other}_id", Value(name))
            for model, owner, pages in ((StepPage, "steppage", ids), (PathPage, "pathpage", [path.pk]))
            for name, other in MANY.items()
        ]
        for page_id, other_id, name in rows[0].union(*rows[1:], all=True):
            found[page_id][name].add(other_id)
        for page in (path, *step_pages):
            if self.is_draft and page.has_unpublished_changes:
                # What a draft changed is in its revision alone.
                found[page.pk] |= {name: {row.pk for row in getattr(page, f"audience_{name}").all()} for name in MANY}
                if isinstance(page, StepPage):
                    found[page.pk]["prerequisites"] = [each.step.translation_key for each in page.prerequisites.all()]
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
            profile_key=page.profile_key if page.kind == StepPage.Kind.ASSESS else None,
            assignee=page.assignee,
            signed_off_by=page.signed_off_by if page.kind in StepPage.SIGNED_OFF_KINDS else "",
            rule=_rule(page, phase_page),
            prerequisites=tuple(conditions["prerequisites"]),
            needs_all=page.needs_all,
            audience=_audience(page, conditions),
            # Competencies are closed to who hasn't started.
            before_start=page.visible_before_start and page.kind != StepPage.Kind.ASSESS,
            valid_months=page.valid_months,
            replaces_key=page.replaces_key,
            is_check_in=page.is_check_in,
        )


def _audience(page: PathPage | StepPage, conditions: dict) -> Audience:
    return Audience(
        language=page.audience_language,
        cohort=page.audience_cohort,
        contracts=frozenset(page.audience_contracts),
        **{name: frozenset(conditions[name]) for name in MANY},
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
