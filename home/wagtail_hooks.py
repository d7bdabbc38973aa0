"""What the admin's front page shows of the organisation's texts."""

from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission

from .admin_panels import ReviewPanel


@hooks.register("construct_homepage_panels")
def add_review_panel(request, panels):
    """Texts to check again, for who may change pages."""
    if user_has_any_page_permission(request.user):
        panels.append(ReviewPanel(request))
