"""Saying which page helps with which competency, and ticking off what one read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from base.stamp import touch_content
from people.models import User

from ..models import CompetencyMaterial, CompetencyPage, ReadMark

ACTION = "competencies.set_material"


@dataclass(frozen=True)
class Helps:
    """What a page, or a tip or heading in it, helps with: from a level to a higher one."""

    competency_key: UUID
    anchor: str
    from_level: int
    to_level: int


@transaction.atomic
def set_material(*, page: Page, helps: Iterable[Helps], seen: Iterable[int], actor: User) -> bool:
    """Let this page, in every language, help with exactly these; whether that changed anything.

    Of the rows there are, only those among ``seen`` are taken away: what a colleague added meanwhile stays.
    """
    rows = CompetencyMaterial.objects.select_for_update().of_page(page.translation_key)
    before = {(row.competency_key, row.anchor): row for row in rows}
    wanted = {(each.competency_key, each.anchor): each for each in helps}
    seen = set(seen)
    gone = [row.pk for key, row in before.items() if key not in wanted and row.pk in seen]
    written = [each for key, each in wanted.items() if _levels(before.get(key)) != _levels(each)]
    if not gone and not written:
        return False
    CompetencyMaterial.objects.filter(pk__in=gone).delete()
    for each in written:
        CompetencyMaterial.objects.update_or_create(
            page_key=page.translation_key,
            competency_key=each.competency_key,
            anchor=each.anchor,
            defaults={"from_level": each.from_level, "to_level": each.to_level},
        )
    touch_content()
    log(instance=page.specific, action=ACTION, user=actor, data={"written": len(written), "removed": len(gone)})
    return True


@transaction.atomic
def remove_material(*, material: CompetencyMaterial, actor: User) -> None:
    """Take away what a page that is gone would have helped with; it is written to the log of the competency."""
    CompetencyMaterial.objects.filter(pk=material.pk).delete()
    touch_content()
    pages = CompetencyPage.objects.filter(translation_key=material.competency_key).originals_first()
    if competency := pages.first():
        log(instance=competency, action=ACTION, user=actor, data={"written": 0, "removed": 1})


def _levels(row: CompetencyMaterial | Helps | None) -> tuple[int, int] | None:
    return (row.from_level, row.to_level) if row else None


def mark_read(*, user: User, page_key: UUID, anchor: str) -> ReadMark:
    """Keep that this person read it as it is now; read before, the moment moves."""
    mark, _made = ReadMark.objects.update_or_create(
        user=user, page_key=page_key, anchor=anchor, defaults={"marked_at": timezone.now()}
    )
    return mark


def unmark_read(*, user: User, page_key: UUID, anchor: str) -> None:
    """Forget that this person read it; not marked, nothing changes."""
    ReadMark.objects.filter(user=user, page_key=page_key, anchor=anchor).delete()
