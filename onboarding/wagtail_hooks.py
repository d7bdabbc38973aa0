"""Where onboarding takes part in Wagtail."""

from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from base.access import has_not_started
from base.admin.menu import PermittedMenuItem

from .admin import (
    changes,  # noqa: F401 - these register their own
    closing,
    copying,  # noqa: F401
    deleting,  # noqa: F401
    locking,  # noqa: F401
    looking_at,  # noqa: F401
    mending,  # noqa: F401
    opening,  # noqa: F401
    paths,  # noqa: F401
    preboarding,
    preview_as,  # noqa: F401
    unpublishing,  # noqa: F401
)
from .admin.editions import EditionsView
from .admin.enrolments import NeverDelete, enrolment_viewset
from .admin.figures_page import FIGURES, FiguresView, PathRecordView
from .models import Enrolment, PathIndexPage, PathPage, PhasePage, StepPage
from .views.before_start import show_page_before_start
from .views.newcomer import show_index_page, show_path_page, show_phase_page
from .views.steps import show_step_page

register_permission_policy(Enrolment, NeverDelete(Enrolment))

VIEWS = {
    PathIndexPage: show_index_page,
    PathPage: show_path_page,
    PhasePage: show_phase_page,
    StepPage: show_step_page,
}


@hooks.register("before_serve_page")
def serve_onboarding_page(page, request, serve_args, serve_kwargs):
    """Pages of a path are shown with the reader's own progress; previews in the admin are Wagtail's plain ones."""
    view = VIEWS.get(type(page))
    if view is None and has_not_started(request.user):
        view = show_page_before_start
    return view(request, page) if view else None


@hooks.register("serve_unpublished_page")
def serve_page_of_running_plan(page, request):
    """What isn't published any more, for who is on the path or has the step in their plan; nothing for others."""
    view = VIEWS.get(type(page))
    try:
        return view(request, page) if view else None
    except Http404:
        return None


@hooks.register("register_admin_viewset")
def register_enrolments():
    """Enrolments in the admin menu, for who may enrol."""
    return enrolment_viewset


@hooks.register("register_admin_urls")
def register_figures():
    """The figures and the record of a path."""
    return [
        path("onboarding/figures/", FiguresView.as_view(), name="onboarding_figures"),
        path("onboarding/record/<uuid:path_key>/", PathRecordView.as_view(), name="onboarding_path_record"),
    ]


@hooks.register("register_reports_menu_item")
def figures_menu_item():
    """How the paths go, without names."""
    return PermittedMenuItem(
        _("Onboarding"),
        reverse("onboarding_figures"),
        name="onboarding-figures",
        icon_name="table",
        order=890,
        permission=FIGURES,
    )


@hooks.register("register_admin_urls")
def register_preboarding():
    """HR's pages about who hasn't started."""
    return preboarding.get_urls()


class PreboardingMenuItem(MenuItem):
    """Shown to who may put people on paths."""

    def is_shown(self, request) -> bool:
        """HR and administrators."""
        return preboarding.may_see_list(request.user)


@hooks.register("register_admin_menu_item")
def preboarding_menu_item():
    """Who starts soon, beside the enrolments."""
    return PreboardingMenuItem(
        _("Before the start"), reverse("preboarding_list"), name="before-start", icon_name="mail", order=251
    )


@hooks.register("register_admin_urls")
def register_editions():
    """Confirmed texts that were changed."""
    return [path("onboarding/editions/", EditionsView.as_view(), name="onboarding_editions")]


@hooks.register("register_reports_menu_item")
def editions_menu_item():
    """Where editors say whether a change is small or large; shows only what they may publish."""
    return MenuItem(
        _("Confirmed texts"), reverse("onboarding_editions"), name="onboarding-editions", icon_name="history", order=895
    )


@hooks.register("register_admin_urls")
def register_closing_days():
    """When the organisation is closed."""
    return closing.get_urls()


@hooks.register("register_settings_menu_item")
def closing_days_menu_item():
    """Among the settings, beside the teams."""
    return PermittedMenuItem(
        _("Closing days"),
        reverse("closing_days"),
        name="closing-days",
        icon_name="date",
        order=620,
        permission=closing.PERMISSION,
    )
