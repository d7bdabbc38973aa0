"""The report of roles: who may do what."""

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..role_matrix import read_matrix


class RolesReportView(WagtailAdminTemplateMixin, TemplateView):
    """A table of what one can do by who can do it, read from the permissions in the database."""

    template_name = "people/admin/roles_report.html"
    page_title = _("Roles")
    header_icon = "group"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        """Home and this report."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """The matrix."""
        return super().get_context_data(**kwargs, **read_matrix())
