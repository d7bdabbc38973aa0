"""What is wrong with a step, or worth a second look: asked by the form before publishing and by the report afterwards.

A refusal is ``{field: sentence}``; a finding is a sentence about something that may be meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.models import Page

from base.translation.status import State, translation_states
from competencies.models import CompetencyProfilePage
from people.calendar import WorkCalendar, calendar_of_week

from .checks_before_start import problems_before_start, warnings_before_start
from .models import StepPage, StepPrerequisite
from .outline import Outline, Step
from .periods import day_of_date, full_date
from .plan.due import Anchors, due_date
from .plan.rounds import cycle_from
from .reading_outlines import fresh_path
from .roles import Who
from .tokens import TOKEN, unknown_tokens

Kind, DueFrom = StepPage.Kind, StepPage.DueFrom
COUNTED = (DueFrom.START, DueFrom.ENROLMENT, DueFrom.PROBATION, DueFrom.STEP)
# How long before the end of the probation period its check-in is, in working days: what is said can still be acted on.
CHECK_IN_DAYS = 10
# A Monday, to see on which day of a path a rule falls.
SOME_MONDAY = date(2026, 9, 7)


def planning_problems(step) -> dict[str, str]:
    """What is missing of the due rule; ``step`` has the fields of ``StepPage``, published or only filled in."""
    problems = {}
    if step.due_from in COUNTED and step.due_count == 0:
        problems["due_count"] = _("There is no day 0: day 1 is the first day itself, -1 the day before.")
    if step.due_from == DueFrom.FIXED and not step.due_date:
        problems["due_date"] = _("Say on which date.")
    if step.due_from == DueFrom.STEP and not step.due_step:
        problems["due_step"] = _("Say after which step.")
    return problems


def content_problems(step) -> dict[str, str]:
    """What its kind needs and isn't there; ``step`` as in ``planning_problems``."""
    problems = {}
    match step.kind:
        case Kind.QUIZ:
            if problem := _quiz_problem(step.questions):
                problems["questions"] = problem
        case Kind.SUBMIT:
            if problem := _form_problem(step.form_fields):
                problems["form_fields"] = problem
        case Kind.CONFIRM if _says_nothing(step):
            problems["body"] = _("Write the text to confirm, or choose a page to read.")
        case Kind.READ if _says_nothing(step):
            problems["body"] = _("Write the text to read, or choose a page to read.")
        case Kind.WATCH if not any(block.block_type == "video" for block in step.body or ()):
            problems["body"] = _("Add the video to watch, with captions or a written text.")
        case Kind.ASSESS if not (getattr(step, "profile_key", None) or step.profile):
            # One that is gone is told as such; see findings_of.
            problems["profile"] = _("Choose the profile that people assess themselves by.")
    if step.kind != Kind.ASSESS and step.profile:
        problems["profile"] = _("Only a step to assess has a profile.")
    if step.kind == Kind.QUIZ and step.assignee != Who.NEWCOMER:
        # Attempts, points and passing are the newcomer's own; for a supporter there would be a button and no question.
        problems["assignee"] = _("A quiz is for the newcomer. Choose another kind of step for a colleague.")
    if step.kind == Kind.ASSESS and step.assignee != Who.NEWCOMER:
        problems["assignee"] = _("People assess themselves. Choose another kind of step for a colleague.")
    if step.signed_off_by and step.kind == Kind.ASSESS:
        problems["signed_off_by"] = _("Nobody signs this off: where people stand is their own word.")
    elif step.signed_off_by and step.kind not in StepPage.SIGNED_OFF_KINDS:
        problems["signed_off_by"] = _(
            "Nobody signs this off: a quiz is passed by its answers, and what people confirm is their own word."
        )
    elif step.signed_off_by and step.signed_off_by == step.assignee:
        problems["signed_off_by"] = _("Who does the step can't sign it off as well. Choose somebody else.")
    if step.is_check_in and step.kind != Kind.MEET:
        problems["is_check_in"] = _("Only a step to meet can be a check-in.")
    if unknown := unknown_tokens(str(step.body.get_prep_value()) if step.body else ""):
        words = {"token": unknown[0]}
        problems.setdefault("body", _("“%(token)s” can't be filled in. See the explanation for what can.") % words)
    # Shown in lists that everybody shares, or kept with what people did.
    words = {name: getattr(step, name) for name in ("title", "summary")}
    asked = {name: getattr(step, name) for name in ("checklist", "questions", "form_fields")}
    words |= {name: str(stream.get_prep_value()) if stream else "" for name, stream in asked.items()}
    return token_problems(words) | problems


