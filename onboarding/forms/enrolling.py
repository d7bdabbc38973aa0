"""Putting somebody on a path: what HR's form and that of a manager refuse alike, and the manager's own."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from people.models import User

from ..models import Enrolment, PathPage, Supporter
from ..periods import far_away, far_first_day
from ..reading import path_titles
from ..reading_outlines import published_outline

SUPPORTERS = {
    "buddy": Supporter.Role.BUDDY,
    "manager": Supporter.Role.MANAGER,
    "mentor": Supporter.Role.MENTOR,
    "hr": Supporter.Role.HR,
}
# The fields in which a role's second and third colleague are named, after the lead.
BESIDES = {Supporter.Role.BUDDY: ("second_buddy", "third_buddy")}
# So many names the browser offers while one is typed.
SUGGESTED = 50


def chosen_supporters(form: forms.Form, names: Mapping[str, str]) -> dict[str, list[User]]:
    """Who was chosen to walk along, by role, the lead first; ``names`` are the fields of the roles."""
    found = {}
    for name, role in names.items():
        fields = (name, *BESIDES.get(role, ()))
        people = [person for field in fields if (person := form.cleaned_data.get(field))]
        if people:
            found[role] = people
    return found


def refuse_doubles(form: forms.Form, names: Mapping[str, str]) -> None:
    """An error beside whoever is named a second time in the same role."""
    for name, role in names.items():
        seen = set()
        for field in (name, *BESIDES.get(role, ())):
            person = form.cleaned_data.get(field)
            if person in seen:
                form.add_error(field, _("This colleague is named already."))
            seen |= {person} - {None}


class EnrolChecksMixin:
    """For a form with ``user``, ``path`` and ``start_date``, and any of ``SUPPORTERS``."""

    def offer_paths(self, reader: User) -> None:
        """The published paths that ``reader`` may see."""
        titles = path_titles(reader, get_language())
        self.fields["path"].choices = [("", _("Choose a path")), *titles.items()]

    def clean(self):
        """A start date there must be; a path open to them that they aren't on yet; supporters are somebody else."""
        cleaned = super().clean()
        user, path = cleaned.get("user"), cleaned.get("path")
        if user and not cleaned.get("start_date") and "start_date" not in self.errors:
            cleaned["start_date"] = user.start_date
            if user.start_date is None:
                self.add_error("start_date", _("Fill in a date: no first day is known of this colleague."))
            elif far_away(user.start_date):
                self.add_error("start_date", far_first_day(user.start_date))
        start, probation = cleaned.get("start_date"), cleaned.get("probation_end")
        if start and probation and probation < start:
            self.add_error("probation_end", _("The probation period ends before it starts."))
        if user and path and Enrolment.objects.of(user).not_ended().filter(path_key=path).exists():
            self.add_error("path", _("This colleague is already on this path."))
        elif user and path and published_outline(user, path, get_language()) is None:
            self.add_error("path", _("This path is not open to this colleague: its page is only for some groups."))
        for name in (*SUPPORTERS, *BESIDES[Supporter.Role.BUDDY]):
            if user and cleaned.get(name) == user:
                self.add_error(name, _("Choose somebody else: nobody walks along with themselves."))
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


class NamedColleagueField(forms.CharField):
    """A colleague who works here, written by name or e-mail address; the portal has no list of everybody to choose from."""

    def __init__(self, **kwargs):
        super().__init__(max_length=254, **kwargs)

    def clean(self, value) -> User | None:
        """The one colleague that is meant."""
        words = super().clean(value)
        if not words:
            return None
        found = list(User.objects.active().by_name_or_address(words)[:2])
        if not found:
            raise forms.ValidationError(_("No colleague has this name or e-mail address."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several colleagues have this name: fill in the e-mail address."))
        return found[0]


class EnrolOwnForm(EnrolChecksMixin, forms.Form):
    """A manager puts one of their own people on a path."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a colleague"),
        error_messages={
            "required": gettext_lazy("Choose a colleague."),
            "invalid_choice": gettext_lazy("Choose one of your own people who works here."),
        },
    )
    path = forms.TypedChoiceField(
        label=gettext_lazy("Path"),
        coerce=UUID,
        help_text=gettext_lazy("Only published paths are listed."),
        error_messages={
            "required": gettext_lazy("Choose a path."),
            "invalid_choice": gettext_lazy("This path isn't published any more, or not open to you."),
        },
    )
    start_date = forms.DateField(
        label=gettext_lazy("Start date"),
        required=False,
        help_text=gettext_lazy("Day 1 of the path. Left empty, it is the colleague's first day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    buddy = NamedColleagueField(
        label=gettext_lazy("Buddy"),
        required=False,
        help_text=gettext_lazy("Name or e-mail address of who they can ask first."),
        widget=forms.TextInput(attrs={"list": "buddies", "autocomplete": "off"}),
    )

    def __init__(self, *args, leader: User, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.led_by(leader).select_related("team").order_by("first_name", "last_name", "pk")
        self.fields["user"].queryset = people
        self.fields["user"].label_from_instance = _name_and_team
        self.offer_paths(leader)
        self.leader = leader

    @property
    def supporters(self) -> dict[str, list[User]]:
        """With who leads somebody without a manager; see ``services.enrolling_own``."""
        manager = self.cleaned_data["user"].manager
        has_manager = manager is not None and manager.is_active
        return super().supporters if has_manager else {**super().supporters, Supporter.Role.MANAGER: [self.leader]}

    @property
    def buddies(self) -> list[User]:
        """Who could be meant: the first of the same people; any other colleague may be written as well."""
        return list(self.fields["user"].queryset[:SUGGESTED])

    def clean_start_date(self):
        """A date that can be meant."""
        day = self.cleaned_data["start_date"]
        if day and (wrong := far_away(day)):
            raise forms.ValidationError(wrong)
        return day


def _name_and_team(person: User) -> str:
    return f"{person.get_full_name()}, {person.team}" if person.team_id else person.get_full_name()
