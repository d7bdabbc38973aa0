"""A panel on the admin's front page: mails that didn't arrive."""

from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from ..models import Message


class FailedMailPanel(Component):
    """How many mails were given up, or may not have arrived; nothing where there are none."""

    name = "failed-mail"
    template_name = "notifications/admin/failed_panel.html"
    order = 90

    @cached_property
    def count(self) -> int:
        """How many colleagues should have got them and didn't see them on the bell either."""
        return Message.objects.failed(timezone.now()).count()

    def get_context_data(self, parent_context=None):
        """``count``."""
        return {"count": self.count}
