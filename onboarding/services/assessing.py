"""Steps that are done by assessing oneself: completed as an assessment is finished, or by one that was finished before."""

import logging
from uuid import UUID

from django.conf import settings
from django.db import transaction

from competencies.models import Assessment
from competencies.services.assessing import when_finished
from notifications.services import notify
from people.models import User

from ..assessing import can_be_assessed, usable_assessments
from ..models import Enrolment, StepPage, StepProgress
from ..outline import Step
from ..reading_outlines import path_outline
from ..roles import Who
from ..standing import Standing
from .doing import NotYoursToDo, complete_step
from .ready import lock_ready_step

ASSESS = StepPage.Kind.ASSESS
logger = logging.getLogger(__name__)


class NothingToCount(LookupError):
    """There is no such assessment that may complete this step."""


@when_finished
def complete_asked_steps(assessment: Assessment) -> None:
    """On each path the person is on, the first step that is open and asks for this assessment is done.

    Later ones ask for a new one. What is locked, waived or ended stays as it is, and so does a path on which this
    assessment counted before (opened once more and finished again). Never raises: the assessment is finished whatever
    becomes of the steps, and each step offers to count it (``use_assessment``).
    """
    running = Enrolment.objects.of(assessment.user).not_ended().order_by("start_date", "pk")
    for enrolment in running:
        try:
            with transaction.atomic():
                _complete_first(enrolment, assessment)
        except Exception:
            # Raised, it would undo the finishing, and again at every next attempt.
            logger.exception("Assessment %s completed no step of enrolment %s.", assessment.pk, enrolment.pk)


@transaction.atomic
def use_assessment(*, enrolment: Enrolment, step_key: UUID, assessment_key: UUID) -> Standing:
    """The step is done by an assessment that the person finished since they were put on the path.

    Done before, nothing changes. Raises ``NothingToCount``, and what ``complete_step`` raises.
    """
    enrolment, _page, step, row = lock_ready_step(enrolment=enrolment, step_key=step_key, kind=ASSESS)
    if row.completed_at is None:
        assessment = usable_assessments(enrolment, step.profile_key).filter(key=assessment_key).first()
        if assessment is None:
            raise NothingToCount(assessment_key)
        return _complete(enrolment, step, assessment)
    return complete_step(enrolment=enrolment, step_key=step_key)


@transaction.atomic
def complete_without_profile(*, enrolment: Enrolment, step_key: UUID) -> Standing:
    """The step is done although its profile is gone, or closed to the person. The editors hear of it.

    Raises ``NotYoursToDo`` where they can assess themselves, and what ``complete_step`` raises.
    """
    enrolment, page, step, _row = lock_ready_step(enrolment=enrolment, step_key=step_key, kind=ASSESS)
    if can_be_assessed(enrolment.user, step.profile_key):
        raise NotYoursToDo(step_key)
    _tell_editors(page)
    return complete_step(enrolment=enrolment, step_key=step_key)


def _complete_first(enrolment: Enrolment, assessment: Assessment) -> None:
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if enrolment.ended_on is not None or enrolment.progress.filter(assessment_key=assessment.key).exists():
        return
    outline = path_outline(enrolment.user, enrolment.path_key, settings.LANGUAGE_CODE)
    standing = Standing(enrolment, outline, enrolment.progress.as_progress())
    for step in standing.planned:
        if (
            step.kind == ASSESS
            and step.profile_key == assessment.profile_key
            and standing.row(step).assignee == Who.NEWCOMER
            and standing.is_open(step)
            and not standing.is_locked(step)
        ):
            _complete(enrolment, step, assessment)
            return


def _complete(enrolment: Enrolment, step: Step, assessment: Assessment) -> Standing:
    standing = complete_step(enrolment=enrolment, step_key=step.key)
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=step.key)
    rows.update(assessment_key=assessment.key)
    return standing


def _tell_editors(page: StepPage) -> None:
    """Once for each published version."""
    for editor in User.objects.active().filter(groups__name="Editors"):
        notify(
            recipient=editor,
            kind="onboarding.profile_fault",
            key=f"{page.translation_key}:{page.live_revision_id}",
            payload={"step": str(page.translation_key)},
        )
