"""What is asked about enrolments and what people did."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import DateField, Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from people.clock import today_in

from .roles import Who
from .visibility import STEERING, Data, condition, in_parts, walking_along, walks_today

OWN_FIELDS = (
    "id",
    "user_id",
    "manager_id",
    "path_key",
    "start_date",
    "day_one",
    "cohort",
    "cycle",
    "planned_at",
    "completed_at",
    "ended_on",
    "end_reason",
)


class Progress(NamedTuple):
    """One row of ``StepProgress`` without its object; see the model."""

    opened_at: datetime | None = None
    completed_at: datetime | None = None
    in_plan: bool = True
    is_required: bool = True
    assignee: str = "newcomer"
    due_on: date | None = None
    due_by_hand: bool = False
    submitted_at: datetime | None = None
    waived_at: datetime | None = None
    waiver_reason: str = ""
    attempt: int = 1
    edition: int = 0
    # In which it was done last; stays when it is opened again.
    language: str = ""
    asked_from: datetime | None = None
    reminded: int = 0


PROGRESS_FIELDS = Progress._fields


def is_asked_after(row, finished_at: datetime) -> bool:
    """Whether a path that was finished then still asks for this open step; a row of ``StepProgress`` or a ``Progress``.

    It does for what supporters have to do, and for what the person was asked for once more since: a text that changed.
    """
    is_of_supporter = row.assignee != Who.NEWCOMER and row.is_required
    return is_of_supporter or (row.asked_from is not None and row.asked_from > finished_at)


def may_be_left_at_the_end() -> Q:
    """The open steps that a finished path may still ask for, see ``is_asked_after``, by what their own row says.

    The condition of an index, and of who uses it: word for word, or the database doesn't see that it fits.
    """
    is_asked = (~Q(assignee=Who.NEWCOMER.value) & Q(is_required=True)) | Q(asked_from__isnull=False)
    return is_asked & Q(in_plan=True, completed_at__isnull=True, waived_at__isnull=True)


class EnrolmentQuerySet(models.QuerySet):
    """Reads over enrolments."""

    def of(self, user):
        """This person's own."""
        return self.filter(user=user)

    def seen_by(self, viewer, data: str):
        """Those of which ``viewer`` may see this kind of data; see ``onboarding.visibility``."""
        return self.filter(condition(viewer, data))

    def steered_by(self, viewer):
        """Those in which ``viewer`` may waive steps and open them again: their manager and HR."""
        return self.filter(in_parts(viewer, STEERING)).exclude(user=viewer)

    def supported_by(self, viewer):
        """Running ones on which ``viewer`` walks along themselves; what HR may see of everybody is not that."""
        return self.filter(walking_along(viewer))

    def not_ended(self):
        """Running and finished ones; those stopped before the end are left out."""
        return self.filter(ended_on__isnull=True)

    def under_way(self):
        """Neither ended nor finished."""
        return self.filter(ended_on__isnull=True, completed_at__isnull=True)

    def on_own_day(self, today: date | None = None):
        """Each with ``own_day``: the day it is for the person, or ``today`` for all of them."""
        return self.alias(own_day=Value(today, DateField()) if today else today_in("user__time_zone"))

    def with_pause(self, today: date | None = None):
        """Each with ``paused_since``: from when it is paused on the person's own day (or ``today``), or None."""
        begun = self.model.pauses.rel.related_model.objects.filter(
            enrolment=OuterRef("pk"), starts_on__lte=OuterRef("own_day")
        )
        running = begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("own_day")))
        return self.on_own_day(today).annotate(paused_since=Subquery(running.values("starts_on")[:1]))

    def with_progress(self, today: date | None = None) -> list:
        """Evaluated, each with ``paused_since`` and ``progress_by_step``: ``{step_key: Progress}``; first started first.

        One query, and no object per row of progress: this is asked on every page a newcomer opens.
        """
        found: dict[int, models.Model] = {}
        rows = (
            self.with_pause(today)
            .order_by("start_date", "pk")
            .values_list(
                *OWN_FIELDS, "paused_since", "progress__step_key", *(f"progress__{n}" for n in PROGRESS_FIELDS)
            )
        )
        width = len(OWN_FIELDS)
        for row in rows:
            own, (paused_since, step_key, *values) = row[:width], row[width:]
            enrolment = found.get(own[0])
            if enrolment is None:
                enrolment = found[own[0]] = self.model(**dict(zip(OWN_FIELDS, own, strict=True)))
                enrolment.paused_since = paused_since
                enrolment.progress_by_step = {}
            if step_key is not None:
                enrolment.progress_by_step[step_key] = Progress(*values)
        return list(found.values())


