"""The figures of one manual as they are shown: in words, each with the way to the work behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guidelines.reading.duties import may_govern

from .scorecard import BROKEN, NO_OWNER, OVERDUE, UNTRANSLATED, Score


@dataclass(frozen=True)
class Cell:
    """One figure; ``url`` only where there is something to do and this reader can."""

    label: str
    words: str
    url: str = ""
    percent: int | None = None


def worklist_url(what: str, manual) -> str:
    """The report of the pages behind a figure of one manual."""
    return f"{reverse('manual_worklist')}?{urlencode({'what': what, 'manual': manual})}"


def cells_of(score: Score, user) -> list[Cell]:
    """With the worklists of the admin for who governs; an owner's own texts for all others."""
    in_admin = may_govern(user) and user.has_perm("wagtailadmin.access_admin")

    def address(what: str, count: int) -> str:
        if not count:
            return ""
        if in_admin:
            return worklist_url(what, score.manual.key)
        if what == OVERDUE:
            return f"{reverse('reviews:list')}?{urlencode({'manual': score.manual.key, 'state': 'overdue'})}"
        return ""

    counts = [
        (_("Overdue"), OVERDUE, score.overdue),
        (_("Not translated"), UNTRANSLATED, score.untranslated),
        (_("Broken links"), BROKEN, score.broken),
    ]
    return [
        Cell(
            _("With an owner"),
            _("%(percent)s%%") % {"percent": score.owned_percent},
            address(NO_OWNER, score.no_owner),
            score.owned_percent,
        ),
        *(Cell(label, str(count), address(what, count)) for label, what, count in counts),
        *(
            Cell(
                str(column.label),
                figure.words if figure else "–",
                column.worklist(score.manual.key) if column.worklist and figure and in_admin else "",
            )
            for column, figure in score.others
        ),
    ]
