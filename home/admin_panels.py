"""Panels on the dashboard of the admin about the organisation's texts."""

import datetime
import heapq

from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from base.translation.status import originals
from guidelines.models import ChapterPage, ManualPage

SOON = datetime.timedelta(days=30)


class ReviewPanel(Component):
    """Manuals and chapters that have to be checked again within a month, or should have been already.

    Translations are left out: they are checked with their original.
    """

    name = "due-for-review"
    template_name = "home/admin/review_panel.html"
    order = 105
    shown = 8

    def __init__(self, request):
        self.request = request

    @cached_property
    def today(self) -> datetime.date:
        """Today where the editor is."""
        return timezone.localdate()

    def get_context_data(self, parent_context=None):
        """``pages``, longest overdue first, and ``total``."""
        mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.request.user, "change")
        due = [
            originals(model.objects.due_for_review(self.today + SOON)).filter(pk__in=mine.values("pk"))
            for model in (ManualPage, ChapterPage)
        ]
        first = heapq.merge(*(pages[: self.shown] for pages in due), key=lambda page: page.review_by)
        return {
            "pages": list(first)[: self.shown],
            "total": sum(pages.count() for pages in due),
            "today": self.today,
        }
