"""The report of how the portal runs, and its panel on the admin's front page."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from people.retention import current_periods
from people.roles import ADMINISTRATORS

from ..checks import Status, run_checks
from ..state import Queue, read_state
from ..troubles import Trouble, current_troubles, troubles_in
from ..versions import versions

READ = "operations.read_status"


@dataclass(frozen=True)
class QueueRow:
    """A queue by the name people know it by, and where to see more of it."""

    title: str
    queue: Queue
    url: str = ""


class StatusView(WagtailAdminTemplateMixin, TemplateView):
    """What needs somebody, then every part, queue, job and version; each line that isn't fine says what to do.

    The numbers cost a fixed number of questions; the checks go on beside each other and take some seconds at most.
    """

    template_name = "operations/admin/status.html"
    page_title = gettext_lazy("How the portal runs")
    header_icon = "cogs"
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        """Refused to others."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Home and this report."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """``troubles``, ``parts``, ``queues``, ``jobs``, ``backup``, ``versions``."""
        now = timezone.now()
        state = read_state(now)
        parts = run_checks()
        return super().get_context_data(
            now=now,
            troubles=[*troubles_in(state, now), *_undecided()],
            parts=sorted(parts, key=lambda part: list(Status)[::-1].index(part.status)),
            queues=_queues(state),
            jobs=sorted(state.jobs.states, key=lambda job: (not job.failures, not job.is_overdue, job.name)),
            round_ended_at=state.jobs.round_ended_at,
            backup=state.backup,
            versions=versions(),
            **kwargs,
        )


def _queues(state) -> list[QueueRow]:
    rows = [
        QueueRow(_("Mails that are due"), state.mails, reverse("mail_report")),
        QueueRow(_("Texts on their way to search"), state.index),
    ]
    return [*rows, QueueRow(_("Background tasks"), state.tasks.queue)] if state.tasks else rows


def _undecided() -> list[Trouble]:
    """What isn't broken, and waits for somebody to decide or to do it."""
    found = []
    if not current_periods().is_confirmed:
        seen = _("Nobody confirmed how long personal data is kept, so nothing is thrown away.")
        url = reverse("wagtailsettings:edit", args=["people", "retentionperiods"])
        found.append(Trouble(seen, _("Have who decides about it confirm the periods."), url))
    if count := _without_second_step():
        seen = ngettext(
            "%(number)s administrator signs in with a password alone.",
            "%(number)s administrators sign in with a password alone.",
            count,
        )
        found.append(Trouble(seen % {"number": count}, _("Have them add a second step to their account.")))
    return found


def _without_second_step() -> int:
    if not apps.is_installed("allauth.mfa"):
        return 0
    people = get_user_model().objects.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS), is_active=True)
    local = [user for user in people.filter(authenticator=None).distinct() if user.has_usable_password()]
    return len(local)


class TroublePanel(Component):
    """On the admin's front page while something needs somebody; nothing where all is well."""

    name = "troubles"
    template_name = "operations/admin/trouble_panel.html"
    order = 80

    @cached_property
    def troubles(self) -> list[Trouble]:
        """At most a minute old."""
        return current_troubles()

    def get_context_data(self, parent_context=None):
        """``troubles``."""
        return {"troubles": self.troubles}
