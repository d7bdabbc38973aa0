"""Texts that were published again after people confirmed them: editors say whether the change is small or large."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks

from ..differences import difference
from ..editions import Undecided, Waiting, confirmed_revision, said_when_published, undecided, waiting_texts
from ..services.editions import NothingToDecide, decide_edition
from .previewed import HrView


class EditionForm(forms.Form):
    """Small or large, and for a large change what is different."""

    SMALL, LARGE = "small", "large"

    size = forms.ChoiceField(
        label=gettext_lazy("How large is the change?"),
        choices=[
            (SMALL, gettext_lazy("Small: what people confirmed stands")),
            (LARGE, gettext_lazy("Large: ask everybody who confirmed it once more")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("What is different, in a sentence"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only for a large change. People read it before they confirm again, in both languages."),
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Working days to confirm it again"), min_value=1, max_value=60, initial=5
    )

    def clean(self):
        """A large change says what is different."""
        cleaned = super().clean()
        if cleaned.get("size") == self.LARGE and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what is different: people get to read it."))
        return cleaned


def to_decide(editor, key: UUID | None = None) -> list[Undecided]:
    """What this editor may publish and therefore decide about; only this text with ``key``."""
    return [text for text in undecided(editor, key) if text.pages[0].permissions_for_user(editor).can_publish()]


def to_wait_for(editor, key: UUID | None = None) -> list[Waiting]:
    """What this editor may publish and is waiting for its translation."""
    return [text for text in waiting_texts(editor, key) if text.pages[0].permissions_for_user(editor).can_publish()]


class EditionsView(HrView, TemplateView):
    """The texts to decide about, each with its form and what is different."""

    permission = "wagtailadmin.access_admin"
    page_title = gettext_lazy("Confirmed texts that were changed")
    header_icon = "history"
    template_name = "onboarding/admin/editions.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide about one text; what was filled in wrongly is shown beside its field."""
        key = request.POST.get("text", "")
        text = next((text for text in to_decide(request.user) if str(text.key) == key), None)
        if text is None:
            messages.info(request, _("There is nothing to decide about that text any more."))
            return redirect("onboarding_editions")
        form = self._form(text, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(wrong=(key, form)))
        is_large = form.cleaned_data["size"] == EditionForm.LARGE
        try:
            editions = decide_edition(
                page_key=UUID(key),
                is_large=is_large,
                note=form.cleaned_data["note"],
                grace_days=form.cleaned_data["grace_days"],
                actor=request.user,
            )
        except NothingToDecide:
            messages.info(request, _("There is nothing to decide about that text any more."))
        else:
            if editions[0].waits:
                words = _(
                    "Everybody who confirmed “%(title)s” is asked again as soon as the translation is published too."
                )
            elif is_large:
                words = _("Everybody who confirmed “%(title)s” is asked again within a few minutes.")
            else:
                words = _("What people confirmed of “%(title)s” stands.")
            messages.success(request, words % {"title": text.title})
        return redirect("onboarding_editions")

    def get_context_data(self, wrong: tuple[str, EditionForm] | None = None, **kwargs):
        """``texts``: each with its form, and the difference with what was confirmed last, per page; ``waiting``: decided."""
        rows = []
        for text in to_decide(self.request.user):
            form = wrong[1] if wrong and wrong[0] == str(text.key) else self._form(text)
            pages = []
            for page in text.pages:
                before = confirmed_revision(text.key, page)
                pages.append({"page": page, "changes": difference(before, page.live_revision) if before else []})
            rows.append({"text": text, "form": form, "pages": pages})
        waiting = to_wait_for(self.request.user)
        return super().get_context_data(texts=rows, waiting=waiting, has_error=wrong is not None, **kwargs)

    def _form(self, text: Undecided, data=None) -> EditionForm:
        said = said_when_published(text) if data is None else None
        initial = {"size": EditionForm.LARGE, "note": said.line} if said else None
        return EditionForm(data, initial=initial, prefix=None, auto_id=f"text-{text.key}-%s")


@hooks.register("after_publish_page")
def ask_how_large(request, page):
    """Who publishes a text that people confirmed hears at once that somebody has to say how large the change is."""
    key = page.translation_key
    for text in to_decide(request.user, key):
        words = _("People confirmed “%(title)s” as it was before. Say whether this change is small or large.")
        _say(request, words % {"title": text.title}, f"#text-{key}")
    for text in to_wait_for(request.user, key):
        if text.behind_id:
            words = _("Everybody who confirmed “%(title)s” is asked again as soon as the translation is published too.")
        else:
            words = _("Everybody who confirmed “%(title)s” is asked again within a few minutes.")
        _say(request, words % {"title": text.title})


def _say(request, words: str, where: str = "") -> None:
    link = format_html('<a href="{}">{}</a>', f"{reverse('onboarding_editions')}{where}", _("Confirmed texts"))
    messages.warning(request, format_html("{} {}", words, link))


@hooks.register("after_edit_page")
def ask_after_approving(request, page):
    """The same after a colleague's draft was approved."""
    if "action-workflow-action" in request.POST:
        ask_how_large(request, page)
