"""What is done in two steps: fill in and see what would happen, then confirm exactly that."""

import hashlib
import json
from dataclasses import dataclass, field

from django.contrib import messages as django_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages as admin_messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


@dataclass(frozen=True)
class Table:
    """Part of a preview: a heading, the names of the columns, and rows of as many texts.

    ``is_folded`` is for what is long and seldom read: it opens at a click.
    """

    heading: str
    columns: list[str]
    rows: list[list[str]]
    is_folded: bool = False

    @property
    def named_rows(self) -> list[list[tuple[str, str]]]:
        """The rows with the name of the column before each text, for where a table becomes a list."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Outlook:
    """What would happen, in words. Without anything that would, there is nothing to confirm."""

    sentences: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    may_confirm: bool = True
    # Of what is too long to be shown whole.
    seal: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same outlook: what is confirmed has to be what was seen."""
        parts = [self.seal, self.sentences, self.warnings, [[t.heading, t.columns, t.rows] for t in self.tables]]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:24]


class Refusal(Exception):
    """What was confirmed can't be done any more; the text says why, to be shown."""


def table_of(heading: str, columns: list[str], rows: list[list]) -> Table:
    """A table of texts; nothing is an empty text."""
    return Table(heading, columns, [["" if cell is None else str(cell) for cell in row] for row in rows])


class GuardedView(WagtailAdminTemplateMixin):
    """A page of the admin that is refused to who may not; ``permission`` is ``app.codename``."""

    permission = ""
    header_icon = "cog"
    _show_breadcrumbs = True

    def may_enter(self) -> bool:
        """Whether this user may be here."""
        return self.request.user.has_perm(self.permission)

    def dispatch(self, request, *args, **kwargs):
        """Raises PermissionDenied."""
        if not self.may_enter():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Home, what ``trail`` says, and this page."""
        return [*self.breadcrumbs_items, *self.trail(), {"url": "", "label": self.get_page_title()}]

    def trail(self) -> list[dict]:
        """The pages above this one."""
        return []


class PreviewedFormView(FormView):
    """GET shows the form; POST what would happen; POST of what was seen does it.

    Where something changed since it was seen, it is shown anew instead of done. ``messages`` is the module that tells what
    was done: the admin has its own.
    """

    messages = django_messages
    intro = ""
    preview_label = gettext_lazy("Show what will happen")
    confirm_label = gettext_lazy("Confirm")
    is_serious = False

    def outlook(self, form) -> Outlook:
        """What would happen with this valid form."""
        raise NotImplementedError

    def apply(self, form) -> str:
        """Do it; returns the sentence that says so. A ``Refusal`` is told in its place."""
        raise NotImplementedError

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Back to the form with what was typed, the outlook, or the deed."""
        form = self.get_form()
        if "change" in request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form) -> HttpResponse:
        """The outlook, or the deed if it is the one that was seen."""
        outlook = self.outlook(form)
        seen = self.request.POST.get("seen", "")
        if outlook.may_confirm and seen == outlook.fingerprint:
            try:
                self.messages.success(self.request, self.apply(form))
            except Refusal as refusal:
                self.messages.error(self.request, str(refusal))
            return HttpResponseRedirect(self.get_success_url())
        context = self.get_context_data(form=form, outlook=outlook, has_changed=bool(seen))
        return self.render_to_response(context)

    def form_invalid(self, form) -> HttpResponse:
        """422, with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """The words of the buttons, and where to go without doing anything."""
        return super().get_context_data(
            intro=self.intro,
            preview_label=self.preview_label,
            confirm_label=self.confirm_label,
            is_serious=self.is_serious,
            back=self.get_success_url(),
            **kwargs,
        )


class PreviewedView(GuardedView, PreviewedFormView):
    """A page of the admin on which something is done."""

    template_name = "base/admin/previewed.html"
    messages = admin_messages
