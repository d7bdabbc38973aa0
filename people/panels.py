"""The form and the panel of the retention periods in the admin."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import Panel


class PeriodsForm(WagtailAdminModelForm):
    """The periods, and the tick by which the organisation confirms them."""

    confirm = forms.BooleanField(
        label=_("These are the periods our organisation decided on"),
        required=False,
        help_text=_(
            "Tick this when whoever decides about privacy agreed. What is older goes in the coming night, and can't be "
            "brought back. Without it, changed periods are a proposal, and nothing goes."
        ),
    )

    def save(self, commit=True):
        """Keep them, with who confirmed them and when."""
        from .retention import save_periods

        periods = super().save(commit=False)
        if commit:
            save_periods(periods=periods, are_confirmed=self.cleaned_data["confirm"], by=self.for_user)
        return periods


class PeriodsStatePanel(Panel):
    """Who confirmed the periods and when, and how much would go by them now."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "people/admin/retention_state.html"

        def get_context_data(self, parent_context=None):
            """``periods`` as they are stored, not as they are being typed, and ``rows`` of what would go."""
            from .retention import current_periods, due_counts

            context = super().get_context_data(parent_context)
            periods = current_periods()
            rows = [
                {"what": periods.label(kind), "period": periods.in_words(kind), "count": count}
                for kind, count in due_counts(timezone.now()).items()
            ]
            return {**context, "periods": periods, "rows": rows}
