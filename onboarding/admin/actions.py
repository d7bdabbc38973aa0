"""The pages on which a deed is done with one enrolment: form, what it would do, and the deed."""

from dataclasses import dataclass, field

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin import messages

from ..models import Enrolment
from ..reading import add_standings
from ..reading_outlines import path_outline
from ..visibility import Data
from . import deeds  # noqa: F401 - so that they are there
from .ahead import lapse_words, reminders_ahead, waiting_messages
from .deed import DEEDS, Deed, DeedForm
from .plan_words import plan_table
from .previewed import Outlook, PreviewedView, Refusal, Table, shown
from .rehearsing import dates_table, rehearse, told_table


@dataclass
class Outcome:
    """What became of a deed: for whom it was done, for whom it couldn't be, with the reason, and new enrolments.

    ``results`` is what the deed returned, by enrolment.
    """

    done: list[Enrolment] = field(default_factory=list)
    made: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Enrolment, str]] = field(default_factory=list)
    results: dict[int, object] = field(default_factory=dict)


@transaction.atomic
def do_all(deed: Deed, enrolments: list[Enrolment], form: DeedForm, actor) -> Outcome:
    """Do it for each; one that refuses is left as it was and stops no other."""
    outcome = Outcome()
    for enrolment in enrolments:
        if not deed.applies(enrolment):
            outcome.refused.append((enrolment, _("not possible any more, or not yet")))
            continue
        try:
            with transaction.atomic():
                made = deed.do(enrolment, form, actor)
        except Refusal as refusal:
            outcome.refused.append((enrolment, str(refusal)))
        else:
            outcome.done.append(enrolment)
            outcome.results[enrolment.pk] = made
            outcome.made += [made] if isinstance(made, Enrolment) else []
    return outcome


def find(pk: int, viewer) -> Enrolment:
    """The enrolment with where its person stands. Raises Http404 for one that ``viewer`` may not see as for none."""
    found = Enrolment.objects.seen_by(viewer, Data.EVENTS).with_pause().filter(pk=pk)
    enrolment = found.select_related("manager", "user__manager", "user__team").prefetch_related("user__groups").first()
    if enrolment is None:
        raise Http404(str(pk))
    add_standings(viewer, [enrolment], get_language())
    return enrolment


class DeedView(PreviewedView):
    """One deed with one enrolment; one that makes no sense (any more) leads back with a word."""

    deed: Deed = None

    def dispatch(self, request, *args, **kwargs):
        """Finds the enrolment once it is clear that the reader may."""
        self.permission = self.deed.needs
        if request.user.has_perm(self.permission):
            self.enrolment = find(kwargs["pk"], request.user)
            if not self.deed.applies(self.enrolment):
                # Done in another tab, or a second click on the same button.
                messages.warning(request, _("This isn't possible any more, or not needed: it may be done already."))
                return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        """The deed."""
        return self.deed.label

    def get_page_subtitle(self):
        """Whose enrolment."""
        return self.enrolment.user.get_full_name()

    @property
    def intro(self):
        """What the deed means."""
        return self.deed.intro

    @property
    def is_serious(self):
        """Whether the button is red."""
        return self.deed.is_serious

    def trail(self):
        """The list, and the enrolment."""
        return [
            {"url": reverse("enrolments:index"), "label": _("Enrolments")},
            {"url": self.get_success_url(), "label": self.enrolment.user.get_full_name()},
        ]

    def get_form_class(self):
        """That of the deed."""
        return self.deed.form

    def get_form_kwargs(self):
        """With the enrolment, and the step that was chosen on its page."""
        kwargs = {
            **super().get_form_kwargs(),
            "enrolments": [self.enrolment],
            "standing": self.enrolment.standing,
            "reader": self.request.user,
        }
        if "step" in self.request.GET:
            kwargs["initial"] = {**kwargs["initial"], "step": self.request.GET["step"]}
        return kwargs

    def outlook(self, form) -> Outlook:
        """The steps that would change, who is told, and where dates move what is told later and what no longer."""
        enrolment, actor = self.enrolment, self.request.user
        outline = path_outline(enrolment.user, enrolment.path_key, get_language())
        moves = self.deed.moves_dates
        waiting = waiting_messages(enrolment) if moves else set()
        rehearsal = rehearse(
            [enrolment.pk],
            lambda: do_all(self.deed, [enrolment], form, actor),
            (lambda _outcome: (waiting_messages(enrolment), reminders_ahead(enrolment, outline))) if moves else None,
        )
        if rehearsal.result.refused:
            return Outlook(warnings=[reason for _who, reason in rehearsal.result.refused], may_confirm=False)
        tables = [*dates_table(rehearsal, outline, enrolment.pk), *self.plans(rehearsal), *told_table(rehearsal)]
        sentences = sentences_for(form, rehearsal, enrolment)
        if moves:
            still_waiting, ahead = rehearsal.seen
            sentences += lapse_words(waiting, still_waiting)
            tables += ahead
        return Outlook(sentences, warnings_for(form, rehearsal.result), tables)

    def plans(self, rehearsal) -> list[Table]:
        """The plan of a new enrolment, where there would be one."""
        return [
            plan_table(outline, {key: row for key, (_old, row) in rehearsal.steps[made.pk].items()})
            for made in rehearsal.result.made
            if (outline := path_outline(made.user, made.path_key, get_language()))
        ]

    def apply(self, form) -> str:
        """Do it."""
        outcome = do_all(self.deed, [self.enrolment], form, self.request.user)
        if outcome.refused:
            raise Refusal(outcome.refused[0][1])
        if outcome.made:
            self.enrolment = outcome.made[0]
        return str(self.deed.done)

    def get_success_url(self):
        """The page of the enrolment."""
        return reverse("enrolments:edit", args=[self.enrolment.pk])


def sentences_for(form: DeedForm, rehearsal, enrolment: Enrolment) -> list[str]:
    """What the form says of itself, what becomes of the enrolment, and whether dates and messages stay as they are."""
    sentences = [str(sentence) for sentence in getattr(form, "in_words", list)()]
    before, after = rehearsal.enrolments[enrolment.pk]
    for name in ("start_date", "day_one", "probation_end", "cohort", "ended_on"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            label = _("day 1") if name == "day_one" else Enrolment._meta.get_field(name).verbose_name
            words = {"what": capfirst(label), "old": shown(old), "new": shown(new)}
            sentences.append((_("%(what)s: from %(old)s to %(new)s.") if old else _("%(what)s: %(new)s.")) % words)
    if not form.says_what_moves and not rehearsal.steps.get(enrolment.pk) and not rehearsal.result.made:
        sentences.append(_("No step changes."))
    if not rehearsal.told:
        sentences.append(_("Nobody gets a message now."))
    return sentences


def warnings_for(form: DeedForm, outcome: Outcome) -> list[str]:
    """What the form warns of, also for what was found in doing it."""
    found = getattr(form, "warnings_of", lambda _results: [])(outcome.results)
    return [str(warning) for warning in (*getattr(form, "warnings", list)(), *found)]


def perform(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The page of a deed with one enrolment; 404 for a deed there isn't."""
    deed = DEEDS.get(action)
    if deed is None or not deed.with_one:
        raise Http404(action)
    return DeedView.as_view(deed=deed)(request, pk=pk)
