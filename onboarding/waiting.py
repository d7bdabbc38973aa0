"""What waits for one supporter, over all newcomers: one list, in a fixed number of queries.

Steps, things handed in and questions come from three tables. Of the steps only those are fetched that somebody else than
the newcomer does, with the steps they wait for: how many steps a path has is of no account.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from base.access import audience_key
from people.models import User

from .meetings import when_in_words
from .models import Enrolment, HelpRequest, Meeting, StepProgress
from .outline import Outline, Step
from .querysets import PROGRESS_FIELDS, Progress
from .reading_outlines import path_outline
from .reminders import Stage
from .roles import Who, in_sentence
from .standing import Standing
from .supporting import acts_as, fetched, left_to_hr, people_of
from .visibility import HR_PERMISSION, stood_in_for, walking_along

# More people than anybody walks along with; all of HR sees those who started first.
MOST = 500
MEETING_DAYS = 14
COUNT_SECONDS = 5 * 60


@dataclass(frozen=True)
class WaitingStep:
    """A step that waits for a supporter: to be done, or done or handed in and to be signed off.

    ``role`` is whose step it is; ``stands_in`` where the supporter does it because nobody else has that role.
    """

    standing: Standing
    step: Step
    role: str
    stands_in: bool
    due_on: date | None
    is_overdue: bool
    waits_for: tuple[Step, ...] = ()
    handed_in_at: datetime | None = None

    @property
    def enrolment(self) -> Enrolment:
        """Whose path it is on."""
        return self.standing.enrolment

    @property
    def url(self) -> str:
        """Where it is read and done."""
        return reverse("onboarding:supported_step", args=[self.enrolment.pk, self.step.key])

    @property
    def role_word(self) -> str:
        """The role as it stands in a sentence, in the language that is active."""
        return in_sentence(self.role)


@dataclass
class Waiting:
    """All that waits for one supporter, by when it is their turn."""

    overdue: list[WaitingStep] = field(default_factory=list)
    this_week: list[WaitingStep] = field(default_factory=list)
    later: list[WaitingStep] = field(default_factory=list)
    handed_in: list[WaitingStep] = field(default_factory=list)
    questions: list[HelpRequest] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @cached_property
    def count(self) -> int:
        """What can be done now; what comes later and what was agreed doesn't ask for anything yet."""
        return len(self.overdue) + len(self.this_week) + len(self.handed_in) + len(self.questions)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show at all."""
        return not (self.count or self.later or self.meetings)

    def of(self, enrolment_id: int) -> "Waiting":
        """The part of it that is about one newcomer."""
        steps = ("overdue", "this_week", "later", "handed_in")
        return Waiting(
            **{name: [row for row in getattr(self, name) if row.enrolment.pk == enrolment_id] for name in steps},
            questions=[row for row in self.questions if row.enrolment_id == enrolment_id],
            meetings=[row for row in self.meetings if row.progress.enrolment_id == enrolment_id],
        )


def waiting_for(user: User, language: str, *, enrolment: Enrolment | None = None, today: date | None = None) -> Waiting:
    """All that waits for ``user``, or only what does on one ``enrolment``; titles in ``language``.

    What is late or this week's is so by the newcomer's own day, unless ``today`` is given.

    Twelve queries at most, whatever there is, and those of ``path_outline`` for paths that were changed since.
    """
    waiting = Waiting()
    asked = _enrolments(user, enrolment)
    for row in _steps(user, asked, language, today):
        if row.handed_in_at is not None:
            waiting.handed_in.append(row)
        elif row.is_overdue:
            waiting.overdue.append(row)
        elif (
            row.waits_for
            or row.standing.is_paused
            or row.due_on is None
            or row.due_on > end_of_week(today or row.standing.today)
        ):
            waiting.later.append(row)
        else:
            waiting.this_week.append(row)
    for rows in (waiting.overdue, waiting.this_week, waiting.later):
        rows.sort(key=lambda row: (row.due_on or date.max, row.enrolment.pk, row.step.number))
    waiting.handed_in.sort(key=lambda row: (row.handed_in_at, row.enrolment.pk))
    waiting.questions = _questions(user, enrolment, language)
    waiting.meetings = _meetings(user, enrolment, language)
    return waiting


def end_of_week(today: date) -> date:
    """The Sunday of this week; from Friday on that of the next, so that Monday's work is seen before the weekend."""
    return today + timedelta(days=(6 if today.weekday() < 4 else 13) - today.weekday())


