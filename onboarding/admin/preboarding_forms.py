"""What HR fills in about who hasn't started: no more than the first days ask."""

from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Team, User

from ..forms.enrolling import chosen_supporters, refuse_doubles
from ..models import PathPage, Supporter
from ..reading import path_titles
from .forms import ColleagueField, NearDateField

SUPPORTERS = {"buddy": Supporter.Role.BUDDY, "mentor": Supporter.Role.MENTOR}


class InviteForm(forms.Form):
    """Somebody who starts soon, and how to reach them until then."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=120)
    email = forms.EmailField(
        label=_("Personal e-mail address"),
        max_length=254,
        help_text=_("Only you and they see it. It is thrown away once they have a work account."),
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=[("nl", "Nederlands"), ("en", "English")],
        initial="nl",
        widget=forms.RadioSelect,
        help_text=_("Of the invitation and of their page."),
    )
    start_date = NearDateField(label=_("First day"))
    path = forms.TypedChoiceField(
        label=_("Path"),
        coerce=UUID,
        help_text=_("Only published paths are listed."),
        error_messages={"invalid_choice": _("This path isn't published any more, or not open to you.")},
    )
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=_("Team"), required=False)
    manager = ColleagueField(label=_("Manager"), required=False)
    buddy = ColleagueField(
        label=_("Buddy"), required=False, help_text=_("Of several buddies this one is the lead: gets the mails.")
    )
    second_buddy = ColleagueField(label=_("Second buddy"), required=False)
    third_buddy = ColleagueField(label=_("Third buddy"), required=False)
    mentor = ColleagueField(label=_("Mentor"), required=False)

    def __init__(self, *args, for_user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = [("", _("Choose a path")), *path_titles(for_user, get_language()).items()]

    def clean_start_date(self):
        """Today or later: who has started gets a work account."""
        start = self.cleaned_data["start_date"]
        if start < timezone.localdate():
            raise forms.ValidationError(_("This day has been. Who has started gets a work account, and no invitation."))
        return start

    def clean_email(self) -> str:
        """An address that is nobody's yet."""
        return free_address(self.cleaned_data["email"])

    def clean(self):
        """Nobody twice in one role."""
        cleaned = super().clean()
        refuse_doubles(self, SUPPORTERS)
        return cleaned

    @property
    def page(self) -> PathPage | None:
        """The path that was chosen; None where it was unpublished since."""
        return PathPage.objects.live().filter(translation_key=self.cleaned_data["path"]).first()

    @property
    def supporters(self) -> dict[str, list[User]]:
        """Who was chosen to walk along, by role, the lead first."""
        return chosen_supporters(self, SUPPORTERS)


def free_address(email: str, person: User | None = None) -> str:
    """The address, normalised. Raises ValidationError where it is somebody's already."""
    email = User.objects.normalize_email(email)
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    present = others.filter(email__iexact=email).first()
    if present is not None and present.is_preboarder and not present.is_active:
        raise forms.ValidationError(
            _("%(name)s has this address, and was marked as not coming. Open that page to take it back."),
            params={"name": present.get_full_name()},
        )
    if present is not None:
        raise forms.ValidationError(
            _("This address is in use already, by %(name)s."), params={"name": present.get_full_name()}
        )
    return email


class PersonForm(forms.Form):
    """A form about one preboarder."""

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person


class WorkAccountForm(PersonForm):
    """The work address, confirmed by HR."""

    email = forms.EmailField(
        label=_("Work e-mail address"),
        max_length=254,
        help_text=_("They sign in with it from now on. The personal address is thrown away."),
    )
    staff_number = forms.CharField(label=_("Staff number"), max_length=40, required=False)

    def clean_email(self) -> str:
        """Nobody else's, and another one than the personal address."""
        email = free_address(self.cleaned_data["email"], self.person)
        if email.lower() == self.person.email.lower():
            raise forms.ValidationError(_("This is the personal address. Fill in the one of work."))
        return email

    def clean_staff_number(self) -> str | None:
        """Nobody else's."""
        number = self.cleaned_data["staff_number"].strip() or None
        present = User.objects.exclude(pk=self.person.pk).filter(staff_number=number).first() if number else None
        if present is not None:
            raise forms.ValidationError(
                _("%(name)s has this staff number already."), params={"name": present.get_full_name()}
            )
        return number


class MoveForm(PersonForm):
    """The account that is theirs, confirmed by HR."""

    colleague = ColleagueField(
        label=_("Account that is there already"),
        help_text=_("Everything they did before the start moves there. Look well: the same name can be somebody else."),
    )


class WithdrawForm(PersonForm):
    """Whether they let know."""

    no_show = forms.TypedChoiceField(
        label=_("What happened"),
        choices=[("", _("They let know that they don't come, or we did")), ("1", _("They didn't turn up"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
