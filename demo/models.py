"""What the demo made before, so that a second seeding leaves alone what people changed or threw away."""

from django.db import models


class Seeded(models.Model):
    """One thing that ``seed_demo`` made; it is never made again, not even after somebody deleted it."""

    key = models.CharField(max_length=200, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "seeded item"

    def __str__(self) -> str:
        return self.key
