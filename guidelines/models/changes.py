"""What was published of a manual or chapter, and how large each change was."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, Revision
from wagtail_localize.fields import SynchronizedField

from ..change_querysets import PageChangeQuerySet

LINE_LENGTH = 200


class Size(models.TextChoices):
    """How large a change is to who knows the text."""

    FIRST = "first", _("first version")
    SMALL = "small", _("small")
    LARGE = "large", _("large")


# What an editor chooses from; the first version is none of these.
CHOICES = [
    (Size.SMALL.value, _("Small: a word, a link, a phone number")),
    (Size.LARGE.value, _("Large: readers have to know or do something else")),
]


class ChangePanel(MultiFieldPanel):
    """Asked only of what was published before: a first version changes nothing."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self):
            """Whether readers know an earlier version."""
            return self.instance.first_published_at is not None and super().is_shown()


class Changing(models.Model):
    """A text whose editor says, with a new version, how large the change is.

    Both fields are kept with the draft, and empty again once it is published: ``PageChange`` has them from then on.
    """

    change_size = models.CharField(_("how large is the change?"), max_length=5, choices=CHOICES, blank=True)
    change_note = models.CharField(
        _("what is different, in one line"),
        max_length=LINE_LENGTH,
        blank=True,
        help_text=_("Readers see it above the text. A large change needs it, and its followers get it in a message."),
    )

    change_panels = [
        ChangePanel(
            [FieldPanel("change_size"), FieldPanel("change_note")],
            heading=_("What this change means to readers"),
            help_text=_("It counts when you publish. Say nothing, and the change is a small one."),
        )
    ]
    # The editor of a translation says nothing: what the original said is taken over (see services.changes).
    override_translatable_fields = [
        SynchronizedField("change_size", overridable=False),
        SynchronizedField("change_note", overridable=False),
    ]
    exclude_fields_in_copy = ["change_size", "change_note"]

    class Meta:
        abstract = True


class PageChange(models.Model):
    """One version of a page that was published: the row says so for good, the revision may be thrown away.

    ``edition`` counts the large changes of a text; its languages share the count. ``line`` is in the language
    ``line_language``: a translation shows the words of the original where it has none of its own.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    page_key = models.UUIDField()
    language = models.CharField(max_length=10)
    size = models.CharField(max_length=5, choices=Size.choices)
    line = models.CharField(max_length=LINE_LENGTH, blank=True)
    line_language = models.CharField(max_length=10, blank=True)
    edition = models.PositiveIntegerField(default=0)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField()
    # Only editors see who; readers get the text from the organisation.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("published by")
    )
    told_at = models.DateTimeField(_("followers told on"), null=True, blank=True)

    objects = PageChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a manual")
        verbose_name_plural = _("changes of manuals")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "revision"], name="guidelines_change_once_per_revision"),
            models.CheckConstraint(
                condition=~models.Q(size=Size.LARGE) | ~models.Q(line=""), name="guidelines_large_change_says_what"
            ),
        ]
        indexes = [
            models.Index(fields=["page", "-published_at"], name="guidelines_change_of_page"),
            models.Index(fields=["page_key", "-edition"], name="guidelines_change_edition"),
            models.Index(
                fields=["published_at"],
                condition=models.Q(size=Size.LARGE, told_at__isnull=True),
                name="guidelines_change_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.published_at:%Y-%m-%d} {self.size}"

    @property
    def is_large(self) -> bool:
        """Whether readers have to know of it."""
        return self.size == Size.LARGE
