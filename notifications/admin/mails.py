"""Mails that wait or failed: for HR and administrators, who can have them tried again.

Who and about what kind of thing is on it, never what a message says. What somebody saw on the bell is left out of the list,
whatever became of its mail.
"""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from ..kinds import all_kinds
from ..models import Message
from ..services import try_again

VIEW, CHANGE = "notifications.view_message", "notifications.change_message"
# So many are tried again at once; more is a matter of the mail server.
MOST = 1000


class State(models.TextChoices):
    """Where a mail is that didn't go out."""

    FAILED = "failed", gettext_lazy("given up")
    UNSURE = "unsure", gettext_lazy("not sure that it arrived")
    REFUSED = "refused", gettext_lazy("refused, will be tried again")
    WAITING = "waiting", gettext_lazy("waits for its time")


def state_of(message: Message) -> State:
    """The state of one row of ``undelivered()``."""
    if message.mail == Message.Mail.FAILED:
        return State.FAILED
    if message.mail == Message.Mail.HANDED_OVER:
        return State.UNSURE
    return State.REFUSED if message.attempts else State.WAITING


class MailFilterSet(WagtailFilterSet):
    """By state and by kind."""

    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=State.choices, method="in_state")
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind of message"), choices=[])

    class Meta:
        model = Message
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.name, kind.label) for kind in all_kinds()]

    def in_state(self, rows, name, value):
        """Those in this ``State``."""
        waiting = rows.filter(mail=Message.Mail.WAITING)
        match value:
            case State.FAILED:
                return rows.filter(mail=Message.Mail.FAILED)
            case State.UNSURE:
                return rows.filter(mail=Message.Mail.HANDED_OVER)
            case State.REFUSED:
                return waiting.filter(attempts__gt=0)
        return waiting.filter(attempts=0)


class PickColumn(Column):
    """The receiver; picks the row for trying again."""

    cell_template_name = "notifications/admin/_pick_cell.html"


class MailReportView(ReportView):
    """The list, what failed first."""

    model = Message
    page_title = gettext_lazy("Mails that wait or failed")
    header_icon = "mail"
    index_url_name = "mail_report"
    index_results_url_name = "mail_report_results"
    results_template_name = "notifications/admin/mails_results.html"
    filterset_class = MailFilterSet
    is_searchable = True
    search_fields = ["recipient__first_name", "recipient__last_name", "recipient__email"]
    search_backend_name = None
    default_ordering = ["-attempts", "due_at"]

    def dispatch(self, request, *args, **kwargs):
        """Refused to others."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        """With the receivers."""
        return Message.objects.undelivered(timezone.now()).select_related("recipient")

    @property
    def columns(self):
        """Receiver, kind, state, reason, how often it was tried, and when it is the next time."""
        labels = {kind.name: kind.label for kind in all_kinds()}
        return [
            PickColumn("recipient", label=_("Receiver"), sort_key="recipient__first_name"),
            Column("kind", label=_("Kind of message"), accessor=lambda row: labels.get(row.kind, row.kind)),
            Column("state", label=_("State"), accessor=lambda row: state_of(row).label),
            Column("error", label=_("Reason"), accessor=lambda row: row.error or "–"),
            Column("attempts", label=_("Tried"), accessor=lambda row: row.attempts or "–", sort_key="attempts"),
            Column("due_at", label=_("Next time"), accessor=next_time, sort_key="due_at"),
            Column("created_at", label=_("Since"), accessor=lambda row: when(row.created_at), sort_key="created_at"),
        ]

    def get_context_data(self, *args, **kwargs):
        """What the list is narrowed by: what is on other pages of it can be picked as well."""
        context = super().get_context_data(*args, **kwargs)
        context["narrowed_by"] = self.request.GET.urlencode()
        context["may_try_again"] = self.request.user.has_perm(CHANGE)
        return context


def when(moment) -> str:
    """Day and hour where the reader is."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def next_time(message: Message) -> str:
    """When the portal tries it by itself; a dash where it doesn't."""
    return when(message.due_at) if message.mail == Message.Mail.WAITING else "–"


def picked(request) -> models.QuerySet:
    """What the form below the list says: ``all`` of it as it is narrowed, or each ``id``. Nonsense is passed over."""
    rows = Message.objects.undelivered(timezone.now())
    if request.POST.get("all"):
        data = QueryDict(request.POST.get("narrowed_by", "")[:2000])
        filters = MailFilterSet(data, queryset=rows, request=request)
        rows = filters.qs if filters.is_valid() else rows
        for word in data.get("q", "").replace("\0", " ").split():
            names = (models.Q(**{f"{name}__icontains": word}) for name in MailReportView.search_fields)
            rows = rows.filter(next(names) | next(names) | next(names))
        return rows
    given = request.POST.getlist("id")[:MOST]
    return rows.filter(pk__in=[int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 18])


@require_admin_access
@require_POST
def try_mails_again(request):
    """Try what was picked again, and say how many that were; refused to who may not."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    count = try_again(messages=picked(request).values_list("pk", flat=True)[:MOST], actor=request.user)
    if count:
        words = ngettext(
            "%(count)s mail will be tried again as soon as its receiver may be mailed.",
            "%(count)s mails will be tried again as soon as their receivers may be mailed.",
            count,
        )
        messages.success(request, words % {"count": count})
    else:
        messages.warning(request, _("There was nothing to try again: pick a mail that failed first."))
    return HttpResponseRedirect(reverse("mail_report"))
