"""Enrolments in the admin: who is on which path and how far they are."""

from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .forms import EnrolForm, EnrolmentForm
from .models import Enrolment
from .periods import full_date
from .reading import add_standings
from .standing import Standing


class NeverDelete(ModelPermissionPolicy):
    """What people did is never deleted, by nobody: an enrolment is ended."""

    def user_has_permission(self, user, action):
        """As the permissions of the model say, without deleting."""
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        """The same for any of them."""
        return super().user_has_any_permission(user, [action for action in actions if action != "delete"])


def state_words(standing: Standing) -> str:
    """Whether somebody is under way."""
    if standing.is_ended:
        return _("ended")
    return _("finished") if standing.is_finished else _("under way")


class EnrolmentIndexView(generic.IndexView):
    """Who is on which path; progress of a whole list page in a fixed number of queries."""

    def get_base_queryset(self):
        """With the people, their groups (what they may see decides what counts) and their progress."""
        return Enrolment.objects.select_related("user").prefetch_related("user__groups", "progress")

    @cached_property
    def columns(self):
        """Colleague, path, start date, progress, state."""
        return [
            self._get_title_column("user"),
            Column("path", label=_("Path"), accessor=lambda row: row.path_title),
            Column(
                "start_date",
                label=_("Start date"),
                accessor=lambda row: full_date(row.start_date),
                sort_key="start_date",
            ),
            Column("progress", label=_("Progress"), accessor=lambda row: row.standing.count_words),
            Column("state", label=_("State"), accessor=lambda row: state_words(row.standing)),
        ]

    def get_context_data(self, *args, **kwargs):
        """With ``standing`` on each row that is shown."""
        context = super().get_context_data(*args, **kwargs)
        add_standings(self.request.user, context["object_list"], get_language())
        return context


class EnrolmentViewSet(ModelViewSet):
    """Enrol, change the start date or the buddy, end; HR only, by the permissions of the model."""

    model = Enrolment
    name = "enrolments"
    url_prefix = "enrolments"
    icon = "group"
    menu_label = _("Enrolments")
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = EnrolmentIndexView
    search_fields = ["user__first_name", "user__last_name", "user__email"]
    search_backend_name = None
    list_filter = {"start_date": ["gte", "lte"], "completed_at": ["isnull"], "ended_on": ["isnull"]}
    ordering = ["-start_date", "-pk"]
    list_per_page = 50

    def get_form_class(self, for_update=False):
        """One form to enrol, one to change."""
        return EnrolmentForm if for_update else EnrolForm


enrolment_viewset = EnrolmentViewSet()