def token_problems(words: Mapping[str, str]) -> dict[str, str]:
    """The fields, of ``{field: text}``, with a word like ``{{buddy}}``, which only the text of a step can have."""
    said = _("Words like {{buddy}} are only filled in in the text of a step. Write it out here.")
    return {name: said for name, text in words.items() if TOKEN.search(text or "")}


def _says_nothing(step) -> bool:
    # A page that is gone is told as such; see findings_of.
    return not (step.reads or step.body or getattr(step, "reads_key", None))


def _quiz_problem(questions) -> str:
    if not questions:
        return _("A quiz needs at least one question.")
    for number, block in enumerate(questions, start=1):
        if not any(answer["is_right"] for answer in block.value["answers"]):
            return _("Question %(number)s has no right answer. Tick at least one.") % {"number": number}
    return ""


def _form_problem(fields) -> str:
    if not fields:
        return _("Say what is handed in: add at least one field.")
    for block in fields:
        if block.value["kind"] == "choice" and len([choice for choice in block.value["choices"] if choice]) < 2:
            return _("“%(field)s” needs at least two choices.") % {"field": block.value["label"]}
    return ""


def quiz_shape(questions) -> list[tuple[str, tuple[tuple[str, bool], ...]]]:
    """What both languages of a quiz have in common: the ids of questions and answers, and which are right."""
    return [
        (str(block.id), tuple((str(a.id), bool(a.value["is_right"])) for a in block.value["answers"].bound_blocks))
        for block in questions
    ]


def quiz_difference(questions, other_questions) -> str:
    """What a quiz asks otherwise in the other language; empty where it is the same, or isn't there.

    Never a reason to refuse: a quiz that is live in both languages is mended in one of them first.
    """
    if not other_questions:
        return ""
    if len(other_questions) != len(questions):
        return _("The other language has another number of questions. Both need the same ones.")
    mine, theirs = (
        [[right for _id, right in answers] for _key, answers in quiz_shape(each)]
        for each in (questions, other_questions)
    )
    if mine != theirs:
        return _("The other language has other right answers. Both need the same ones, in the same order.")
    return ""


# What waits for what ---------------------------------------------------------------------


def path_of_step(page: StepPage | None, parent: Page | None) -> str:
    """The place in the tree of the path that a step is, or will be, on."""
    return parent.path[: -Page.steplen] if parent is not None else page.path[: -2 * Page.steplen]


def waiting_graph(path: str) -> tuple[dict[UUID, set[UUID]], dict[UUID, str]]:
    """``({step: steps it waits for}, {step: title})`` for the steps below this path; two queries."""
    steps = StepPage.objects.filter(path__startswith=path)
    waits: dict[UUID, set[UUID]] = {}
    titles = {}
    for key, title, due_from, after in steps.values_list(
        "translation_key", "title", "due_from", "due_step__translation_key"
    ):
        waits[key] = {after} if after and due_from == DueFrom.STEP else set()
        titles[key] = title
    links = StepPrerequisite.objects.filter(page__path__startswith=path)
    for key, other in links.values_list("page__translation_key", "step__translation_key"):
        waits.setdefault(key, set()).add(other)
    return waits, titles


def round_words(way: Iterable[UUID], titles: Mapping[UUID, str]) -> str:
    """What is said of steps that wait for each other, see ``cycle_from``."""
    return _("These steps wait for each other, so none would ever open: %(steps)s.") % {
        "steps": " → ".join(titles.get(key, "") for key in way)
    }


# What is worth a look --------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something about a step that an editor may want to look at; ``is_broken`` where newcomers meet it."""

    step: Step
    text: str
    is_broken: bool = False


def findings_of(path_key: UUID) -> tuple[Outline | None, list[Finding]]:
    """What there is to look at on a published path, in its order; a fixed number of queries."""
    outline = fresh_path(path_key)
    if outline is None:
        return None, []
    pages = {page.translation_key: page for page in StepPage.objects.filter(pk__in=[s.page_id for s in outline.steps])}
    states = _translations(pages.values())
    others = _quizzes_in_other_language(pages.values())
    profiles = _published_profiles(outline)
    calendar, titles = calendar_of_week(), {step.key: step.title for step in outline.steps}
    waits = {step.key: (*step.prerequisites, *_counted_from(step)) for step in outline.steps}
    found = []
    for step in outline.steps:
        page = pages[step.key]
        found += [Finding(step, text, True) for text in content_problems(page).values()]
        found += [Finding(step, text, True) for text in planning_problems(page).values()]
        last_day = outline.phases[step.phase - 1].last_day
        closed = step.reads.title if step.reads and not step.reads.before_start else ""
        found += [Finding(step, text, True) for text in problems_before_start(page, last_day, closed).values()]
        found += [Finding(step, text) for text in warnings_before_start(page, last_day)]
        if difference := quiz_difference(page.questions, others.get(step.key)):
            found.append(Finding(step, difference, True))
        if step.reads_is_missing:
            found.append(Finding(step, _("The page to read is not published, or is gone."), True))
        if step.profile_key and step.profile_key not in profiles:
            found.append(Finding(step, _("The competency profile is not published, or is gone."), True))
        if way := cycle_from(step.key, waits):
            # The form refuses it, but two drafts can be right by themselves; see Standing.waits_for.
            passed_over = _("Until that is mended they don't wait for each other, so that nobody is stuck.")
            found.append(Finding(step, f"{round_words(way, titles)} {passed_over}", True))
        if any(key not in titles for key in waits[step.key]):
            found.append(Finding(step, _("It waits for a step that is not published on this path.")))
        found += [Finding(step, text) for text in _planning_warnings(step, outline, calendar)]
        if states.get(page.pk) in TRANSLATION:
            found.append(Finding(step, str(TRANSLATION[states[page.pk]]())))
    return outline, found


