"""The worklist of editors: words that find nothing, find little that fits, or are never followed by opening anything."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from base.admin.menu import PermittedMenuItem

from ..models import QueryLog
from ..query_log import bring_back_query, dismiss_query
from ..querysets import LEAST_TIMES, WEEKS_BACK, Trouble
from .promotion_form import MAY_ADD

READ = "search.read_querylog"


class Show(models.TextChoices):
    """Which words are listed; without a choice those to do something about."""

    ALL = "all", gettext_lazy("everything that is asked")
    DISMISSED = "dismissed", gettext_lazy("put aside")


class WordsFilterSet(WagtailFilterSet):
    """By what is the matter and by language."""

    show = django_filters.ChoiceFilter(label=gettext_lazy("Show"), choices=Show.choices, method="as_it_is")
    trouble = django_filters.ChoiceFilter(label=gettext_lazy("What is the matter"), choices=Trouble.choices)

    class Meta:
        model = QueryLog
        fields = ["language"]

    def as_it_is(self, rows, name, value):
        """The view begins with the right rows."""
        return rows


class DeedsColumn(Column):
    """What an editor can do about the words."""

    cell_template_name = "search/admin/_deeds_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        """``deeds``: label and address of each."""
        context = super().get_cell_context_data(instance, parent_context)
        context["deeds"] = deeds_for(instance, parent_context["request"].user)
        return context


class WordsReportView(ReportView):
    """The words of the last weeks, the most asked first."""

    model = QueryLog
    page_title = gettext_lazy("Words that find nothing")
    header_icon = "search"
    index_url_name = "search_queries"
    index_results_url_name = "search_queries_results"
    results_template_name = "search/admin/words_results.html"
    filterset_class = WordsFilterSet
    is_searchable = True
    search_fields = ["query"]
    search_backend_name = None
    default_ordering = "-times"
    list_export = [
        "query",
        "language",
        "times",
        "trouble_in_words",
        "times_without",
        "times_weak",
        "times_clicked",
        "average_place",
        "last_total",
    ]
    export_headings = {
        "query": gettext_lazy("Words"),
        "language": gettext_lazy("Language"),
        "times": gettext_lazy("Times asked"),
        "trouble_in_words": gettext_lazy("What is the matter"),
        "times_without": gettext_lazy("Times without result"),
        "times_weak": gettext_lazy("Times with little that fits"),
        "times_clicked": gettext_lazy("Times a result was opened"),
        "average_place": gettext_lazy("Average place that was opened"),
        "last_total": gettext_lazy("Results the last time"),
    }

    def dispatch(self, request, *args, **kwargs):
        """Refused to others."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        """What there is to do, unless something else is asked for."""
        today, shown = timezone.localdate(), self.request.GET.get("show")
        if shown == Show.ALL:
            return QueryLog.objects.of_last_weeks(today)
        if shown == Show.DISMISSED:
            return QueryLog.objects.of_last_weeks(today).filter(is_dismissed=True)
        return QueryLog.objects.worklist(today)

    @property
    def columns(self):
        """Words, language, how often, what is the matter, and what to do."""
        return [
            Column("query", label=_("Words"), sort_key="query"),
            Column("language", label=_("Language"), accessor=lambda row: row.get_language_display()),
            Column("times", label=_("Asked"), sort_key="times"),
            Column("trouble", label=_("What is the matter"), accessor=lambda row: row.trouble_in_words or "–"),
            Column("times_clicked", label=_("Opened"), sort_key="times_clicked", accessor=opened_in_words),
            Column("last_total", label=_("Results now"), sort_key="last_total"),
            DeedsColumn("deeds", label=_("What you can do")),
        ]

    def get_context_data(self, *args, **kwargs):
        """From how many times up, and over how many weeks."""
        return super().get_context_data(
            *args, least_times=LEAST_TIMES, weeks=WEEKS_BACK, here=self.request.get_full_path(), **kwargs
        )


def opened_in_words(row: QueryLog) -> str:
    """How often a result was opened, and at which place on average."""
    if not row.times_clicked:
        return "0"
    return _("%(times)s, on average at place %(place)s") % {
        "times": row.times_clicked,
        "place": row.average_place,
    }


def deeds_for(row: QueryLog, user) -> list[tuple[str, str]]:
    """``(label, address)`` of what this editor can do about the words, each with the words filled in."""
    deeds = []
    synonym = _address("search_words:add", **{f"words_{row.language}": row.query})
    if synonym and user.has_perm("search.add_concept"):
        deeds.append((_("Make synonym"), synonym))
    if user.has_perm(MAY_ADD):
        deeds.append((_("Put a page first"), _address("search_promotion_add", words=row.query, language=row.language)))
    deeds.append((_("Write a page"), _address("search_write_page", title=row.query)))
    if question := _address("questions:ask", q=row.query):
        deeds.append((_("Make a question"), question))
    return deeds


def _address(name: str, **query: str) -> str:
    """Empty where this portal has no such page."""
    try:
        return f"{reverse(name)}?{urlencode(query)}"
    except NoReverseMatch:
        return ""


@require_admin_access
@require_POST
def put_aside(request) -> HttpResponse:
    """``row`` needs nothing; with ``back`` it is put back on the list. Raises PermissionDenied; 404 for no such row."""
    if not request.user.has_perm(READ):
        raise PermissionDenied
    given = request.POST.get("row") or request.POST.get("back") or ""
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    row = get_object_or_404(QueryLog, pk=pk)
    # Looked up by its words: since the list was made there may be a row of a newer week. Never what isn't shown.
    if not QueryLog.objects.of_last_weeks(timezone.localdate()).filter(query=row.query, language=row.language).exists():
        raise Http404(given)
    if request.POST.get("row"):
        dismiss_query(query=row.query, language=row.language, by=request.user)
        messages.success(request, _("‘%(words)s’ is put aside for thirteen weeks.") % {"words": row.query})
    else:
        bring_back_query(query=row.query, language=row.language)
        messages.success(request, _("‘%(words)s’ is back on the list.") % {"words": row.query})
    here = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.startswith(reverse("search_queries"))
    return HttpResponseRedirect(here if is_own else reverse("search_queries"))


@hooks.register("register_admin_urls")
def register_words():
    """The list and putting something aside."""
    return [
        path("reports/search-words/", WordsReportView.as_view(), name="search_queries"),
        path(
            "reports/search-words/results/", WordsReportView.as_view(results_only=True), name="search_queries_results"
        ),
        path("reports/search-words/aside/", put_aside, name="search_queries_aside"),
    ]


@hooks.register("register_reports_menu_item")
def words_menu_item():
    """What search doesn't answer."""
    return PermittedMenuItem(
        gettext_lazy("Words that find nothing"),
        reverse("search_queries"),
        name="search-words",
        icon_name="search",
        order=115,
        permission=READ,
    )
