"""Check-ins: points for the agenda and notes, written by both sides and read by both.

Who is in a check-in is for the caller to ask (``check_ins.is_in_check_in``). Each point is changed and taken back by who
wrote it; that a point was discussed either of them says.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from base.typed import storable
from notifications.models import Message
from notifications.services import notify
from people.models import User

from ..models import CheckInPoint, Enrolment
from .doing import NotYoursToDo, lock_step

POINT = "onboarding.check_in"


class PointChanged(Exception):
    """The point was changed since the text that was before the writer; ``args[0]`` is the point as it is now."""


class PointGone(Exception):
    """The point was taken back meanwhile."""


@transaction.atomic
def add_point(
    *,
    enrolment: Enrolment,
    step_key: UUID,
    part: str,
    text: str,
    writer: User,
    others: Iterable[User] = (),
    point_id: UUID,
) -> CheckInPoint:
    """Put a point on the agenda or among the notes; the same ``point_id`` with the same text again adds nothing.

    With another text (who didn't see the answer changed it and sent it again) it is a point of its own: nothing that was
    typed is dropped. ``others`` are told, unless they were and didn't look yet. ValueError without words; raises
    ``StepNotOnPath`` and ``EnrolmentEnded``, and ``NotYoursToDo`` for an id that belongs to a point elsewhere.
    """
    text = _words(text)
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    point, created = CheckInPoint.objects.get_or_create(
        pk=point_id, defaults={"progress": row, "part": part, "text": text, "written_by": writer}
    )
    if (point.progress_id, point.written_by_id) != (row.pk, writer.pk):
        raise NotYoursToDo(point_id)
    if not created and (point.text, point.part) != (text, part):
        point = CheckInPoint.objects.create(progress=row, part=part, text=text, written_by=writer)
        created = True
    if created:
        _tell(point, others)
    return point


@transaction.atomic
def change_point(*, point_id: UUID, text: str, version: int, writer: User) -> CheckInPoint:
    """The point says this now. ``version`` is that of the text the writer had before them.

    The same text again changes nothing. ValueError without words; raises ``PointChanged``, ``PointGone``,
    ``NotYoursToDo``, ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    text = _words(text)
    point = _own(point_id, writer)
    if point.text == text:
        return point
    if point.version != version:
        raise PointChanged(point)
    point.text, point.version, point.changed_at = text, point.version + 1, timezone.now()
    point.save(update_fields=["text", "version", "changed_at"])
    return point


@transaction.atomic
def remove_point(*, point_id: UUID, writer: User) -> None:
    """Take a point of one's own back; gone already, nothing changes. Raises as ``change_point``."""
    try:
        _own(point_id, writer).delete()
    except PointGone:
        return


@transaction.atomic
def set_discussed(*, point_id: UUID, discussed: bool) -> CheckInPoint:
    """A point of the agenda was talked about, or wasn't; the first moment stays. Nothing for a point of the notes.

    Raises ``PointGone``, ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    point = _locked(point_id)
    if point.part != CheckInPoint.Part.AGENDA:
        return point
    if discussed != (point.discussed_at is not None):
        point.discussed_at = timezone.now() if discussed else None
        point.save(update_fields=["discussed_at"])
    return point


def _words(text: str) -> str:
    text = storable(text).strip()
    if not text:
        raise ValueError("A point has words.")
    return text


def _locked(point_id: UUID) -> CheckInPoint:
    """The point, its enrolment locked first, as everywhere, so that it hasn't ended by the time the point is written."""
    point = CheckInPoint.objects.select_related("progress__enrolment").filter(pk=point_id).first()
    if point is None:
        raise PointGone(point_id)
    lock_step(enrolment=point.progress.enrolment, step_key=point.progress.step_key)
    point = CheckInPoint.objects.select_for_update().filter(pk=point_id).first()
    if point is None:
        raise PointGone(point_id)
    return point


def _own(point_id: UUID, writer: User) -> CheckInPoint:
    point = _locked(point_id)
    if point.written_by_id != writer.pk:
        raise NotYoursToDo(point_id)
    return point


def _tell(point: CheckInPoint, others: Iterable[User]) -> None:
    """One message for all that is written until they look; the enrolment is locked, so that it stays one."""
    thread = f"check-in-{point.progress_id}"
    for other in others:
        unread = Message.objects.of(other).unseen().filter(kind=POINT, thread=thread).exclude(mail=Message.Mail.LAPSED)
        if other.is_active and not unread.exists():
            payload = {"progress": point.progress_id, "since": point.written_at.isoformat()}
            notify(recipient=other, kind=POINT, key=str(point.pk), payload=payload, thread=thread)