def _enrolments(user: User, enrolment: Enrolment | None) -> list[Enrolment]:
    """Those on which something may wait for ``user``; four queries, and two for permissions."""
    condition = walking_along(user)
    if user.has_perm(HR_PERMISSION):
        condition |= left_to_hr()
    found = Enrolment.objects.not_ended().filter(condition).exclude(user=user)
    if enrolment is not None:
        found = found.filter(pk=enrolment.pk)
    return list(fetched(found.with_pause()).order_by("start_date", "pk")[:MOST])


def _steps(user: User, enrolments: list[Enrolment], language: str, today: date | None) -> Iterator[WaitingStep]:
    by_id = {enrolment.pk: enrolment for enrolment in enrolments}
    rows = StepProgress.objects.filter(enrolment__in=by_id)
    to_do = Q(in_plan=True, completed_at=None, waived_at=None) & (
        ~Q(assignee=Who.NEWCOMER) | Q(submitted_at__isnull=False)
    )
    # Without a plan everything on the path counts, so all that was done has to be known.
    found = _by_enrolment(rows.filter(to_do | Q(enrolment__planned_at=None)))
    outlines = outlines_for(enrolments, language)
    needed = {
        key
        for pk, outline in outlines.items()
        for step in (outline.steps if outline else ())
        if step.prerequisites and (step.key in found[pk] or by_id[pk].planned_at is None)
        for key in step.prerequisites
    }
    if needed:
        for pk, more in _by_enrolment(rows.filter(step_key__in=needed)).items():
            found[pk] = {**more, **found[pk]}
    for pk, outline in outlines.items():
        if outline is not None:
            yield from _steps_of(user, Standing(by_id[pk], outline, found[pk]), today)


def _by_enrolment(rows) -> defaultdict[int, dict[UUID, Progress]]:
    found: defaultdict[int, dict[UUID, Progress]] = defaultdict(dict)
    for enrolment_id, key, *values in rows.values_list("enrolment_id", "step_key", *PROGRESS_FIELDS):
        found[enrolment_id][key] = Progress(*values)
    return found


def outlines_for(enrolments: list[Enrolment], language: str) -> dict[int, Outline | None]:
    """``{enrolment id: the path as its person may see it}``, each path looked up once per audience."""
    found: dict[tuple, Outline | None] = {}
    outlines = {}
    for enrolment in enrolments:
        key = enrolment.path_key, audience_key(enrolment.user)
        if key not in found:
            found[key] = path_outline(enrolment.user, enrolment.path_key, language)
        outlines[enrolment.pk] = found[key]
    return outlines


def _steps_of(user: User, standing: Standing, today: date | None) -> Iterator[WaitingStep]:
    enrolment = standing.enrolment
    people = people_of(enrolment)
    own = {role for role, colleagues in people.items() if user in colleagues}
    acts = {role: role in own or acts_as(user, enrolment, role) for role in people}
    for step in standing.whole.steps:
        row = standing.row(step)
        if not row.in_plan or row.completed_at or row.waived_at:
            continue
        role = step.signed_off_by if row.submitted_at else row.assignee
        # After the reminders HR does it on behalf of whoever it waits for.
        is_left = row.submitted_at is not None and row.reminded >= Stage.ESCALATED and bool(role) and acts[Who.HR]
        if not acts.get(role) and not is_left:
            continue
        if not row.submitted_at and enrolment.completed_at and not row.is_required:
            continue
        yield WaitingStep(
            standing=standing,
            step=step,
            role=role,
            stands_in=role not in own,
            due_on=standing.due_on(step),
            is_overdue=standing.is_overdue(step, today),
            waits_for=() if row.submitted_at else standing.waits_for(step),
            handed_in_at=row.submitted_at,
        )


