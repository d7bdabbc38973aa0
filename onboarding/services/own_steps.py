"""Putting pages on one's own path, and saying that they were read. Every function states what it sets."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from base.access import visible_pages
from competencies.own_paths import Wanted

from ..models import Enrolment, OwnStep
from ..own_steps import read_on_path
from .doing import EnrolmentEnded


@transaction.atomic
def add_own_steps(*, enrolment: Enrolment, wanted: Iterable[Wanted]) -> int:
    """Put these pages on the path; returns how many are new.

    What stands there already is passed over, also as something that a step lets them read, and so is what isn't there for
    the person. Raises ``EnrolmentEnded``.
    """
    enrolment = _lock_running(enrolment)
    wanted = list(wanted)
    there = OwnStep.objects.filter(enrolment=enrolment).places() | read_on_path(enrolment)
    pages = visible_pages(enrolment.user).filter(translation_key__in={one.page_key for one in wanted})
    visible = set(pages.values_list("translation_key", flat=True))
    new = []
    for one in wanted:
        place = one.page_key, one.anchor
        if place not in there and one.page_key in visible:
            there.add(place)
            new.append(
                OwnStep(
                    enrolment=enrolment,
                    page_key=one.page_key,
                    anchor=one.anchor,
                    competency_key=one.competency_key,
                )
            )
    OwnStep.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def set_own_step(*, own_step: OwnStep, is_done: bool) -> None:
    """It was read, or wasn't; read before, it keeps its moment. Removed meanwhile, nothing changes. Raises ``EnrolmentEnded``."""
    _lock_running(own_step.enrolment)
    rows = OwnStep.objects.filter(pk=own_step.pk)
    if is_done:
        rows.filter(done_at=None).update(done_at=timezone.now())
    else:
        rows.update(done_at=None)


@transaction.atomic
def remove_own_step(*, own_step: OwnStep) -> None:
    """It is off the path; removed before, nothing changes. Raises ``EnrolmentEnded``."""
    _lock_running(own_step.enrolment)
    OwnStep.objects.filter(pk=own_step.pk).delete()


def _lock_running(enrolment: Enrolment) -> Enrolment:
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if locked.ended_on is not None:
        raise EnrolmentEnded(locked)
    return locked
