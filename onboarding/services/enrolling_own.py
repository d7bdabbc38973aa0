"""A manager puts somebody of their own on a path."""

from datetime import date

from django.db import transaction

from people.models import User

from ..models import Enrolment, PathPage, Supporter
from ..telling.enrolling import tell_hr_enrolled
from .enrolling import enrol


class NotTheirs(Exception):
    """This colleague is none of the manager's own people (any more), or left."""


@transaction.atomic
def enrol_own(
    *, user: User, path: PathPage, start_date: date, buddy: User | None = None, actor: User | None = None
) -> Enrolment:
    """What ``enrol`` does, for ``actor``'s own people (``UserQuerySet.led_by``); HR hears of it, once.

    Who leads the team of somebody without a manager is their manager on this path. Raises ``NotTheirs``, and what
    ``enrol`` raises.
    """
    if not User.objects.led_by(actor).filter(pk=user.pk).exists():
        raise NotTheirs(user)
    has_manager = user.manager_id is not None and user.manager.is_active
    supporters = {} if has_manager else {Supporter.Role.MANAGER: actor}
    enrolment = enrol(user=user, path=path, start_date=start_date, buddy=buddy, supporters=supporters, actor=actor)
    if enrolment.enrolled_by_id == actor.pk:
        tell_hr_enrolled(enrolment=enrolment, manager=actor)
    return enrolment
