"""The bell, the choices, and the way out."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .forms import CadenceForm, QuietHoursForm
from .kinds import UnknownKindError, all_kinds, get_kind
from .models import Message, QuietHours
from .sending import resolve
from .services import cadence_for, choose_cadence, mark_seen
from .unsubscribing import read_token

PER_PAGE = 20


@require_GET
def message_list(request):
    """This person's messages, newest first; what no longer holds is left out."""
    page = Paginator(Message.objects.of(request.user).select_related("recipient"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    items = [(message, content) for message in page if (content := resolve(message))]
    return render(request, "notifications/message_list.html", {"items": items, "page_obj": page})


@require_POST
def seen(request):
    """Mark one message (``message``) or all as seen. A stranger's id or nonsense does nothing."""
    given = request.POST.get("message", "")
    ids = None if not given else [int(given)] if given.isdecimal() and len(given) < 19 else []
    mark_seen(user=request.user, messages=ids)
    return redirect("notifications:list")


@require_POST
def open_message(request, pk: int):
    """Mark one message as seen and go where it leads; a stranger's message is a 404."""
    message = get_object_or_404(Message.objects.of(request.user), pk=pk)
    content = resolve(message)
    mark_seen(user=request.user, messages=[message.pk])
    if content is None:
        messages.info(request, _("This message no longer holds."))
        return redirect("notifications:list")
    return redirect(content.url)


@require_http_methods(["GET", "POST"])
def preferences(request):
    """Quiet hours and how each kind comes by mail."""
    hours = QuietHours.objects.filter(user=request.user).first() or QuietHours(user=request.user)
    data = request.POST if request.method == "POST" else None
    chosen = {kind.name: cadence_for(request.user, kind) for kind in all_kinds()}
    hours_form, cadence_form = QuietHoursForm(data, instance=hours), CadenceForm(data, initial=chosen)
    if data is not None and hours_form.is_valid() and cadence_form.is_valid():
        with transaction.atomic():
            hours_form.save()
            for kind, cadence in cadence_form.cleaned_data.items():
                if cadence != chosen[kind]:
                    choose_cadence(user=request.user, kind=kind, cadence=cadence)
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    status = 200 if data is None else 422
    return render(
        request,
        "notifications/preferences.html",
        {"hours_form": hours_form, "cadence_form": cadence_form},
        status=status,
    )


@login_not_required
@csrf_exempt  # mail programs post here without a cookie (RFC 8058); the signed token is the proof
@require_http_methods(["GET", "POST"])
def unsubscribe(request, token: str):
    """Stop mailing a kind (or every kind) to who got the mail. GET only asks; POST does it. A wrong token is a 404."""
    try:
        who = read_token(token)
        user = get_user_model().objects.get(pk=who["user"])
        kinds = [get_kind(who["kind"])] if who["kind"] else all_kinds()
    except (signing.BadSignature, KeyError, UnknownKindError, get_user_model().DoesNotExist) as error:
        raise Http404 from error
    if request.method == "POST":
        for kind in kinds:
            choose_cadence(user=user, kind=kind.name, cadence="never")
    context = {"kinds": kinds, "every_kind": not who["kind"], "done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
