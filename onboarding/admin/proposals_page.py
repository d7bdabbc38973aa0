"""Everything that waits for HR to accept or decline, in one list."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from .. import overview
from ..models import Enrolment
from ..proposals import OpenProposal, all_kinds, open_proposals
from ..reading import all_path_titles
from .deed import DEEDS
from .filters import ANY, EnrolmentFilterSet
from .previewed import CHANGE


def button(reader) -> HeaderButton:
    """The way to the list, with how many people are in it."""
    count = len(open_proposals(reader))
    words = ngettext("%(count)s proposal", "%(count)s proposals", count) % {"count": count}
    return HeaderButton(words if count else _("Proposals"), url=reverse("enrolments:proposals"), icon_name="tasks")


class PersonColumn(Column):
    """Picks the row for what is done with many, and opens the enrolment."""

    cell_template_name = "onboarding/admin/_person_cell.html"


class ProposedColumn(Column):
    """What is proposed, with the page on which one chooses."""

    cell_template_name = "onboarding/admin/_proposed_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        """Whether the reader may choose."""
        may_change = parent_context["request"].user.has_perm(CHANGE)
        return {**super().get_cell_context_data(instance, parent_context), "may_change": may_change}


class ProposalsView(generic.IndexView):
    """Who has an open proposal; as many queries for any number of them."""

    results_template_name = "onboarding/admin/proposals_results.html"
    page_title = gettext_lazy("Proposals")
    filterset_class = EnrolmentFilterSet
    any_permission_required = ["view"]
    add_url_name = None

    @cached_property
    def found(self) -> dict[int, list[OpenProposal]]:
        """What is open, by enrolment."""
        return open_proposals(self.request.user)

    def get_base_queryset(self):
        """With the people around them."""
        return overview.for_overview(Enrolment.objects.filter(pk__in=list(self.found)))

    @cached_property
    def columns(self):
        """Colleague, path, team and what is proposed."""
        titles = all_path_titles(self.request.user, get_language())
        return [
            PersonColumn("user", label=_("Colleague"), sort_key="user__first_name"),
            Column("path", label=_("Path"), accessor=lambda row: titles.get(str(row.path_key), "–")),
            Column("team", label=_("Team"), accessor=lambda row: row.user.team or "–"),
            ProposedColumn("proposed", label=_("What is proposed"), accessor=lambda row: self.found[row.pk]),
        ]

    @cached_property
    def header_more_buttons(self):
        """Back to everybody."""
        return [HeaderButton(_("Enrolments"), url=reverse("enrolments:index"), icon_name="group")]

    def search_queryset(self, queryset):
        """As in the list of enrolments."""
        return overview.named(queryset, self.search_query) if self.is_searching else queryset

    def get_context_data(self, *args, **kwargs):
        """What can be done with those that are picked, for each kind that is open."""
        context = super().get_context_data(*args, **kwargs)
        query = self.request.GET.copy()
        query.setdefault("proposal", ANY)
        if not query["proposal"]:
            query["proposal"] = ANY
        open_kinds = {one.kind.name for each in self.found.values() for one in each}
        deeds = [DEEDS[slug] for kind in all_kinds() if kind.name in open_kinds for slug in (kind.accept, kind.decline)]
        context["bulk_actions"] = [(deed.slug, deed.label) for deed in deeds if self.request.user.has_perm(deed.needs)]
        # "All of this list" are those with a proposal, on every page of it.
        context["narrowed_by"] = query.urlencode()
        return context
