"""Pages about the reader."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from base.frame_views import remember_language

from .forms import PreferencesForm


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
