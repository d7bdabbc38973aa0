"""Closing days: HR says when the whole organisation is closed, and sees whose dates move before anything is kept."""

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.widgets import AdminDateInput

from people.models import ClosingDays

from ..periods import far_away
from ..services.closing import (
    SHOWN,
    ClosingPreview,
    closed_with,
    closed_without,
    preview_closing,
    remove_closing_days,
    save_closing_days,
)
from .previewed import HrView, Outlook, PreviewedView, shown, table_of

PERMISSION = "people.change_closingdays"


class ClosingForm(forms.ModelForm):
    """A name, the first and the last day."""

    class Meta:
        model = ClosingDays
        fields = ["name", "first_day", "last_day"]
        widgets = {"first_day": AdminDateInput, "last_day": AdminDateInput}

    def clean(self):
        """Neither turned round nor by a slip of the pen years long or away."""
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and (problem := far_away(first)):
            self.add_error("first_day", problem)
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        elif first and last and (last - first).days > 60:
            self.add_error("last_day", _("This is longer than two months. Is the date right?"))
        return cleaned


class ClosingListView(HrView, TemplateView):
    """All closing days, the latest first."""

    permission = PERMISSION
    page_title = gettext_lazy("Closing days")
    header_icon = "date"
    template_name = "onboarding/admin/closing.html"

    def get_context_data(self, **kwargs):
        """``closing_days``: the rows."""
        return super().get_context_data(closing_days=ClosingDays.objects.order_by("-first_day", "pk"), **kwargs)


class _ClosingView(PreviewedView):
    permission = PERMISSION
    header_icon = "date"

    @cached_property
    def closing(self) -> ClosingDays:
        """The row of the address; a new one without. Raises Http404."""
        pk = self.kwargs.get("pk")
        return ClosingDays() if pk is None else get_object_or_404(ClosingDays, pk=pk)

    def trail(self) -> list[dict]:
        """Below the list."""
        return [{"url": reverse("closing_days"), "label": _("Closing days")}]

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("closing_days")


class ClosingEditView(_ClosingView):
    """Add or change closing days."""

    form_class = ClosingForm
    intro = gettext_lazy("On these days the whole organisation is closed. Nothing on any path is due on them.")

    def get_page_title(self):
        """What is changed, by name."""
        return _("Change “%(name)s”") % {"name": self.closing.name} if self.closing.pk else _("Add closing days")

    def get_form_kwargs(self):
        """The row itself; what is typed in isn't kept until it is confirmed."""
        return {**super().get_form_kwargs(), "instance": self.closing}

    def outlook(self, form) -> Outlook:
        """Whose dates move."""
        return outlook_of(preview_closing(closed=closed_with(form.instance)))

    def apply(self, form) -> str:
        """Keep it and move them."""
        moved = save_closing_days(closing=form.instance, actor=self.request.user)
        return ngettext(
            "The closing days are kept. Dates of %(count)d colleague moved.",
            "The closing days are kept. Dates of %(count)d colleagues moved.",
            moved,
        ) % {"count": moved}


class ClosingRemoveView(_ClosingView):
    """Take closing days away."""

    form_class = forms.Form
    is_serious = True
    confirm_label = gettext_lazy("Remove")

    def get_page_title(self):
        """What is removed, by name."""
        return _("Remove “%(name)s”") % {"name": self.closing.name}

    def outlook(self, form) -> Outlook:
        """Whose dates move back."""
        return outlook_of(preview_closing(closed=closed_without(self.closing)))

    def apply(self, form) -> str:
        """Remove it and move them."""
        moved = remove_closing_days(closing=self.closing, actor=self.request.user)
        return ngettext(
            "The closing days are gone. Dates of %(count)d colleague moved.",
            "The closing days are gone. Dates of %(count)d colleagues moved.",
            moved,
        ) % {"count": moved}


def outlook_of(preview: ClosingPreview) -> Outlook:
    """What would happen, in words and by name."""
    if not preview.people:
        return Outlook([_("No dates of anybody move.")])
    sentences = [
        ngettext("Dates of %(count)d colleague move.", "Dates of %(count)d colleagues move.", preview.people)
        % {"count": preview.people},
        ngettext("%(count)d date moves in all.", "%(count)d dates move in all.", preview.dates)
        % {"count": preview.dates},
        _("They and who walks along hear of it once."),
    ]
    columns = [_("Colleague"), _("Dates that move"), _("First of them, now"), _("First of them, then")]
    rows = [[plan.name, plan.dates, *(shown(day) for day in plan.first)] for plan in preview.plans[:SHOWN]]
    return Outlook(sentences, tables=[table_of(_("Whose plan changes"), columns, rows)])


def get_urls() -> list:
    """The three pages."""
    return [
        path("closing-days/", ClosingListView.as_view(), name="closing_days"),
        path("closing-days/add/", ClosingEditView.as_view(), name="closing_days_add"),
        path("closing-days/<int:pk>/", ClosingEditView.as_view(), name="closing_days_edit"),
        path("closing-days/<int:pk>/remove/", ClosingRemoveView.as_view(), name="closing_days_remove"),
    ]
