"""Events: what happened, by whom, when."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent


def record_event(
    *,
    kind: str,
    enrolment: Enrolment | None = None,
    path_key: UUID | None = None,
    step_key: UUID | None = None,
    actor: User | None = None,
    old=None,
    new=None,
    revision_id: int | None = None,
    at: datetime | None = None,
    **data,
) -> OnboardingEvent:
    """Write one event in the transaction of what it is about. ``old``, ``new`` and ``data`` are plain JSON values.

    An actor who isn't there (the clock, a stranger's link) is None.
    """
    if old is not None or new is not None:
        data = {**data, "old": old, "new": new}
    return OnboardingEvent.objects.create(
        enrolment=enrolment,
        path_key=path_key or (enrolment.path_key if enrolment else None),
        step_key=step_key,
        kind=kind,
        actor=actor,
        data=data,
        revision_id=revision_id,
        at=at or timezone.now(),
    )
