"""Panels on the dashboard of the admin about the organisation's texts."""

import datetime

from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from guidelines.reading.register import Register, Standing
from people.models import User

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
        """``texts``: ``(text, names of who answers)``, longest overdue first, and ``total``."""
        texts = Register(today=self.today).texts
        due = [text for text in texts if text.review_by is not None and text.review_by <= self.today + SOON]
        mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(self.request.user, "change")
        may_change = set(mine.filter(pk__in=[text.row.pk for text in due]).values_list("pk", flat=True))
        due = [text for text in due if text.row.pk in may_change]
        return {"texts": self._with_names(due[: self.shown]), "total": len(due), "today": self.today}

    @staticmethod
    def _with_names(texts: list[Standing]) -> list[tuple[Standing, str]]:
        people = User.objects.in_bulk({pk for text in texts for pk in text.answers})
        return [(text, ", ".join(people[pk].get_full_name() for pk in text.answers if pk in people)) for text in texts]
