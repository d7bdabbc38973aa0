"""Who comes back to a path they were on before: the next time, with what still counts. HR chooses what that is."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Enrolment, PathPage
from .enrolling import enrol
from .leaving import end_enrolment


@transaction.atomic
def enrol_again(
    *, user: User, path: PathPage, start_date: date, counts: Iterable[UUID], actor: User | None = None, **choices
) -> Enrolment:
    """Put somebody who was on a path before on it for the next time; ``counts`` are the steps that needn't be done again.

    One that they finished ends, one that runs stays as it is and is returned. ``choices`` are those of ``enrol``, which
    also says what is raised.
    """
    running = Enrolment.objects.of(user).not_ended().filter(path_key=path.translation_key).first()
    if running is not None:
        if running.completed_at is None:
            return running
        end_enrolment(
            enrolment=running, on=user.end_date or timezone.localdate(), reason=Enrolment.Reason.LEFT, actor=actor
        )
    return enrol(user=user, path=path, start_date=start_date, counts=list(counts), actor=actor, **choices)
