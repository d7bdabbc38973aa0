"""Which page helps with which competency, and what somebody ticked off as read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..levels import NOT_YET, Level, level_in_words
from ..material_querysets import MaterialQuerySet, ReadMarkQuerySet

# Somewhat longer than what an editor may type: two of the same name get a number.
ANCHOR_LENGTH = 140


class CompetencyMaterial(models.Model):
    """That a page lifts somebody from one level of a competency to another. Both are meant in every language.

    ``anchor`` is that of a tip or heading in the page, as the page has it in the language it was written in; empty for the
    whole page. The row stays when the page is moved, renamed, unpublished or deleted: then it is only not offered.
    """

    competency_key = models.UUIDField(_("competency"))
    page_key = models.UUIDField(_("page"), db_index=True)
    anchor = models.CharField(_("tip or heading"), max_length=ANCHOR_LENGTH, blank=True)
    from_level = models.PositiveSmallIntegerField(_("from level"), default=NOT_YET)
    to_level = models.PositiveSmallIntegerField(_("to level"))

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material of a competency")
        constraints = [
            models.UniqueConstraint(
                fields=["competency_key", "page_key", "anchor"], name="competencies_material_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(to_level__in=Level.values, to_level__gt=F("from_level")),
                name="competencies_material_leads_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_key}#{self.anchor}: {level_in_words(self.from_level)} – {level_in_words(self.to_level)}"


class ReadMark(models.Model):
    """That somebody ticked off a page, or a tip in it, as read. Their own: nobody else ever sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    page_key = models.UUIDField()
    anchor = models.CharField(max_length=ANCHOR_LENGTH, blank=True)
    marked_at = models.DateTimeField(_("read on"))

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        constraints = [
            models.UniqueConstraint(fields=["user", "page_key", "anchor"], name="competencies_read_once_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page_key}#{self.anchor}"
