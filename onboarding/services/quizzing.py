"""Taking a quiz: starting, handing in, passing, trying again, and counting again after a key was mended."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications.services import notify
from people.models import User

from ..models import Enrolment, OnboardingEvent, QuizAttempt, StepAttempt, StepPage, StepProgress
from ..outline import Step
from ..quizzes import Answers, counting, questions_of, right_answers, score_of, shuffled, with_key_of
from ..roles import Who
from ..standing import Standing
from ..step_pages import shown_step
from ..walking_along import first_in_role
from .doing import EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath, complete_step, lock_step
from .ready import lock_ready_step
from .recording import record_event


class NoAttemptsLeft(Exception):
    """Every attempt that the quiz allows was used."""


class NothingToAnswer(Exception):
    """The quiz has no question that could be answered rightly: an editor's mistake that must stop nobody."""


class Unanswered(Exception):
    """Some questions have no answer yet: ``questions`` are their ids."""

    def __init__(self, questions: list[str]):
        super().__init__(questions)
        self.questions = questions


@transaction.atomic
def start_attempt(*, enrolment: Enrolment, step_key: UUID) -> QuizAttempt:
    """Begin a go at the quiz, with the questions as they are now in the language that is active.

    Begun and not handed in yet, or passed already, that attempt is returned: a second click starts nothing. Raises
    ``NoAttemptsLeft``, ``NothingToAnswer`` and what ``complete_step`` raises.
    """
    enrolment, page, step, row = _lock_quiz(enrolment, step_key)
    attempts = list(row.quiz_attempts.filter(round=row.attempt))
    passed = next((attempt for attempt in attempts if attempt.is_passed), None)
    if passed is not None:
        # Counted again while the step could not be done: now it can.
        complete_step(enrolment=enrolment, step_key=step_key)
        return passed
    if attempts and attempts[-1].submitted_at is None:
        return attempts[-1]
    questions = questions_of(page)
    if not counting(questions):
        raise NothingToAnswer(step_key)
    if attempts_left(page, attempts) == 0:
        raise NoAttemptsLeft(step_key)
    if len(counting(questions)) < len(questions):
        _tell_editors(page)
    latest = row.quiz_attempts.last()
    return QuizAttempt.objects.create(
        progress=row,
        number=latest.number + 1 if latest else 1,
        round=row.attempt,
        questions=shuffled([question for question in questions if question["answers"]]),
        pass_mark=page.pass_mark,
        language=step.language,
        revision_id=page.live_revision_id,
    )


@transaction.atomic
def keep_answers(*, enrolment: Enrolment, step_key: UUID, number: int, answers: Answers) -> QuizAttempt | None:
    """Keep what was answered so far; handed in before, nothing changes. None for an attempt that isn't there."""
    enrolment, _page, _step, row = _lock_quiz(enrolment, step_key)
    attempt = row.quiz_attempts.filter(number=number).first()
    if attempt is not None and attempt.submitted_at is None:
        attempt.answers = _known(attempt, answers)
        attempt.save(update_fields=["answers"])
    return attempt


@transaction.atomic
def hand_in_attempt(*, enrolment: Enrolment, step_key: UUID, number: int, answers: Answers) -> QuizAttempt | None:
    """Hand in this attempt; passed, the step is done. Handed in before, it stays as it was. None: no such attempt.

    Raises ``Unanswered`` (and nothing is handed in), and what ``complete_step`` raises.
    """
    enrolment, page, step, row = _lock_quiz(enrolment, step_key)
    attempt = row.quiz_attempts.filter(number=number).first()
    if attempt is None or attempt.submitted_at is not None:
        return attempt
    answers = _known(attempt, answers)
    missing = [question["id"] for question in attempt.questions if not answers.get(question["id"])]
    if missing:
        raise Unanswered(missing)
    score = score_of(attempt.questions, answers)
    attempt.answers, attempt.submitted_at, attempt.score = answers, timezone.now(), score
    # Asked while no question could be answered rightly, it must stop nobody.
    attempt.is_passed = score is None or score >= attempt.pass_mark
    attempt.save()
    record_event(
        kind=OnboardingEvent.Kind.SUBMITTED,
        enrolment=enrolment,
        step_key=step_key,
        actor=enrolment.user,
        revision_id=attempt.revision_id,
        number=attempt.number,
        is_passed=attempt.is_passed,
    )
    if attempt.is_passed:
        complete_step(enrolment=enrolment, step_key=step_key)
    elif attempts_left(page, list(row.quiz_attempts.filter(round=row.attempt))) == 0:
        _tell_manager(enrolment, row)
    return attempt


@transaction.atomic
def complete_broken_quiz(*, enrolment: Enrolment, step_key: UUID) -> Standing:
    """The step is done although its quiz can't be: no question has a right answer. The editors hear of it.

    Raises ``NotYoursToDo`` where the quiz can be taken, and what ``complete_step`` raises.
    """
    enrolment, page, _step, _row = _lock_quiz(enrolment, step_key)
    if counting(questions_of(page)):
        raise NotYoursToDo(step_key)
    _tell_editors(page)
    return complete_step(enrolment=enrolment, step_key=step_key)


