"""Assessing oneself as a step of a path: which assessments there are for it, and whether its profile is there.

Scores are the person's own: nothing here reads them, and whoever walks along only sees that the step is done.
"""

from uuid import UUID

from competencies.models import Assessment, CompetencyProfilePage
from competencies.services.versions import ProfileGone, content_now

from .models import Enrolment, StepProgress


def usable_assessments(enrolment: Enrolment, profile_key: UUID):
    """Those by this profile that may complete a step of this plan, the latest first.

    That is: finished since the person was put on the path, and counted for no other step of it.
    """
    since = Enrolment.objects.filter(pk=enrolment.pk).values("created_at")
    counted = StepProgress.objects.filter(enrolment=enrolment, assessment_key__isnull=False).values("assessment_key")
    found = Assessment.objects.of(enrolment.user).finished().filter(profile_key=profile_key)
    return found.filter(finished_at__gte=since).exclude(key__in=counted)


def assessment_of_step(enrolment: Enrolment, step_key: UUID) -> Assessment | None:
    """The one that completed this step; None where the person threw it away, or nothing did. One query."""
    row = StepProgress.objects.filter(enrolment=enrolment, step_key=step_key, assessment_key__isnull=False)
    return Assessment.objects.of(enrolment.user).filter(key__in=row.values("assessment_key")).first()


def can_be_assessed(user, profile_key: UUID | None) -> bool:
    """Whether the profile is there for this person and asks anything; a fixed number of queries."""
    if profile_key is None:
        return False
    try:
        content_now(user, profile_key)
    except ProfileGone:
        return False
    return True


def is_sound(profile_key: UUID | None, reader) -> bool:
    """Whether every colleague can assess themselves by it, as far as ``reader`` may see."""
    everybodys = CompetencyProfilePage.objects.open_inside().filter(translation_key=profile_key)
    return everybodys.exists() and can_be_assessed(reader, profile_key)
