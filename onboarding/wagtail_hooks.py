"""Where onboarding takes part in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from .admin_views import NeverDelete, enrolment_viewset
from .models import Enrolment, PathIndexPage, PathPage, PhasePage, StepPage
from .views import show_index_page, show_path_page, show_phase_page, show_step_page

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
    return view(request, page) if view else None


@hooks.register("register_admin_viewset")
def register_enrolments():
    """Enrolments in the admin menu, for who may enrol."""
    return enrolment_viewset
