"""Which team answers for each text of the handbook and when it was checked, for all of them at once.

The same answers as ``guidelines.reading.governance_of`` gives for one text, without a query for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from guidelines.models import ChapterPage, ManualPage

_FIELDS = ("path", "pk", "reviewed_on", "review_by", "owner_colleague__is_active", "owner_colleague__team")
# Filled in by editors who name a team and an interval; read as soon as the texts have these fields.
_LATER = ("owning_team", "review_months")


@dataclass(frozen=True, slots=True)
class Governed:
    """What counts for one text: ``manual`` is the primary key of the manual it is in, 0 where that isn't live.

    ``team`` is a primary key, that of the owner's team where no team was named; ``months`` is how often it is checked.
    """

    manual: int = 0
    team: int | None = None
    named_team: int | None = None
    owner_team: int | None = None
    reviewed_on: date | None = None
    due_on: date | None = None
    review_by: date | None = None
    months: int | None = None


def governed_texts() -> Iterator[tuple[int, Governed]]:
    """``(primary key, what counts)`` of every live manual and chapter, what is left empty taken from the pages above.

    One query for each type, and one walk through the tree in its own order.
    """
    later = [name for name in _LATER if any(field.name == name for field in ManualPage._meta.get_fields())]
    rows = sorted(
        (*row, model is ManualPage)
        for model in (ManualPage, ChapterPage)
        for row in model.objects.live().order_by().values_list(*_FIELDS, *later)
    )
    above: list[tuple[str, Governed]] = []
    for path, pk, reviewed_on, review_by, is_active, owner_team, *named, is_manual in rows:
        while above and not path.startswith(above[-1][0]):
            above.pop()
        inherited = above[-1][1] if above else Governed()
        team, months = (*named, None, None)[:2] if later == list(_LATER) else (None, None)
        counts = _below(inherited, reviewed_on, review_by, is_active, owner_team, team, months)
        if is_manual:
            counts = replace(counts, manual=pk)
        above.append((path, counts))
        yield pk, counts


def _below(inherited: Governed, reviewed_on, review_by, is_active, owner_team, team, months) -> Governed:
    if not (reviewed_on or review_by or is_active or team or months):
        return inherited
    if not (reviewed_on or review_by):
        reviewed_on, review_by = inherited.reviewed_on, inherited.review_by
    # Who has left answers for nothing any more.
    owner_team = owner_team if is_active else inherited.owner_team
    team, months = team or inherited.named_team, months or inherited.months
    follows = reviewed_on + relativedelta(months=months) if reviewed_on and months else None
    return Governed(
        manual=inherited.manual,
        team=team or owner_team,
        named_team=team,
        owner_team=owner_team,
        reviewed_on=reviewed_on,
        due_on=review_by or follows,
        review_by=review_by,
        months=months,
    )
