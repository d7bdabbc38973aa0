"""Joiners, movers and leavers from a file, in the admin: every change by line first, then exactly that."""

from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.log_actions import log

from base import csv_files
from base.admin.file_form import RowsFileForm
from base.admin.previewed import Outlook, PreviewedView, Refusal, table_of
from base.csv_files import UnreadableFile
from base.sheets import FORMATS

from ..models import ColleaguesSync
from ..syncing.applying import PlanChanged, TooManyChanges, note_run, sync_colleagues
from ..syncing.columns import COLUMNS
from ..syncing.exporting import EXPORTED, rows_of_colleagues
from ..syncing.plan import Kind, Options, Plan
from ..syncing.planning import make_plan
from ..syncing.table import Table, as_text, table_of_text
from ..syncing.words import change_in_words, column_in_words

SHOWN, RUNS = 300, 15
# What was asked and not confirmed the next day is asked again.
ASKED_FOR = timedelta(days=1)


def may_sync(user) -> bool:
    """Who makes and closes accounts may do it from a file."""
    return user.is_active and user.has_perms(["people.add_user", "people.change_user"])


class ColleaguesForm(RowsFileForm):
    """The file of HR, and how it is to be read."""

    salt = "people.syncing"
    is_complete = forms.BooleanField(
        label=gettext_lazy("This file is complete"),
        required=False,
        help_text=gettext_lazy("Whoever has a staff number and isn't in it left: their account is closed."),
    )
    makes_places = forms.BooleanField(
        label=gettext_lazy("Make teams and locations that aren't there yet"),
        required=False,
        help_text=gettext_lazy("Otherwise a name that isn't known is a mistake."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("CSV or Excel.")

    def read(self, text: str) -> Table:
        """The table; larger files are for the server's own command."""
        if len(text.encode()) > csv_files.MAX_BYTES:
            message = _("This file is too large for this page: let who runs the server read it (sync_colleagues).")
            raise UnreadableFile(message)
        return table_of_text(text)

    @property
    def problems(self) -> list:
        """None here: rows with mistakes are shown and passed over."""
        return []

    @property
    def options(self) -> Options:
        """As ticked."""
        return Options(self.cleaned_data["is_complete"], self.cleaned_data["makes_places"])

    def _text(self, cleaned: dict) -> str:
        if upload := cleaned.get("file"):
            return as_text(upload.read())
        return super()._text(cleaned)


class ColleaguesSyncView(PreviewedView):
    """A file with a row for each colleague."""

    page_title = gettext_lazy("Colleagues from a file")
    header_icon = "user"
    template_name = "people/admin/sync.html"
    form_class = ColleaguesForm
    preview_label = gettext_lazy("Read the file")
    plan: Plan | None = None

    def may_enter(self) -> bool:
        """Who keeps accounts."""
        return may_sync(self.request.user)

    def get_success_url(self):
        """Back here, where the outcomes are."""
        return reverse("colleagues_sync")

    @property
    def confirm_label(self):
        """What the button does."""
        if self.plan is not None and self.plan.is_braked and self._asked() is None:
            return _("Ask a second administrator")
        return _("Take this over")

    def get_context_data(self, **kwargs):
        """What a file may hold, and what came of the last ones."""
        return super().get_context_data(
            **kwargs,
            columns=list(COLUMNS),
            max_rows=csv_files.MAX_ROWS,
            runs=[(run, counts_in_words(run.counts)) for run in ColleaguesSync.objects.select_related("by")[:RUNS]],
        )

    def outlook(self, form) -> Outlook:
        """Who comes, changes, leaves and returns, and every mistake."""
        self.plan = plan = make_plan(form.reading, form.options, by=self.request.user)
        sentences = [counts_in_words(plan.counts) or _("This file changes nothing.")]
        sentences += [_("New: %(names)s.") % {"names": ", ".join(names)} for names in plan.new_places.values()]
        tables = [
            table_of(
                kind.label.capitalize(),
                [_("Line"), _("Staff number"), _("Colleague"), _("What changes")],
                [[c.line or "–", c.staff_number, c.name, change_in_words(c)] for c in changes[:SHOWN]],
            )
            for kind in Kind
            if (changes := [change for change in plan.changes if change.kind is kind])
        ]
        if any(count > SHOWN for kind, count in plan.counts.items() if kind != "mistakes"):
            sentences.append(_("The first %(count)s are shown.") % {"count": SHOWN})
        if plan.problems:
            rows = [[p.line, column_in_words(p.column), p.message] for p in plan.problems[:SHOWN]]
            columns = [_("Line"), _("Column"), _("What is wrong")]
            tables.insert(0, table_of(_("Mistakes: these rows are passed over"), columns, rows))
        if plan.notes:
            rows = [[line or "–", words] for line, words in plan.notes[:SHOWN]]
            tables.append(table_of(_("Good to know"), [_("Line"), _("What")], rows))
        may_confirm = bool(plan.changes)
        return Outlook(sentences, self._warnings(plan), tables, may_confirm=may_confirm, seal=plan.seal)

    def _warnings(self, plan: Plan) -> list[str]:
        if not plan.is_braked:
            return []
        many = _(
            "More than %(limit)s of %(all)s accounts would change. That is more likely a wrong file than a busy day: look again."
        ) % {"limit": plan.limit, "all": plan.open_accounts}
        asked = self._asked()
        if asked is None:
            return [many, _("A second administrator has to choose the same file here within a day and confirm it.")]
        name = asked.by.get_full_name() if asked.by else ""
        return [
            many,
            _("%(name)s asked for this. You are the second to look: confirm it only if it is right.") % {"name": name},
        ]

    def _requests(self) -> QuerySet:
        """The requests of today to do just this."""
        rows = ColleaguesSync.objects.filter(state=ColleaguesSync.State.ASKED, seal=self.plan.seal)
        return rows.filter(at__gte=timezone.now() - ASKED_FOR, by__is_active=True).select_related("by")

    def _asked(self) -> ColleaguesSync | None:
        """That of another administrator."""
        return self._requests().exclude(by=self.request.user).first()

    def apply(self, form) -> str:
        """All of it in one go; what takes two people is asked of the second first."""
        user = self.request.user
        is_second = self.plan.is_braked and self._asked() is not None
        if self.plan.is_braked and not is_second:
            if not self._requests().filter(by=user).exists():
                note_run(state=ColleaguesSync.State.ASKED, plan=self.plan, by=user)
            return _("Nothing is changed yet: a second administrator has to confirm it, with the same file.")
        try:
            plan, _run = sync_colleagues(
                table=form.reading, options=form.options, by=user, seal=self.plan.seal, is_forced=is_second
            )
        except (PlanChanged, TooManyChanges) as error:
            raise Refusal(_("Something changed meanwhile. Nothing was done: choose the file again.")) from error
        return _("Done: %(counts)s") % {"counts": counts_in_words(plan.counts)}


def counts_in_words(counts: dict[str, int]) -> str:
    """ "3 colleagues join, 2 change, 1 leaves." without what there is none of; empty for nothing at all."""
    words = {
        "join": lambda n: ngettext("%(n)s colleague joins", "%(n)s colleagues join", n),
        "move": lambda n: ngettext("%(n)s changes", "%(n)s change", n),
        "leave": lambda n: ngettext("%(n)s leaves", "%(n)s leave", n),
        "return": lambda n: ngettext("%(n)s returns", "%(n)s return", n),
        "mistakes": lambda n: ngettext("%(n)s row has a mistake", "%(n)s rows have a mistake", n),
    }
    parts = [words[kind](count) % {"n": count} for kind, count in counts.items() if count and kind in words]
    return f"{', '.join(parts)}." if parts else ""


@require_POST
def export_colleagues(request) -> HttpResponse:
    """Everybody with a staff number as a workbook, in the columns that can be read in again. Logged.

    Raises PermissionDenied for who doesn't keep accounts.
    """
    if not may_sync(request.user):
        raise PermissionDenied
    make, content_type = FORMATS["xlsx"]
    rows = list(rows_of_colleagues())
    log(instance=request.user, action=EXPORTED, user=request.user, data={"rows": len(rows)})
    response = HttpResponse(make(list(COLUMNS), rows), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="colleagues-{timezone.localdate():%Y-%m-%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
