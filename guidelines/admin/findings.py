"""The reports of what the night found: broken links, and files that nothing uses."""

from functools import cached_property

import django_filters
from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import ContentTypeFilter, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page, get_page_content_types
from wagtail.permissions import policy_registry

from base.admin.menu import PermittedMenuItem

from ..models import LinkProblem, UnusedFile
from ..reading.duties import GOVERN
from ..services.link_checking import UNUSED_FOR


class LinkProblemFilterSet(WagtailFilterSet):
    """By what is wrong, and by type of page."""

    kind = django_filters.ChoiceFilter(label=_("What is wrong"), choices=LinkProblem.Kind.choices)
    content_type = ContentTypeFilter(
        label=_("Type"),
        field_name="page__content_type",
        queryset=lambda request: get_page_content_types(include_base_page_type=False),
    )

    class Meta:
        model = LinkProblem
        fields = ["kind", "content_type"]


class FindingsView(ReportView):
    """What both reports share."""

    results_template_name = "wagtailadmin/reports/base_report_results.html"
    is_searchable = False

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied for who doesn't govern."""
        if not request.user.has_perm(GOVERN):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class BrokenLinksView(FindingsView):
    """Each broken link of a page that this editor may change, in the order of the tree."""

    model = LinkProblem
    page_title = _("Broken links")
    header_icon = "link"
    index_url_name = "broken_links"
    index_results_url_name = "broken_links_results"
    filterset_class = LinkProblemFilterSet
    default_ordering = "page__path"
    list_export = ["page.title", "get_kind_display", "words", "target", "found_at"]
    export_headings = {
        "page.title": _("Page"),
        "get_kind_display": _("What is wrong"),
        "words": _("Words of the link"),
        "target": _("Leads to"),
        "found_at": _("Found on"),
    }

    @cached_property
    def columns(self):
        """Page, what is wrong, by which words, where to, since when."""
        return [
            TitleColumn(
                "page",
                label=_("Page"),
                accessor="page.title",
                sort_key="page__title",
                get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.page_id]),
            ),
            Column("kind", label=_("What is wrong"), accessor="get_kind_display", sort_key="kind"),
            Column("words", label=_("Words of the link")),
            Column("target", label=_("Leads to")),
            DateColumn("found_at", label=_("Found on"), sort_key="found_at"),
        ]

    def get_base_queryset(self):
        """Of the pages this editor may change."""
        mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.request.user, "change")
        return LinkProblem.objects.filter(page__in=mine.values("pk")).select_related("page")


class UnusedFileFilterSet(WagtailFilterSet):
    """Documents or pictures."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=UnusedFile.Kind.choices)

    class Meta:
        model = UnusedFile
        fields = ["kind"]


class UnusedFilesView(FindingsView):
    """Files that nothing has used for ``UNUSED_FOR``, the longest first. Nothing is thrown away by itself."""

    model = UnusedFile
    page_title = _("Unused files")
    header_icon = "doc-empty"
    index_url_name = "unused_files"
    index_results_url_name = "unused_files_results"
    filterset_class = UnusedFileFilterSet
    default_ordering = "since"
    list_export = ["title", "get_kind_display", "since"]
    export_headings = {"title": _("File"), "get_kind_display": _("Kind"), "since": _("Unused since")}

    @cached_property
    def columns(self):
        """File, kind, since when."""
        return [
            TitleColumn("title", label=_("File"), sort_key="title", get_url=_edit_url),
            Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
            DateColumn("since", label=_("Unused since"), sort_key="since"),
        ]

    def get_base_queryset(self):
        """Long enough unused."""
        return UnusedFile.objects.filter(since__lte=timezone.now() - UNUSED_FOR)


def _edit_url(row: UnusedFile) -> str:
    name = "wagtaildocs:edit" if row.kind == UnusedFile.Kind.DOCUMENT else "wagtailimages:edit"
    return reverse(name, args=[row.file_id])


@hooks.register("register_admin_urls")
def register_findings():
    """Both reports."""
    return [
        path("reports/links/", BrokenLinksView.as_view(), name="broken_links"),
        path("reports/links/results/", BrokenLinksView.as_view(results_only=True), name="broken_links_results"),
        path("reports/files/", UnusedFilesView.as_view(), name="unused_files"),
        path("reports/files/results/", UnusedFilesView.as_view(results_only=True), name="unused_files_results"),
    ]


@hooks.register("register_reports_menu_item")
def broken_links_menu_item():
    """Links that lead nowhere."""
    return PermittedMenuItem(
        _("Broken links"), reverse("broken_links"), name="broken-links", icon_name="link", order=130, permission=GOVERN
    )


@hooks.register("register_reports_menu_item")
def unused_files_menu_item():
    """Files that nothing uses."""
    return PermittedMenuItem(
        _("Unused files"),
        reverse("unused_files"),
        name="unused-files",
        icon_name="doc-empty",
        order=140,
        permission=GOVERN,
    )
