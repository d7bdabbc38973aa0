"""Where running the portal takes part in Wagtail's admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from base.admin.menu import PermittedMenuItem

from .admin.audit_report import READ as READ_AUDIT
from .admin.audit_report import AuditReportView
from .admin.status import READ, StatusView, TroublePanel


@hooks.register("register_admin_urls")
def register_status():
    """The reports of how the portal runs, and of permissions and exports."""
    return [
        path("reports/running/", StatusView.as_view(), name="status_report"),
        path("reports/permissions/", AuditReportView.as_view(), name="audit_report"),
        path("reports/permissions/results/", AuditReportView.as_view(results_only=True), name="audit_report_results"),
    ]


@hooks.register("register_reports_menu_item")
def audit_menu_item():
    """Who did what with permissions and exports."""
    return PermittedMenuItem(
        _("Permissions and exports"),
        reverse("audit_report"),
        name="audit",
        icon_name="key",
        order=930,
        permission=READ_AUDIT,
    )


@hooks.register("register_reports_menu_item")
def status_menu_item():
    """How the portal runs."""
    return PermittedMenuItem(
        _("How the portal runs"),
        reverse("status_report"),
        name="running",
        icon_name="cogs",
        order=920,
        permission=READ,
    )


@hooks.register("construct_homepage_panels")
def add_trouble_panel(request, panels):
    """What needs somebody, for who keeps the portal running."""
    if request.user.has_perm(READ):
        panels.append(TroublePanel())
