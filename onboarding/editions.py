"""Editions of what people confirm: which text is the current one, and what an editor has to decide about.

A text is known by its key: the ``translation_key`` of the page to read, or of the step where it holds the text itself.
All languages of a text share their editions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max
from wagtail.models import Page, Revision

from base.access import visible_pages
from base.translation.status import State, translation_states
from guidelines.models import PageChange, Size

from .models import PageEdition, StepAttempt, StepPage, StepProgress
from .outline import Step

CONFIRM = StepPage.Kind.CONFIRM


def text_key(step: Step) -> UUID:
    """The key of the text that this step asks to confirm."""
    return step.reads_key or step.key


def current_edition(key: UUID) -> int:
    """The number of the edition that is asked of people; 0 where no change was large so far."""
    return _number(PageEdition.objects.filter(page_key=key, is_large=True, waits=False))


def edition_read(key: UUID, revision_id: int | None) -> int:
    """The edition that this revision holds: the current one, or one that waits for another language to have it too."""
    waiting = _number(PageEdition.objects.filter(page_key=key, waits=True))
    if waiting:
        behind = behind_pages([key]).get(key)
        if not Revision.objects.filter(pk=revision_id, object_id=str(behind)).exists():
            return waiting
    return current_edition(key)


def _number(editions) -> int:
    return editions.aggregate(number=Max("number"))["number"] or 0


def behind_pages(keys: Iterable[UUID]) -> dict[UUID, int]:
    """The pages whose text is behind that of the other language: ``{text key: page id}``; one query.

    A text without a translation is in none of them: everybody reads the same page.
    """
    states = translation_states(Page.objects.filter(translation_key__in=keys)).filter(state=State.BEHIND.value)
    return dict(states.values_list("translation_key", "twin_id"))


def confirming_steps() -> dict[UUID, set[UUID]]:
    """The published steps that ask to confirm a text: ``{text key: {step key, ...}}``; one query."""
    found: dict[UUID, set[UUID]] = {}
    steps = StepPage.objects.live().filter(kind=CONFIRM, alias_of=None)
    for key, reads_key in steps.values_list("translation_key", "reads_key"):
        found.setdefault(reads_key or key, set()).add(key)
    return found


@dataclass
class Undecided:
    """A text that was published again after people confirmed it. ``pages`` are those that differ, in each language."""

    key: UUID
    pages: list[Page]
    # The revisions that one decision is about: those that are published now and undecided, of every language.
    revisions: list[int]
    confirmed: int
    # The page that is behind in the other language: a large change waits for it. None where both are up to date.
    behind_id: int | None = None

    @property
    def title(self) -> str:
        """Its title."""
        return self.pages[0].title


def undecided(editor, key: UUID | None = None) -> list[Undecided]:
    """The texts that ``editor`` may see and has to decide about (only this one with ``key``); six queries.

    That is: somebody confirmed an earlier revision of a page, and nobody said yet whether the change is small or large.
    """
    steps = confirming_steps()
    keys = {key} & steps.keys() if key else set(steps)
    keys -= _waiting_keys(keys)
    pages = visible_pages(editor).filter(translation_key__in=keys, alias_of=None).select_related("locale")
    decided = set(PageEdition.objects.filter(page_key__in=keys).values_list("revision_id", flat=True))
    waiting = [page for page in pages.order_by("pk") if page.live_revision_id and page.live_revision_id not in decided]
    if not waiting:
        return []
    wanted = {page.translation_key for page in waiting}
    confirmed = _confirmations({step for text in wanted for step in steps[text]})
    behind = behind_pages(wanted)
    found = []
    for text in wanted:
        rows = [row for step in steps[text] for row in confirmed.get(step, ())]
        changed = []
        for page in waiting:
            if page.translation_key == text:
                earlier = [r for r in rows if r.language == page.locale.language_code]
                if any(r.revision_of(text) not in (None, page.live_revision_id) for r in earlier):
                    changed.append(page)
        if changed:
            revisions = [page.live_revision_id for page in waiting if page.translation_key == text]
            found.append(Undecided(text, changed, revisions, sum(row.people for row in rows), behind.get(text)))
    return sorted(found, key=lambda each: each.title.casefold())


def _waiting_keys(keys: Iterable[UUID]) -> set[UUID]:
    if not keys:
        return set()
    return set(PageEdition.objects.filter(waits=True, page_key__in=keys).values_list("page_key", flat=True))


@dataclass
class Waiting:
    """A text whose large change is asked as soon as its translation is published; ``behind_id`` is the page to bring up to date."""

    pages: list[Page]
    edition: PageEdition
    behind_id: int | None

    @property
    def title(self) -> str:
        """Its title."""
        return self.pages[0].title


def waiting_texts(editor, key: UUID | None = None) -> list[Waiting]:
    """The texts that ``editor`` may see whose large change waits for its translation (only this one with ``key``); four queries."""
    editions = PageEdition.objects.filter(waits=True, **({"page_key": key} if key else {}))
    by_key = {edition.page_key: edition for edition in editions.order_by("number", "pk")}
    if not by_key:
        return []
    behind, pages = behind_pages(by_key), {}
    for page in visible_pages(editor).filter(translation_key__in=by_key, alias_of=None).order_by("pk"):
        pages.setdefault(page.translation_key, []).append(page)
    return [Waiting(pages[key], by_key[key], behind.get(key)) for key in by_key if key in pages]


@dataclass(frozen=True)
class _Confirmed:
    """How many people confirmed a step in one language and one revision."""

    step_key: UUID
    language: str
    revision_id: int | None
    read_revision_id: int | None
    people: int

    def revision_of(self, text: UUID) -> int | None:
        return self.revision_id if text == self.step_key else self.read_revision_id


def _confirmations(steps: set[UUID]) -> dict[UUID, list[_Confirmed]]:
    rows = StepProgress.objects.done().filter(step_key__in=steps, enrolment__ended_on=None).order_by()
    counted = rows.values_list("step_key", "language", "revision_id", "read_revision_id").annotate(people=Count("pk"))
    found: dict[UUID, list[_Confirmed]] = {}
    for values in counted:
        found.setdefault(values[0], []).append(_Confirmed(*values))
    return found


def asked_again(progress: StepProgress) -> tuple[StepAttempt, PageEdition] | None:
    """The last confirmation that no longer stands and the edition that asks again; None where nothing asks. Two queries."""
    if progress.completed_at is not None or progress.attempt < 2:
        return None
    attempt = progress.attempts.exclude(completed_at=None).order_by("-number").first()
    if attempt is None:
        return None
    keys = [progress.step_key, *_reads_keys(progress.step_key)]
    large = PageEdition.objects.filter(page_key__in=keys, is_large=True, waits=False)
    edition = large.filter(number__gt=attempt.edition).order_by("-number", "pk").first()
    return (attempt, edition) if edition else None


def _reads_keys(step_key: UUID):
    pages = StepPage.objects.filter(translation_key=step_key, reads_key__isnull=False)
    return pages.values_list("reads_key", flat=True).distinct()


def revisions_between(attempt: StepAttempt, step: Step) -> tuple[Revision | None, Revision | None]:
    """The text as it was confirmed, and as it is published now in the same language; None for what is gone."""
    before_id = attempt.read_revision_id if step.reads_key else attempt.revision_id
    pages = Page.objects.live().filter(
        translation_key=text_key(step), locale__language_code=attempt.language, alias_of=None
    )
    page = pages.select_related("live_revision").first()
    before = Revision.objects.filter(pk=before_id).first() if before_id else None
    return before, page.live_revision if page else None


def confirmed_revision(key: UUID, page: Page) -> Revision | None:
    """The revision of this page that was confirmed last, for an editor to compare with; None where it is gone."""
    name = "revision_id" if StepPage.objects.filter(pk=page.pk).exists() else "read_revision_id"
    rows = StepProgress.objects.done().filter(
        step_key__in=confirming_steps().get(key, ()), language=page.locale.language_code
    )
    rows = rows.exclude(**{name: None}).exclude(**{name: page.live_revision_id}).order_by("-completed_at")
    return Revision.objects.filter(pk=rows.values_list(name, flat=True).first()).first()


def said_when_published(text: Undecided) -> PageChange | None:
    """The last large change that its editor called so, of those since what was confirmed last; None for none.

    A text in the manuals is published with "small or large" already: whoever decides here starts from that. Two queries a
    page.
    """
    for page in text.pages:
        changes = PageChange.objects.filter(page=page.pk)
        confirmed = confirmed_revision(text.key, page)
        known = changes.filter(revision=confirmed).first() if confirmed else None
        since = changes.filter(published_at__gt=known.published_at) if known else changes
        if large := since.filter(size=Size.LARGE).first():
            return large
    return None
