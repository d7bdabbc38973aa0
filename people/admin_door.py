"""Who may not enter the admin hears so, once and clearly."""

from functools import wraps

from django.shortcuts import render

ENTER = "wagtailadmin.access_admin"


def admin_only(view):
    """A view of the admin: 403 with an explanation for a signed-in reader without access to it.

    Wagtail would send them to sign in, where they are already, and so on for ever.
    """

    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.has_perm(ENTER):
            return render(request, "403_admin.html", status=403)
        return view(request, *args, **kwargs)

    return checked
