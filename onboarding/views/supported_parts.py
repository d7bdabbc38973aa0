"""What the page of a supporter shows of a kind of step: a checklist to tick, a meeting, a form, what waits to be signed off."""

from django.http import HttpRequest

from ..checklists import items_on, ticked_items
from ..forms.handing_in import HandInForm
from ..models import StepAnswer, StepPage, StepProgress
from ..newcomers import Newcomer
from ..outline import Step
from ..roles import in_sentence
from ..services.handing_in import record_look
from ..standing import StepState
from ..supporting import acts_as
from ..visibility import Data
from ..walking_along import may_sign_off
from .doing import again_part
from .meetings import meeting_context

Kind = StepPage.Kind


def own_part(newcomer: Newcomer, page: StepPage | None, step: Step, form: HandInForm | None = None) -> dict:
    """What a supporter fills in to do a step of theirs: ``{"items": [{"item", "ticked"}]}``, ``{"form": HandInForm}``,
    or ``{"again": {...}}`` (see ``doing.again_part``) for a text that changed since it was confirmed.

    Empty for a step that is done by saying so. One query; for a text to confirm once more up to eight.
    """
    if page is None:
        return {}
    if step.kind == Kind.DO and (items := items_on(page)):
        ticked = ticked_items(newcomer.enrolment, step.key)
        return {"items": [{"item": item, "ticked": item.id in ticked} for item in items]}
    if step.kind == Kind.CONFIRM:
        progress = StepProgress.objects.filter(enrolment=newcomer.enrolment, step_key=step.key).first()
        again = again_part(progress, step) if progress else {}
        return {"again": {**again, "is_of_other": True}} if again else {}
    if step.kind == Kind.SUBMIT:
        answers = answers_of(newcomer, step)
        initial = {str(answer.field): answer.value for answer in answers if not answer.file}
        kept = {str(answer.field): answer.file_name for answer in answers if answer.file}
        return {"form": form or HandInForm(page=page, kept=kept, initial=initial)}
    return {}


def meeting_part(request: HttpRequest, newcomer: Newcomer, step: Step) -> dict | None:
    """The meeting of this step, for who may see and change it; None for another kind of step."""
    if step.kind != Kind.MEET or not newcomer.sees(Data.MEETINGS):
        return None
    may_change = not newcomer.standing.is_ended and not newcomer.standing.is_done(step)
    return meeting_context(request.user, newcomer.enrolment, step, may_change=may_change)


def answers_of(newcomer: Newcomer, step: Step) -> list[StepAnswer]:
    """What counts now of what was handed in for this step; one query."""
    rows = StepAnswer.objects.filter(
        progress__enrolment=newcomer.enrolment, progress__step_key=step.key, replaced_at=None
    )
    return list(rows.order_by("given_at", "pk"))


def handed_in_part(request: HttpRequest, newcomer: Newcomer, step: Step) -> dict | None:
    """``{"answers"}`` of what was handed in; None for who may not read it.

    That somebody else looked at it is kept, as ``services.handing_in`` does everywhere.
    """
    if step.kind != Kind.SUBMIT or not (newcomer.sees(Data.ANSWERS) or signs_off(request.user, newcomer, step)):
        return None
    answers = answers_of(newcomer, step)
    if answers and request.method == "GET" and "Sec-Purpose" not in request.headers:
        record_look(answers_of=newcomer.enrolment, step_key=step.key, viewer=request.user)
    return {"answers": answers}


def sign_off_part(request: HttpRequest, newcomer: Newcomer, step: Step) -> dict | None:
    """``{"seen", "on_behalf_of"}`` of a step that waits for the reader to sign it off; None where it doesn't.

    ``on_behalf_of`` is the role that it waits for, for HR; empty for who has it.
    """
    waiting = newcomer.standing.row(step).submitted_at
    if newcomer.row(step).state != StepState.SUBMITTED or not signs_off(request.user, newcomer, step):
        return None
    is_theirs = acts_as(request.user, newcomer.enrolment, step.signed_off_by)
    return {"seen": waiting.isoformat(), "on_behalf_of": "" if is_theirs else in_sentence(step.signed_off_by)}


def signs_off(viewer, newcomer: Newcomer, step: Step) -> bool:
    """Whether ``viewer`` signs off this step: who it waits for, or HR on their behalf; on a path that runs."""
    return not newcomer.standing.is_ended and may_sign_off(viewer, newcomer.enrolment, step.signed_off_by)
