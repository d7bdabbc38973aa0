"""The material of a competency as editors see it: also what readers aren't offered now, and why."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from .levels import span_in_words
from .material_places import find
from .models import CompetencyMaterial


class State(models.TextChoices):
    """Whether readers are offered it."""

    OFFERED = "offered", _("offered")
    UNPUBLISHED = "unpublished", _("not published now")
    LOST = "lost", _("this tip or heading isn’t in the page any more")
    DELETED = "deleted", _("the page was deleted")


@dataclass(frozen=True)
class Listed:
    """A row, its page (None where it is gone), what the tip or heading in it is called, and its state."""

    row: CompetencyMaterial
    page: Page | None
    place: str
    state: State
    may_edit: bool

    @property
    def span(self) -> str:
        """From which level to which."""
        return span_in_words(self.row.from_level, self.row.to_level)


def material_with_state(competency_key: UUID, editor) -> list[Listed]:
    """All of it, by the level it starts from; the page is the one in the editor's language, or else the original."""
    rows = list(CompetencyMaterial.objects.for_competencies([competency_key]).order_by("from_level", "to_level", "pk"))
    pages = Page.objects.filter(translation_key__in=[row.page_key for row in rows])
    by_key: dict[UUID, list[Page]] = defaultdict(list)
    for page in pages.select_related("locale", "content_type").order_by("pk"):
        by_key[page.translation_key].append(page)
    language = get_language()
    best = {key: min(some, key=lambda page: _rank(page, language)) for key, some in by_key.items()}
    places = {each.row.pk: each.place for each in find(rows, best)}
    listed = []
    for row in rows:
        page, place = best.get(row.page_key), places.get(row.pk)
        if page is None:
            state = State.DELETED
        elif not any(each.live for each in by_key[row.page_key]):
            state = State.UNPUBLISHED
        elif row.pk not in places:
            state = State.LOST
        else:
            state = State.OFFERED
        may_edit = page is not None and page.permissions_for_user(editor).can_edit()
        listed.append(Listed(row, page, place.title if place else row.anchor, state, may_edit))
    return listed


def _rank(page: Page, language: str | None) -> tuple:
    return not page.live, page.locale.language_code != language, page.alias_of_id is not None
