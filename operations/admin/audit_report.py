"""The report of who did what with permissions and exports: to read, for administrators; nobody changes it."""

from collections.abc import Iterable

import django_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from ..audit.models import AuditEntry

READ = "operations.view_auditentry"
# What is written the same in every language, and said in the reader's.
WORDS = {
    "yes": _("yes"),
    "no": _("no"),
    "everybody": _("everybody"),
    "made": _("made"),
    "login": _("everybody who is signed in"),
    "groups": _("some roles"),
    "password": _("who knows the password"),
}


def _actors(request):
    return get_user_model().objects.filter(pk__in=AuditEntry.objects.order_by().values("actor").distinct())


class AuditFilterSet(WagtailFilterSet):
    """By what was done, by whom and when."""

    actor = django_filters.ModelChoiceFilter(queryset=_actors, label=_("Who"))
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields = ["action", "actor", "at"]


def actor_of(entry: AuditEntry) -> str:
    """Who did it, by the name of today."""
    return entry.actor.get_full_name() if entry.actor else str(_("the server"))


def about_of(entry: AuditEntry) -> str:
    """Whom or what it is about."""
    return entry.colleague.get_full_name() if entry.colleague else entry.about


def change_of(entry: AuditEntry) -> str:
    """What came and what went, in one line; colleagues by the name of today, where ``name_leads`` looked it up."""
    gone = [f"− {_said(word, entry)}" for word in entry.before if word not in entry.after]
    come = [f"+ {_said(word, entry)}" for word in entry.after if word not in entry.before]
    return ", ".join([*gone, *come])


def name_leads(entries: Iterable[AuditEntry]) -> None:
    """Give entries about who leads a team the names of these colleagues; one query, none without such entries."""
    about_leads = [entry for entry in entries if entry.action == AuditEntry.Action.LEADS]
    pks = {word for entry in about_leads for word in (*entry.before, *entry.after)}
    names = {str(user.pk): user.get_full_name() for user in get_user_model().objects.filter(pk__in=pks)} if pks else {}
    for entry in about_leads:
        entry.names = names


def _said(word: str, entry: AuditEntry) -> str:
    if entry.action == AuditEntry.Action.LEADS:
        return getattr(entry, "names", {}).get(word) or gettext("somebody who is gone")
    return str(WORDS.get(word, word))


class AuditReportView(ReportView):
    """Newest first; taking it along is written down as well."""

    model = AuditEntry
    page_title = _("Permissions and exports")
    header_icon = "key"
    index_url_name = "audit_report"
    index_results_url_name = "audit_report_results"
    filterset_class = AuditFilterSet
    default_ordering = "-at"
    list_export = ["at", "actor_id", "action", "colleague_id", "about", "before", "after", "request_id"]
    columns = [
        Column("at", label=_("When"), sort_key="at", width="18%"),
        Column("get_action_display", label=_("What")),
        Column("actor", label=_("Who"), accessor=actor_of),
        Column("about", label=_("About"), accessor=about_of),
        Column("change", label=_("Change"), accessor=change_of),
    ]

    def dispatch(self, request, *args, **kwargs):
        """Refused to others."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        """With the people in it."""
        return super().get_queryset().select_related("actor", "colleague")

    def decorate_paginated_queryset(self, object_list):
        """With the names of who leads a team."""
        entries = list(super().decorate_paginated_queryset(object_list))
        name_leads(entries)
        return entries
