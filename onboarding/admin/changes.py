"""The changes of a path that wait for an editor: what they are, what they would do to whom, and three choices."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.models import Page

from ..models import ChangeSet, PathPage, PhasePage, StepPage
from ..periods import full_date
from ..plan.structure import is_widened
from ..roles import Who
from ..services.changing import AlreadyDecided, PersonEffect, apply_changes, effects_of, path_keys_of
from ..visibility import HR_PERMISSION
from .path_pages import OfOnePath
from .previewed import Outlook, PreviewedView, Refusal, table_of

MOST_ROWS = 500


class ChangesForm(forms.Form):
    """For whom, and how soon."""

    choice = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=ChangeSet.Choice.choices,
        widget=forms.RadioSelect,
        initial=ChangeSet.Choice.ALL,
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Working days for added steps"),
        min_value=0,
        max_value=60,
        initial=5,
        help_text=gettext_lazy("An added step is due no sooner than so many working days from now."),
    )


KINDS = {"added": gettext_lazy("added"), "removed": gettext_lazy("taken off")}


class ChangesView(OfOnePath, PreviewedView):
    """Decide about the held changes of one path."""

    permission = "wagtailadmin.access_admin"
    page_title = gettext_lazy("Changes of this path")
    template_name = "onboarding/admin/authoring/changes.html"
    form_class = ChangesForm
    confirm_label = gettext_lazy("Apply to these people")
    intro = gettext_lazy(
        "People are under way on this path. Until you decide, nobody's plan changes: no step is added, none is taken off and "
        "no date moves. A step that you unpublished or moved away can be read and done meanwhile by who has it in their plan, "
        "and later by who keeps it. Who starts from now on gets the path as it is published. Who has finished is left alone."
    )

    def dispatch(self, request, *args, **kwargs):
        """A second click finds nothing left to decide, and says so."""
        self.held = ChangeSet.objects.filter(path_key=kwargs["path_key"], decided_at=None).first()
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """As every previewed deed; with nothing to decide, a sentence."""
        if self.held is None:
            messages.info(
                request, _("There is nothing to decide any more: it was done, or the changes were taken back.")
            )
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def outlook(self, form) -> Outlook:
        """Who gets what; the names only for HR."""
        effects = effects_of(self.held, **form.cleaned_data)
        count = len(effects)
        sentence = ngettext("%(count)d plan changes.", "%(count)d plans change.", count) % {"count": count}
        sentences = [str(ChangeSet.Choice(form.cleaned_data["choice"]).label.capitalize()) + ". " + sentence]
        rows = [_row(effect) for effect in effects]
        tables = []
        if rows and self.request.user.has_perm(HR_PERMISSION):
            columns = [_("Who"), _("Added"), _("Taken off"), _("Changed")]
            tables = [table_of(_("What changes for whom"), columns, rows[:MOST_ROWS])]
        elif rows:
            sentences.append(_("HR sees what changes for whom."))
            touched = [effect.effect for effect in effects]
            columns = [_("Change"), _("How often")]
            counts = [
                [_("a step is added"), sum(len(effect.added) for effect in touched)],
                [_("a step is taken off"), sum(len(effect.removed) for effect in touched)],
                [_("a step changes"), sum(len(effect.changed) for effect in touched)],
            ]
            tables = [table_of(_("Together"), columns, counts)]
        return Outlook(sentences=sentences, tables=tables, seal=repr((self.held.changes, rows)))

    def apply(self, form) -> str:
        """Apply to whom was chosen."""
        try:
            people = apply_changes(change_set=self.held, actor=self.request.user, **form.cleaned_data)
        except AlreadyDecided as error:
            raise Refusal(_("A colleague decided meanwhile. Nothing was done twice.")) from error
        return ngettext(
            "Decided. %(count)d plan was changed, and who it is about was told.",
            "Decided. %(count)d plans were changed, and who they are about was told.",
            people,
        ) % {"count": people}

    def get_context_data(self, **kwargs):
        """What waits, and what was decided before."""
        decided = ChangeSet.objects.filter(path_key=self.kwargs["path_key"]).exclude(decided_at=None)
        return super().get_context_data(
            held=self.held,
            changes=_changes_table(self.held.changes) if self.held else None,
            decided=list(decided.select_related("decided_by").order_by("-decided_at")[:20]),
            **kwargs,
        )


def _changes_table(changes: list[dict]):
    rows = [[change["title"], KINDS.get(change["kind"]) or _what_changed(change)] for change in changes]
    return table_of(_("What changed on the path"), [_("Step"), _("What")], rows)


def _what_changed(change: dict) -> str:
    before, after, words = change["before"], change["after"], []
    if before["rule"] != after["rule"]:
        words.append(_("another date"))
    if before["assignee"] != after["assignee"]:
        words.append(_("%(who)s does it now") % {"who": Who(after["assignee"]).label})
    if before["is_required"] != after["is_required"]:
        words.append(_("required from now on") if after["is_required"] else _("no longer required"))
    if is_widened(before, after):
        words.append(_("for everybody on the path from now on"))
    return "; ".join(words)


def _row(found: PersonEffect) -> list[str]:
    effect = found.effect
    return [
        found.enrolment.user.get_full_name(),
        "; ".join(f"{title} ({_date(step.due_on)})" for step, title in effect.added),
        "; ".join(title for _key, title in effect.removed),
        "; ".join(f"{c.title} ({_date(c.old_due)} → {_date(c.step.due_on)})" for c in effect.changed),
    ]


def _date(day) -> str:
    return full_date(day) if day else _("no date")


@hooks.register("after_publish_page")
@hooks.register("after_delete_page")
@hooks.register("after_move_page")
@hooks.register("after_unpublish_page")
def say_what_is_held(request, page):
    """Whoever changes a path on which people are under way hears that they decide for whom."""
    _say_what_is_held(request, [page])


def _say_what_is_held(request, pages) -> None:
    of_path = (PathPage, PhasePage, StepPage)
    places = [page.path for page in pages if isinstance(page.specific_class and page.specific, of_path)]
    for held in ChangeSet.objects.filter(path_key__in=path_keys_of(*places), decided_at=None):
        link = format_html('<a href="{}">{}</a>', reverse("onboarding_changes", args=[held.path_key]), _("Decide"))
        words = _(
            "People are under way on this path. Nothing changes in their plans until you say for whom this is; a step that "
            "you took away stays in them until then."
        )
        messages.warning(request, format_html("{} {}", words, link))


@hooks.register("after_bulk_action")
def say_it_of_many(request, action_type, objects, action):
    """The same after several pages were published, unpublished, moved or deleted at once."""
    if action_type not in ("publish", "unpublish", "move", "delete"):
        return
    pages = [page for page in objects if isinstance(page, Page)]
    _say_what_is_held(request, pages)


@hooks.register("register_admin_urls")
def register_changes():
    """The page of held changes."""
    return [path("onboarding/changes/<uuid:path_key>/", ChangesView.as_view(), name="onboarding_changes")]
