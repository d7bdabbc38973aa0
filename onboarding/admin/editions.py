"""Texts that were published again after people confirmed them: editors say whether the change is small or large."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from ..differences import difference
from ..editions import Undecided, confirmed_revision, undecided
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


def to_decide(editor) -> list[Undecided]:
    """What this editor may publish and therefore decide about."""
    return [text for text in undecided(editor) if text.pages[0].permissions_for_user(editor).can_publish()]


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
            decide_edition(
                page_key=UUID(key),
                is_large=is_large,
                note=form.cleaned_data["note"],
                grace_days=form.cleaned_data["grace_days"],
                actor=request.user,
            )
        except NothingToDecide:
            messages.info(request, _("There is nothing to decide about that text any more."))
        else:
            words = (
                _("Everybody who confirmed “%(title)s” is asked again within a few minutes.")
                if is_large
                else _("What people confirmed of “%(title)s” stands.")
            )
            messages.success(request, words % {"title": text.title})
        return redirect("onboarding_editions")

    def get_context_data(self, wrong: tuple[str, EditionForm] | None = None, **kwargs):
        """``texts``: each with its form, and the difference with what was confirmed last, per page."""
        rows = []
        for text in to_decide(self.request.user):
            form = wrong[1] if wrong and wrong[0] == str(text.key) else self._form(text)
            pages = []
            for page in text.pages:
                before = confirmed_revision(text.key, page)
                pages.append({"page": page, "changes": difference(before, page.live_revision) if before else []})
            rows.append({"text": text, "form": form, "pages": pages})
        return super().get_context_data(texts=rows, has_error=wrong is not None, **kwargs)

    def _form(self, text: Undecided, data=None) -> EditionForm:
        return EditionForm(data, prefix=None, auto_id=f"text-{text.key}-%s")
