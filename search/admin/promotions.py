"""Pages that come first for words, or are left out: the list, the form with its effect, and taking one away."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from base.admin.previewed import GuardedView, Outlook, PreviewedView, Refusal, table_of

from ..analysis import LANGUAGES, words_of
from ..engine import IndexUnavailable
from ..models import Promotion
from ..promotion_preview import overlapping, preview
from ..promotion_reading import State, listed
from ..promotion_services import REMOVED, SAVED, remove_promotion, save_promotion
from ..promotions import MOST_PROMOTED
from .promotion_form import MAY_ADD, MAY_CHANGE, MAY_DELETE, PromotionForm, key_of, may_see, page_for_key


def may_keep(user) -> bool:
    """Whether this user sees the list."""
    return user.has_perm(MAY_CHANGE)


class PromotionsView(GuardedView, TemplateView):
    """All of them: what needs looking at first, then what runs, then what is over."""

    page_title = gettext_lazy("Pages put first")
    header_icon = "arrow-up"
    template_name = "search/admin/promotions.html"
    permission = MAY_CHANGE

    def get_context_data(self, **kwargs):
        """``rows`` and what this editor may do."""
        user = self.request.user
        return super().get_context_data(
            rows=listed(user),
            may_add=user.has_perm(MAY_ADD),
            may_delete=user.has_perm(MAY_DELETE),
            State=State,
            **kwargs,
        )


class PromotionView(PreviewedView):
    """A new one, or one that is there; it is kept once its effect was seen."""

    header_icon = "arrow-up"
    template_name = "search/admin/promotion.html"
    form_class = PromotionForm
    confirm_label = gettext_lazy("Save")

    def may_enter(self) -> bool:
        """Who may add or change them."""
        return self.request.user.has_perm(MAY_CHANGE if "pk" in self.kwargs else MAY_ADD)

    def dispatch(self, request, *args, **kwargs):
        """404 for no such one."""
        self.promotion = None
        if "pk" in kwargs and self.may_enter():
            self.promotion = get_object_or_404(Promotion, pk=kwargs["pk"])
        self.warnings: dict[str, list[str]] = {}
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """What is done here."""
        return _("Change what comes first") if self.promotion else _("Put a page first")

    def trail(self) -> list[dict]:
        """The list."""
        return [{"url": reverse("search_promotions"), "label": _("Pages put first")}]

    def get_success_url(self):
        """The list."""
        return reverse("search_promotions")

    def get_form_kwargs(self):
        """Who fills it in, and which is changed."""
        return {**super().get_form_kwargs(), "user": self.request.user, "promotion": self.promotion}

    def get_initial(self):
        """As it stands; of a new one the words and the language it was opened for."""
        if (row := self.promotion) is not None:
            names = ("words", "match", "language", "kind", "owner", "ends_on", "note")
            page = page_for_key(row.page_key)
            known = page if page is not None and may_see(page, self.request.user) else None
            return {**{name: getattr(row, name) for name in names}, "page": known}
        language = self.request.GET.get("language", "")
        return {
            "words": " ".join(words_of(self.request.GET.get("words", "")))[:100],
            "language": language if language in LANGUAGES else "",
            "owner": self.request.user,
        }

    def outlook(self, form) -> Outlook:
        """The first results before and after, and what else claims the words."""
        self.warnings = {"words": _claims(form.rule), "page": _page_warnings(form)}
        sentences, tables = [], []
        try:
            tables = [_table(change) for change in preview(form.rule, self.request.user)]
        except IndexUnavailable:
            sentences.append(_("Search doesn't answer now, so its effect can't be shown. You can save all the same."))
        warnings = [text for texts in self.warnings.values() for text in texts]
        return Outlook(sentences, warnings, tables, seal=repr(sorted(map(str, form.cleaned_data.items()))))

    def get_context_data(self, **kwargs):
        """``fields``: each with what is to be known beside it."""
        context = super().get_context_data(**kwargs)
        context["fields"] = [(field, self.warnings.get(field.name, [])) for field in context["form"]]
        return context

    def apply(self, form) -> str:
        """Kept."""
        data = dict(form.cleaned_data)
        page = data.pop("page")
        try:
            save_promotion(promotion=self.promotion, page_key=key_of(page), actor=self.request.user, **data)
        except IntegrityError as error:
            raise Refusal(_("This is there already for this page. Change that one instead.")) from error
        return _("It is kept, and counts from the next search on.")


def _claims(rule) -> list[str]:
    """What else claims the words, in sentences."""
    others = overlapping(rule)
    found = [
        _("‘%(words)s’ is claimed already: another page %(kind)s until %(day)s (owner: %(owner)s).")
        % {
            "words": other.words,
            "kind": other.get_kind_display(),
            "day": date_format(other.ends_on, "DATE_FORMAT"),
            "owner": other.owner.get_full_name() if other.owner else "–",
        }
        for other in others
        if other.page_key != rule.page_key
    ]
    first = [other for other in others if other.kind == Promotion.Kind.PROMOTED]
    if not rule.is_blocked and len(first) >= MOST_PROMOTED:
        found.append(
            _("At most %(most)s pages come first for the same words: the others wait until one ends.")
            % {"most": MOST_PROMOTED}
        )
    return found


def _page_warnings(form) -> list[str]:
    rule, found = form.rule, []
    for other in overlapping(rule):
        if other.page_key != rule.page_key:
            continue
        if (other.kind == Promotion.Kind.BLOCKED) != rule.is_blocked:
            found.append(
                _("For ‘%(words)s’ this page is put first and left out at once: it is left out.")
                % {"words": other.words}
            )
        else:
            found.append(_("For ‘%(words)s’ this is said of this page already.") % {"words": other.words})
    if not form.cleaned_data["page"].live:
        found.append(_("This page isn't published: until it is, nothing comes first."))
    return found


def _table(change):
    language = {"nl": _("Dutch"), "en": _("English")}[change.language]
    longest = max(len(change.before), len(change.after))
    rows = [
        [
            number + 1,
            *(_title(titles, number, first) for titles, first in ((change.before, ()), (change.after, change.first))),
        ]
        for number in range(longest)
    ]
    heading = _("The first results in %(language)s, as you see them") % {"language": language}
    return table_of(
        heading, ["", _("Now"), _("With this")], rows or [["–", _("nothing is found"), _("nothing is found")]]
    )


def _title(titles: list[str], number: int, first) -> str:
    if number >= len(titles):
        return "–"
    title = titles[number]
    return _("%(title)s (put first)") % {"title": title} if title in first else title


@require_admin_access
@require_http_methods(["GET", "POST"])
def remove(request, pk: int) -> HttpResponse:
    """Ask, then take one away. Raises PermissionDenied; 404 for no such one."""
    if not request.user.has_perm(MAY_DELETE):
        raise PermissionDenied
    if request.method == "POST":
        # Of two clicks the second finds nothing to do.
        if (promotion := Promotion.objects.filter(pk=pk).first()) is not None:
            remove_promotion(promotion=promotion, actor=request.user)
            messages.success(request, _("‘%(words)s’ is taken away.") % {"words": promotion.words})
        return HttpResponseRedirect(reverse("search_promotions"))
    promotion = get_object_or_404(Promotion, pk=pk)
    return render(
        request, "search/admin/remove_promotion.html", {"promotion": promotion, "page_title": _("Take it away")}
    )


class PromotionsMenuItem(MenuItem):
    """Shown to who keeps them."""

    def is_shown(self, request) -> bool:
        """Editors and administrators."""
        return may_keep(request.user)


@hooks.register("register_admin_urls")
def register_promotions():
    """The list, the form, and taking away."""
    return [
        path("search/promotions/", PromotionsView.as_view(), name="search_promotions"),
        path("search/promotions/add/", PromotionView.as_view(), name="search_promotion_add"),
        path("search/promotions/<int:pk>/", PromotionView.as_view(), name="search_promotion_edit"),
        path("search/promotions/<int:pk>/remove/", remove, name="search_promotion_remove"),
    ]


@hooks.register("register_settings_menu_item")
def promotions_menu_item():
    """Beside the other words of search."""
    return PromotionsMenuItem(
        gettext_lazy("Pages put first"),
        reverse("search_promotions"),
        name="search-promotions",
        icon_name="arrow-up",
        order=630,
    )


@hooks.register("register_log_actions")
def log_promotions(actions):
    """Who said what comes first stands in the log."""
    actions.register_action(SAVED, gettext_lazy("Put a page first"), gettext_lazy("Said what comes first for words"))
    actions.register_action(REMOVED, gettext_lazy("Take it away"), gettext_lazy("Took away what comes first for words"))
