"""What becomes of stand-ins when the role of whom they stand in for changes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ..models import Enrolment, Supporter


@transaction.atomic
def fit_stand_ins(*, enrolment: Enrolment, role: str, holders: Iterable[int]) -> list[int]:
    """Nobody stands in for who hasn't the role any more, or longer than they have it; returns the ids of who no longer does.

    ``holders`` are who has the role. For what changes a role: the caller has locked the enrolment and hands on what is open.
    """
    today = timezone.localdate()
    rows = Supporter.objects.stand_ins().not_over().filter(enrolment=enrolment, role=role)
    own = {row.colleague_id: row for row in Supporter.objects.holders().filter(enrolment=enrolment, role=role)}
    gone = []
    for row in rows:
        holder = own.get(row.stands_in_for_id)
        first = max(row.starts_on, (holder.starts_on if holder else None) or row.starts_on)
        last = min(row.ends_on, (holder.ends_on if holder else None) or row.ends_on)
        if row.stands_in_for_id not in set(holders) or last < first:
            gone.append(row.colleague_id)
            row.delete()
        elif (first, last) != (row.starts_on, row.ends_on):
            row.starts_on, row.ends_on = first, last
            row.save(update_fields=["starts_on", "ends_on"])
            gone += [row.colleague_id] if not row.walks_on(today) else []
    return gone
