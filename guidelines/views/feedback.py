"""Saying whether a text was useful, and answering what readers said."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from base.pace import is_within

from ..forms import AnswerForm, FeedbackForm
from ..models import Feedback
from ..reading.feedback import Given, ReceivedFeedback, score_of
from ..reading.own import OwnReading
from ..services.feedback import ChangedMeanwhile, answer_feedback, give_feedback
from .pages import text_page_or_404

PER_PAGE = 20
FEEDBACK_AN_HOUR = 60


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, page_id: int) -> HttpResponse:
    """The form, and keeping what it says; 404 for a page that isn't there for this reader."""
    page = text_page_or_404(request.user, page_id)
    request.page_for_languages = page
    own = OwnReading(page, request.user)
    if request.method != "POST":
        return render(request, "guidelines/give_feedback.html", {"page": page, "form": own.form})
    form = FeedbackForm(request.POST)
    if form.is_valid() and not is_within(f"feedback:{request.user.pk}", FEEDBACK_AN_HOUR, 60 * 60):
        form.add_error(None, _("That is a lot in one hour. Try again later: your words are still here."))
        return render(request, "guidelines/give_feedback.html", {"page": page, "form": form}, status=429)
    if not form.is_valid():
        return render(request, "guidelines/give_feedback.html", {"page": page, "form": form})
    give_feedback(
        page=page,
        edition=own.edition,
        user=request.user,
        is_useful=form.is_useful,
        comment=form.words,
        with_name=form.cleaned_data["with_name"],
    )
    if form.words:
        messages.success(request, _("Thank you. Who answers for this text reads it, and you get an answer."))
    if request.htmx and form.words is None:
        return render(request, "guidelines/_feedback.html", {"page": page, "own": OwnReading(page, request.user)})
    return redirect(f"{page.get_url(request)}#feedback")


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What is addressed to the reader; ``?status=`` is one of ``Feedback.Status``, or ``all``."""
    status = request.GET.get("status", Feedback.Status.OPEN)
    if status not in (*Feedback.Status.values, "all"):
        status = Feedback.Status.OPEN
    reading = ReceivedFeedback(request.user)
    page_obj = Paginator(reading.rows("" if status == "all" else status), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": reading.with_pages(page_obj.object_list),
        "status": str(status),
        "statuses": [*Feedback.Status.choices, ("all", _("all"))],
    }
    return render(request, "guidelines/received_feedback.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment with the form to answer it; 404 for what isn't addressed to the reader."""
    reading = ReceivedFeedback(request.user)
    row = reading.find(pk)
    if row is None:
        raise Http404(str(pk))
    given = reading.with_pages([row])[0]
    if request.method != "POST":
        initial = {"status": row.status, "answer": row.answer, "version": row.version}
        return _show(request, given, AnswerForm(initial=initial))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, given, form)
    values = form.cleaned_data
    try:
        answer_feedback(
            feedback=row, status=values["status"], answer=values["answer"], by=request.user, seen=values["version"]
        )
    except ChangedMeanwhile:
        # What was typed stays; what stands now is read before it is sent again.
        again = AnswerForm({**request.POST.dict(), "version": row.version})
        again.add_error(
            None,
            _(
                "It was changed or answered since you opened it. Read how it stands now, and send it again if you still want to."
            ),
        )
        return _show(request, given, again)
    messages.success(request, _("Kept. Who wrote it gets your answer."))
    return redirect("guidelines:feedback")


def _show(request: HttpRequest, given: Given, form: AnswerForm) -> HttpResponse:
    score = score_of(given.row.page_key, given.row.edition)
    return render(request, "guidelines/answer_feedback.html", {"given": given, "form": form, "score": score})
