"""Whose step a message is about, and where its receiver reads it."""

from django.urls import reverse

from ..models import Enrolment, StepProgress
from ..outline import Step
from ..roles import Who
from ..supporting import acts_as


def does_step(recipient, row: StepProgress) -> bool:
    """Whether it is this colleague's to do; the enrolment comes from ``supporting.fetched``. No query but permissions."""
    if row.assignee == Who.NEWCOMER:
        return recipient.pk == row.enrolment.user_id
    return acts_as(recipient, row.enrolment, row.assignee)


def step_url(recipient, enrolment: Enrolment, step: Step) -> str:
    """The step's own page for the newcomer; for others the page about it."""
    if recipient.pk == enrolment.user_id:
        return step.url
    return reverse("onboarding:supported_step", args=[enrolment.pk, step.key])


def newcomer_name(recipient, enrolment: Enrolment) -> str:
    """The name of whose path it is, for others; empty for themselves."""
    return "" if recipient.pk == enrolment.user_id else enrolment.user.get_full_name()
