"""What a deed would do, found out by doing it and taking it back: the preview can't differ from the deed.

Everything happens in a transaction that is rolled back: dates, states and messages. What would go out after a commit never
does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications.kinds import get_kind, is_known
from notifications.models import Message

from ..models import Enrolment, StepProgress
from ..outline import Outline
from ..periods import full_date
from ..querysets import PROGRESS_FIELDS, Progress
from ..roles import Who
from .previewed import Table, table_of


class _TakenBackError(Exception):
    """Ends the rehearsal."""


@dataclass
class Rehearsal:
    """What would be different: per enrolment and step the row before and after, the enrolments after, and who is told what.

    ``told`` is ``[(name of the receiver, what the message says), ...]``, ``seen`` what ``look`` gave.
    """

    result: object = None
    steps: dict[int, dict[UUID, tuple[Progress | None, Progress | None]]] = field(default_factory=dict)
    enrolments: dict[int, tuple[Enrolment | None, Enrolment]] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    seen: object = None

    @property
    def moved(self) -> dict[int, dict[UUID, tuple]]:
        """Per enrolment the steps that would get another date: ``{step key: (old, new)}``."""
        return {
            pk: {key: (old.due_on, new.due_on) for key, (old, new) in steps.items() if old and old.due_on != new.due_on}
            for pk, steps in self.steps.items()
        }


def rehearse(
    enrolments: Iterable[int], deed: Callable[[], object], look: Callable[[object], object] | None = None
) -> Rehearsal:
    """Do ``deed`` and take it back. What it raises is raised.

    An enrolment that it returns, or has ``made``, is looked at too. ``look`` is called with what it returned while it is
    done, for what else there is to see by then.
    """
    ids, found = list(enrolments), Rehearsal()
    before, people = _rows(ids), Enrolment.objects.in_bulk(ids)
    try:
        with transaction.atomic():
            last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
            found.result = deed()
            made = [found.result] if isinstance(found.result, Enrolment) else getattr(found.result, "made", [])
            ids += [enrolment.pk for enrolment in made if enrolment.pk not in before]
            after = _rows(ids)
            found.enrolments = {pk: (people.get(pk), now) for pk, now in Enrolment.objects.in_bulk(ids).items()}
            found.told = _told(last)
            found.seen = look(found.result) if look else None
            raise _TakenBackError
    except _TakenBackError:
        pass
    for pk in ids:
        old, new = before.get(pk, {}), after.get(pk, {})
        found.steps[pk] = {key: (old.get(key), row) for key, row in new.items() if old.get(key) != row}
    return found


def _rows(ids: list[int]) -> dict[int, dict[UUID, Progress]]:
    found: dict[int, dict[UUID, Progress]] = {pk: {} for pk in ids}
    rows = StepProgress.objects.filter(enrolment__in=ids)
    for pk, key, *values in rows.values_list("enrolment_id", "step_key", *PROGRESS_FIELDS):
        found[pk][key] = Progress(*values)
    return found


def _told(last: int) -> list[tuple[str, str]]:
    """What the messages made since would say now, in the language of who gets them."""
    told = []
    for message in Message.objects.filter(pk__gt=last).select_related("recipient").order_by("pk"):
        if is_known(message.kind):
            with override(message.recipient.locale):
                content = get_kind(message.kind).resolve(message.payload, message.recipient)
            if content is not None:
                told.append((message.recipient.get_full_name(), content.title))
    return told


def told_table(rehearsal: Rehearsal) -> list[Table]:
    """Who is told what; no table for nobody."""
    if not rehearsal.told:
        return []
    return [table_of(_("Messages"), [_("To"), _("Message")], [list(pair) for pair in rehearsal.told])]


def dates_table(rehearsal: Rehearsal, outline: Outline | None, pk: int) -> list[Table]:
    """The steps of one enrolment whose date or state would change."""
    rows = []
    for step in outline.steps if outline else ():
        if step.key in rehearsal.steps.get(pk, {}):
            old, new = rehearsal.steps[pk][step.key]
            rows.append([step.title, Who(new.assignee).label, _date(old), _date(new)])
    if not rows:
        return []
    return [table_of(_("Steps that change"), [_("Step"), _("Who does it"), _("Now"), _("Then")], rows)]


def _date(row: Progress | None) -> str:
    """The date of a step, or the word for why it has none."""
    if row is None or not row.in_plan:
        return _("not in the plan")
    if row.completed_at:
        return _("done")
    if row.waived_at:
        return _("waived")
    date = full_date(row.due_on) if row.due_on else _("no date")
    return _("%(date)s, set by hand") % {"date": date} if row.due_by_hand else date
