"""The form in which an editor says which competencies a page helps with."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.models import Page

from base.choosers import KnownPageChooser

from ..levels import NOT_YET, Level, level_in_words
from ..material_places import facts_of, may_be_material
from ..models import CompetencyMaterial, CompetencyPage
from ..services.material import Helps

MOST_ROWS = 100
FROM_LEVELS = [(level, level_in_words(level)) for level in (NOT_YET, *Level.values[:-1])]


def competencies_by_key() -> dict[UUID, CompetencyPage]:
    """Every competency, in the reader's language where it is there; the tree's order. One query."""
    language = get_language()
    pages = CompetencyPage.objects.select_related("locale").order_by("path")
    found: dict[UUID, CompetencyPage] = {}
    for page in sorted(pages, key=lambda page: page.locale.language_code != language):
        found.setdefault(page.translation_key, page)
    return found


def place_choices(page: Page) -> list[tuple[str, str]]:
    """The whole page, and its headings and tips: known by their anchor in the original, called as this page calls them."""
    twins = Page.objects.filter(translation_key=page.translation_key, alias_of=None)
    twins = twins.select_related("locale", "content_type").order_by("pk")
    original = min(twins, key=lambda twin: twin.locale.language_code != "nl", default=page)
    facts = facts_of([page, original])
    here, there = facts[page.pk], facts[original.pk]
    places = [(place.anchor, here.of_block(place.block_id) or place) for place in there.places]
    places += [(place.anchor, place) for place in here.places if not there.of_block(place.block_id)]
    named = {anchor: _("Tip: %(title)s") % {"title": p.title} if p.is_tip else p.title for anchor, p in places}
    return [("", _("The whole page")), *named.items()]


class Choices:
    """What the rows of one page choose from; what was stored once and is gone stays, so that saving loses nothing."""

    def __init__(self, page: Page, rows: Iterable[CompetencyMaterial]):
        self.competencies = competencies_by_key()
        gone = sorted({str(row.competency_key) for row in rows if row.competency_key not in self.competencies})
        self.for_competency = [
            ("", "–"),
            *((str(key), competency.title) for key, competency in self.competencies.items()),
            *((key, _("A competency that is gone")) for key in gone),
        ]
        places = place_choices(page)
        lost = sorted({row.anchor for row in rows} - {anchor for anchor, _title in places})
        self.for_place = [
            *places,
            *((anchor, _("%(place)s (not in the page any more)") % {"place": anchor}) for anchor in lost),
        ]


class HelpsForm(forms.Form):
    """One row: a competency, the place in the page, and from which level to which."""

    competency = forms.TypedChoiceField(label=gettext_lazy("Competency"), coerce=UUID)
    anchor = forms.ChoiceField(label=gettext_lazy("Tip or heading"), required=False)
    from_level = forms.TypedChoiceField(
        label=gettext_lazy("From level"), coerce=int, choices=FROM_LEVELS, initial=NOT_YET
    )
    to_level = forms.TypedChoiceField(label=gettext_lazy("To level"), coerce=int, choices=[("", "–"), *Level.choices])

    def __init__(self, *args, choices: "Choices", **kwargs):
        super().__init__(*args, **kwargs)
        self.competencies = choices.competencies
        self.fields["competency"].choices = choices.for_competency
        self.fields["anchor"].choices = choices.for_place

    def clean(self):
        """It leads up, to a level that says something."""
        cleaned = super().clean()
        low, high = cleaned.get("from_level"), cleaned.get("to_level")
        if low is None or high is None:
            return cleaned
        page = self.competencies.get(cleaned.get("competency"))
        if high <= low:
            self.add_error("to_level", _("Choose a level above the one it starts from."))
        elif page is not None and not page.indicators(Level(high)):
            self.add_error(
                "to_level",
                _("This level isn't defined for this competency: nobody could see whether they have it."),
            )
        return cleaned

    @property
    def helps(self) -> Helps:
        """What the row says."""
        data = self.cleaned_data
        return Helps(data["competency"], data["anchor"], data["from_level"], data["to_level"])


class BaseHelpsFormSet(forms.BaseFormSet):
    """All rows of one page."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form, index):
        """Says what the box does."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext_lazy("Remove")

    def clean(self):
        """Every competency once for a place; said beside the second."""
        taken = set()
        for form in self.filled:
            if not form.is_valid():
                continue
            key = (form.cleaned_data["competency"], form.cleaned_data["anchor"])
            if key in taken:
                form.add_error("competency", _("This competency is there already for the same place."))
            taken.add(key)

    @property
    def filled(self) -> list[HelpsForm]:
        """The rows that say something and aren't removed."""
        return [
            form
            for index, form in enumerate(self.forms)
            if not self._should_delete_form(form) and (index < self.initial_form_count() or form.has_changed())
        ]


HelpsFormSet = forms.formset_factory(
    HelpsForm, formset=BaseHelpsFormSet, extra=2, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


class ChoosePageForm(forms.Form):
    """Which page is to help with a competency."""

    page = forms.ModelChoiceField(
        label=gettext_lazy("Page"),
        queryset=Page.objects.all(),
        widget=KnownPageChooser,
        help_text=gettext_lazy("A manual, a chapter, a chapter of the company story or a step of a path."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_page(self) -> Page:
        """One to learn from, which this editor may change."""
        page = self.cleaned_data["page"]
        if not may_be_material(page):
            raise forms.ValidationError(_("This page is no text to learn from. Choose another one."))
        if not page.permissions_for_user(self.user).can_edit():
            raise forms.ValidationError(_("You may not change this page. Choose another one."))
        return page
