"""What a step shows that is ticked item by item, or whose text is confirmed."""

from django.http import HttpRequest
from wagtail.models import Revision

from ..checklists import items_on, ticked_items
from ..differences import difference
from ..editions import asked_again, revisions_between
from ..models import StepPage, StepProgress
from ..outline import Step
from ..standing import Standing
from .parts import part_of


@part_of(StepPage.Kind.DO)
def checklist_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict | None:
    """The things to tick; None for a step without any, which has the plain button. One query."""
    items = items_on(page)
    if not items:
        return None
    ticked = ticked_items(standing.enrolment, step.key)
    return {
        "template": "onboarding/steps/_checklist.html",
        "enrolment": standing.enrolment,
        "step": step,
        "page": page,
        "items": [{"item": item, "ticked": item.id in ticked} for item in items],
        "done": sum(item.id in ticked for item in items),
        "may_tick": standing.is_open(step) and not standing.is_locked(step) and not standing.is_ended,
        "has_button": True,
    }


@part_of(StepPage.Kind.CONFIRM)
def confirm_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict:
    """What was confirmed and when, or what is different since; one query, up to eight where it is asked again."""
    progress = StepProgress.objects.filter(enrolment=standing.enrolment, step_key=step.key).first()
    part = {"template": "onboarding/steps/_confirm.html", "step": step, "has_button": True, "asks": True}
    part["is_closed"] = step.reads_is_missing
    if progress is None:
        return part
    if progress.completed_at:
        revision_id = progress.read_revision_id if step.reads_key else progress.revision_id
        made = Revision.objects.filter(pk=revision_id).values_list("created_at", flat=True).first()
        return {**part, "confirmed": progress, "version_of": made}
    return {**part, **again_part(progress, step)}


def again_part(progress: StepProgress, step: Step) -> dict:
    """What is different since it was confirmed, where a large change asks again; empty where nothing does. Eight queries at most."""
    again = asked_again(progress)
    if again is None:
        return {}
    attempt, edition = again
    before, after = revisions_between(attempt, step)
    changes = difference(before, after) if before and after else []
    return {"again": attempt, "edition": edition, "changes": changes}
