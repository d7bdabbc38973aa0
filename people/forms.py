"""What colleagues set for themselves."""

import zoneinfo

from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

from .backends import may_use_password
from .models import User

# Where the organisation's people work; another one that is already set stays choosable.
TIME_ZONES = [
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Warsaw",
    "Europe/Athens",
    "Europe/Istanbul",
    "America/Curacao",
    "America/Paramaribo",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Jakarta",
    "UTC",
]


class PreferencesForm(forms.ModelForm):
    """Language, light or dark, and time zone."""

    locale = forms.ChoiceField(
        label=_("Language"), choices=[("nl", "Nederlands"), ("en", "English")], widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Then we know what time it is where you are."))

    class Meta:
        model = User
        fields = ["locale", "theme", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = list(dict.fromkeys([*TIME_ZONES, self.instance.time_zone]))
        known = zoneinfo.available_timezones()
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in names if name in known]


class NewPasswordHint:
    """One hint instead of the list of rules."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "At least 12 characters. A few words in a row are easy to remember and hard to guess."
        )


class AskPasswordForm(ResetPasswordForm):
    """Asks for the link to a new password.

    Who hasn't started has no work account, and whoever signs in by the issuer no password: as unknown as any other address.
    """

    def clean_email(self) -> str:
        """The address; ``users`` are those who get the link."""
        email = super().clean_email()
        self.users = [user for user in self.users if not user.is_preboarder and may_use_password(user)]
        return email


class NewPasswordForm(NewPasswordHint, ChangePasswordForm):
    """A new password for who knows the old one."""


class ForgottenPasswordForm(NewPasswordHint, ResetPasswordKeyForm):
    """A new password for who came by a link in a message."""
