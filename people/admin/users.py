"""Colleagues in the admin: kept by administrators, closed but never deleted."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.users.views import users
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from ..closing import end_access
from ..forgetting import may_forget
from ..leaving import plan_leaving
from .forms import ColleagueCreationForm, ColleagueEditForm


def may_keep(administrator, colleague) -> bool:
    """Whether this administrator may change the account: a superuser's only as a superuser, a forgotten one never.

    Who can set a superuser's password or address is one.
    """
    return colleague.forgotten_at is None and (administrator.is_superuser or not colleague.is_superuser)


class NoDeleteView(users.DeleteView):
    """Refuses: leaving closes an account, what somebody wrote and did stays theirs."""

    def dispatch(self, request, *args, **kwargs):
        """Always raises PermissionDenied."""
        raise PermissionDenied


class ColleagueIndexView(users.IndexView):
    """All colleagues, without ticks for many at once."""

    page_title = _("Colleagues")
    add_item_label = _("Add a colleague")

    @property
    def columns(self):
        """Wagtail's own, but for the ticks."""
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_delete_url(self, instance):
        """None: nobody is deleted."""
        return


class ColleagueCreateView(users.CreateView):
    """A new colleague."""

    page_title = _("Add a colleague")

    def get_form_kwargs(self):
        """Whether superusers may be made."""
        return {**super().get_form_kwargs(), "may_make_superusers": self.request.user.is_superuser}


class ColleagueEditView(users.EditView):
    """A colleague's account and details."""

    def setup(self, request, *args, **kwargs):
        """Nobody is deleted from here either."""
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied for a superuser's account unless asked by a superuser."""
        if not may_keep(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Whether superusers may be made."""
        return {**super().get_form_kwargs(), "may_make_superusers": self.request.user.is_superuser}

    def get_delete_url(self):
        """None: nobody is deleted."""
        return

    def get_context_data(self, **kwargs):
        """Whether this colleague may be forgotten from here, and what moves when they leave."""
        return super().get_context_data(
            **kwargs,
            may_forget=may_forget(self.request.user, self.object),
            leaving=plan_leaving(self.object),
        )


class ColleagueViewSet(users.UserViewSet):
    """Colleagues, under the settings of the admin."""

    menu_label = _("Colleagues")
    index_template_name = "wagtailadmin/generic/index.html"
    index_view_class = ColleagueIndexView
    add_view_class = ColleagueCreateView
    edit_view_class = ColleagueEditView
    delete_view_class = NoDeleteView

    def get_form_class(self, for_update=False):
        """The portal's own forms."""
        return ColleagueEditForm if for_update else ColleagueCreationForm


class NoDeleteBulkAction(DeleteBulkAction):
    """Takes the place of Wagtail's: its address answers, and deletes nobody."""

    def check_perm(self, obj) -> bool:
        """Never."""
        return False


class KeptActiveStateBulkAction(SetActiveStateBulkAction):
    """Superusers are opened and closed by superusers only."""

    def check_perm(self, obj) -> bool:
        """As for one account."""
        return super().check_perm(obj) and may_keep(self.request.user, obj)

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, **kwargs):
        """With the access of those that are closed."""
        outcome = super().execute_action(objects, mark_as_active=mark_as_active, user=user, **kwargs)
        if not mark_as_active:
            end_access([person for person in objects if user is None or person.pk != user.pk])
        return outcome


class KeptAssignRoleBulkAction(AssignRoleBulkAction):
    """The roles of superusers are given by superusers only."""

    def check_perm(self, obj) -> bool:
        """As for one account."""
        return super().check_perm(obj) and may_keep(self.request.user, obj)
