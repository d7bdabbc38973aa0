"""Teams in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import Team
from .forms import TeamForm


class TeamViewSet(ModelViewSet):
    """The tree of teams and who leads them."""

    model = Team
    icon = "group"
    menu_label = _("Teams")
    menu_order = 610
    add_to_settings_menu = True
    list_display = ["name", "name_en", "parent"]
    search_fields = ["name", "name_en"]
    ordering = ["name"]
    form_fields = ["name", "name_en", "parent", "leads"]

    def get_form_class(self, for_update=False):
        """With the message about circles beside its field."""
        return TeamForm


team_viewset = TeamViewSet("teams")
