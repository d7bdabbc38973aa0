"""Who can be recognised on a photo, and what they say about it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from base.models import PortalImage

from .pages import StoryPage


class Portrayal(models.Model):
    """One colleague on one photo: told before it appears, able to hide it with one tap."""

    class Answer(models.TextChoices):
        NONE = "", _("no answer")
        FINE = "fine", _("fine")
        HIDDEN = "hidden", _("hide it until we have talked")

    # The image and not the row of the photo: a revision makes new rows, the picture stays the same.
    story = models.ForeignKey(StoryPage, on_delete=models.CASCADE, related_name="portrayals")
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="portrayals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="portrayals")
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    may_go_outside = models.BooleanField(_("may be shown outside"), default=False)
    outside_answered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("person in the picture")
        constraints = [
            models.UniqueConstraint(fields=["story", "image", "person"], name="stories_portrayal_once_per_photo")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.image_id}"
