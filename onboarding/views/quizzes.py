"""Taking a quiz: what the step shows of it, its questions, and what came of an attempt."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..forms.quiz import QuizForm
from ..models import Enrolment, QuizAttempt, StepPage
from ..outline import Step
from ..quizzes import counting, is_right, questions_of, right_answers
from ..reading import people_around
from ..services import EnrolmentEnded, StepNotOnPath
from ..services.quizzing import (
    NoAttemptsLeft,
    NothingToAnswer,
    Unanswered,
    allow_new_attempts,
    attempts_left,
    complete_broken_quiz,
    hand_in_attempt,
    keep_answers,
    start_attempt,
)
from ..standing import Standing
from ..step_pages import shown_step
from ..visibility import Data
from .own import REFUSED, own_step, page_of, refuse
from .parts import part_of

QUIZ = StepPage.Kind.QUIZ
# No attempt has a number of so many digits; Python refuses to read thousands of them.
LONG = 10


@part_of(QUIZ)
def quiz_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict:
    """Where the reader is with the quiz: begin, go on, what came of it, try again; one query, two where all is used up.

    For a quiz without a question that can be answered: that it can be done as it is.
    """
    if standing.is_ended:
        return {"template": "onboarding/quiz/_part.html", "ended": True, "step": step, "standing": standing}
    attempts = list(attempts_at(standing.enrolment, step.key))
    now = [attempt for attempt in attempts if attempt.round == standing.row(step).attempt]
    latest = now[-1] if now else None
    left = attempts_left(page, now)
    questions = questions_of(page)
    used_up = left == 0 and not standing.is_done(step) and not (latest and latest.is_passed)
    return {
        "template": "onboarding/quiz/_part.html",
        "standing": standing,
        "step": step,
        "completed_at": standing.completed_at(step),
        "locked_by": standing.waits_for(step) if standing.is_locked(step) else (),
        "count": len(questions),
        "pass_mark": page.pass_mark,
        "running": latest if latest and latest.submitted_at is None else None,
        "latest": next((attempt for attempt in reversed(attempts) if attempt.submitted_at), None),
        "is_broken": not counting(questions),
        "left": left,
        "is_used_up": used_up,
        "people": people_around(request.user, standing) if used_up else [],
    }


@require_safe
def quiz(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The questions of the attempt that runs; back to the step where none does."""
    standing, step = own_step(request, enrolment_id, step_key, QUIZ)
    attempt = attempts_at(standing.enrolment, step_key).filter(submitted_at=None).first()
    if attempt is None or standing.is_ended:
        return redirect(f"{step.url}#state")
    return _questions(request, standing, step, attempt, QuizForm(attempt=attempt))