def _questions(user: User, enrolment: Enrolment | None, language: str) -> list[HelpRequest]:
    """Questions without an answer that were sent to ``user``, each with its ``url`` and the ``step`` it is about; two queries."""
    mine = Q(recipient=user) | Q(passed_on_to=user) | stood_in_for(user)
    if user.has_perm(HR_PERMISSION):
        mine |= ~Q(recipient__is_active=True) & ~Q(passed_on_to__is_active=True)
    found = HelpRequest.objects.unanswered().filter(mine, enrolment__ended_on=None).exclude(enrolment__user=user)
    if enrolment is not None:
        found = found.filter(enrolment=enrolment)
    rows = (
        found.select_related("enrolment__user").prefetch_related("enrolment__user__groups").order_by("asked_at", "pk")
    )
    questions = list(rows[:MOST])
    outlines = outlines_for([question.enrolment for question in questions], language)
    for question in questions:
        outline = outlines[question.enrolment_id]
        question.step = outline.step(question.step_key) if outline else None
        question.url = reverse("onboarding:question", args=[question.pk])
    return questions


def _meetings(user: User, enrolment: Enrolment | None, language: str) -> list[Meeting]:
    """What ``user`` agreed on with newcomers for the coming two weeks, each with its ``step`` and ``when``; two queries."""
    now = timezone.now()
    found = Meeting.objects.filter(
        with_whom=user,
        cancelled_at=None,
        starts_at__gte=now,
        starts_at__lt=now + timedelta(days=MEETING_DAYS),
        progress__enrolment__ended_on=None,
    ).exclude(progress__enrolment__user=user)
    if enrolment is not None:
        found = found.filter(progress__enrolment=enrolment)
    rows = found.select_related("progress__enrolment__user").prefetch_related("progress__enrolment__user__groups")
    meetings = list(rows.order_by("starts_at", "pk")[:MOST])
    outlines = outlines_for([meeting.progress.enrolment for meeting in meetings], language)
    for meeting in meetings:
        outline = outlines[meeting.progress.enrolment_id]
        meeting.step = outline.step(meeting.progress.step_key) if outline else None
        meeting.when = when_in_words(meeting, user)
    return meetings


# How much waits, for the way to the list on every page ------------------------------------


def waiting_count(user: User, language: str) -> dict | None:
    """``{"count", "overdue"}`` of what waits for ``user``; None for who walks along with nobody.

    Remembered for a few minutes, so that the way to the list costs other pages no query. What somebody does themselves, and
    a role they get or lose, shows at once: see ``forget_waiting``.
    """
    key = _count_key(user.pk)
    found = cache.get(key)
    if found is None:
        found = _count(user, language)
        cache.set(key, found, COUNT_SECONDS)
    return found or None


def _count(user: User, language: str) -> dict:
    supports = Enrolment.objects.not_ended().supported_by(user).exists()
    if not supports and not user.has_perm(HR_PERMISSION):
        questions = HelpRequest.objects.unanswered().filter(Q(recipient=user) | Q(passed_on_to=user))
        if not questions.exists():
            return {}
    waiting = waiting_for(user, language)
    if not supports and waiting.is_empty:
        return {}
    return {"count": waiting.count, "overdue": len(waiting.overdue)}


def remember_waiting(user: User, waiting: Waiting) -> None:
    """The list was just made for a page: its count is right there."""
    cache.set(_count_key(user.pk), {"count": waiting.count, "overdue": len(waiting.overdue)}, COUNT_SECONDS)


def forget_waiting(*user_ids: int | None) -> None:
    """Count anew what waits for these colleagues."""
    cache.delete_many([_count_key(pk) for pk in user_ids if pk])


def _count_key(user_id: int) -> str:
    return f"onboarding-waiting:{user_id}"
