"""What somebody fills in about a text they answer for."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from base.access import is_visible
from base.typed import TypedField, storable
from people.models import User

from .models.governance import REASON_LENGTH
from .services.reviewing import LONGEST_DELAY


def _lines(**attrs) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "maxlength": REASON_LENGTH, "dir": "auto", **attrs})


class PostponeForm(forms.Form):
    """Until when, and why; ``seen`` is the day that stood there."""

    until = forms.DateField(
        label=gettext_lazy("Check it by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most 90 days from now. Twice at most between two checks."),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("This is no date. Choose a day."),
        },
    )
    reason = TypedField(
        label=gettext_lazy("Why later?"),
        max_length=REASON_LENGTH,
        widget=_lines(),
        help_text=gettext_lazy("Editors read it, and so does who answers for the text after you."),
        error_messages={"required": gettext_lazy("Write in a few words why it has to wait.")},
    )
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean_until(self):
        """A day after today, and not too far away."""
        day, today = self.cleaned_data["until"], timezone.localdate()
        if day <= today:
            raise forms.ValidationError(_("This day has passed. Choose one that is still to come."))
        if day > today + LONGEST_DELAY:
            raise forms.ValidationError(
                _("This is more than 90 days from now. Choose a day until %(date)s.")
                % {"date": (today + LONGEST_DELAY).strftime("%d-%m-%Y")}
            )
        return day

    @staticmethod
    def first_day() -> str:
        """What is proposed: two weeks from now."""
        return (timezone.localdate() + timedelta(days=14)).isoformat()


class OfferForm(forms.Form):
    """Whom to ask, by name or address: the portal has no list of everybody to choose from."""

    to = forms.CharField(
        label=gettext_lazy("Who answers for it from now on?"),
        max_length=254,
        help_text=gettext_lazy("Name or e-mail address. They get a message; it stays with you until they say yes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "near"}),
        error_messages={"required": gettext_lazy("Fill in whom you ask.")},
    )
    note = TypedField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=REASON_LENGTH,
        widget=_lines(),
        help_text=gettext_lazy("What they should know."),
    )

    def __init__(self, *args, asker: User, owners: tuple[int, ...], page: Page, **kwargs):
        super().__init__(*args, **kwargs)
        self.asker, self.owners, self.page = asker, owners, page

    def clean_to(self) -> User:
        """The one colleague that is meant: somebody else, who may read the text."""
        found = list(User.objects.active().by_name_or_address(storable(self.cleaned_data["to"]))[:2])
        if not found:
            raise forms.ValidationError(_("No colleague has this name or e-mail address."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several colleagues have this name: fill in the e-mail address."))
        person = found[0]
        if person.pk in self.owners:
            raise forms.ValidationError(_("%(name)s answers for it already.") % {"name": person.get_full_name()})
        if person.pk == self.asker.pk:
            raise forms.ValidationError(_("Choose somebody else: you can’t ask yourself."))
        if not is_visible(self.page, person):
            raise forms.ValidationError(
                _("%(name)s may not read this page. Choose somebody else, or ask an editor to open it to them.")
                % {"name": person.get_full_name()}
            )
        return person
