"""Employee stories. The moderated workflow is added on top of these."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from base.models import BasePage, PortalImage
from base.models.byline import Bylined
from base.reading import (
    count_words,
    minutes_in_words,
    minutes_to_read,
    untranslated_in_words,
)
from conversations.reading import reactions_to

from ..addresses import is_reserved
from ..listing import StoryList
from ..querysets import StoryManager
from ..reading_token import reading_token
from ..rendering import clean_markdown, plain_words, render_markdown
from ..uses import uses_of

MAX_CHARACTERS = 20_000
TEASER_LENGTH = 160


class StoryTheme(models.Model):
    """What stories are about, for the filter above their list."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("theme of stories")
        verbose_name_plural = _("themes of stories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StoryIndexPage(BasePage):
    """A channel of stories by colleagues, newest first; may be narrowed to one team.

    The channel says how lightly its stories are moderated.
    """

    class Moderation(models.TextChoices):
        BEFORE = "before", _("A moderator reads along before a story appears")
        AFTER = "after", _("A story appears at once; a moderator reads along afterwards")

    menu_icon, menu_phone_rank = "chat", 3

    parent_page_types = ["home.HomePage"]
    subpage_types = ["stories.StoryPage", "stories.StoryCall"]

    moderation = models.CharField(
        _("reading along"),
        max_length=6,
        choices=Moderation.choices,
        default=Moderation.BEFORE,
        help_text=_("Somebody's first story is always read before it appears."),
    )
    trusts_authors = models.BooleanField(
        _("trust after three stories"),
        default=False,
        help_text=_("Who had three stories approved and no report upheld in twelve months publishes at once."),
    )
    target_days = models.PositiveSmallIntegerField(
        _("working days until an answer"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_(
            "Authors are told this. Past it a story goes to a second moderator, then to the community manager."
        ),
    )
    sharing_tips = models.ForeignKey(
        "guidelines.ChapterPage",
        verbose_name=_("tips when sharing on"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A chapter with tips. Its first five are shown to who shares a story on, once per version."),
    )

    writing_tips = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("tips beside the words"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A chapter or manual. Its first five tips stand beside the form in which colleagues write."),
    )
    photo_tips = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("tips beside the photos"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The same for the step in which they add photos. Left empty, it is the tips beside the words."),
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("moderation"), FieldPanel("trusts_authors"), FieldPanel("target_days")],
            heading=_("How stories are moderated here"),
        ),
        MultiFieldPanel(
            [
                PageChooserPanel("writing_tips", ["guidelines.ChapterPage", "guidelines.ManualPage"]),
                PageChooserPanel("photo_tips", ["guidelines.ChapterPage", "guidelines.ManualPage"]),
            ],
            heading=_("Tips for who writes"),
        ),
        FieldPanel("sharing_tips"),
    ]

    class Meta:
        verbose_name = _("stories")

    def get_context(self, request, *args, **kwargs):
        """Adds ``stories`` (StoryList), ``page_obj`` (fetched when looped over) and ``fairness``, a function."""
        stories = StoryList(self, request.GET, request.user)
        return {
            **super().get_context(request, *args, **kwargs),
            "stories": stories,
            "page_obj": stories.page_obj,
            "fairness": self._fairness,
        }

    def _fairness(self):
        # That module needs the models of this package.
        from ..fairness import fairness_of

        return fairness_of(self)


class StoryPage(Bylined, BasePage):
    """A story written by an employee: limited Markdown, never trusted HTML."""

    parent_page_types = ["stories.StoryIndexPage"]
    subpage_types: list[str] = []

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stories",
        help_text=_("Whose story it is. Name and role stay as they are on the day it is published."),
    )
    date = models.DateTimeField(
        _("date"), default=timezone.now, help_text=_("Shown under the title; the newest comes first.")
    )
    text = models.TextField(
        _("story"),
        validators=[MaxLengthValidator(MAX_CHARACTERS)],
        help_text=_("Plain text. **bold**, *italic*, lists with a dash, a blank line for a new paragraph."),
    )
    theme = models.ForeignKey(
        StoryTheme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    call = models.ForeignKey(
        "stories.StoryCall",
        verbose_name=_("answers the call"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="answers",
    )
    changed_at = models.DateTimeField(_("changed on"), null=True, blank=True, editable=False)

    objects = StoryManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("author"), FieldPanel("date")], heading=_("From whom, and when")),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("text"),
        MultiFieldPanel([FieldPanel("theme"), FieldPanel("call")], heading=_("Where it belongs")),
        InlinePanel(
            "photos", label=_("Photo"), heading=_("Photos"), help_text=_("Shown below the story, in this order.")
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("text"), index.FilterField("date")]

    class Meta:
        verbose_name = _("story")

    @property
    def html(self) -> str:
        """The story as clean HTML; cleaned anew each time it is shown."""
        return render_markdown(self.text)

    @cached_property
    def shown_photos(self) -> list["StoryPhoto"]:
        """Its photos in order, fetched once for a page."""
        return list(self.photos.all())

    @property
    def head_picture(self):
        """The picture above the text: one that an editor chose. The first photo, which lists show, has its place below."""
        if not self.image_id or self.image_id in {photo.image_id for photo in self.shown_photos}:
            return None
        return self.image

    @property
    def sent_title(self) -> str:
        """The title as it was last sent: that of a story that isn't out stands in its revision alone."""
        return self.title if self.live else self.draft_title

    @property
    def teaser(self) -> str:
        """What a list says about it: the summary, or how the story begins. Plain text."""
        return self.summary or plain_words(self.text, TEASER_LENGTH)

    @cached_property
    def minutes(self) -> int:
        """Minutes to read it."""
        return minutes_to_read(count_words(self.text))

    @property
    def kicker(self) -> str:
        """The line above its title."""
        if not self.byline_name:
            return gettext("Story")
        return gettext("Story by %(name)s") % {"name": self.byline_first_name}

    @property
    def facts(self) -> list[str]:
        """What a teaser says below it."""
        return [self.byline_name, minutes_in_words(self.minutes), untranslated_in_words(self)]

    def get_context(self, request, *args, **kwargs):
        """Adds what the page shows beside its text.

        ``more_stories`` (a function): the three newest others. ``original_pk``: the page this one stands in for.
        ``bar`` (a function): the reactions, the reader's own among them. ``used_in`` (a function): where the company
        story takes it up. ``token``: what counts one reader; empty for the author. ``is_own``: for the author.
        """
        is_own = self.author_id is not None and self.author_id == request.user.pk
        others = partial(StoryPage.objects.newest_but, self, request.user, get_language())
        return {
            **super().get_context(request, *args, **kwargs),
            "more_stories": others,
            "original_pk": self.alias_of_id or self.pk,
            "bar": partial(reactions_to, self, request.user),
            "used_in": partial(self._used_in, request.user),
            "is_own": is_own,
            "token": "" if is_own or getattr(request, "is_preview", False) else reading_token(self),
        }

    def clean(self):
        """Keep out addresses that the portal itself uses below its stories; raises ValidationError."""
        super().clean()
        if is_reserved(self.slug):
            raise ValidationError({"slug": _("The portal uses this address itself. Choose another one.")})

    def _used_in(self, user) -> list:
        return uses_of({self.translation_key}, user, get_language()).get(self.translation_key, [])

    def save(self, *args, **kwargs):
        """Clean what was typed."""
        self.text = clean_markdown(self.text)
        super().save(*args, **kwargs)


class StoryPhoto(TranslatableMixin, Orderable):
    """A photo in a story; its description and caption are translated with the story."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(PortalImage, verbose_name=_("photo"), on_delete=models.CASCADE, related_name="+")
    alt_text = models.CharField(
        _("what the photo shows"),
        max_length=255,
        blank=True,
        help_text=_("Read aloud to who can't see it. Leave empty if the photo only decorates."),
    )
    is_decorative = models.BooleanField(_("only decorates"), default=False)
    caption = models.CharField(_("caption"), max_length=255, blank=True)

    panels = [
        FieldPanel("image"),
        FieldPanel("alt_text"),
        FieldPanel("is_decorative"),
        FieldPanel("caption"),
    ]

    translatable_fields = [
        TranslatableField("alt_text"),
        TranslatableField("caption"),
        SynchronizedField("image", overridable=False),
        SynchronizedField("is_decorative", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("photo")

    def __str__(self) -> str:
        return self.alt_text or self.caption
