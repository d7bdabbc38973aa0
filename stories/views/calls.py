"""Opening, changing and ending calls from the portal; saying no to one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.calls import CallForm
from ..models import StoryCall
from ..services import NotAllowedError
from ..services.calling import decline_call, end_call, may_call, own_call, reconsider_call, save_call


@require_http_methods(["GET", "HEAD", "POST"])
def new_call(request) -> HttpResponse:
    """Open a call in the language of the address. 404 for who may not."""
    _require_caller(request)
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_call(request, pk: int) -> HttpResponse:
    """Change a call, ended or not. 404 for who may not."""
    _require_caller(request)
    return _edit(request, own_call(_visible(request, pk)))


def _edit(request, call: StoryCall | None) -> HttpResponse:
    form = CallForm(request.POST or None, call=call)
    if request.method == "POST" and form.is_valid():
        saved = save_call(by=request.user, call=call, language=get_language(), **form.cleaned_data)
        messages.success(request, _("The call is changed.") if call else _("The call is open."))
        return redirect(_address(request, saved))
    return render(request, "stories/calls/edit.html", {"form": form, "call": call})


@require_POST
def end(request, pk: int) -> HttpResponse:
    """End a call now."""
    _require_caller(request)
    call = end_call(call=_visible(request, pk), by=request.user)
    messages.success(request, _("The call has ended. Its stories stay."))
    return redirect(_address(request, call))


@require_POST
def decline(request, pk: int) -> HttpResponse:
    """Say no to a call one was asked for by name; nobody hears of it."""
    call = _visible(request, pk)
    try:
        decline_call(call=call, person=request.user)
    except NotAllowedError as error:
        raise Http404 from error
    messages.success(request, _("That's fine. Nobody is told."))
    return redirect(_address(request, call))


@require_POST
def reconsider(request, pk: int) -> HttpResponse:
    """Take back a no."""
    call = _visible(request, pk)
    reconsider_call(call=call, person=request.user)
    return redirect(_address(request, call))


def _require_caller(request) -> None:
    if not may_call(request.user):
        raise Http404


def _visible(request, pk: int) -> StoryCall:
    return get_object_or_404(StoryCall.objects.visible_to(request.user), id=pk)


def _address(request, call: StoryCall) -> str:
    """The call in the language the reader is in."""
    twins = StoryCall.objects.visible_to(request.user).filter(translation_key=call.translation_key)
    twin = twins.in_language(get_language()).first()
    return (twin or call).get_url(request)
