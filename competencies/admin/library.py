"""The library as files: taken out for a spreadsheet, and read in again after seeing what that would change."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies.pages import PagePermissionPolicy

from base.admin.file_form import RowsFileForm
from base.admin.previewed import Outlook, PreviewedView, table_of
from base.csv_files import MAX_ROWS
from base.sheets import FORMATS
from base.stamp import remembered

from ..library_csv import (
    COMPETENCY_COLUMNS,
    PROFILE_COLUMNS,
    LibraryReading,
    read_library,
)
from ..library_rows import competency_rows, profile_rows
from ..models import CompetencyIndexPage
from ..services.library import import_library, is_changed

KINDS = {"competencies": (COMPETENCY_COLUMNS, competency_rows), "profiles": (PROFILE_COLUMNS, profile_rows)}


def may_keep_library(user) -> bool:
    """Whether this user may make and publish competencies. Asked for every page of the admin: the menu shows it."""
    # Where there is none yet it is looked for each time: one that is made, and isn't published, changes nothing for readers.
    place = remembered("competency-index", _place_of_index) or _place_of_index()
    if not place or not user.is_active:
        return False
    held = {
        permission.permission.codename
        for permission in PagePermissionPolicy().get_cached_permissions_for_user(user)
        if place.startswith(permission.page.path)
    }
    return user.is_superuser or {"add_page", "publish_page"} <= held


def _place_of_index() -> str:
    """Where the library stands in the tree; empty where there is none."""
    places = CompetencyIndexPage.objects.filter(locale__language_code="nl").values_list("path", flat=True)
    return places.first() or ""


class LibraryForm(RowsFileForm):
    """Rows with competencies or with profiles."""

    salt = "competencies.library"

    def read(self, text: str) -> LibraryReading:
        """The records."""
        return read_library(text)


class LibraryImportView(PreviewedView):
    """A file with competencies or with profiles."""

    page_title = gettext_lazy("Competencies from a file")
    header_icon = "list-ul"
    template_name = "competencies/admin/import.html"
    form_class = LibraryForm
    preview_label = gettext_lazy("Read the file")
    confirm_label = gettext_lazy("Write and publish them")

    def may_enter(self) -> bool:
        """Who may publish competencies."""
        return may_keep_library(self.request.user)

    def get_success_url(self):
        """Back here, where the files are."""
        return reverse("competencies_import")

    def get_context_data(self, **kwargs):
        """What a file may hold."""
        return super().get_context_data(
            **kwargs,
            competency_columns=list(COMPETENCY_COLUMNS),
            profile_columns=list(PROFILE_COLUMNS),
            max_rows=MAX_ROWS,
        )

    def outlook(self, form) -> Outlook:
        """What is new, what changes and what stays."""
        rows = [[record.line, record.title.nl, record.title.en, _state(record)] for record in form.reading.records]
        writes = [row for row in rows if row[3] != _("stays as it is")]
        count = len(writes)
        sentences = [
            ngettext("%(count)s page is made or changed.", "%(count)s pages are made or changed.", count)
            % {"count": count}
        ]
        tables = [table_of(_("What the file says"), [_("Line"), _("Dutch"), _("English"), _("What happens")], rows)]
        return Outlook(sentences, [], tables, may_confirm=bool(writes), seal=repr(form.reading.records))

    def apply(self, form) -> str:
        """All of them in one go."""
        count = import_library(reading=form.reading, actor=self.request.user)
        return ngettext("%(count)s page was published.", "%(count)s pages were published.", count) % {"count": count}


def _state(record) -> str:
    if record.page is None:
        return _("is made")
    return _("changes") if is_changed(record) else _("stays as it is")


@require_safe
def export_library(request, kind: str, file_format: str) -> HttpResponse:
    """All competencies or all profiles as CSV or XLSX, in the columns that can be read in again.

    Raises PermissionDenied for who may not publish them; 404 for another kind or format.
    """
    if not may_keep_library(request.user):
        raise PermissionDenied
    if kind not in KINDS or file_format not in FORMATS:
        raise Http404(kind)
    columns, rows = KINDS[kind]
    make, content_type = FORMATS[file_format]
    response = HttpResponse(make(list(columns), rows()), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{kind}-{timezone.localdate():%Y-%m-%d}.{file_format}"'
    return response


class LibraryMenuItem(MenuItem):
    """Shown to who may publish competencies."""

    def is_shown(self, request):
        """Whether this user keeps the library."""
        return may_keep_library(request.user)


@hooks.register("register_admin_urls")
def register_library_urls():
    """The import and the files."""
    return [
        path("competencies/", LibraryImportView.as_view(), name="competencies_import"),
        path("competencies/<slug:kind>.<slug:file_format>", export_library, name="competencies_export"),
    ]


@hooks.register("register_admin_menu_item")
def register_library_menu_item():
    """Its place in the menu."""
    return LibraryMenuItem(
        gettext_lazy("Competencies from a file"),
        reverse("competencies_import"),
        name="competencies-import",
        icon_name="list-ul",
        order=360,
    )
