"""Teams and locations in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import Location, Team
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


class LocationViewSet(ModelViewSet):
    """Where people work."""

    model = Location
    icon = "site"
    menu_label = _("Locations")
    menu_order = 615
    add_to_settings_menu = True
    list_display = ["name", "name_en"]
    search_fields = ["name", "name_en"]
    ordering = ["name"]
    form_fields = ["name", "name_en"]


location_viewset = LocationViewSet("locations")
