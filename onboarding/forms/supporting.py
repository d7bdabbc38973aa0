"""What supporters and HR fill in about somebody's step."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WaiveForm(forms.Form):
    """Why a step need not be done: nobody is left out of something without a reason."""

    reason = forms.CharField(
        label=_("Why need it not be done?"),
        help_text=_("For example “Has the certificate already”. Nothing about health."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why this step need not be done.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="waive-%s", **kwargs)


class ReopenForm(forms.Form):
    """What is still to be done in a step that is opened again."""

    note = forms.CharField(
        label=_("What is still to be done?"),
        help_text=_("The newcomer reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words what is still to be done.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="reopen-%s", **kwargs)


class SendBackForm(forms.Form):
    """What is not in order yet in what was done or handed in; ``seen`` is when that was, so that nobody judges another text."""

    reason = forms.CharField(
        label=_("What is not in order yet?"),
        help_text=_("Whoever does the step reads this, and goes on with what is there already."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words what is not in order yet.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="send-back-%s", **kwargs)
