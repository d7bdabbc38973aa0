"""What somebody answers for, in the portal. A text that is somebody else's is a 404, as is a question to somebody else."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import User

from .leaving_reading import leaving_people
from .models import Delegation
from .reading.duties import Duties, Duty, history_of
from .review_forms import OfferForm, PostponeForm
from .services.reviewing import (
    AlreadyOffered,
    ChangedMeanwhile,
    DelayedTooOften,
    OfferOver,
    TextGone,
    answer_offer,
    confirm_text,
    offer_text,
    postpone_review,
    withdraw_offer,
)

PER_PAGE = 50
NEAR = 100


@require_safe
def show_reviews(request: HttpRequest) -> HttpResponse:
    """What the reader answers for, longest overdue first; ``manual`` and ``state`` of the address narrow it down."""
    duties = Duties(request.user, get_language())
    rows, state, manual = duties.mine, request.GET.get("state", ""), request.GET.get("manual", "")
    if state == "overdue":
        rows = [duty for duty in rows if duty.is_overdue]
    if manual:
        rows = [duty for duty in rows if duty.standing.manual and str(duty.standing.manual.key) == manual]
    context = {
        "duties": duties,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "is_narrowed": bool(manual) or state == "overdue",
        "leads_people": User.objects.led_by(request.user).exists(),
    }
    return render(request, "guidelines/reviews/list.html", context)


@require_safe
def show_leaving(request: HttpRequest) -> HttpResponse:
    """What will move when one of the reader's own people leaves."""
    return render(request, "guidelines/reviews/leaving.html", {"people": leaving_people(request.user, get_language())})


@require_safe
def show_text(request: HttpRequest, key: UUID) -> HttpResponse:
    """One text with what was done about it."""
    context = {"duty": _find(request, key), "history": history_of(key)}
    return render(request, "guidelines/reviews/text.html", context)


@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Still right."""
    duty = _find(request, key)
    try:
        confirm_text(key=key, by=request.user)
    except TextGone as error:
        raise Http404(str(key)) from error
    messages.success(request, _("“%(title)s” is checked today. Thank you.") % {"title": duty.page.title})
    return redirect("reviews:list")


@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Later, with a reason; what was typed stays, whatever is wrong with it."""
    duty = _find(request, key)
    if request.method != "POST":
        form = PostponeForm(initial={"seen": duty.standing.review_by, "until": PostponeForm.first_day()})
        return render(request, "guidelines/reviews/postpone.html", {"form": form, "duty": duty})
    form = PostponeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            postpone_review(key=key, by=request.user, until=data["until"], reason=data["reason"], seen=data["seen"])
        except DelayedTooOften:
            form.add_error(
                "until", _("It was put off twice already. Check it now, or hand it on to a colleague who has time.")
            )
        except ChangedMeanwhile as error:
            form.add_error(
                "until", _("Its day was changed meanwhile. Look at it above, and send this again if it holds.")
            )
            form.data = {**form.data.dict(), "seen": error.review_by.isoformat() if error.review_by else ""}
            duty = _find(request, key)
        except TextGone as error:
            raise Http404(str(key)) from error
        else:
            messages.success(request, _("“%(title)s” can wait until then.") % {"title": duty.page.title})
            return redirect("reviews:list")
    return render(request, "guidelines/reviews/postpone.html", {"form": form, "duty": duty}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a colleague to answer for it from now on."""
    duty = _find(request, key)
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        asker=request.user,
        owners=() if duty.standing.is_stand_in else duty.standing.answers,
        page=duty.page,
    )
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            offer_text(key=key, by=request.user, to=to, note=form.cleaned_data["note"])
        except AlreadyOffered as error:
            name = error.delegation.to.get_full_name()
            form.add_error("to", _("%(name)s was asked already. Take that question back first.") % {"name": name})
            duty = _find(request, key)
        except TextGone as error:
            raise Http404(str(key)) from error
        else:
            messages.success(
                request, _("%(name)s is asked. Until they say yes, it stays with you.") % {"name": to.get_full_name()}
            )
            return redirect("reviews:list")
    near = User.objects.active().filter(team=request.user.team_id).exclude(pk=request.user.pk)
    context = {"form": form, "duty": duty, "near": near[:NEAR] if request.user.team_id else ()}
    return render(request, "guidelines/reviews/offer.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """``accept=true`` takes the text over, ``false`` doesn't."""
    accept = {"true": True, "false": False}.get(request.POST.get("accept", ""))
    if accept is None:
        return HttpResponseBadRequest()
    delegation = _question(key, to=request.user)
    try:
        answer_offer(delegation=delegation, accept=accept)
    except OfferOver:
        messages.warning(request, _("This question is over: it was answered or taken back before."))
    else:
        done = _("You answer for it from now on. Thank you.") if accept else _("It stays with who asked you.")
        messages.success(request, done)
    return redirect("reviews:list")


@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back what the reader asked of a colleague."""
    delegation = Delegation.objects.filter(key=key).first()
    duty = Duties(request.user, get_language()).find(delegation.page_key) if delegation else None
    if delegation is None or (delegation.by_id != request.user.pk and duty is None):
        raise Http404(str(key))
    withdraw_offer(delegation=delegation)
    messages.success(request, _("The question is taken back."))
    return redirect("reviews:list")


def _question(key: UUID, **whose) -> Delegation:
    delegation = Delegation.objects.filter(key=key, **whose).first()
    if delegation is None:
        raise Http404(str(key))
    return delegation


def _find(request: HttpRequest, key: UUID) -> Duty:
    duty = Duties(request.user, get_language(), today=timezone.localdate()).find(key)
    if duty is None:
        raise Http404(str(key))
    return duty
