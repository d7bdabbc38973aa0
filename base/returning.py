"""Where a form leads back to."""

from django.utils.http import url_has_allowed_host_and_scheme


def place_to_return(request, otherwise: str) -> str:
    """The address in the form's ``next``, or ``otherwise`` where it is no address of this portal from the top.

    What doesn't begin at the top ("0") is taken by ``redirect`` for the name of a view.
    """
    target = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_own and target.startswith(("/", "http://", "https://")) else otherwise
