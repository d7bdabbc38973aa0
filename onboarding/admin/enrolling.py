"""Putting one colleague on a path: the dated plan first, then the deed."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..models import Enrolment
from ..periods import full_date
from ..plan.audience import member_of
from ..reading_outlines import published_outline
from ..reasons import audience_words
from ..services import PathNotPublished, enrol
from .ahead import reminders_ahead
from .forms import EnrolForm
from .plan_words import first_day_words, missing_people, plan_table
from .previewed import Outlook, PreviewedView, Refusal
from .rehearsing import rehearse, told_table


def outlook_of_enrolling(form, do: Callable[[], Enrolment]) -> Outlook:
    """Day 1, who is missing, every step with its date, and who is told, if ``do`` is done. HR and managers read the same."""
    person = form.cleaned_data["user"]
    outline = published_outline(person, form.cleaned_data["path"], get_language())
    rehearsal = rehearse([], do, lambda made: reminders_ahead(made, outline))
    ((_before, enrolment),) = rehearsal.enrolments.values()
    plan = {key: row for key, (_old, row) in rehearsal.steps[enrolment.pk].items()}
    sentences = [
        _("%(name)s goes on “%(path)s” and starts on %(date)s.")
        % {"name": person.get_full_name(), "path": outline.title, "date": full_date(enrolment.start_date)},
        first_day_words(enrolment),
    ]
    warnings = missing_people(outline, plan, person, form.supporters)
    if not outline.audience.includes(member_of(person, form.cleaned_data.get("cohort", ""))):
        words = {"name": person.get_full_name(), "for_whom": " ".join(audience_words(outline.audience))}
        warnings.insert(0, _("%(name)s is not among those this path is for. %(for_whom)s") % words)
    if not plan:
        warnings.insert(0, _("This path has no steps for this colleague."))
    tables = [*([plan_table(outline, plan)] if plan else []), *told_table(rehearsal), *rehearsal.seen]
    return Outlook(sentences, warnings, tables)


class EnrolView(PreviewedView):
    """The form, the plan it would make, and the enrolment."""

    permission = "onboarding.add_enrolment"
    page_title = gettext_lazy("Put a colleague on a path")
    form_class = EnrolForm
    confirm_label = gettext_lazy("Put on the path")
    enrolment = None

    def get_form_kwargs(self):
        """Whose paths are listed."""
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def trail(self):
        """The list."""
        return [{"url": reverse("enrolments:index"), "label": _("Enrolments")}]

    def outlook(self, form) -> Outlook:
        """Day 1, who is missing, every step with its date, and who is told."""
        return outlook_of_enrolling(form, lambda: self.enrol(form))

    def enrol(self, form) -> Enrolment:
        """The enrolment, made by the service."""
        return enrol(
            user=form.cleaned_data["user"],
            path=form.page,
            supporters=form.supporters,
            actor=self.request.user,
            **form.choices_made,
        )

    def apply(self, form) -> str:
        """Put them on the path."""
        try:
            self.enrolment = self.enrol(form)
        except PathNotPublished as error:
            raise Refusal(_("This path isn't published any more.")) from error
        return _("%(name)s is on the path.") % {"name": form.cleaned_data["user"].get_full_name()}

    def get_success_url(self):
        """The page of the enrolment, or the list."""
        if self.enrolment is not None:
            return reverse("enrolments:edit", args=[self.enrolment.pk])
        return reverse("enrolments:index")