@transaction.atomic
def allow_new_attempts(*, enrolment: Enrolment, step_key: UUID, actor: User, note: str = "") -> bool:
    """Somebody whose attempts are used up may try again; returns whether that changes anything.

    Who may do this is for the caller to check (manager or HR). Not used up, or done, nothing changes. Raises
    ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    shown = shown_step(enrolment, step_key, settings.LANGUAGE_CODE)
    if shown is None:
        raise StepNotOnPath(step_key)
    attempts = list(row.quiz_attempts.filter(round=row.attempt))
    if row.completed_at is not None or attempts_left(shown[0], attempts) != 0:
        return False
    StepAttempt.objects.create(progress=row, number=row.attempt, reopened_by=actor, note=note[:500])
    row.attempt += 1
    row.save(update_fields=["attempt"])
    record_event(
        kind=OnboardingEvent.Kind.REOPENED, enrolment=enrolment, step_key=step_key, actor=actor, attempt=row.attempt
    )
    notify(
        recipient=enrolment.user,
        kind="onboarding.new_attempts",
        key=f"{row.pk}:{row.attempt}",
        payload={"progress": row.pk},
    )
    return True


def attempts_left(page: StepPage, attempts: list[QuizAttempt]) -> int | None:
    """How many more goes there are; None: as many as needed. ``attempts`` are those of the round that runs."""
    if page.max_attempts is None:
        return None
    return max(page.max_attempts - sum(attempt.submitted_at is not None for attempt in attempts), 0)


@dataclass(frozen=True)
class Rescored:
    """What counting one attempt again comes to."""

    attempt: QuizAttempt
    questions: list[dict]
    score: int
    passes: bool


def preview_rescore(page: StepPage) -> list[Rescored]:
    """What counting again by the page's answers of now would change: attempts that would get more points.

    Nobody loses a point or a pass. People whose path ended are left out. Only their last attempt counts for a person:
    the one that is best after counting again.
    """
    now = questions_of(page)
    rows = (
        QuizAttempt.objects.filter(
            progress__step_key=page.translation_key,
            progress__completed_at__isnull=True,
            progress__enrolment__ended_on__isnull=True,
            submitted_at__isnull=False,
            is_passed=False,
        )
        .select_related("progress__enrolment__user")
        .order_by("progress", "number")
    )
    best: dict[int, Rescored] = {}
    for attempt in rows.iterator():
        questions = with_key_of(attempt.questions, now)
        score = score_of(questions, attempt.answers)
        if score is None or score <= (attempt.score or 0):
            continue
        found = Rescored(attempt, questions, score, score >= attempt.pass_mark)
        if attempt.progress_id not in best or score >= best[attempt.progress_id].score:
            best[attempt.progress_id] = found
    return list(best.values())


@transaction.atomic
def rescore_quiz(*, page: StepPage, actor: User) -> list[Rescored]:
    """Count again as ``preview_rescore`` says; returns what was changed. Who passes now has done the step.

    Each change is an event with the old and the new score. Again, it changes nothing. A step that somebody can't do now
    (locked, taken off their path) keeps the new score and is done when they come back to the quiz.
    """
    changed = []
    for found in preview_rescore(page):
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=found.attempt.progress.enrolment_id)
        attempt = QuizAttempt.objects.select_related("progress").get(pk=found.attempt.pk)
        if attempt.rescored_at != found.attempt.rescored_at or attempt.is_passed:
            continue
        old, attempt.score, attempt.questions = attempt.score, found.score, found.questions
        attempt.is_passed, attempt.rescored_at = found.passes, timezone.now()
        attempt.save(update_fields=["score", "questions", "is_passed", "rescored_at"])
        record_event(
            kind=OnboardingEvent.Kind.RESCORED,
            enrolment=enrolment,
            step_key=page.translation_key,
            actor=actor,
            old=old,
            new=found.score,
            number=attempt.number,
            is_passed=found.passes,
        )
        if found.passes:
            _pass(enrolment, attempt)
        changed.append(found)
    return changed


def _pass(enrolment: Enrolment, attempt: QuizAttempt) -> None:
    try:
        with transaction.atomic():
            complete_step(enrolment=enrolment, step_key=attempt.progress.step_key)
    except (StepNotOnPath, EnrolmentEnded, StepLocked, NotYoursToDo):
        return
    # An attempt that was begun since has nothing left to prove.
    attempt.progress.quiz_attempts.filter(submitted_at__isnull=True).delete()
    notify(
        recipient=enrolment.user,
        kind="onboarding.quiz_rescored",
        key=f"{attempt.pk}",
        payload={"progress": attempt.progress_id},
    )


def _lock_quiz(enrolment: Enrolment, step_key: UUID) -> tuple[Enrolment, StepPage, Step, StepProgress]:
    return lock_ready_step(enrolment=enrolment, step_key=step_key, kind=StepPage.Kind.QUIZ)


def _known(attempt: QuizAttempt, answers: Answers) -> Answers:
    """Only what was asked: made-up questions and answers fall away, and where one answer is right only one is kept."""
    kept = {}
    for question in attempt.questions:
        ids = {answer["id"] for answer in question["answers"]}
        chosen = [answer for answer in dict.fromkeys(answers.get(question["id"], [])) if answer in ids]
        if len(right_answers(question)) < 2:
            chosen = chosen[:1]
        if chosen:
            kept[question["id"]] = chosen
    return kept


def _tell_editors(page: StepPage) -> None:
    """Once for each published version."""
    for editor in User.objects.active().filter(groups__name="Editors"):
        notify(
            recipient=editor,
            kind="onboarding.quiz_fault",
            key=f"{page.translation_key}:{page.live_revision_id}",
            payload={"step": str(page.translation_key)},
        )


def _tell_manager(enrolment: Enrolment, row: StepProgress) -> None:
    manager = first_in_role(enrolment, [Who.MANAGER, Who.HR])
    if manager is not None:
        notify(
            recipient=manager,
            kind="onboarding.quiz_used_up",
            key=f"{row.pk}:{row.attempt}",
            payload={"progress": row.pk, "attempt": row.attempt},
        )