@require_POST
def start(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """Begin an attempt, or go on with the one that was begun."""
    standing, step = own_step(request, enrolment_id, step_key, QUIZ)
    try:
        attempt = start_attempt(enrolment=standing.enrolment, step_key=step_key)
    except (NoAttemptsLeft, NothingToAnswer):
        # The step says what to do now.
        return redirect(f"{step.url}#state")
    except REFUSED as error:
        return refuse(request, standing, step, error)
    if attempt.submitted_at:
        return redirect("onboarding:quiz_result", enrolment_id, step_key, attempt.number)
    return redirect("onboarding:quiz", enrolment_id, step_key)


@require_POST
def hand_in(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """Hand in the answers; with ``later`` only keep them. Handed in before, its result is shown."""
    standing, step = own_step(request, enrolment_id, step_key, QUIZ)
    number = request.POST.get("number", "")
    attempts = attempts_at(standing.enrolment, step_key)
    is_number = number.isascii() and number.isdigit() and len(number) < LONG
    attempt = attempts.filter(number=number).first() if is_number else None
    if attempt is None:
        raise Http404(number)
    if attempt.submitted_at:
        return redirect("onboarding:quiz_result", enrolment_id, step_key, attempt.number)
    later = "later" in request.POST
    form = QuizForm(request.POST, attempt=attempt, later=later)
    is_valid = form.is_valid()
    write = hand_in_attempt if is_valid and not later else keep_answers
    try:
        done = write(enrolment=standing.enrolment, step_key=step_key, number=attempt.number, answers=form.answers)
    except Unanswered:
        # What was chosen isn't among the questions: said beside them.
        return _questions(request, standing, step, attempt, form)
    except REFUSED as error:
        return refuse(request, standing, step, error)
    if done is not None and done.submitted_at:
        return redirect("onboarding:quiz_result", enrolment_id, step_key, attempt.number)
    if later:
        messages.success(request, _("Your answers are kept. You can go on with the quiz at any time."))
        return redirect(f"{step.url}#state")
    return _questions(request, standing, step, attempt, form)


@require_safe
def result(request: HttpRequest, enrolment_id: int, step_key: UUID, number: int) -> HttpResponse:
    """What came of one attempt, with the explanation of each answer that was chosen."""
    standing, step = own_step(request, enrolment_id, step_key, QUIZ)
    attempt = attempts_at(standing.enrolment, step_key).filter(number=number, submitted_at__isnull=False).first()
    if attempt is None:
        raise Http404(number)
    page = page_of(standing, step)
    part = quiz_part(request, page, standing, step)
    context = {
        "page": page,
        "attempt": attempt,
        "rows": review(attempt),
        "part": part,
        "step": step,
        "standing": standing,
    }
    return render(request, "onboarding/quiz/result.html", context)


@require_POST
def complete_broken(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is done although nothing in its quiz can be answered rightly."""
    standing, step = own_step(request, enrolment_id, step_key, QUIZ)
    try:
        complete_broken_quiz(enrolment=standing.enrolment, step_key=step_key)
    except REFUSED as error:
        return refuse(request, standing, step, error)
    messages.success(request, _("Step %(number)s is done.") % {"number": step.number})
    return redirect(f"{step.url}#state")


@require_http_methods(["GET", "HEAD", "POST"])
def more_attempts(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """For manager and HR: let somebody try again whose attempts are used up. 404 for everybody else."""
    # Who reads what was handed in: a mentor sees whether a quiz was passed, and gives nothing.
    seen = Enrolment.objects.seen_by(request.user, Data.ANSWERS).exclude(user=request.user)
    enrolment = seen.select_related("user").filter(pk=enrolment_id).first()
    shown = shown_step(enrolment, step_key, request.LANGUAGE_CODE) if enrolment else None
    if shown is None or shown[1].kind != QUIZ:
        raise Http404(enrolment_id)
    page, step = shown
    if request.method == "POST":
        try:
            changed = allow_new_attempts(enrolment=enrolment, step_key=step_key, actor=request.user)
        except (StepNotOnPath, EnrolmentEnded) as error:
            raise Http404(step_key) from error
        if changed:
            words = _("%(name)s can take the quiz again, and has been told.")
            messages.success(request, words % {"name": enrolment.user.get_full_name()})
        return redirect("onboarding:quiz_attempts", enrolment_id, step_key)
    row = enrolment.progress.filter(step_key=step_key).first()
    attempts = list(row.quiz_attempts.filter(round=row.attempt)) if row else []
    context = {
        "enrolment": enrolment,
        "step": step,
        "is_passed": bool(row and row.completed_at),
        "is_used_up": bool(row and not row.completed_at) and attempts_left(page, attempts) == 0,
    }
    return render(request, "onboarding/quiz/more_attempts.html", context)


def attempts_at(enrolment: Enrolment, step_key: UUID):
    """Every attempt of this person at this quiz, first one first."""
    return QuizAttempt.objects.filter(progress__enrolment=enrolment, progress__step_key=step_key).order_by("number")


def review(attempt: QuizAttempt) -> list[dict]:
    """What was asked and chosen: ``[{"number", "text", "counts", "is_right", "chosen": [answer, ...]}, ...]``.

    What would have been right is said only by the explanations of editors: there may be another go.
    """
    rows = []
    for number, question in enumerate(attempt.questions, start=1):
        chosen = attempt.answers.get(question["id"], [])
        rows.append(
            {
                "number": number,
                "text": question["text"],
                "counts": bool(right_answers(question)),
                "is_right": is_right(question, chosen),
                "chosen": [answer for answer in question["answers"] if answer["id"] in chosen],
            }
        )
    return rows


def _questions(
    request: HttpRequest, standing: Standing, step: Step, attempt: QuizAttempt, form: QuizForm
) -> HttpResponse:
    context = {"standing": standing, "step": step, "attempt": attempt, "form": form}
    request.address_for_languages = reverse("onboarding:quiz", args=[standing.enrolment.pk, step.key])
    return render(request, "onboarding/quiz/questions.html", context)
