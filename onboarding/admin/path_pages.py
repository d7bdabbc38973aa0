"""What the admin's pages about one path share: who may open them, and the way to them from the editor."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button

from ..models import ChangeSet, PathPage, PhasePage, StepPage
from ..services.changing import path_keys_of
from .previewed import HrView


class OfOnePath(HrView):
    """A page about the path with this key, for who may publish it; ``path`` is its page in the source language first."""

    permission = "wagtailadmin.access_admin"
    header_icon = "edit"

    def dispatch(self, request, *args, **kwargs):
        """404 for no such path; raises PermissionDenied."""
        key: UUID = kwargs["path_key"]
        pages = PathPage.objects.filter(translation_key=key).select_related("locale")
        # The original comes before what was made of it.
        self.path = pages.order_by("alias_of", "pk").filter(alias_of=None).first() or pages.first()
        if self.path is None:
            raise Http404(str(key))
        if not self.path.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """The path."""
        return self.path.get_admin_display_title()

    def get_success_url(self) -> str:
        """The pages of the path."""
        return reverse("wagtailadmin_explore", args=[self.path.pk])

    def trail(self) -> list[dict]:
        """The path itself."""
        return [{"url": self.get_success_url(), "label": self.path.get_admin_display_title()}]


def _buttons(page, user):
    if not isinstance(page, (PathPage, PhasePage, StepPage)) or not page.permissions_for_user(user).can_publish():
        return
    for key in path_keys_of(page.path):
        yield Button(
            _("Preview as a newcomer"),
            reverse("onboarding_preview_as", args=[key]),
            icon_name="view",
            priority=60,
        )
        yield Button(_("What to look at"), reverse("onboarding_look_at", args=[key]), icon_name="warning", priority=61)
        if ChangeSet.objects.filter(path_key=key).exists():
            yield Button(
                _("Changes of this path"), reverse("onboarding_changes", args=[key]), icon_name="history", priority=62
            )


@hooks.register("register_page_header_buttons")
def buttons_of_path(page, user, view_name, next_url=None):
    """The pages about a path, above each of its pages."""
    yield from _buttons(page.specific, user)
