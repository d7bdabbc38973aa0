"""Panels on the dashboard of the admin."""

from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from ..translation.status import State, translation_states


class TranslationsBehindPanel(Component):
    """How many translations are behind, and the first few."""

    name = "translations-behind"
    template_name = "base/admin/translations_behind_panel.html"
    order = 110
    shown = 5

    def __init__(self, request):
        self.request = request

    @cached_property
    def pages(self):
        """Originals this editor may change whose translation is behind, last published first."""
        pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.request.user, "change")
        return translation_states(pages).filter(state=State.BEHIND).order_by("-last_published_at")

    def get_context_data(self, parent_context=None):
        """``pages`` and ``more``, how many aren't shown."""
        # Asked once: looking at how every page's translation stands is what takes the time, not the few words of each.
        behind = list(self.pages.values("pk", "title", "last_published_at"))
        return {
            "pages": behind[: self.shown],
            "total": len(behind),
            "more": max(0, len(behind) - self.shown),
        }
