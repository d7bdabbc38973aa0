"""The figures of a path, for HR and editors; the record of a path, for HR."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404
from django.template.defaultfilters import yesno
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from .. import overview
from ..figures import SMALLEST, path_figures
from ..listening import feedback_by_name, pulse_figures, usefulness_of
from ..models import OnboardingEvent
from ..reading import all_path_titles
from ..reading_outlines import running_path
from ..record import read_events
from .previewed import VIEW, HrView, table_of

FIGURES = "onboarding.read_figures"
EVENTS = 50
# What was said by name of one path: the latest so many.
MOST_SAID = 200


class FiguresView(HrView, TemplateView):
    """How one path goes; the first one where none is chosen. No name is on it, and no group of under five."""

    permission = FIGURES
    header_icon = "table"
    page_title = gettext_lazy("Figures of onboarding")
    template_name = "onboarding/admin/figures.html"

    def get_context_data(self, **kwargs):
        """The paths to choose from, the cohorts of the chosen one, and its figures."""
        titles = all_path_titles(self.request.user, get_language())
        paths = [outline for outline in overview.paths_in_use() if str(outline.key) in titles]
        chosen = self.request.GET.get("path", "")
        outline = next((o for o in paths if str(o.key) == chosen), paths[0] if paths else None)
        cohort = self.request.GET.get("cohort", "")[:60]
        figures = path_figures(outline, cohort=cohort) if outline else None
        lists = [
            (_("Waived most"), "waived"),
            (_("Opened again most"), "reopened"),
            (_("Asked about most"), "asked"),
        ]
        useful = usefulness_of([row.step.key for row in figures.steps]) if figures and not cohort else {}
        return super().get_context_data(
            useful=[(row.step, useful[row.step.key]) for row in figures.steps if row.step.key in useful]
            if figures
            else [],
            # Nobody's answers are of a cohort, so one is only ever looked at without them.
            pulses=pulse_figures(outline.key) if outline and not cohort else [],
            paths=[(str(o.key), titles[str(o.key)]) for o in paths],
            outline=outline,
            title=titles[str(outline.key)] if outline else "",
            cohort=cohort,
            figures=figures,
            most=[(label, figures.most(name)) for label, name in lists] if figures else [],
            smallest=SMALLEST,
            may_read_record=self.request.user.has_perm(VIEW),
            **kwargs,
        )


class PathRecordView(HrView, TemplateView):
    """What happened on a path, and to everybody on it; 404 for a path that nobody ever was on."""

    page_title = gettext_lazy("The record")
    template_name = "onboarding/admin/path_record.html"

    def get_page_subtitle(self):
        """The path."""
        return all_path_titles(self.request.user, get_language()).get(
            str(self.kwargs["path_key"]), _("A path that is not there now")
        )

    def trail(self):
        """The figures."""
        return [{"url": reverse("onboarding_figures"), "label": _("Figures of onboarding")}]

    def get_context_data(self, **kwargs):
        """One page of events, and what was said of the steps by name."""
        key: UUID = self.kwargs["path_key"]
        events = OnboardingEvent.objects.of_path(key).for_record()
        page = Paginator(events, EVENTS).get_page(self.request.GET.get("p"))
        if not page.object_list and running_path(key) is None:
            raise Http404(str(key))
        outline = running_path(key)
        titles = {step.key: step.title for step in outline.steps} if outline else {}
        said = feedback_by_name(self.request.user, titles)[:MOST_SAID] if titles else []
        rows = [
            [titles[one.step_key], one.enrolment.user.get_full_name(), capfirst(yesno(one.is_useful)), one.comment]
            for one in said
        ]
        columns = [_("Step"), _("Name"), _("Useful"), _("What was said")]
        return super().get_context_data(
            events=page,
            entries=read_events(page.object_list),
            with_whom=True,
            said=table_of(_("What was said by name"), columns, rows) if rows else None,
            **kwargs,
        )
