"""The bell, the choices, and the way out."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.clock import zone_of

from .bell import count_anew, unseen_of
from .forms import CadenceForm, QuietHoursForm
from .kinds import CADENCES, UnknownKindError, all_kinds, get_kind, kinds_for
from .models import Message, Preference, QuietHours
from .quiet import days_of, next_open_moment
from .resolving import gather, lapse, resolve
from .services import choose_cadence, choose_messages, default_cadence, mark_seen, open_thread
from .unsubscribing import read_token

PER_PAGE = 30
# So many new messages are looked at for what no longer holds each time the list is opened.
CHECKED_AT_ONCE = 100


@require_GET
def message_list(request):
    """This person's messages by day, newest first.

    What no longer holds is left out, and the bell stops counting it: that it is gone is no news. Nothing that holds
    changes by looking.
    """
    own = Message.objects.of(request.user)
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    _gather(request.user, own.unseen().exclude(pk__in=[message.pk for message in rows])[:CHECKED_AT_ONCE])
    zone = zone_of(request.user)
    days: dict = {}
    for item in _gather(request.user, rows):
        days.setdefault(item.newest.created_at.astimezone(zone).date(), []).append(item)
    now = timezone.now()
    opens = next_open_moment(request.user, now)
    context = {
        "days": list(days.items()),
        "any_new": unseen_of(request.user) > 0,
        "today": now.astimezone(zone).date(),
        "zone": zone,
        "page_obj": page,
        "quiet_until": opens.astimezone(zone) if opens > now else None,
    }
    return render(request, "notifications/message_list.html", context)


def _gather(user, rows) -> list:
    rows = list(rows)
    for message in rows:
        message.recipient = user
    items, gone = gather(rows)
    if lapse(gone):
        count_anew(user)
    return items


@require_POST
def seen(request):
    """Mark one message (``message``) or all as seen. A stranger's id or nonsense does nothing."""
    given = request.POST.get("message", "")
    ids = None if not given else [int(given)] if given.isdecimal() and len(given) < 19 else []
    mark_seen(user=request.user, messages=ids)
    return redirect("notifications:list")


@require_POST
def open_message(request, pk: int):
    """Mark a message and its thread as seen and go where it leads; a stranger's message is a 404."""
    message = get_object_or_404(Message.objects.of(request.user), pk=pk)
    message.recipient = request.user
    content = resolve(message)
    open_thread(message=message)
    if content is None:
        messages.info(request, _("This message no longer holds."))
        return redirect("notifications:list")
    return redirect(content.url)


@require_http_methods(["GET", "POST"])
def preferences(request):
    """Quiet hours and how each kind comes by mail."""
    hours = QuietHours.objects.filter(user=request.user).first() or QuietHours(user=request.user)
    data = request.POST if request.method == "POST" else None
    own = dict(Preference.objects.filter(user=request.user).values_list("kind", "cadence"))
    kinds = kinds_for(request.user)
    chosen = {kind.name: own.get(kind.name) or default_cadence(kind) for kind in kinds}
    hours_form, cadence_form = QuietHoursForm(data, instance=hours), CadenceForm(data, initial=chosen, kinds=kinds)
    # Both are looked at, so that every error is said at once.
    if data is not None and all([hours_form.is_valid(), cadence_form.is_valid()]):
        choose_messages(user=request.user, hours=hours_form.save(commit=False), cadences=cadence_form.cleaned_data)
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    days = ", ".join(str(WEEKDAYS[day]) for day in sorted(days_of(request.user)))
    context = {"hours_form": hours_form, "cadence_form": cadence_form, "days": days}
    return render(request, "notifications/preferences.html", context, status=200 if data is None else 422)


@login_not_required
@csrf_exempt  # mail programs post here without a cookie (RFC 8058); the signed token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token: str):
    """Change how a kind (or every kind) is mailed to who got the mail. GET only asks; POST does it.

    ``cadence`` is one of ``CADENCES``; a mail program that posts without it means never. A wrong token is a 404. It
    lets nobody in, so it works for who left as well: a last mail may still be with them.
    """
    try:
        who = read_token(token)
        user = get_user_model().objects.get(pk=who["user"])
        kinds = [get_kind(who["kind"])] if who["kind"] else all_kinds()
    except (signing.BadSignature, KeyError, UnknownKindError, get_user_model().DoesNotExist) as error:
        raise Http404 from error
    done = ""
    if request.method == "POST":
        given = request.POST.get("cadence", "never")
        done = given if given in dict(CADENCES) else "never"
        with transaction.atomic():
            for kind in kinds:
                choose_cadence(user=user, kind=kind.name, cadence=done)
    context = {"kinds": kinds, "every_kind": not who["kind"], "done": done}
    return render(request, "notifications/unsubscribe.html", context)
