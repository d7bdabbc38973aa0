"""Who stands in for a supporter on leave."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...models import Supporter
from ...periods import dates_in_words
from ...services.naming import NotInRole
from ...services.standing_in import OutsideTheRole, SomebodyStandsIn, end_stand_in, name_stand_in
from ...standing_in import check_stand_in, in_refusals
from ..deed import Deed, DeedForm, add_deed
from ..forms import ColleagueField, NearDateField, hand_over_note_field, note_words
from ..previewed import Refusal


class StandInForm(DeedForm):
    """For whom, who, and from and until when."""

    supporter = ColleagueField(
        label=gettext_lazy("Who is away"),
        help_text=gettext_lazy("They keep their role, and can do everything as well."),
    )
    stand_in = ColleagueField(label=gettext_lazy("Who stands in"))
    starts_on = NearDateField(
        label=gettext_lazy("From"), help_text=gettext_lazy("Before this day they see nothing of it.")
    )
    ends_on = NearDateField(
        label=gettext_lazy("Until and including"), help_text=gettext_lazy("It ends by itself after this day.")
    )
    note = hand_over_note_field()

    def clean(self):
        """Somebody else, in days to come."""
        cleaned = super().clean()
        check_stand_in(self, cleaned)
        return cleaned

    def in_words(self) -> list[str]:
        """Who does whose work, and when."""
        data = self.cleaned_data
        words = {"stand_in": data["stand_in"].get_full_name(), "supporter": data["supporter"].get_full_name()}
        found = [
            _("%(stand_in)s stands in for %(supporter)s.") % words,
            dates_in_words(data["starts_on"], data["ends_on"]),
        ]
        return [*found, *([note_words(data["stand_in"])] if data["note"] else [])]


def stand_in(enrolment, form, actor) -> None:
    """By the service."""
    try:
        name_stand_in(enrolment=enrolment, actor=actor, **form.cleaned_data)
    except (NotInRole, SomebodyStandsIn, OutsideTheRole, ValueError) as error:
        raise Refusal(in_refusals(error)) from error


class EndStandInForm(DeedForm):
    """Which one."""

    who = forms.TypedChoiceField(label=gettext_lazy("Who stands in no longer"), coerce=int, widget=forms.RadioSelect)
    says_what_moves = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = stand_ins_on(self.enrolments[0])
        self.fields["who"].choices = [
            (
                row.pk,
                f"{row.get_role_display()}: {row.colleague.get_full_name()}. {dates_in_words(row.starts_on, row.ends_on)}",
            )
            for row in rows
        ]


def stand_ins_on(enrolment):
    """Who stands in for somebody on this enrolment, now or later."""
    rows = Supporter.objects.stand_ins().not_over().filter(enrolment=enrolment)
    return rows.select_related("colleague").order_by("starts_on", "pk")


def end(enrolment, form, actor) -> None:
    """By the service; what was open with them goes back."""
    row = stand_ins_on(enrolment).filter(pk=form.cleaned_data["who"]).first()
    if row is None or not end_stand_in(row=row, actor=actor):
        raise Refusal(_("This is over already."))


add_deed(
    Deed(
        slug="stand_in",
        label=gettext_lazy("Name a stand-in"),
        do=stand_in,
        done=gettext_lazy("Somebody stands in. Both and the newcomer are told."),
        form=StandInForm,
        intro=gettext_lazy(
            "For somebody who walks along and is away for a while. The stand-in sees and does what they do, and gets their mails."
        ),
        with_many=True,
        icon="group",
    )
)
add_deed(
    Deed(
        slug="end_stand_in",
        label=gettext_lazy("End a stand-in"),
        do=end,
        done=gettext_lazy("Nobody stands in any more."),
        form=EndStandInForm,
        applies=lambda e: e.ended_on is None and stand_ins_on(e).exists(),
        icon="group",
    )
)
