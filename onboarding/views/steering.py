"""What supporters and HR do with a step of somebody's path. Each endpoint states what it sets, so twice is once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..checklists import items_of
from ..forms.handing_in import HandInForm
from ..forms.supporting import ReopenForm, SendBackForm, WaiveForm
from ..models import StepPage
from ..newcomers import Newcomer
from ..outline import Step
from ..services import (
    EnrolmentEnded,
    NotYoursToDo,
    StepLocked,
    StepNotOnPath,
    complete_step,
    reopen_step,
    unwaive_step,
    waive_step,
)
from ..services.handing_in import Incomplete, hand_in_step
from ..services.nudging import NothingToNudge, NudgedBefore, nudge
from ..services.signing_off import AnswersChanged, NothingHandedIn, send_back_step, sign_off_step
from ..services.ticking import ItemGone, NothingToConfirm, NotTicked, complete_checklist, confirm_step, set_tick
from ..step_pages import shown_step
from ..waiting import forget_waiting
from ..walking_along import may_sign_off
from .supported_parts import answers_of
from .supporters import find_step, render_step

Kind = StepPage.Kind


@require_POST
def complete(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The reader has done this step of theirs, with what its kind asks for; 404 for a step that is somebody else's.

    ``later`` only keeps the ticks of a checklist.
    """
    newcomer, step = find_step(request, enrolment_id, step_key)
    if not newcomer.acts_for(step):
        raise Http404(step_key)
    common = {
        "enrolment": newcomer.enrolment,
        "step_key": step_key,
        "as_role": newcomer.standing.row(step).assignee,
    }
    if step.kind == Kind.SUBMIT:
        return _hand_in(request, newcomer, step, common)
    if "later" in request.POST:
        return _do(request, newcomer, step, lambda: _tick(request, step, common), _("Kept: “%(step)s”."))

    done = _("“%(step)s” is done.")
    if step.signed_off_by:
        done = _("“%(step)s” waits to be signed off now.")

    def write() -> None:
        match step.kind:
            case Kind.DO:
                _tick(request, step, common)
                complete_checklist(actor=request.user, **common)
            case Kind.CONFIRM:
                confirm_step(actor=request.user, **common)
            case _:
                complete_step(actor=request.user, **common)

    return _do(request, newcomer, step, write, done, to=newcomer.url)


def _tick(request: HttpRequest, step: Step, common: dict) -> None:
    """The checklist is as it was sent, all of it."""
    ticked = set(request.POST.getlist("item"))
    for item in items_of(step):
        set_tick(item=item.id, ticked=str(item.id) in ticked, **common)


def _hand_in(request: HttpRequest, newcomer: Newcomer, step: Step, common: dict) -> HttpResponse:
    shown = shown_step(newcomer.enrolment, step.key, get_language())
    if shown is None:
        raise Http404(step.key)
    kept = {str(answer.field): answer.file_name for answer in answers_of(newcomer, step) if answer.file}
    form = HandInForm(request.POST, request.FILES, page=shown[0], kept=kept)
    if not form.is_valid():
        return render_step(request, newcomer, step, status=422, own_form=form)
    done = _("“%(step)s” was handed in.") if step.signed_off_by else _("“%(step)s” is done.")
    return _do(
        request,
        newcomer,
        step,
        lambda: hand_in_step(values=form.values, actor=request.user, **common),
        done,
        to=newcomer.url,
    )


@require_POST
def sign_off(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """What was done or handed in is in order; 404 for who doesn't sign it off."""
    newcomer, step = _signed_off(request, enrolment_id, step_key)

    def write() -> None:
        sign_off_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, seen=_seen(request))

    return _do(request, newcomer, step, write, _("“%(step)s” is in order. Whoever did it gets a message."))


