"""A supporter's own page for when they are away: who stands in for them, with whom, from and until when."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.models import User

from ..forms.standing_in import OwnStandInForm
from ..models import Enrolment
from ..services.naming import NotInRole
from ..services.standing_in import (
    OutsideTheRole,
    SomebodyStandsIn,
    end_stand_in,
    held_by,
    name_stand_in,
    stand_ins_around,
)
from ..standing_in import in_refusals

# So many names the browser offers while one is typed.
SUGGESTED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def stand_in(request: HttpRequest) -> HttpResponse:
    """The form, and who stands in; ``?for=`` is the enrolment to begin with. 404 for who walks along with nobody."""
    enrolments = held_by(request.user)
    if not enrolments:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = OwnStandInForm(data, supporter=request.user, enrolments=enrolments, initial=_initial(request, enrolments))
    if data is not None and form.is_valid() and _name(form, request.user):
        messages.success(request, _("Somebody stands in for you then. They and your newcomers are told."))
        return redirect("onboarding:stand_in")
    context = {"form": form, "rows": list(stand_ins_around(request.user)), "suggested": _suggested(request.user)}
    return render(request, "onboarding/supporting/stand_in.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back sooner: nobody stands in any more. A second click changes nothing, and neither does somebody else's id."""
    if not held_by(request.user):
        raise Http404
    row = stand_ins_around(request.user).filter(pk=pk).first()
    if row is not None and end_stand_in(row=row, actor=request.user):
        messages.success(request, _("Nobody stands in for you there any more."))
    else:
        messages.warning(request, _("This is over already."))
    return redirect("onboarding:stand_in")


def _initial(request: HttpRequest, enrolments: list[Enrolment]) -> dict:
    ids = [enrolment.pk for enrolment in enrolments]
    chosen = [pk for pk in ids if str(pk) == request.GET.get("for")]
    return {"newcomers": chosen or ids}


def _name(form: OwnStandInForm, supporter: User) -> bool:
    """For all of them or, where one can't be, for none, with the reason beside it."""
    data = {name: form.cleaned_data[name] for name in ("stand_in", "starts_on", "ends_on", "note")}
    chosen = form.chosen
    with transaction.atomic():
        for enrolment in chosen:
            try:
                name_stand_in(enrolment=enrolment, supporter=supporter, actor=supporter, **data)
            except (NotInRole, SomebodyStandsIn, OutsideTheRole, ValueError) as error:
                form.add_error("newcomers", f"{enrolment.user.get_full_name()}: {in_refusals(error)}")
        transaction.set_rollback(bool(form.errors))
    return not form.errors


def _suggested(user: User) -> list[User]:
    """Colleagues of the same team; any other may be written as well."""
    if user.team_id is None:
        return []
    return list(User.objects.active().filter(team=user.team_id).exclude(pk=user.pk).order_by("first_name")[:SUGGESTED])
