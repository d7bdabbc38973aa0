"""Which competencies a page helps with, and which pages help with a competency: said without changing any text."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from base.admin.previewed import GuardedView
from base.reading import number_in

from ..content_gaps import covered_spans, uncovered
from ..levels import NOT_YET, Level, span_in_words
from ..material_pages import material_with_state
from ..material_places import may_be_material
from ..models import CompetencyMaterial, CompetencyPage
from ..services.material import ACTION, remove_material, set_material
from .library import may_keep_library
from .material_forms import Choices, ChoosePageForm, HelpsFormSet, competencies_by_key


class _LibraryView(GuardedView, TemplateView):
    header_icon = "star"

    def may_enter(self) -> bool:
        """Who may publish competencies."""
        return may_keep_library(self.request.user)


class PageMaterialView(_LibraryView):
    """What one page helps with, in every language: rows to add, change and remove."""

    page_title = gettext_lazy("Competencies this page helps with")
    template_name = "competencies/admin/material_of_page.html"

    def dispatch(self, request, *args, **kwargs):
        """For who may change the page as well; raises PermissionDenied, 404 for no page one can learn from."""
        self.page = get_object_or_404(Page.objects.select_related("locale", "content_type"), pk=kwargs["page_id"])
        if not may_be_material(self.page):
            raise Http404(str(kwargs["page_id"]))
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """The page."""
        return self.page.get_admin_display_title()

    def trail(self) -> list[dict]:
        """The page itself."""
        url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [{"url": url, "label": self.page.get_admin_display_title()}]

    @cached_property
    def rows(self) -> list[CompetencyMaterial]:
        """What it helps with now."""
        return list(CompetencyMaterial.objects.of_page(self.page.translation_key))

    def formset(self, data=None):
        """The rows as they are or, with ``data``, as they were sent."""
        choices = {"choices": Choices(self.page, self.rows)}
        if data is not None:
            return HelpsFormSet(data, form_kwargs=choices)
        initial = [
            {
                "competency": row.competency_key,
                "anchor": row.anchor,
                "from_level": row.from_level,
                "to_level": row.to_level,
            }
            for row in self.rows
        ]
        return HelpsFormSet(initial=initial + self._asked_for(), form_kwargs=choices)

    def _asked_for(self) -> list[dict]:
        """A row for the competency this was opened for."""
        try:
            key = UUID(self.request.GET.get("competency", ""))
        except ValueError:
            return []
        span = {name: self.request.GET.get(name, "") for name in ("from_level", "to_level")}
        return [{"competency": key, "anchor": "", **span}]

    def get_context_data(self, formset=None, **kwargs):
        """``formset``, and ``seen``: the rows there are, so that only these are ever taken away."""
        return super().get_context_data(
            formset=formset or self.formset(),
            seen=self.request.POST.get("seen") or ",".join(str(row.pk) for row in self.rows),
            **kwargs,
        )

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Keep what was filled in; what is wrong is said beside its field."""
        formset = self.formset(request.POST)
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(formset=formset, has_error=True), status=422)
        seen = {number_in(number) for number in request.POST.get("seen", "").split(",")} - {None}
        helps = [form.helps for form in formset.filled]
        if set_material(page=self.page, helps=helps, seen=seen, actor=request.user):
            messages.success(request, _("What this page helps with is kept, for every language."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("competencies_material_of_page", self.page.pk)


class CompetencyMaterialView(_LibraryView):
    """The pages that help with one competency, also those that aren't there now; add one."""

    page_title = gettext_lazy("Pages that help with it")
    template_name = "competencies/admin/material_of_competency.html"

    def dispatch(self, request, *args, **kwargs):
        """404 for no such competency."""
        if may_keep_library(request.user):
            self.competency = competencies_by_key().get(kwargs["competency_key"])
            if self.competency is None:
                raise Http404(str(kwargs["competency_key"]))
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """The competency."""
        return self.competency.get_admin_display_title()

    def trail(self) -> list[dict]:
        """The report, where one comes from."""
        return [{"url": reverse("competency_gaps"), "label": _("Competencies without material")}]

    @cached_property
    def left(self) -> tuple[tuple[int, int], ...]:
        """The spans without anything, up to the highest level that says something."""
        key = self.competency.translation_key
        highest = max((level for level in Level if self.competency.indicators(level)), default=NOT_YET)
        return uncovered(covered_spans([key])[key], highest)

    def get_context_data(self, form=None, **kwargs):
        """``rows``, each with its page and what is the matter with it, ``left`` and the ``form`` to add a page."""
        return super().get_context_data(
            competency=self.competency,
            rows=material_with_state(self.competency.translation_key, self.request.user),
            left=[span_in_words(low, high) for low, high in self.left],
            form=form or ChoosePageForm(user=self.request.user),
            **kwargs,
        )

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """On to the page that was chosen, with a row for this competency."""
        form = ChoosePageForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, has_error=True), status=422)
        low, high = self.left[0] if self.left else ("", "")
        query = urlencode({"competency": self.competency.translation_key, "from_level": low, "to_level": high})
        url = reverse("competencies_material_of_page", args=[form.cleaned_data["page"].pk])
        return redirect(f"{url}?{query}")


@require_POST
def remove(request, pk: int) -> HttpResponse:
    """Take away what a page that was deleted would help with; a page that is there has its own form.

    Raises PermissionDenied for who keeps no competencies; 404 for a row that isn't there, or whose page is.
    """
    if not may_keep_library(request.user):
        raise PermissionDenied
    material = get_object_or_404(CompetencyMaterial, pk=pk)
    if Page.objects.filter(translation_key=material.page_key).exists():
        raise Http404(str(pk))
    remove_material(material=material, actor=request.user)
    messages.success(request, _("It is taken off the list."))
    return redirect("competencies_material", material.competency_key)


@hooks.register("register_page_header_buttons")
def button_of_page(page, user, view_name, next_url=None):
    """Above every page that one can learn from, and above every competency."""
    if not may_keep_library(user):
        return
    if page.specific_class is CompetencyPage:
        url = reverse("competencies_material", args=[page.translation_key])
        yield Button(_("Pages that help with it"), url, icon_name="star", priority=64)
    elif may_be_material(page) and page.permissions_for_user(user).can_edit():
        url = reverse("competencies_material_of_page", args=[page.pk])
        yield Button(_("Competencies this page helps with"), url, icon_name="star", priority=64)


@hooks.register("register_admin_urls")
def register_material():
    """The two pages, and taking away what is left of a page."""
    return [
        path(
            "competencies/material/page/<int:page_id>/",
            PageMaterialView.as_view(),
            name="competencies_material_of_page",
        ),
        path("competencies/material/<int:pk>/remove/", remove, name="competencies_material_remove"),
        path(
            "competencies/material/<uuid:competency_key>/",
            CompetencyMaterialView.as_view(),
            name="competencies_material",
        ),
    ]


@hooks.register("register_log_actions")
def log_material(actions):
    """Who said what a page helps with stands in its history."""
    actions.register_action(
        ACTION, gettext_lazy("Change what it helps with"), gettext_lazy("Changed which competencies it helps with")
    )
