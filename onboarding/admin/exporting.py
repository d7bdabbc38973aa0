"""HR takes the list along, as it is narrowed down, and that is kept in the record."""

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from base.sheets import FORMATS

from .. import overview
from ..models import Enrolment, OnboardingEvent
from ..reading import add_standings
from ..services import record_event
from .picking import narrowed
from .previewed import VIEW

# As many standings at a time as a page of memory bears.
BATCH = 500


def columns() -> list[str]:
    """The names of the columns."""
    return [
        _("Colleague"),
        _("Staff number"),
        _("E-mail"),
        _("Team"),
        _("Path"),
        _("Cohort"),
        _("Start date"),
        _("Day 1"),
        _("State"),
        _("Phase"),
        _("Steps done"),
        _("Steps"),
        _("Percent"),
        _("Late"),
        _("Last activity"),
        _("Finished on"),
        _("Ended on"),
        _("Why it ended"),
        _("Supporters"),
    ]


def sheet_rows(reader, ids: list[int], language: str) -> Iterator[list]:
    """A row of values for each enrolment, in this order; a fixed number of queries for each ``BATCH``."""
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = {row.pk: row for row in overview.for_overview(Enrolment.objects.filter(pk__in=batch))}
        add_standings(reader, list(found.values()), language)
        yield from (_row(found[pk]) for pk in batch if pk in found)


def _row(enrolment: Enrolment) -> list:
    standing, user = enrolment.standing, enrolment.user
    phase = overview.phase_of(standing)
    people = [f"{row['role']}: {row['colleague'].get_full_name()}" for row in overview.supporters_of(enrolment)]
    return [
        user.get_full_name(),
        user.staff_number,
        user.email,
        user.team.name if user.team else None,
        enrolment.path_title,
        enrolment.cohort,
        enrolment.start_date,
        enrolment.day_one,
        overview.State(overview.state_of(standing)).label,
        phase.title if phase else None,
        standing.done,
        standing.total,
        standing.percent,
        overview.late_steps(standing),
        overview.last_activity(standing),
        enrolment.completed_at,
        enrolment.ended_on,
        enrolment.get_end_reason_display(),
        ", ".join(people),
    ]


@require_POST
def export(request) -> HttpResponse:
    """The list as CSV or XLSX. Raises PermissionDenied for others than HR; 404 for a format there isn't."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    kind = request.POST.get("format", "")
    if kind not in FORMATS:
        raise Http404(kind)
    enrolments = overview.with_latest(narrowed(request, request.POST.get("narrowed_by", "")))
    keys = list(enrolments.values_list("pk", "path_key"))
    make, content_type = FORMATS[kind]
    with transaction.atomic():
        content = make(columns(), sheet_rows(request.user, [pk for pk, _key in keys], get_language()))
        for path_key, people in sorted(Counter(key for _pk, key in keys).items(), key=str):
            record_event(
                kind=OnboardingEvent.Kind.EXPORTED, path_key=path_key, actor=request.user, people=people, format=kind
            )
    response = HttpResponse(content, content_type=content_type)
    name = f"onboarding-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