@require_POST
def send_back(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """What was done or handed in is not in order yet, and why; 404 for who doesn't sign it off."""
    newcomer, step = _signed_off(request, enrolment_id, step_key)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return render_step(request, newcomer, step, status=422, send_back_form=form)

    def write() -> None:
        send_back_step(
            enrolment=newcomer.enrolment,
            step_key=step_key,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=_seen(request),
        )

    return _do(request, newcomer, step, write, _("“%(step)s” went back. Whoever did it gets a message."))


@require_POST
def nudge_step(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """Remind who does this step, once a day at most."""
    newcomer, step = find_step(request, enrolment_id, step_key)

    def write() -> None:
        nudge(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user)

    return _do(request, newcomer, step, write, _("A reminder of “%(step)s” is on its way."))


def _signed_off(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Newcomer, Step]:
    newcomer, step = find_step(request, enrolment_id, step_key)
    if not (step.signed_off_by and may_sign_off(request.user, newcomer.enrolment, step.signed_off_by)):
        raise Http404(step_key)
    return newcomer, step


def _seen(request: HttpRequest) -> datetime | None:
    """When what the reader looked at was handed in."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


@require_POST
def reopen(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step is not done: one's own, or by the manager and HR with a note to who does it."""
    newcomer, step = find_step(request, enrolment_id, step_key)
    acts = newcomer.acts_for(step)
    if not (acts or newcomer.may_steer):
        raise Http404(step_key)
    form = ReopenForm(request.POST)
    # Who opens their own step again owes nobody a word.
    if not acts and not form.is_valid():
        return render_step(request, newcomer, step, status=422, reopen_form=form)
    note = "" if acts else form.cleaned_data["note"]

    def write() -> None:
        reopen_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, note=note)

    return _do(request, newcomer, step, write, _("“%(step)s” is open again."))


@require_POST
def waive(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The newcomer need not do this step, for a reason; 404 for who is neither their manager nor HR."""
    newcomer, step = _steered(request, enrolment_id, step_key)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return render_step(request, newcomer, step, status=422, waive_form=form)

    def write() -> None:
        reason = form.cleaned_data["reason"]
        waive_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user, reason=reason)

    return _do(request, newcomer, step, write, _("“%(step)s” need not be done."))


@require_POST
def unwaive(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The step counts again; 404 for who is neither their manager nor HR."""
    newcomer, step = _steered(request, enrolment_id, step_key)

    def write() -> None:
        unwaive_step(enrolment=newcomer.enrolment, step_key=step_key, actor=request.user)

    return _do(request, newcomer, step, write, _("“%(step)s” counts again."))


def _steered(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Newcomer, Step]:
    newcomer, step = find_step(request, enrolment_id, step_key)
    if not newcomer.may_steer:
        raise Http404(step_key)
    return newcomer, step


def _do(
    request: HttpRequest, newcomer: Newcomer, step: Step, write: Callable[[], None], done: str, to: str = ""
) -> HttpResponse:
    """Do it and say so, or say why not; then to the step, or to ``to``. Ticks stay, also where the rest can't be done."""
    back = reverse("onboarding:supported_step", args=[newcomer.enrolment.pk, step.key])
    try:
        write()
    except StepNotOnPath as error:
        raise Http404(step.key) from error
    except EnrolmentEnded:
        messages.error(request, _("This path was ended, so nothing was changed. Ask HR if that is not right."))
        return redirect(newcomer.url)
    except StepLocked:
        messages.error(request, _("Another step has to be done first, so nothing was changed."))
        return redirect(back)
    except NotTicked as error:
        words = ngettext(
            "%(counter)s thing is not ticked yet, so it is not done.",
            "%(counter)s things are not ticked yet, so it is not done.",
            error.missing,
        )
        messages.warning(request, words % {"counter": error.missing})
        return redirect(back)
    except NothingToConfirm:
        messages.warning(request, _("The page to read is being updated, so there is nothing to confirm just now."))
        return redirect(back)
    except NudgedBefore:
        messages.warning(request, _("Somebody gave a reminder of this today already. Once a day is enough."))
        return redirect(back)
    except AnswersChanged:
        messages.warning(request, _("It was done or handed in anew meanwhile. Look at it once more."))
        return redirect(back)
    except (NothingHandedIn, NothingToNudge, NotYoursToDo, ItemGone, Incomplete):
        messages.error(request, _("This changed meanwhile, so nothing was done. Look at it once more."))
        return redirect(back)
    forget_waiting(request.user.pk)
    messages.success(request, done % {"step": step.title, "name": newcomer.colleague.get_short_name()})
    return redirect(to or back)
