"""Pages about the reader and about colleagues."""

import tempfile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from base.frame_views import remember_language
from base.pace import is_within

from .forms import PreferencesForm
from .models import User
from .personal_data import all_parts, write_zip
from .profile import sections_for

# An hour: making the file reads everything there is about somebody.
MOST_DOWNLOADS = 6


def settings(request) -> HttpResponse:
    """Language, light or dark, and time zone of the reader; after saving the page is in the language chosen."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.save(update_fields=list(form.cleaned_data))
        with override(user.locale):
            messages.success(request, _("Your settings are saved."))
            response = HttpResponseRedirect(reverse("people:settings"))
        remember_language(response, user.locale)
        return response
    return render(request, "people/settings.html", {"form": form})


@require_safe
def profile(request, key: UUID) -> HttpResponse:
    """A colleague, for everybody who is signed in; 404 for who isn't (or isn't any more)."""
    person = User.objects.active().select_related("team", "location").filter(key=key).first()
    if person is None:
        raise Http404(str(key))
    leads = person.team.leads.active().exclude(pk=person.pk) if person.team else []
    context = {"person": person, "leads": leads, "sections": sections_for(person, request)}
    return render(request, "people/profile.html", context)


@require_safe
def my_profile(request) -> HttpResponse:
    """The reader's own page, at an address that is the same for all."""
    return HttpResponseRedirect(reverse("people:profile", args=[request.user.key]))


@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request) -> HttpResponse:
    """What is kept about the reader; POST gives it as one file. Nobody can ask for another's."""
    if request.method != "POST":
        return render(request, "people/personal_data.html", {"parts": all_parts()})
    if not is_within(f"own-data:{request.user.pk}", MOST_DOWNLOADS, 60 * 60):
        context = {"parts": all_parts(), "is_too_often": True}
        return render(request, "people/personal_data.html", context, status=429)
    # In memory while it is small; a file of no name after that, which the server removes itself.
    out = tempfile.SpooledTemporaryFile(max_size=5_000_000)  # noqa: SIM115 - the response closes it
    write_zip(request.user, out)
    out.seek(0)
    name = f"portal-{timezone.localdate():%Y-%m-%d}.zip"
    response = FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
