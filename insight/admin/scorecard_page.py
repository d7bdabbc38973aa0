"""The scorecard, and the pages behind each of its figures."""

from functools import cached_property
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page

from base.admin.previewed import GuardedView
from base.stamp import remembered
from base.translation.status import originals
from guidelines.models import LinkProblem, ManualPage
from guidelines.reading.duties import GOVERN
from guidelines.services.handing_over import ORPHAN_DAYS, orphaned_since
from people.models import User

from ..cells import cells_of
from ..scorecard import BROKEN, NO_OWNER, OVERDUE, UNTRANSLATED, Scorecard

WORK = [
    (OVERDUE, _("not checked in time")),
    (NO_OWNER, _("without an owner")),
    (UNTRANSLATED, _("not translated")),
    (BROKEN, _("with broken links")),
]


class ScorecardView(GuardedView, TemplateView):
    """Every manual, the one that does most harm first."""

    permission = GOVERN
    header_icon = "table"
    page_title = _("How manuals are kept up")
    template_name = "insight/admin/scorecard.html"

    def get_context_data(self, **kwargs):
        """``rows``: each score with its cells."""
        scorecard = Scorecard(self.request.user)
        rows = [(score, cells_of(score, self.request.user)) for score in scorecard.scores]
        return super().get_context_data(scorecard=scorecard, rows=rows, **kwargs)


class WorklistFilterSet(WagtailFilterSet):
    """By what is the matter, and by manual."""

    what = django_filters.ChoiceFilter(label=_("What is the matter"), choices=WORK, method="of_figure")
    manual = django_filters.ModelChoiceFilter(
        label=_("Manual"),
        # One of each, however many languages it was written in: a key that two have is an error here.
        queryset=lambda request: originals(ManualPage.objects.all()),
        to_field_name="translation_key",
        method="of_manual",
    )

    class Meta:
        model = Page
        fields = ["what", "manual"]

    @cached_property
    def scorecard(self) -> Scorecard:
        """Worked out once for both filters."""
        return Scorecard(self.request.user)

    def of_figure(self, pages, name, value):
        """Only the pages behind that figure."""
        return pages.filter(pk__in=self.scorecard.keys_of(value))

    def of_manual(self, pages, name, value):
        """Only what is part of that manual."""
        return pages.filter(pk__in=self.scorecard.keys_of("", str(value.translation_key)))


class WorklistView(PageReportView):
    """The pages of manuals, with who answers for each and when it is due."""

    page_title = _("Pages of manuals to work on")
    header_icon = "list-ul"
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    index_url_name = "manual_worklist"
    index_results_url_name = "manual_worklist_results"
    filterset_class = WorklistFilterSet
    is_searchable = False
    default_ordering = "path"
    list_export = ["title", "manual_title", "answers_in_words", "due_in_words", "owner_before"]
    export_headings = {
        "title": _("Page"),
        "manual_title": _("Manual"),
        "answers_in_words": _("Answers for it"),
        "due_in_words": _("Check by"),
        "owner_before": _("Owner needed before"),
    }

    @cached_property
    def columns(self):
        """Page, manual, who answers, its day, and until when an owner is looked for."""
        return [
            TitleColumn(
                "title",
                label=_("Page"),
                sort_key="title",
                get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
            ),
            Column("manual_title", label=_("Manual")),
            Column("answers_in_words", label=_("Answers for it")),
            Column("due_in_words", label=_("Check by")),
            Column("owner_before", label=_("Owner needed before")),
        ]

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied for who doesn't govern."""
        if not request.user.has_perm(GOVERN):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def scorecard(self) -> Scorecard:
        """How everything stands."""
        return Scorecard(self.request.user)

    def get_base_queryset(self):
        """Every published original of the handbook that this editor may change."""
        pages = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        return pages.filter(pk__in=self.scorecard.keys_of(""))

    def decorate_paginated_queryset(self, object_list):
        """With how each of them stands, in words; a fixed number of queries."""
        pages = list(object_list)
        by_pk = {row.text.pk: row for row in self.scorecard.pages}
        people = {pk for page in pages for pk in by_pk[page.pk].standing.answers}
        names = {person.pk: person.get_full_name() for person in User.objects.filter(pk__in=people)}
        orphaned = orphaned_since([page.translation_key for page in pages])
        for page in pages:
            standing = by_pk[page.pk].standing
            page.manual_title = standing.manual.title if standing.manual else ""
            page.answers_in_words = ", ".join(names[pk] for pk in standing.answers if pk in names)
            page.due_in_words = date_format(standing.review_by) if standing.review_by else ""
            since = None if standing.answers else orphaned.get(UUID(str(page.translation_key)))
            page.owner_before = date_format((since + ORPHAN_DAYS).date()) if since else ""
        return pages

    def as_spreadsheet(self, queryset, spreadsheet_format):
        """All of them, decorated as on the page."""
        return super().as_spreadsheet(self.decorate_paginated_queryset(queryset), spreadsheet_format)


class KeptUpPanel(Component):
    """On the dashboard: what is the matter with manuals, each figure leading to its work."""

    name = "manuals-kept-up"
    template_name = "insight/admin/kept_up_panel.html"
    order = 106

    def __init__(self, request):
        self.request = request

    def get_context_data(self, parent_context=None):
        """``lines``: ``(words, number, address)`` of what there is to do."""
        # The same for all who govern, and too dear for every visit of the dashboard.
        counts = remembered(f"kept-up:{timezone.localdate()}", lambda: self._count(Scorecard(self.request.user)))
        lines = [
            (label, counts[what], f"{reverse('manual_worklist')}?what={what}") for what, label in WORK if what in counts
        ]
        lines.append((_("broken links"), LinkProblem.objects.count(), reverse("broken_links")))
        return {"lines": [line for line in lines if line[1]]}

    @staticmethod
    def _count(scorecard: Scorecard) -> dict[str, int]:
        return {what: len(scorecard.keys_of(what)) for what, _label in WORK if what != BROKEN}
