"""Asking something about a step, and answering it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from base.pace import is_within

from ..forms.listening import AnswerForm, AskForm
from ..models import HelpRequest
from ..outline import Step
from ..reading import asked_first
from ..reading_outlines import path_outline
from ..roles import Who
from ..services import EnrolmentEnded, StepNotOnPath
from ..services.asking import answer_question, ask_question
from ..standing import Standing
from ..step_pages import held_step
from .own import own_step, refuse

QUESTIONS_AN_HOUR = 20


def ask_context(request: HttpRequest, standing: Standing, step: Step, form: AskForm | None = None) -> dict:
    """What ``onboarding/_ask.html`` needs: the form, who gets the question, and what was asked of this step before.

    ``{"form", "to", "questions", "step", "enrolment", "is_ended"}``; ``to`` is a name, empty for all of HR. One query
    besides those of ``asked_first``.
    """
    names = asked_first(request.user, standing, get_language())
    return {
        "form": form or AskForm(auto_id="ask-%s"),
        "to": next((names[role] for role in (Who.BUDDY, Who.MENTOR, Who.MANAGER, Who.HR) if names.get(role)), ""),
        "questions": list(standing.enrolment.questions.filter(step_key=step.key).select_related("answered_by")),
        "step": step,
        "enrolment": standing.enrolment,
        "is_ended": standing.is_ended,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """Ask something about a step of one's own."""
    standing, step = own_step(request, enrolment_id, step_key)
    form = AskForm(request.POST if request.method == "POST" else None, auto_id="ask-%s")
    if request.method == "POST" and form.is_valid():
        if not is_within(f"onboarding-ask:{request.user.pk}", QUESTIONS_AN_HOUR, 60 * 60):
            form.add_error(None, _("You asked a lot just now. Wait an hour, or walk over to somebody."))
        else:
            try:
                question = ask_question(
                    enrolment=standing.enrolment,
                    step_key=step_key,
                    language=get_language(),
                    **form.cleaned_data,
                )
            except (EnrolmentEnded, StepNotOnPath) as error:
                return refuse(request, standing, step, error)
            if question.recipient:
                words = _("Your question went to %(name)s. You get a message with the answer.")
                messages.success(request, words % {"name": question.recipient.get_full_name()})
            else:
                messages.success(request, _("Your question is kept for HR. You get a message with the answer."))
            return redirect("onboarding:question", question.pk)
    return render(request, "onboarding/questions/ask.html", {"ask": ask_context(request, standing, step, form)})


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question with its answer, for who asked, who got it, and HR; the last two can answer. 404 for others."""
    rows = HelpRequest.objects.seen_by(request.user)
    found = (
        rows.select_related("enrolment__user", "recipient", "passed_on_to", "answered_by")
        .filter(pk=question_id)
        .first()
    )
    if found is None:
        raise Http404(question_id)
    is_own = found.enrolment.user_id == request.user.pk
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if is_own:
            raise Http404(question_id)
        if form.is_valid():
            if answer_question(question=found, actor=request.user, text=form.cleaned_data["answer"]):
                messages.success(request, _("Your answer has been sent."))
            else:
                messages.warning(request, _("Somebody answered already, so nothing was changed."))
            return redirect("onboarding:question", found.pk)
    outline = path_outline(found.enrolment.user, found.enrolment.path_key, get_language())
    step = held_step(found.enrolment, outline, found.step_key)
    context = {"question": found, "step": step, "is_own": is_own, "form": None if is_own else form}
    return render(request, "onboarding/questions/question.html", context)
