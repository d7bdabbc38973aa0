"""One enrolment: the plan, the people, the pauses, the record, and what can be done."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from .. import overview
from ..models import OnboardingEvent
from ..periods import full_date
from ..querysets import Progress
from ..record import read_events
from ..roles import Who
from ..standing import Standing
from ..waivers import reason_in_words
from .actions import find
from .deed import DEEDS
from .previewed import VIEW, HrView

EVENTS = 50


def state_words(standing: Standing, step) -> str:
    """What became of a step. That it was opened is left out: see ``onboarding.visibility``."""
    row = standing.row(step)
    if row.completed_at:
        return _("done on %(date)s") % {"date": full_date(timezone.localtime(row.completed_at))}
    if row.waived_at:
        why = reason_in_words(row.waiver_reason)
        return _("waived: %(why)s") % {"why": why} if why else _("waived")
    if row.submitted_at:
        return _("waits to be signed off")
    if standing.is_locked(step):
        return _("opens after other steps")
    if standing.is_overdue(step):
        return _("late")
    return _("open")


def due_words(standing: Standing, step, row: Progress) -> str:
    """When it is due, and whether somebody said so."""
    if step.reads_is_missing:
        return _("being updated")
    if row.due_on is None:
        return _("no date")
    return _("%(date)s, set by hand") % {"date": full_date(row.due_on)} if row.due_by_hand else full_date(row.due_on)


class EnrolmentPageView(HrView, TemplateView):
    """Everything HR may see of one person on one path; 404 for one that isn't there."""

    permission = VIEW
    template_name = "onboarding/admin/enrolment.html"

    def get_page_title(self):
        """The person."""
        return self.enrolment.user.get_full_name()

    def get_page_subtitle(self):
        """The path."""
        return self.enrolment.path_title

    def dispatch(self, request, *args, **kwargs):
        """Finds the enrolment once it is clear that the reader may."""
        if request.user.has_perm(self.permission):
            self.enrolment = find(kwargs["pk"], request.user)
        return super().dispatch(request, *args, **kwargs)

    def trail(self):
        """The list."""
        return [{"url": reverse("enrolments:index"), "label": _("Enrolments")}]

    def get_context_data(self, **kwargs):
        """The plan, the people, pauses, events of one page, other enrolments of the person, deeds."""
        enrolment, standing = self.enrolment, self.enrolment.standing
        deeds = [
            deed
            for deed in DEEDS.values()
            if deed.with_one and deed.applies(enrolment) and self.request.user.has_perm(deed.needs)
        ]
        events = OnboardingEvent.objects.filter(enrolment=enrolment).for_record()
        page = Paginator(events, EVENTS).get_page(self.request.GET.get("p"))
        others = enrolment.user.enrolments.exclude(pk=enrolment.pk).order_by("-start_date")
        return super().get_context_data(
            enrolment=enrolment,
            standing=standing,
            state=overview.State(overview.state_of(standing)).label,
            late=overview.late_steps(standing),
            rows=self.rows(standing, deeds),
            people=overview.supporters_of(enrolment),
            notes=list(enrolment.hand_over_notes.seen_by(self.request.user).with_names()),
            pauses=list(enrolment.pauses.all()),
            deeds=[deed for deed in deeds if not deed.of_step],
            events=page,
            entries=read_events(page.object_list),
            others=others,
            **kwargs,
        )

    def rows(self, standing: Standing, deeds: list) -> list[dict]:
        """The steps of the plan, each with what can be done with it."""
        forms = {
            deed.slug: {
                key for key, _title in deed.form(enrolments=[self.enrolment], standing=standing).fields["step"].choices
            }
            for deed in deeds
            if deed.of_step
        }
        phases = {phase.number: phase.title for phase in standing.whole.phases} if standing.whole else {}
        return [
            {
                "step": step,
                "phase": phases[step.phase],
                "who": Who(standing.row(step).assignee).label,
                "is_required": standing.row(step).is_required,
                "state": state_words(standing, step),
                "is_late": standing.is_overdue(step),
                "due": due_words(standing, step, standing.row(step)),
                "attempt": standing.row(step).attempt,
                "deeds": [deed for deed in deeds if deed.of_step and str(step.key) in forms[deed.slug]],
            }
            for step in standing.planned
        ]
