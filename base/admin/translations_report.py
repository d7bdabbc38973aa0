"""The report of translations: what is equal, behind or missing."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import ContentTypeFilter, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Locale, Page, get_page_content_types

from ..translation.status import State, translation_states

TRANSLATE = "wagtail_localize.submit_translation"


class TranslationsFilterSet(WagtailFilterSet):
    """By state, language of the original and type."""

    state = django_filters.ChoiceFilter(label=_("Translation"), choices=State.choices)
    locale = django_filters.ModelChoiceFilter(label=_("Written in"), queryset=Locale.objects.all())
    content_type = ContentTypeFilter(
        label=_("Type"), queryset=lambda request: get_page_content_types(include_base_page_type=False)
    )

    class Meta:
        model = Page
        fields = ["state", "locale", "content_type"]


class StateColumn(Column):
    """The state in words, with what to do about it."""

    cell_template_name = "base/admin/_translation_state.html"


class TranslationsReportView(PageReportView):
    """Every live original, with how its page in the other language stands to it; behind first."""

    page_title = _("Translations")
    header_icon = "wagtail-localize-language"
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    index_url_name = "translation_states"
    index_results_url_name = "translation_states_results"
    filterset_class = TranslationsFilterSet
    default_ordering = "state"
    is_searchable = False
    list_export = ["title", "state", "last_published_at", "synced_at"]
    export_headings = {
        "title": _("Page"),
        "state": _("Translation"),
        "last_published_at": _("Published"),
        "synced_at": _("Text taken over"),
    }

    @cached_property
    def columns(self):
        """Page, language, state and the two dates that tell why."""
        return [
            TitleColumn(
                "title",
                label=_("Page"),
                sort_key="title",
                get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
            ),
            Column("locale", label=_("Written in"), accessor="locale.get_display_name", sort_key="locale"),
            StateColumn("state", label=_("Translation"), sort_key="state"),
            DateColumn("last_published_at", label=_("Published"), sort_key="last_published_at"),
            DateColumn("synced_at", label=_("Text taken over"), sort_key="synced_at"),
        ]

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied for who doesn't translate."""
        if not request.user.has_perm(TRANSLATE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        """The originals this editor may change."""
        pages = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        return translation_states(pages).select_related("locale", "content_type")
