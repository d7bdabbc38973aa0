"""Putting many colleagues on paths with one file: what it says first, then all of it or nothing."""

import csv
import hashlib

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from base.admin.file_form import RowsFileForm
from base.csv_files import MAX_ROWS

from ..csv_lines import COLUMNS
from ..periods import full_date
from ..reading_csv import Reading, read_rows
from ..services import PathNotPublished
from ..services.enrolling_many import enrol_many
from .previewed import Outlook, PreviewedView, Refusal, table_of

ADD = "onboarding.add_enrolment"
SHOWN = 200
# For so many rows is said in full what is missing; the table has it for each.
WARNED = 20


class ImportForm(RowsFileForm):
    """A row for each colleague and path; ``reader`` says which paths can be named."""

    salt = "onboarding.enrolments"

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.reading = Reading()

    def read(self, text: str) -> Reading:
        """The rows."""
        return read_rows(text, self.reader, get_language())


class ImportView(PreviewedView):
    """A file with a row for each colleague."""

    permission = ADD
    page_title = gettext_lazy("Put several colleagues on a path")
    template_name = "onboarding/admin/import.html"
    form_class = ImportForm
    preview_label = gettext_lazy("Read the file")
    confirm_label = gettext_lazy("Put them on their path")

    def trail(self):
        """The list."""
        return [{"url": reverse("enrolments:index"), "label": _("Enrolments")}]

    def get_success_url(self):
        """The list."""
        return reverse("enrolments:index")

    def get_form_kwargs(self):
        """Whose paths can be named."""
        return {**super().get_form_kwargs(), "reader": self.request.user}

    def get_context_data(self, **kwargs):
        """What a file may hold."""
        return super().get_context_data(**kwargs, columns=list(COLUMNS), max_rows=MAX_ROWS)

    def outlook(self, form) -> Outlook:
        """How many, and who with what."""
        reading = form.reading
        new, there = len(reading.new), len(reading.rows) - len(reading.new)
        sentences = [
            ngettext("%(count)s colleague goes on a path.", "%(count)s colleagues go on a path.", new) % {"count": new}
        ]
        if there:
            sentences.append(
                ngettext(
                    "%(count)s is on it already and stays as they are.",
                    "%(count)s are on it already and stay as they are.",
                    there,
                )
                % {"count": there}
            )
        lacking = [row for row in reading.new if row.missing]
        warnings = [
            _("Line %(line)s: %(what)s") % {"line": row.line, "what": m.words}
            for row in lacking[:WARNED]
            for m in row.missing
        ]
        if len(lacking) > WARNED:
            more = len(lacking) - WARNED
            words = ngettext(
                "Of %(count)s more row somebody is missing: see the table.",
                "Of %(count)s more rows somebody is missing: see the table.",
                more,
            )
            warnings.append(words % {"count": more})
        if new > SHOWN:
            sentences.append(_("The first %(count)s are shown.") % {"count": SHOWN})
        rows = [_shown(row) for row in reading.new]
        columns = [_("Line"), _("Colleague"), _("Path"), _("Start date"), _("Cohort"), _("Supporters"), _("Missing")]
        tables = [table_of(_("Who goes on a path"), columns, rows[:SHOWN])] if rows else []
        seal = hashlib.sha256(repr([(row, r.choices_made) for row, r in zip(rows, reading.new, strict=True)]).encode())
        return Outlook(sentences, warnings, tables, may_confirm=bool(new), seal=seal.hexdigest())

    def apply(self, form) -> str:
        """All of them in one go."""
        try:
            count = len(enrol_many(rows=form.reading.new, actor=self.request.user))
        except PathNotPublished as error:
            raise Refusal(_("This path isn't published any more.")) from error
        return ngettext("%(count)s colleague is on a path.", "%(count)s colleagues are on a path.", count) % {
            "count": count
        }


def _shown(row) -> list[str]:
    people = ", ".join(colleague.get_full_name() for colleagues in row.supporters.values() for colleague in colleagues)
    name = row.user.get_full_name()
    return [
        row.line,
        name,
        row.path_title,
        full_date(row.start_date),
        row.cohort,
        people,
        ", ".join(m.label for m in row.missing),
    ]


@require_safe
def download_template(request) -> HttpResponse:
    """An empty file with the names of all columns."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="enrolments.csv"'
    response.write("\ufeff")
    csv.writer(response, delimiter=";").writerow(COLUMNS)
    return response
