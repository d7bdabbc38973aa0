"""What somebody fills in who hasn't started yet."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NewLinkForm(forms.Form):
    """Where the new link goes: to an address that HR knows already, to no other."""

    email = forms.EmailField(
        label=_("Your own e-mail address"),
        help_text=_("The one that we wrote to before."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in the e-mail address that we wrote to."),
            "invalid": _("This is not a whole e-mail address. An example: name@example.org."),
        },
    )
