"""A plan as a table of texts, for previews."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from people.calendar import WorkCalendar
from people.models import User

from ..messages_ahead import StepAhead, Window, messages_of_plan
from ..missing_roles import missing_roles, who_is_there
from ..models import Enrolment
from ..outline import Outline
from ..periods import full_date
from ..querysets import Progress
from ..roles import Who
from .previewed import Table, table_of


def first_day_words(enrolment: Enrolment) -> str:
    """When day 1 is, with the reason where it isn't the start date."""
    words = {"date": full_date(enrolment.first_day)}
    if enrolment.first_day == enrolment.start_date:
        return _("Day 1 is %(date)s.") % words
    return _("Day 1 is %(date)s: the first working day from then on.") % words


def plan_table(outline: Outline, plan: Mapping[UUID, Progress]) -> Table:
    """Every step of the plan with its date, who does it, and what is particular about it."""
    phases = {phase.number: phase.title for phase in outline.phases}
    rows = [
        [step.title, phases[step.phase], Who(plan[step.key].assignee).label, *date_and_remark(plan[step.key])]
        for step in outline.steps
        if step.key in plan and plan[step.key].in_plan
    ]
    return table_of(_("The plan"), [_("Step"), _("Phase"), _("Who does it"), _("Due on"), _("Remark")], rows)


def date_and_remark(row: Progress) -> list[str]:
    """When a step is due, and a word on it."""
    if row.completed_at:
        return ["–", _("counts as done")]
    if row.waived_at:
        return ["–", _("left out")]
    return [full_date(row.due_on) if row.due_on else _("no date"), "" if row.is_required else _("optional")]


def reminders_table(
    steps: Iterable[StepAhead],
    calendar: WorkCalendar,
    *,
    name: str,
    language: str,
    windows: Iterable[Window] = (Window(),),
) -> Table:
    """Every reminder that the plan can bring, if nothing is done in time: the day, to whom, and what it says.

    As ``messages_ahead.messages_of_plan``; the sentences are in ``language``, that of the newcomer.
    """
    with override(language):
        messages = messages_of_plan(steps, calendar, name=name, windows=windows)
    rows = [[full_date(message.day), Who(message.role).label, message.title] for message in messages]
    return table_of(_("The messages, if nothing is done"), [_("Day"), _("To"), _("Message")], rows)


def missing_people(outline: Outline, plan: Mapping[UUID, Progress], user: User, supporters: Iterable[str]) -> list[str]:
    """A warning for each role that does or looks at something in this plan and that nobody has."""
    steps = [
        (row.assignee, step.signed_off_by if (step := outline.step(key)) else "")
        for key, row in plan.items()
        if row.in_plan and row.waived_at is None
    ]
    return [missing.words for missing in missing_roles(steps, who_is_there(supporters, user.manager))]
