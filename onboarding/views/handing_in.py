"""Handing in what a step asks for, and who may read it."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from base.files import CLOSED_FILE_CACHE, CONTENT_POLICY
from base.pace import is_within
from base.typed import typed_values

from ..forms.handing_in import HandInForm, field_name
from ..models import Enrolment, StepAnswer, StepDraft, StepPage, StepProgress
from ..outline import Step
from ..services.handing_in import Incomplete, hand_in_step, record_look, save_draft
from ..standing import Standing
from ..step_pages import shown_step
from ..uploads import LIMIT
from ..visibility import Data, may_see, who_sees
from ..walking_along import may_sign_off, who_does
from .own import REFUSED, own_step, page_of, refuse
from .parts import part_of

SUBMIT = StepPage.Kind.SUBMIT
UPLOADS_AN_HOUR = 60


@part_of(SUBMIT)
def hand_in_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict:
    """The form with what was kept, or what was handed in and who it waits for; two queries, four while it waits."""
    row = StepProgress.objects.filter(enrolment=standing.enrolment, step_key=step.key).select_related("draft").first()
    answers = current_answers(row) if row else []
    is_waiting = bool(row and row.submitted_at and not row.completed_at)
    return {
        "template": "onboarding/handing_in/_part.html",
        "standing": standing,
        "step": step,
        "row": row,
        "answers": answers,
        "is_waiting": is_waiting,
        "waits_for": who_does(standing.enrolment, step.signed_off_by) if is_waiting else None,
        "locked_by": standing.waits_for(step) if standing.is_locked(step) else (),
        "form": _form(page, row, answers) if not is_waiting and not standing.completed_at(step) else None,
        "asks_nothing": not len(page.form_fields),
        "who_sees": who_sees(Data.ANSWERS),
        "signer_role": step.signed_off_by,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """The form on a page of its own; hand in, ``later`` only keeps it, ``remove`` drops a kept file."""
    standing, step = own_step(request, enrolment_id, step_key, SUBMIT)
    page = page_of(standing, step)
    row = StepProgress.objects.select_related("draft").filter(enrolment=standing.enrolment, step_key=step_key).first()
    if standing.is_ended or standing.is_done(step):
        return redirect(f"{step.url}#state")
    answers = current_answers(row) if row else []
    if request.method == "POST":
        return _post(request, standing, step, page, row, answers)
    return _show(request, standing, step, _form(page, row, answers))


def _post(request, standing: Standing, step: Step, page: StepPage, row, answers) -> HttpResponse:
    later = "later" in request.POST or "remove" in request.POST
    form = HandInForm(
        request.POST,
        request.FILES,
        page=page,
        kept=_kept(row, answers),
        drafted=_drafted_files(row),
        later=later,
    )
    is_valid = form.is_valid()
    if request.FILES and not is_within(f"hand-in-files:{request.user.pk}", UPLOADS_AN_HOUR, 60 * 60):
        form.add_error(None, _("Those are a lot of files in one hour. Try again later: what you typed is still here."))
        return _show(request, standing, step, form)
    common = {"enrolment": standing.enrolment, "step_key": step.key}
    try:
        if is_valid and not later:
            hand_in_step(**common, values=form.values)
        else:
            files = {key: value for key, value in form.values.items() if not isinstance(value, str)}
            drop = request.POST.get("remove", "")
            save_draft(**common, texts=form.raw_texts, files=files, drop=drop)
            form.keep({key: file.name for key, file in files.items()}, drop)
    except Incomplete as error:
        for field in error.fields:
            if field_name(field) in form.fields:
                form.add_error(field_name(field), form.fields[field_name(field)].error_messages["required"])
        return _show(request, standing, step, form)
    except REFUSED as error:
        return refuse(request, standing, step, error)
    if not is_valid:
        return _show(request, standing, step, form)
    if "remove" in request.POST:
        return redirect("onboarding:hand_in", standing.enrolment.pk, step.key)
    if later:
        messages.success(request, _("What you filled in is kept. Go on whenever you like."))
    elif step.signed_off_by:
        messages.success(request, _("Handed in. You hear when somebody has looked at it."))
    else:
        messages.success(request, _("Handed in. Step %(number)s is done.") % {"number": step.number})
    return redirect(f"{step.url}#state")


@require_http_methods(["GET", "HEAD", "POST"])
def autosave(request: HttpRequest, enrolment_id: int, step_key: UUID) -> JsonResponse:
    """Keep what was typed so far: JSON ``{"values": {field id: text}}``; answers with what to say and a fresh token.

    400 for something else than that, 409 where nothing can be kept any more.
    """
    standing, step = own_step(request, enrolment_id, step_key, SUBMIT)
    token = {"token": get_token(request)}
    if request.method != "POST":
        return JsonResponse(token)
    values = typed_values(request)
    if values is None:
        return JsonResponse(token, status=400)
    form = HandInForm({field_name(key): value for key, value in values.items()}, page=page_of(standing, step))
    try:
        draft = save_draft(enrolment=standing.enrolment, step_key=step_key, texts=form.raw_texts)
    except REFUSED:
        draft = None
    if draft is None:
        words = _("This step is closed now, so what you type is not kept. Load the page again.")
        return JsonResponse({**token, "said": words}, status=409)
    time = localtime(draft.saved_at).strftime("%H:%M")
    return JsonResponse({**token, "said": _("Kept at %(time)s.") % {"time": time}})


@require_safe
def answers(request: HttpRequest, enrolment_id: int, step_key: UUID) -> HttpResponse:
    """What was handed in, with what was there before; for the person, their manager, HR and who signs it off.

    That somebody else looked is kept, and the page says so. 404 for everybody else.
    """
    enrolment, step = _readable(request, enrolment_id, step_key)
    row = enrolment.progress.filter(step_key=step_key).first()
    rows = list(row.answers.order_by("given_at", "pk")) if row else []
    is_own = enrolment.user_id == request.user.pk
    if rows and not is_own:
        _look(request, enrolment, step_key)
    context = {
        "enrolment": enrolment,
        "step": step,
        "row": row,
        "is_own": is_own,
        "answers": [answer for answer in rows if answer.replaced_at is None],
        "earlier": [answer for answer in rows if answer.replaced_at is not None][::-1],
        "who_sees": who_sees(Data.ANSWERS),
    }
    return render(request, "onboarding/handing_in/answers.html", context)


@require_safe
def answer_file(request: HttpRequest, answer_id: int) -> HttpResponse:
    """A file that was handed in, for who may read the answers; 404 for everybody else, and where it was taken away."""
    rows = StepAnswer.objects.exclude(file="").select_related("progress")
    answer = rows.filter(pk=answer_id).first()
    if answer is None:
        raise Http404(answer_id)
    enrolment, _step = _readable(request, answer.progress.enrolment_id, answer.progress.step_key)
    try:
        file = answer.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(answer_id) from error
    if enrolment.user_id != request.user.pk:
        _look(request, enrolment, answer.progress.step_key)
    response = FileResponse(file, as_attachment=True, filename=answer.file_name)
    response["Cache-Control"] = CLOSED_FILE_CACHE
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _readable(request: HttpRequest, enrolment_id: int, step_key: UUID) -> tuple[Enrolment, Step | None]:
    """The enrolment and the step (None where it is off the path by now); 404 for who may not read its answers."""
    enrolment = Enrolment.objects.select_related("user__manager").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404(enrolment_id)
    shown = shown_step(enrolment, step_key, request.LANGUAGE_CODE)
    role = shown[1].signed_off_by if shown else ""
    if not may_see(request.user, enrolment, Data.ANSWERS) and not (
        enrolment.ended_on is None and may_sign_off(request.user, enrolment, role)
    ):
        raise Http404(enrolment_id)
    return enrolment, shown[1] if shown else None


def _look(request: HttpRequest, enrolment: Enrolment, step_key: UUID) -> None:
    """A browser that only looks ahead sees nothing."""
    if request.method == "GET" and "Sec-Purpose" not in request.headers:
        record_look(answers_of=enrolment, step_key=step_key, viewer=request.user)


def current_answers(row: StepProgress) -> list[StepAnswer]:
    """What counts now, in the order it was given."""
    return [answer for answer in row.answers.all() if answer.replaced_at is None]


def _drafted(row: StepProgress | None) -> dict:
    try:
        return row.draft.data if row else {}
    except StepDraft.DoesNotExist:
        return {}


def _kept(row: StepProgress | None, answers: list[StepAnswer]) -> dict[str, str]:
    """The names of the files that are there, by field id."""
    handed_in = {str(answer.field): answer.file_name for answer in answers if answer.file}
    drafted = {key: value["name"] for key, value in _drafted(row).items() if isinstance(value, dict)}
    return handed_in | drafted


def _form(page: StepPage, row: StepProgress | None, answers: list[StepAnswer]) -> HandInForm:
    texts = {key: value for key, value in _drafted(row).items() if isinstance(value, str)}
    if not _drafted(row):
        texts = {str(answer.field): answer.value for answer in answers if not answer.file}
    return HandInForm(page=page, kept=_kept(row, answers), drafted=_drafted_files(row), initial=texts)


def _drafted_files(row: StepProgress | None) -> set[str]:
    """The fields whose file is only kept so far, and can be taken away again."""
    return {key for key, value in _drafted(row).items() if isinstance(value, dict)}


def _show(request: HttpRequest, standing: Standing, step: Step, form: HandInForm) -> HttpResponse:
    part = {"standing": standing, "step": step, "form": form, "who_sees": who_sees(Data.ANSWERS)}
    part["signer_role"] = step.signed_off_by
    context = {"standing": standing, "step": step, "form": form, "part": part, "limit": LIMIT}
    return render(request, "onboarding/handing_in/form.html", context)
