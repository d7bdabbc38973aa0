"""How long what is about a person is kept, as the organisation decides it."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from ..panels import PeriodsForm, PeriodsStatePanel


def _period(label, help_text, default: int, *, least: int, most: int, **more) -> models.PositiveSmallIntegerField:
    limits = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, default=default, help_text=help_text, validators=limits, **more)


@register_setting(icon="history", order=630)
class RetentionPeriods(BaseGenericSetting):
    """How long what is about a person is kept. Until the organisation confirmed it, it is a proposal, and nothing goes."""

    KINDS = ("answers", "check_ins", "assessments", "record", "withdrawn", "messages", "questions", "audit")
    COUNTED_FROM = {
        "answers": _("counted from the end of the path"),
        "check_ins": _("counted from the last day at work"),
        "assessments": _("counted from the last day at work"),
        "record": _("counted from the end of the path; then a random name takes their place"),
        "withdrawn": _("counted from when that was noted"),
        "messages": _("counted from when they were made"),
        "questions": _("counted from when they were answered or closed"),
        "audit": _("counted from when it was done"),
    }

    answers = _period(
        _("answers, files, questions and meetings"),
        _(
            "In months, counted from when somebody finished the path, or when it ended for them. That they did a step stays."
        ),
        12,
        least=1,
        most=120,
    )
    check_ins = _period(
        _("agenda and notes of check-ins"),
        _("In months, counted from somebody's last day at work."),
        24,
        least=1,
        most=120,
    )
    assessments = _period(
        _("where somebody stood, and their plan"),
        _("In months, counted from somebody's last day at work."),
        24,
        least=1,
        most=120,
    )
    record = _period(
        _("names in the record of what happened"),
        _(
            "In months, counted from when the path was finished or ended. A random name takes their place, so that totals stay right."
        ),
        24,
        least=1,
        most=120,
    )
    withdrawn = _period(
        _("everything of who doesn't come after all"),
        _("In weeks, counted from when that was noted."),
        4,
        least=1,
        most=52,
    )
    messages = _period(
        _("messages, and whether they were mailed"),
        _("In months, counted from when they were made. Two at least: by them the portal knows what it told already."),
        6,
        least=2,
        most=120,
    )
    questions = _period(
        _("questions to the question desk"),
        _(
            "In months, counted from when they were answered or closed. Published answers stay; who asked is forgotten then."
        ),
        24,
        least=1,
        most=120,
    )
    audit = _period(
        _("who changed permissions, and who took data along"),
        _("In months, counted from when it was done. A year at least: what went wrong is often seen late."),
        24,
        least=12,
        most=120,
        db_default=24,
    )
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        PeriodsStatePanel(heading=_("How it stands")),
        MultiFieldPanel([FieldPanel(kind) for kind in KINDS], heading=_("How long we keep")),
        FieldPanel("confirm"),
    ]
    base_form_class = PeriodsForm
    select_related = ["confirmed_by"]

    class Meta:
        verbose_name = _("retention periods")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    answers__gte=1,
                    check_ins__gte=1,
                    assessments__gte=1,
                    record__gte=1,
                    withdrawn__gte=1,
                    messages__gte=2,
                    questions__gte=1,
                    audit__gte=12,
                ),
                name="people_retention_never_at_once",
            )
        ]

    def __str__(self) -> str:
        return gettext("retention periods")

    @property
    def is_confirmed(self) -> bool:
        """Whether the organisation decided on them: else nothing goes."""
        return self.confirmed_at is not None

    @property
    def values(self) -> dict[str, int]:
        """The numbers, by kind."""
        return {kind: getattr(self, kind) for kind in self.KINDS}

    def before(self, kind: str, now: datetime) -> datetime:
        """What was over by this moment has been kept long enough."""
        unit = "weeks" if kind == "withdrawn" else "months"
        return timezone.localtime(now) - relativedelta(**{unit: getattr(self, kind)})

    def label(self, kind: str) -> str:
        """What the period is about."""
        return str(self._meta.get_field(kind).verbose_name)

    def counted_from(self, kind: str) -> str:
        """From when the period runs, in words."""
        return str(self.COUNTED_FROM[kind])

    def in_words(self, kind: str) -> str:
        """ "12 months"."""
        number = getattr(self, kind)
        if kind == "withdrawn":
            return ngettext("%(number)s week", "%(number)s weeks", number) % {"number": number}
        return ngettext("%(number)s month", "%(number)s months", number) % {"number": number}
