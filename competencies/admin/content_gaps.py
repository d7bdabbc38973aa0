"""The report of competencies that nothing helps with, and how many there are on the dashboard."""

from django.core.paginator import Paginator
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from base.admin.previewed import GuardedView

from ..content_gaps import content_gaps, count_without
from .library import may_keep_library

PER_PAGE = 50


class ContentGapsView(GuardedView, TemplateView):
    """Each competency that a published profile asks and no published page helps with far enough; whole gaps first."""

    page_title = _("Competencies without material")
    header_icon = "star"
    template_name = "competencies/admin/content_gaps.html"

    def may_enter(self) -> bool:
        """Who may publish competencies."""
        return may_keep_library(self.request.user)

    def get_context_data(self, **kwargs):
        """``page_obj``: the gaps, and ``whole``: how many have nothing at all."""
        gaps = content_gaps()
        page = Paginator(gaps, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page_obj=page, whole=sum(gap.is_whole for gap in gaps), **kwargs)


class WithoutMaterialPanel(Component):
    """How many competencies have nothing to read."""

    name = "competencies-without-material"
    template_name = "competencies/admin/without_material_panel.html"
    order = 112

    def get_context_data(self, parent_context=None):
        """``count``."""
        return {"count": count_without()}


class ContentGapsMenuItem(MenuItem):
    """Shown to who may publish competencies."""

    def is_shown(self, request) -> bool:
        """Editors, HR and administrators."""
        return may_keep_library(request.user)


@hooks.register("register_admin_urls")
def register_content_gaps():
    """The report."""
    return [path("reports/competencies/", ContentGapsView.as_view(), name="competency_gaps")]


@hooks.register("register_reports_menu_item")
def content_gaps_menu_item():
    """Beside the translations: what is missing."""
    return ContentGapsMenuItem(
        _("Competencies without material"),
        reverse("competency_gaps"),
        name="competency-gaps",
        icon_name="star",
        order=110,
    )


@hooks.register("construct_homepage_panels")
def add_without_material_panel(request, panels):
    """For who may do something about it."""
    if may_keep_library(request.user):
        panels.append(WithoutMaterialPanel())
