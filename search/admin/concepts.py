"""The words that search understands, for editors: change them, and see what a change does before it is saved."""

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminAutoHeightTextInput

from base.typed import storable

from ..engine import IndexUnavailable
from ..models import Concept
from ..models.query_log import LONGEST_QUERY
from ..planner import MOST_CHARACTERS, clean
from .effect import Effect, also_in, effect_of

TRY = "try"
LANGUAGES = [("nl", gettext_lazy("Dutch")), ("en", gettext_lazy("English"))]
SHOWN_WORDS = 8


class ConceptForm(WagtailAdminModelForm):
    """A concept, and a query to try it with."""

    tried_query = forms.CharField(
        label=gettext_lazy("Try it: what would somebody type?"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=gettext_lazy("Shows what is found now and what would be found with these words. Nothing is saved."),
    )
    tried_language = forms.ChoiceField(label=gettext_lazy("Typed in"), choices=LANGUAGES, required=False)

    class Meta:
        model = Concept
        fields = ["words_nl", "words_en", "is_active", "note"]
        widgets = {"words_nl": AdminAutoHeightTextInput(), "words_en": AdminAutoHeightTextInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        self.fields["tried_language"].initial = language if language in dict(LANGUAGES) else "nl"

    def clean_tried_query(self) -> str:
        """What is searched for. Raises ValidationError where nothing is left of it and it is to be tried."""
        query, _was_cut = clean(self.cleaned_data["tried_query"])
        if TRY in self.data and not query:
            raise forms.ValidationError(_("Type what somebody would search for."))
        return query


class TriedFirst:
    """A form whose second button shows what it would do."""

    effect: Effect | None = None
    is_unavailable = False

    def form_valid(self, form):
        """Try it or save it; a word that stands in another concept as well is told."""
        if TRY not in self.request.POST:
            response = super().form_valid(form)
            self.warn_of_shared_words()
            return response
        self.form = form
        query, language = form.cleaned_data["tried_query"], form.cleaned_data["tried_language"] or "nl"
        try:
            self.effect = effect_of(form.instance, query, language, self.request.user)
        except IndexUnavailable:
            self.is_unavailable = True
        return self.render_to_response(self.get_context_data(form=form))

    def warn_of_shared_words(self) -> None:
        """Allowed: "post" is mail and an article. Often it is a slip."""
        for word, other in also_in(self.object)[:3]:
            messages.warning(
                self.request,
                _("“%(word)s” also stands among: %(other)s. A search for it finds both.")
                % {"word": word, "other": other},
            )

    def get_context_data(self, **kwargs):
        """With ``effect`` where it was tried."""
        return super().get_context_data(**kwargs, effect=self.effect, is_unavailable=self.is_unavailable, try_name=TRY)


class ConceptCreateView(TriedFirst, generic.CreateView):
    """A new one."""

    template_name = "search/admin/concept_create.html"

    def get_initial(self):
        """With the words it was opened for: ``words_nl`` and ``words_en``."""
        given = {name: storable(self.request.GET.get(name, ""))[:LONGEST_QUERY] for name in ("words_nl", "words_en")}
        return super().get_initial() | {name: words for name, words in given.items() if words}


class ConceptEditView(TriedFirst, generic.EditView):
    """A change of one."""

    template_name = "search/admin/concept_edit.html"


def _words(lines: list[str]) -> SafeString | str:
    more = ["…"] if len(lines) > SHOWN_WORDS else []
    return format_html_join(", ", "{}", ((line,) for line in (*lines[:SHOWN_WORDS], *more))) or "–"


class ConceptIndexView(generic.IndexView):
    """All of them, with their words."""

    # Beside the title, which is long already.
    add_item_label = gettext_lazy("Add words")

    @cached_property
    def columns(self):
        """Dutch, English, in use."""
        return [
            TitleColumn(
                "words_nl",
                label=_("Dutch"),
                accessor=lambda row: _words(row.lines_nl),
                get_url=self.get_edit_url,
                sort_key="words_nl",
            ),
            Column("words_en", label=_("English"), accessor=lambda row: _words(row.lines_en), sort_key="words_en"),
            BooleanColumn("is_active", label=_("In use")),
        ]


class ConceptViewSet(ModelViewSet):
    """For editors, under the settings."""

    model = Concept
    icon = "search"
    menu_label = gettext_lazy("Words for search")
    menu_order = 625
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView
    create_template_name = ConceptCreateView.template_name
    edit_template_name = ConceptEditView.template_name
    list_filter = ["is_active"]
    search_fields = ["words_nl", "words_en", "note"]
    search_backend_name = None
    ordering = ["words_nl", "pk"]
    list_per_page = 50

    def get_form_class(self, for_update=False):
        """With a query to try."""
        return ConceptForm


concept_viewset = ConceptViewSet("search_words")
