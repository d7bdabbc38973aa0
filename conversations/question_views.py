"""The question desk: asking, reading what was answered, and answering. Whose question it isn't finds nothing."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page

from base.access import visible_pages
from base.pace import is_within
from base.reading import number_in
from base.typed import storable

from .desk import AlreadySettledError, answer_question, ask_question, close_question, find_asked, version_of
from .models import Question
from .models.questions import QUESTION_LENGTH
from .question_forms import AnswerForm, QuestionForm
from .question_querysets import may_answer

PER_PAGE = 20
QUESTIONS_AN_HOUR = 10


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request) -> HttpResponse:
    """The form, with ``?q=`` (words) and ``?about=`` (id of a page) filled in; a page one may not see is left out."""
    sent = request.method == "POST"
    about = _page(request, (request.POST if sent else request.GET).get("about"))
    if sent:
        form = QuestionForm(request.POST)
        if form.is_valid():
            before = find_asked(asker=request.user, key=form.cleaned_data["key"])
            if before or is_within(f"questions:{request.user.pk}", QUESTIONS_AN_HOUR, 60 * 60):
                return _asked(request, form, about)
            form.add_error(
                None, _("That is a lot of questions in an hour. Try again later: your words are still here.")
            )
    else:
        words = storable(request.GET.get("q", "")).strip()[:QUESTION_LENGTH]
        form = QuestionForm(initial={"text": words, "about": about.pk if about else "", "key": uuid.uuid4()})
    return render(request, "conversations/questions/ask.html", {"form": form, "about": about})


def _asked(request, form: QuestionForm, about: Page | None) -> HttpResponse:
    values = form.cleaned_data
    try:
        question = ask_question(
            asker=request.user, text=values["text"], language=get_language(), about=about, key=values["key"]
        )
    except ValueError as error:
        raise Http404 from error
    messages.success(request, _("Your question is with the question desk. You get a message with the answer."))
    return redirect("questions:detail", question.pk)


def _page(request, value: str | None) -> Page | None:
    number = number_in(value)
    return visible_pages(request.user).select_related("locale").filter(pk=number).first() if number else None


@require_safe
def questions(request) -> HttpResponse:
    """Own questions and published answers; for the desk also what waits. ``?page=`` leafs through the published ones."""
    is_desk = may_answer(request.user)
    public = Paginator(Question.objects.public_for(request.user), PER_PAGE)
    context = {
        "is_desk": is_desk,
        "waiting": Question.objects.waiting().select_related("asker")[:100] if is_desk else [],
        "own": Question.objects.asked_by(request.user)[:50],
        "page_obj": public.get_page(number_in(request.GET.get("page")) or 1),
    }
    return render(request, "conversations/questions/list.html", context)


@require_safe
def question(request, pk: int) -> HttpResponse:
    """One question with its answer; who may read it only because it was published sees nothing of who asked."""
    return _shown(request, _readable(request, pk))


def _readable(request, pk: int) -> Question:
    rows = Question.objects.readable_by(request.user).select_related("asker", "answered_by")
    return get_object_or_404(rows, pk=pk)


def _shown(request, found: Question, form: AnswerForm | None = None) -> HttpResponse:
    is_desk, is_own = may_answer(request.user), found.asker_id == request.user.pk
    if form is None and is_desk and found.status != Question.Status.CLOSED:
        initial = {
            "answer": found.answer,
            "is_public": found.is_public,
            "public_text": found.public_text or found.text,
            "seen": version_of(found),
        }
        form = AnswerForm(initial=initial)
    context = {
        "question": found,
        "text": found.text if is_own or is_desk else found.public_text,
        "about": _about(request, found),
        "is_desk": is_desk,
        "is_own": is_own,
        "form": form,
    }
    return render(request, "conversations/questions/question.html", context)


def _about(request, found: Question) -> Page | None:
    """The page it is about, in the reader's language where it is there; None for one they may not see."""
    if found.about_key is None:
        return None
    pages = visible_pages(request.user).filter(translation_key=found.about_key).select_related("locale")
    return min(pages, key=lambda page: page.locale.language_code != get_language(), default=None)


@require_POST
def answer(request, pk: int) -> HttpResponse:
    """Answer it or mend its answer; only for the desk, 404 for everybody else."""
    found = _readable(request, pk)
    if not may_answer(request.user):
        raise Http404(str(pk))
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_question(question=found, by=request.user, **form.cleaned_data)
        except AlreadySettledError as error:
            found = error.question
            form = _with_new_version(request, found)
            form.add_error(None, _("A colleague answered meanwhile. Read that first; saving now replaces it."))
        else:
            messages.success(request, _("The answer is saved."))
            return redirect("questions:detail", pk)
    return _shown(request, found, form)


def _with_new_version(request, found: Question) -> AnswerForm:
    form = AnswerForm({**request.POST.dict(), "seen": version_of(found)})
    form.is_valid()
    return form


@require_POST
def close(request, pk: int) -> HttpResponse:
    """Close a question without an answer; for its asker and the desk, 404 for everybody else."""
    found = _readable(request, pk)
    if found.asker_id != request.user.pk and not may_answer(request.user):
        raise Http404(str(pk))
    try:
        close_question(question=found, by=request.user)
    except AlreadySettledError:
        messages.info(request, _("It was answered meanwhile."))
    else:
        messages.success(request, _("The question is closed."))
    return redirect("questions:detail", pk)