def _quizzes_in_other_language(pages: Iterable[StepPage]) -> dict[UUID, StreamValue]:
    """The questions of the published translation by key; one query."""
    pages = [page for page in pages if page.kind == Kind.QUIZ]
    keys, ids = [page.translation_key for page in pages], [page.pk for page in pages]
    twins = StepPage.objects.live().filter(translation_key__in=keys, alias_of=None).exclude(pk__in=ids)
    return {twin.translation_key: twin.questions for twin in twins}


def _published_profiles(outline: Outline) -> set[UUID]:
    """The keys of the published profiles that its steps are about; one query, none where no step is."""
    keys = {step.profile_key for step in outline.steps if step.profile_key}
    pages = CompetencyProfilePage.objects.live().filter(translation_key__in=keys)
    return set(pages.values_list("translation_key", flat=True)) if keys else set()


TRANSLATION = {
    State.MISSING.value: lambda: _("It is not there in the other language yet."),
    State.BEHIND.value: lambda: _("The other language is behind."),
}


def _translations(pages: Iterable[StepPage]) -> dict[int, str]:
    found = translation_states(Page.objects.filter(pk__in=[page.pk for page in pages]))
    return dict(found.values_list("pk", "state"))


def _counted_from(step: Step) -> tuple[UUID, ...]:
    return (UUID(step.rule["step"]),) if step.rule.get("from") == "step" else ()


def _planning_warnings(step: Step, outline: Outline, calendar: WorkCalendar) -> list[str]:
    phase = outline.phases[step.phase - 1]
    warnings = []
    if step.rule.get("from") == "start":
        plain = WorkCalendar(frozenset(range(5)))
        due = due_date(step.rule, Anchors(SOME_MONDAY, SOME_MONDAY), plain)
        day = day_of_date(SOME_MONDAY, due)
        # A weekend moves a day of the phase itself.
        if not phase.first_day - 2 <= day <= phase.last_day + 2:
            words = {"day": day, "first": phase.first_day, "last": phase.last_day}
            warnings.append(_("It is due on day %(day)s, and its phase is from day %(first)s to %(last)s.") % words)
    if step.rule.get("from") == "fixed":
        fixed = date.fromisoformat(step.rule["date"])
        if not calendar.is_working_day(fixed):
            warnings.append(_("Its date, %(date)s, is a day off.") % {"date": full_date(fixed)})
        if fixed < timezone.localdate():
            warnings.append(_("Its date, %(date)s, has passed.") % {"date": full_date(fixed)})
    if step.is_check_in and step.rule.get("from") == "probation" and not leaves_time(step.rule):
        warnings.append(
            _(
                "This check-in is less than ten working days before the end of the probation period: too late to act on it."
            )
        )
    if phase.last_day < 0 and not step.before_start and step.assignee == Who.NEWCOMER:
        warnings.append(_("Its phase is before the start, and who has no account yet can't see it."))
    return warnings


def leaves_time(rule: dict) -> bool:
    """Whether a day counted from the end of the probation period is ten working days before it, or earlier."""
    plain, end = WorkCalendar(frozenset(range(5))), SOME_MONDAY
    due = due_date(rule, Anchors(end, end, probation=end), plain)
    return plain.working_days_between(due, end) >= CHECK_IN_DAYS


def roles_needed(outline: Outline) -> list[str]:
    """The supporters that a path gives something to do, beside the manager whom everybody has: to name when enrolling."""
    needed = {step.assignee for step in outline.steps} | {step.signed_off_by for step in outline.steps}
    return [role.label for role in Who if role in needed and role not in (Who.NEWCOMER, Who.MANAGER, Who.HR)]
