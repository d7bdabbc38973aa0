"""What a supporter or HR sees of one newcomer, and of all they walk along with.

What each may see is decided by ``onboarding.visibility``. Only what was done or handed in counts as activity: when
somebody opened a page is shown to nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from people.models import User

from .models import Enrolment
from .outline import Phase, Step
from .reading import add_standings
from .roles import Who, in_sentence
from .standing import Standing, StepState
from .supporting import acting_in, acts_as, fetched, lead_words, people_of, roles_held, stand_ins_of
from .visibility import HR_PERMISSION, STEERING, TABLE, Data, Viewer
from .waiting import Waiting


@dataclass(frozen=True)
class StepRow:
    """One step of somebody else's path; ``number`` is the one the newcomer knows it by, 0 for a supporter's step."""

    step: Step
    number: int
    state: str
    assignee: str
    due_on: date | None
    is_overdue: bool
    completed_at: datetime | None
    handed_in_at: datetime | None
    url: str

    @property
    def assignee_word(self) -> str:
        """Who does it, in the language that is active."""
        return Who(self.assignee).label


class Newcomer:
    """One enrolment as ``viewer`` sees it. The enrolment has its ``standing`` and the people of ``fetched``. No query."""

    def __init__(self, enrolment: Enrolment, viewer: User):
        self.enrolment, self.viewer = enrolment, viewer
        self.standing: Standing = enrolment.standing
        self.colleague: User = enrolment.user
        # The path as the newcomer may see it goes before what the viewer may open.
        self.path_title: str = self.standing.whole.title if self.standing.whole else enrolment.path_title

    @property
    def url(self) -> str:
        """The page about this newcomer."""
        return reverse("onboarding:newcomer", args=[self.enrolment.pk])

    @cached_property
    def parts(self) -> frozenset[str]:
        """In which parts (``Viewer``) the viewer looks: the same as ``visibility.condition`` asks the database."""
        parts = set()
        if self.viewer.pk == self.enrolment.user_id:
            parts.add(Viewer.PERSON)
        elif self.enrolment.ended_on is None:
            parts |= {role for role, colleagues in people_of(self.enrolment).items() if self.viewer in colleagues}
        if self.viewer.has_perm(HR_PERMISSION):
            parts.add(Viewer.HR)
        return frozenset(parts)

    def sees(self, data: str) -> bool:
        """Whether the viewer may see this kind of data."""
        return bool(self.parts & TABLE[data])

    @cached_property
    def sees_by_name(self) -> dict[str, bool]:
        """The same for templates: ``{"answers": True, ...}``."""
        return {str(data): self.sees(data) for data in TABLE}

    @property
    def may_steer(self) -> bool:
        """Whether the viewer may waive steps and open them again."""
        return bool(self.parts & STEERING) and self.viewer.pk != self.enrolment.user_id

    def acts_for(self, step: Step) -> bool:
        """Whether it is the viewer who does this step now."""
        return acts_as(self.viewer, self.enrolment, self.standing.row(step).assignee)

    @property
    def own_roles(self) -> list[str]:
        """The viewer's roles on this path, in words."""
        return [str(Who(role).label) for role in Who.values if role in self.parts and role != Who.NEWCOMER]

    @property
    def people(self) -> list[dict]:
        """Who walks along: ``[{"role": "Buddy", "colleague": User, "gets_mails": True, "stand_in": Supporter?}, ...]``.

        In the order in which they act; of several in one role the first gets the mails.
        """
        people = people_of(self.enrolment)
        stand_ins = {role: stand_ins_of(self.enrolment, role) for role in people}
        return [
            {
                "role": Who(role).label,
                "colleague": one,
                "gets_mails": len(people[role]) > 1 and one == people[role][0],
                "stand_in": stand_ins[role].get(one.pk),
            }
            for role in people
            for one in people[role]
        ]

    @property
    def is_own_role(self) -> bool:
        """Whether the viewer has a role here themselves, so may name who stands in for them."""
        return bool(roles_held(self.viewer, self.enrolment)) and not self.standing.is_ended

    @cached_property
    def phase(self) -> Phase | None:
        """The phase of the first step that is open; None for who is finished or ended, or whose path is gone."""
        if self.standing.outline is None or self.standing.is_finished or self.standing.is_ended:
            return None
        first = next((step for step in self.standing.counting if self.standing.is_open(step)), None)
        return self.standing.outline.phases[first.phase - 1] if first else None

    @cached_property
    def overdue(self) -> int:
        """How many of the newcomer's own steps had a day that has passed."""
        own = self.standing.outline.steps if self.standing.outline else ()
        return sum(self.standing.is_overdue(step) for step in own)

    @property
    def last_done_at(self) -> datetime | None:
        """When something of this path was last done or handed in."""
        moments = (m for row in self.standing.progress.values() for m in (row.submitted_at, row.completed_at) if m)
        return max(moments, default=None)

    @property
    def has_started(self) -> bool:
        """Whether the first day has come where the newcomer is."""
        return self.enrolment.first_day <= self.standing.today

    @cached_property
    def pause(self) -> dict | None:
        """``{"since", "until"}`` of the pause that runs or is agreed; dates only. None without one."""
        today = self.standing.today
        for one in self.enrolment.pauses.all():
            if one.ends_on is None or one.ends_on > today:
                return {"since": one.starts_on, "until": one.ends_on}
        return None

    def row(self, step: Step) -> StepRow:
        """One step with its state. That it was opened is left out."""
        standing, row = self.standing, self.standing.row(step)
        own = standing.outline.step(step.key) if standing.outline else None
        state = standing.state_of(step)
        return StepRow(
            step=step,
            number=own.number if own else 0,
            state=StepState.TODO if state in (StepState.BEGUN, StepState.NOW, StepState.NOW_BEGUN) else state,
            assignee=row.assignee,
            due_on=standing.due_on(step),
            is_overdue=standing.is_overdue(step),
            completed_at=row.completed_at,
            handed_in_at=row.submitted_at,
            url=reverse("onboarding:supported_step", args=[self.enrolment.pk, step.key]),
        )

    @property
    def phases(self) -> list[dict]:
        """The plan by phase: ``[{"phase": Phase, "rows": [StepRow, ...], "done", "is_open"}, ...]``; empty ones are left out."""
        if self.standing.whole is None:
            return []
        current = self.phase.number if self.phase else 0
        found = []
        for phase in self.standing.whole.phases:
            rows = [self.row(step) for step in self.standing.planned if step.phase == phase.number]
            if rows:
                done = sum(row.state in (StepState.DONE, StepState.WAIVED) for row in rows)
                is_open = phase.number == current or any(row.is_overdue or row.handed_in_at for row in rows)
                found.append({"phase": phase, "rows": rows, "done": done, "is_open": is_open and done < len(rows)})
        return found

    def step(self, key: UUID) -> Step | None:
        """A step of the plan; None for one that isn't."""
        return next((step for step in self.standing.planned if step.key == key), None)

    def who_does(self, step: Step) -> dict:
        """``{"role", "colleagues", "is_newcomer", "stands_in", "lead_words"}`` of who does this step now."""
        role = self.standing.row(step).assignee
        if role == Who.NEWCOMER:
            return {"role": in_sentence(role), "colleagues": (self.colleague,), "is_newcomer": True}
        acting = acting_in(self.enrolment, role)
        return {
            "role": in_sentence(role),
            "colleagues": acting.colleagues,
            "stands_in": acting.role != role,
            "lead_words": lead_words(self.enrolment, role, self.viewer),
        }


def newcomer_for(viewer: User, enrolment_id: int, language: str) -> Newcomer:
    """One enrolment that ``viewer`` may see. Raises ``Enrolment.DoesNotExist`` for a stranger's as for an unknown one."""
    enrolment = (
        fetched(Enrolment.objects.seen_by(viewer, Data.PROGRESS).with_pause())
        .prefetch_related("pauses")
        .get(pk=enrolment_id)
    )
    add_standings(viewer, [enrolment], language)
    return Newcomer(enrolment, viewer)


def newcomers_of(viewer: User) -> QuerySet:
    """Those ``viewer`` walks along with themselves, who started last first."""
    found = Enrolment.objects.supported_by(viewer).with_pause()
    return fetched(found).prefetch_related("pauses").order_by("-start_date", "-pk")


def in_list(viewer: User, enrolments, language: str, waiting: Waiting) -> list[Newcomer]:
    """These enrolments of ``newcomers_of`` for the overview, each with what is ``waiting`` on it."""
    add_standings(viewer, enrolments, language)
    found = [Newcomer(enrolment, viewer) for enrolment in enrolments]
    for newcomer in found:
        newcomer.waiting = waiting.of(newcomer.enrolment.pk)
    return found