class SupporterQuerySet(models.QuerySet):
    """Reads over who walks along."""

    def current(self):
        """Those whose dates hold today."""
        return self.filter(walks_today())

    def not_over(self):
        """Those whose dates hold today or will."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))

    def holders(self):
        """Those who have the role themselves."""
        return self.filter(stands_in_for=None)

    def stand_ins(self):
        """Those who do what somebody on leave does."""
        return self.filter(stands_in_for__isnull=False)

    def lead_first(self):
        """The lead of each role, then who was named first."""
        return self.order_by("-is_lead", "pk")


class HandOverNoteQuerySet(models.QuerySet):
    """Reads over what was written at a hand-over."""

    def seen_by(self, viewer):
        """Those that this colleague may read: by ``visibility.TABLE``, and what they wrote or got while they walk along."""
        enrolments = self.model._meta.get_field("enrolment").related_model.objects
        by_table = Q(enrolment__in=enrolments.seen_by(viewer, Data.HAND_OVER).values("pk"))
        own = Q(colleague=viewer) | Q(written_by=viewer)
        return self.filter(by_table | (own & Q(enrolment__in=enrolments.supported_by(viewer).values("pk"))))

    def with_names(self):
        """With who wrote it and for whom."""
        return self.select_related("written_by", "colleague")


class StepProgressQuerySet(models.QuerySet):
    """Reads over progress."""

    def done(self):
        """Completed steps."""
        return self.filter(completed_at__isnull=False)

    def touched(self):
        """Opened, handed in, done, waived or begun again: every row that is more than a plan."""
        return self.filter(
            Q(opened_at__isnull=False)
            | Q(submitted_at__isnull=False)
            | Q(completed_at__isnull=False)
            | Q(waived_at__isnull=False)
            | Q(attempt__gt=1)
        )

    def open(self):
        """Planned, and neither done nor waived, on an enrolment that runs; see ``is_asked_after`` for a finished one."""
        is_asked = (
            Q(enrolment__completed_at__isnull=True)
            | (~Q(assignee=Who.NEWCOMER) & Q(is_required=True))
            | Q(asked_from__gt=F("enrolment__completed_at"))
        )
        return self.filter(
            is_asked,
            in_plan=True,
            completed_at__isnull=True,
            waived_at__isnull=True,
            enrolment__ended_on__isnull=True,
        )

    def left_at_the_end(self):
        """Those of ``open`` that are on enrolments that are finished: few, and found by an index of their own."""
        return self.filter(may_be_left_at_the_end(), enrolment__completed_at__isnull=False)

    def to_sign_off(self):
        """Done or handed in, and waiting for whoever signs it off, on an enrolment that wasn't ended."""
        return self.filter(
            in_plan=True,
            submitted_at__isnull=False,
            completed_at__isnull=True,
            waived_at__isnull=True,
            enrolment__ended_on__isnull=True,
        )

    def as_progress(self) -> dict:
        """``{step_key: Progress}``; of one enrolment."""
        return {key: Progress(*values) for key, *values in self.values_list("step_key", *PROGRESS_FIELDS)}


class OnboardingEventQuerySet(models.QuerySet):
    """Reads over what happened."""

    def of_path(self, path_key):
        """Of one path: its own events and those of everybody on it."""
        return self.filter(Q(path_key=path_key) | Q(enrolment__path_key=path_key))

    def for_record(self):
        """What HR reads, with whom it is about, the latest first.

        How often somebody tried a quiz is for themselves alone (``visibility.TABLE``): that it was passed is an event too.
        """
        events = self.exclude(kind=self.model.Kind.SUBMITTED, data__has_key="is_passed")
        return events.select_related("actor", "enrolment__user").order_by("-at", "-pk")


class PreboardingInvitationQuerySet(models.QuerySet):
    """Reads over invitations."""

    def of_preboarders(self):
        """Of who still has no work account and wasn't closed: an invitation of anybody else opens nothing."""
        return self.filter(user__is_active=True, user__is_preboarder=True)

    def usable(self, now: datetime):
        """The links that still open something."""
        unused = self.filter(token_hash__isnull=False, used_at=None, revoked_at=None, expires_at__gt=now)
        return unused.of_preboarders()


class PageBeforeStartQuerySet(models.QuerySet):
    """Reads over the pages that are open before the start."""

    def has(self, key: UUID) -> bool:
        """Whether the page with this ``translation_key`` is open."""
        return self.filter(page_key=key).exists()

    def around(self, name: str) -> Exists:
        """For other queries: whether the page whose key is in the field ``name`` is open."""
        return Exists(self.filter(page_key=OuterRef(name)))
