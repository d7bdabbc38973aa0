"""Calls for stories."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from base.models import BasePage


class StoryCall(BasePage):
    """A call (oproep): a theme, an end date, an example. Stories that answer it are grouped on its page."""

    parent_page_types = ["stories.StoryIndexPage"]
    subpage_types: list[str] = []

    ends_on = models.DateField(_("until"), help_text=_("The last day on which somebody can answer."))
    example = models.TextField(_("example"), blank=True, help_text=_("A few lines that show what you hope for."))
    asked = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by name"),
        blank=True,
        related_name="story_calls",
        through="stories.CallInvitation",
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("ends_on"),
        FieldPanel("example"),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
    ]

    class Meta:
        verbose_name = _("call for stories")


class CallInvitation(models.Model):
    """Somebody asked by name; saying no is silent."""

    call = models.ForeignKey(StoryCall, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="call_invitations")
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="stories_invitation_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.call_id}"
