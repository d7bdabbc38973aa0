"""Steps that don't fit who somebody is by now, for everybody at once; of one person see ``services.fitting``."""

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from people.models import User

from .models import Enrolment, StepProgress
from .outline import Outline, Step
from .plan.audience import member_among, team_parents
from .proposals import ProposalKind, register
from .querysets import PROGRESS_FIELDS, Progress
from .reading_outlines import path_outline, whole_path
from .services.fitting import declined_by_enrolment, misfits, not_declined


def misfits_of_many(enrolments: QuerySet[Enrolment]) -> dict[int, tuple[Enrolment, list[Step], list[Step]]]:
    """``{enrolment id: (enrolment, steps to add, steps to take off)}``, where there are such; as ``propose_steps`` says.

    Six queries for any number, and what a path costs that was changed since it was last read.
    """
    planned = enrolments.under_way().filter(planned_at__isnull=False)
    outlines = _with_steps_for_some(planned)
    if not outlines:
        return {}
    planned = planned.filter(path_key__in=outlines)
    keys = [step.key for outline in outlines.values() for step in outline.steps if not step.audience.is_everybody]
    rows: dict[int, dict] = {}
    found = StepProgress.objects.filter(enrolment__in=planned.values("pk"), step_key__in=keys)
    for pk, key, *values in found.values_list("enrolment_id", "step_key", *PROGRESS_FIELDS):
        rows.setdefault(pk, {})[key] = Progress(*values)
    parents, declined = team_parents(), declined_by_enrolment(planned)
    result = {}
    for enrolment in planned.select_related("user").prefetch_related("user__groups"):
        member = member_among(enrolment.user, enrolment.cohort, parents)
        add, remove = (
            not_declined(steps, declined.get(enrolment.pk, {}), member)
            for steps in misfits(outlines[enrolment.path_key], member, rows.get(enrolment.pk, {}))
        )
        if add or remove:
            result[enrolment.pk] = enrolment, add, remove
    return result


def _with_steps_for_some(enrolments: QuerySet[Enrolment]) -> dict:
    """The paths that these people are on and that have steps for some, by key; one query."""
    keys = enrolments.order_by().values_list("path_key", flat=True).distinct()
    outlines = {key: whole_path(key) for key in keys}
    return {
        key: outline
        for key, outline in outlines.items()
        if outline is not None and any(not step.audience.is_everybody for step in outline.steps)
    }


def proposed_words(enrolments: QuerySet[Enrolment], reader: User) -> dict[int, list[str]]:
    """What is proposed for each of these, in words; see ``misfits_of_many``."""
    found = {}
    for pk, (enrolment, add, remove) in misfits_of_many(enrolments).items():
        outline = path_outline(reader, enrolment.path_key, get_language())
        found[pk] = [
            *(_("Add “%(step)s”") % {"step": _title(step, outline)} for step in add),
            *(_("Take off “%(step)s”") % {"step": _title(step, outline)} for step in remove),
        ]
    return found


def _title(step: Step, outline: Outline | None) -> str:
    shown = outline.step(step.key) if outline else None
    return (shown or step).title


STEPS = register(
    ProposalKind(
        name="steps",
        label=gettext_lazy("Steps for another team, location, role, contract, language or cohort"),
        find=proposed_words,
        look="fit",
        accept="fit-all",
        decline="fit-none",
    )
)
