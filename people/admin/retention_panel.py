"""A panel on the dashboard of the admin, as long as nobody confirmed how long personal data is kept."""

from wagtail.admin.ui.components import Component

from ..retention import current_periods

CHANGE = "people.change_retentionperiods"


class UnconfirmedPeriodsPanel(Component):
    """Asks who decides about it to look; gone once that was done."""

    name = "retention-periods"
    template_name = "people/admin/retention_panel.html"
    order = 105

    def get_context_data(self, parent_context=None):
        """``is_waiting``: they aren't confirmed."""
        return {"is_waiting": not current_periods().is_confirmed}
