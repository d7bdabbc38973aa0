"""The same deed with many enrolments: one form, one preview, one confirmation."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from ..models import Enrolment
from ..reading import all_path_titles
from .actions import DeedView, Outcome, do_all, warnings_for
from .deed import DEEDS, Deed
from .picking import picked
from .previewed import Outlook, Refusal, Table, shown, table_of
from .rehearsing import Rehearsal, rehearse, told_table

# More at a time makes a preview that nobody reads, and that takes longer than a page may.
MOST, SHOWN = 500, 200


def choices_for(user) -> list[tuple[str, str]]:
    """What this person can do with many of the list of enrolments: ``[(name, label), ...]``; proposals have their own."""
    here = [deed for deed in DEEDS.values() if deed.with_many and deed.back_to == Deed.back_to]
    return [(deed.slug, deed.label) for deed in here if user.has_perm(deed.needs)]


class ManyView(DeedView):
    """One deed with many."""

    template_name = "onboarding/admin/many.html"

    def dispatch(self, request, *args, **kwargs):
        """Whoever was picked; back to the list without anybody, or with too many."""
        self.permission = self.deed.needs
        self.enrolments = []
        if request.user.has_perm(self.permission):
            found = picked(request).select_related("user").prefetch_related("user__groups").order_by("pk")
            self.enrolments = list(found[: MOST + 1])
            if not self.enrolments:
                return self.back(_("Pick somebody first."))
            if len(self.enrolments) > MOST:
                return self.back(_("Narrow the list down: at most %(most)s at a time.") % {"most": MOST})
        return super(DeedView, self).dispatch(request, *args, **kwargs)

    def back(self, words: str) -> HttpResponse:
        """To the list, with the reason."""
        messages.error(self.request, words)
        return HttpResponseRedirect(self.get_success_url())

    def post(self, request, *args, **kwargs):
        """The empty form for who comes from the list; else as for one."""
        if "start" in kwargs:
            return self.render_to_response(self.get_context_data(form=self.empty_form()))
        return super().post(request, *args, **kwargs)

    def empty_form(self):
        """The form, not filled in."""
        kwargs = self.get_form_kwargs()
        return self.deed.form(**{name: value for name, value in kwargs.items() if name not in ("data", "files")})

    def get_page_subtitle(self):
        """How many."""
        count = len(self.enrolments)
        return ngettext("%(count)s colleague", "%(count)s colleagues", count) % {"count": count}

    def trail(self):
        """The list."""
        return [{"url": reverse("enrolments:index"), "label": _("Enrolments")}]

    def get_success_url(self):
        """The list where it was chosen."""
        return reverse(self.deed.back_to)

    def get_form_kwargs(self):
        """With all of them; no step can be chosen."""
        return {**super(DeedView, self).get_form_kwargs(), "enrolments": self.enrolments, "reader": self.request.user}

    def get_context_data(self, **kwargs):
        """Who they are, to carry on, and where the form goes."""
        return super().get_context_data(
            enrolments=self.enrolments, here=reverse("enrolments:bulk", args=[self.deed.slug]), **kwargs
        )

    def outlook(self, form) -> Outlook:
        """For each what would change, who is left out and why, and who is told."""
        ids = [enrolment.pk for enrolment in self.enrolments]
        rehearsal = rehearse(ids, lambda: do_all(self.deed, self.enrolments, form, self.request.user))
        outcome: Outcome = rehearsal.result
        count = len(outcome.done)
        sentences = [str(sentence) for sentence in getattr(form, "in_words", list)()]
        sentences.append(ngettext("For %(count)s colleague.", "For %(count)s colleagues.", count) % {"count": count})
        if count > SHOWN:
            sentences.append(_("The first %(count)s are shown.") % {"count": SHOWN})
        if not rehearsal.told:
            sentences.append(_("Nobody gets a message now."))
        words = getattr(form, "change_words", None)
        tables = [*self.people_tables(outcome, rehearsal, words), *told_table(rehearsal)]
        whole = Outlook(tables=tables).fingerprint
        shown = [Table(table.heading, table.columns, table.rows[:SHOWN]) for table in tables]
        return Outlook(sentences, warnings_for(form, outcome), shown, may_confirm=bool(count), seal=whole)

    def people_tables(self, outcome: Outcome, rehearsal: Rehearsal, words=None) -> list[Table]:
        """Who it is done for, and who is left out; ``words(enrolment)`` is what changes beside the enrolment itself."""
        titles = all_path_titles(self.request.user, self.request.LANGUAGE_CODE)
        tables = []
        if outcome.done:
            rows = [
                [
                    enrolment.user.get_full_name(),
                    titles.get(str(enrolment.path_key), "–"),
                    words(enrolment) if words else change_words(*rehearsal.enrolments[enrolment.pk]),
                    len(rehearsal.steps.get(enrolment.pk, {})),
                ]
                for enrolment in outcome.done
            ]
            columns = [_("Colleague"), _("Path"), _("What changes"), _("Steps that change")]
            tables.append(table_of(_("For whom"), columns, rows))
        if outcome.refused:
            rows = [[enrolment.user.get_full_name(), reason] for enrolment, reason in outcome.refused]
            tables.append(table_of(_("Left out"), [_("Colleague"), _("Why")], rows))
        return tables

    def apply(self, form) -> str:
        """Do it for everybody it can be done for."""
        count = len(do_all(self.deed, self.enrolments, form, self.request.user).done)
        if not count:
            raise Refusal(_("Nothing was changed."))
        words = ngettext("Done for %(count)s colleague.", "Done for %(count)s colleagues.", count)
        return words % {"count": count}


def change_words(before: Enrolment | None, after: Enrolment) -> str:
    """What is different about an enrolment itself."""
    parts = []
    for name in ("start_date", "probation_end", "cohort", "ended_on"):
        old, new = getattr(before, name, None), getattr(after, name)
        if old != new:
            parts.append(_("%(old)s becomes %(new)s") % {"old": shown(old), "new": shown(new)})
    return ", ".join(parts)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """What was chosen below the list: the form of that deed."""
    return _view(request.POST.get("action", ""))(request, start=True)


def perform(request: HttpRequest, action: str) -> HttpResponse:
    """The preview of a deed with many, and the deed; who comes here by an address goes to the list."""
    view = _view(action)
    return view(request) if request.method == "POST" else HttpResponseRedirect(reverse("enrolments:index"))


def _view(action: str):
    deed = DEEDS.get(action)
    if deed is None or not deed.with_many:
        raise Http404(action)
    return ManyView.as_view(deed=deed)
