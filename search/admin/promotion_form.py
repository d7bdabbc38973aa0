"""The form in which an editor puts a page first for words, or leaves it out."""

from datetime import date

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from base.access import is_visible
from base.choosers import KnownPageChooser, colleague_chooser_viewset
from base.reading import number_in
from base.typed import storable

from ..analysis import words_of
from ..models import Promotion
from ..models.query_log import LONGEST_QUERY
from ..promotions import Rule

MAY_ADD, MAY_CHANGE, MAY_DELETE = (f"search.{verb}_promotion" for verb in ("add", "change", "delete"))


class _ColleagueChooser(colleague_chooser_viewset.widget_class):
    def get_value_data(self, value):
        """Nothing for who isn't there."""
        users = get_user_model().objects
        is_user = hasattr(value, "pk") or users.filter(pk=number_in(str(value or ""))).exists()
        return super().get_value_data(value if is_user else None)


class _Words(forms.CharField):
    def to_python(self, value):
        """Storable."""
        return super().to_python(storable(value) if isinstance(value, str) else value)


def a_year_from(day: date) -> date:
    """The same day a year later; of a leap day the day before."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def may_see(page: Page, user) -> bool:
    """Whether this editor reads or changes the page."""
    return is_visible(page, user) or page.permissions_for_user(user).can_edit()


def key_of(page: Page):
    """What a promotion of this page hangs on: a page that only mirrors another one stands for that one."""
    return page.alias_of.translation_key if page.alias_of_id else page.translation_key


def page_for_key(key, language: str | None = None) -> Page | None:
    """A page of this key: live before not, in ``language`` before another."""
    pages = Page.objects.filter(translation_key=key, depth__gt=1).select_related("locale")
    language = language or get_language()
    return min(pages, key=lambda page: (not page.live, page.locale.language_code != language, page.pk), default=None)


class PromotionForm(forms.Form):
    """One promotion; ``promotion`` is the one that is changed."""

    words = _Words(
        label=gettext_lazy("Words"),
        max_length=LONGEST_QUERY,
        help_text=gettext_lazy("As colleagues type them. Capitals, accents and signs make no difference."),
    )
    match = forms.ChoiceField(label=gettext_lazy("Counts for"), choices=Promotion.Match.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the reader"),
        required=False,
        choices=Promotion._meta.get_field("language").choices,
    )
    page = forms.ModelChoiceField(
        label=gettext_lazy("Page"),
        queryset=Page.objects.filter(depth__gt=1),
        widget=KnownPageChooser,
        help_text=gettext_lazy("In either language: a reader is shown the page in their own."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("The page"), choices=Promotion.Kind.choices)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=get_user_model().objects.none(),
        widget=_ColleagueChooser,
        help_text=gettext_lazy("Hears two weeks before it ends."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=AdminDateInput,
        help_text=gettext_lazy("At most a year from now: what still holds can be made longer."),
    )
    note = _Words(label=gettext_lazy("Why"), max_length=250, required=False)

    def __init__(self, *args, user, promotion: Promotion | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.promotion = user, promotion
        self.fields["owner"].queryset = get_user_model().objects.active()

    def clean_words(self) -> str:
        """Folded, as they are compared."""
        words = " ".join(words_of(self.cleaned_data["words"]))
        if not words:
            raise forms.ValidationError(_("Type a word or a number: signs alone are not in any page."))
        if len(words) > LONGEST_QUERY:
            raise forms.ValidationError(_("These are too many words."))
        return words

    def clean_page(self) -> Page:
        """One that this editor knows of."""
        page = self.cleaned_data["page"]
        if not may_see(page, self.user):
            raise forms.ValidationError(_("You may not see this page. Choose another one."))
        return page

    def clean_owner(self):
        """One who can do something about it."""
        owner = self.cleaned_data["owner"]
        if not owner.has_perm(MAY_CHANGE):
            raise forms.ValidationError(_("This colleague may not change it. Choose an editor."))
        return owner

    def clean_ends_on(self) -> date:
        """From today up to a year."""
        day, today = self.cleaned_data["ends_on"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day is over. Choose a day from today on."))
        if day > a_year_from(today):
            raise forms.ValidationError(
                _("Choose a day up to %(day)s.") % {"day": date_format(a_year_from(today), "DATE_FORMAT")}
            )
        return day

    def clean(self):
        """Not the same as one that is there."""
        cleaned = super().clean()
        if not {"words", "match", "page", "kind"} <= cleaned.keys():
            return cleaned
        same = Promotion.objects.filter(
            words=cleaned["words"],
            match=cleaned["match"],
            language=cleaned.get("language", ""),
            page_key=key_of(cleaned["page"]),
            kind=cleaned["kind"],
        ).exclude(pk=self.promotion.pk if self.promotion else None)
        if same.exists():
            self.add_error("words", _("This is there already for this page. Change that one instead."))
        return cleaned

    @property
    def rule(self) -> Rule:
        """What a valid form says, as search applies it."""
        data = self.cleaned_data
        return Rule(
            words=data["words"],
            is_exact=data["match"] == Promotion.Match.EXACT,
            language=data["language"],
            is_blocked=data["kind"] == Promotion.Kind.BLOCKED,
            ends_on=data["ends_on"],
            page_key=key_of(data["page"]),
            pk=self.promotion.pk if self.promotion else None,
        )
