"""Where messages take part in Wagtail's admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from base.admin.menu import PermittedMenuItem

from .admin.mails import VIEW, MailReportView, try_mails_again
from .admin.panel import FailedMailPanel


@hooks.register("register_admin_urls")
def register_mails():
    """The list of mails that wait or failed, and trying them again."""
    return [
        path("reports/mails/", MailReportView.as_view(), name="mail_report"),
        path("reports/mails/results/", MailReportView.as_view(results_only=True), name="mail_report_results"),
        path("reports/mails/again/", try_mails_again, name="try_mails_again"),
    ]


@hooks.register("register_reports_menu_item")
def mail_menu_item():
    """Whose mail waits or failed."""
    return PermittedMenuItem(
        _("Mails"), reverse("mail_report"), name="mails", icon_name="mail", order=905, permission=VIEW
    )


@hooks.register("construct_homepage_panels")
def add_failed_mail_panel(request, panels):
    """What didn't arrive, for who can do something about it."""
    if request.user.has_perm(VIEW):
        panels.append(FailedMailPanel())
