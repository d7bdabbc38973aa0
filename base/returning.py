"""Going back to the page that a form was on."""

from django.utils.http import url_has_allowed_host_and_scheme


def place_to_return(request, otherwise: str) -> str:
    """The address in the form's ``next``, or ``otherwise`` where there is none or it leads to another host."""
    target = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_own else otherwise
