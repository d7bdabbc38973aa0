"""What colleagues let each other know about a text."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import ReactionQuerySet


class Reaction(models.Model):
    """One warm word of one colleague about one text, in whichever language they read it."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thank you")
        LEARNED = "learned", _("I learned from this")
        FAMILIAR = "familiar", _("I know the feeling")

    # Who is forgotten leaves their reaction behind, without a name.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reactions")
    translation_key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "user", "kind"], name="conversations_reaction_once_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation_key} {self.kind}"
