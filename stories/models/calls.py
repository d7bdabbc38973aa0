"""Calls for stories."""

from datetime import date
from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.search import index

from base.access import cache_key_for
from base.models import BasePage
from base.reading import RememberedPaginator, untranslated_in_words

from ..listing import PER_PAGE
from ..querysets import CallManager
from .pages import StoryPage, StoryTheme


class StoryCall(BasePage):
    """A call (oproep): a theme, an end date, an example. Stories that answer it are grouped on its page."""

    parent_page_types = ["stories.StoryIndexPage"]
    subpage_types: list[str] = []

    ends_on = models.DateField(_("until"), help_text=_("The last day on which somebody can answer."))
    example = models.TextField(
        _("example"), blank=True, max_length=2000, help_text=_("A few lines that show what you hope for.")
    )
    theme = models.ForeignKey(
        StoryTheme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="calls"
    )

    objects = CallManager()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("ends_on"),
        FieldPanel("theme"),
        FieldPanel("example"),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        InlinePanel(
            "invitations",
            label=_("Colleague"),
            heading=_("Asked by name"),
            help_text=_("Each is told once. They may say no without anybody hearing of it."),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("example")]

    class Meta:
        verbose_name = _("call for stories")

    def days_left(self, today: date | None = None) -> int:
        """Days after today on which one can still answer; 0 on the last day, negative once it has ended."""
        return (self.ends_on - (today or timezone.localdate())).days

    @property
    def is_open(self) -> bool:
        """Whether somebody can still answer, today included."""
        return self.days_left() >= 0

    @property
    def facts(self) -> list[str]:
        """What a teaser says below it."""
        return [untranslated_in_words(self)]

    def answers_for(self, user, language: str):
        """The stories of this language that answer it and that ``user`` may read, newest first."""
        answers = StoryPage.objects.for_list(user, language)
        return answers.filter(call__translation_key=self.translation_key)

    def get_context(self, request, *args, **kwargs):
        """Adds ``page_obj`` with the stories that answer it, fetched when looped over."""
        language, audience = get_language(), cache_key_for(request.user)
        paginator = RememberedPaginator(
            partial(self.answers_for, request.user, language),
            PER_PAGE,
            count_key=f"answers:{self.translation_key}:{language}:{audience}",
        )
        context = super().get_context(request, *args, **kwargs)
        return {**context, "page_obj": paginator.get_page(request.GET.get("page"))}


class CallInvitation(models.Model):
    """Somebody asked by name."""

    call = ParentalKey(StoryCall, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("colleague"),
        on_delete=models.CASCADE,
        related_name="call_invitations",
    )

    panels = [FieldPanel("person")]

    class Meta:
        verbose_name = _("colleague asked by name")
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="stories_invitation_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.call_id}"


class CallRefusal(models.Model):
    """Somebody who was asked said no; theirs alone, shown to nobody else.

    Not on the invitation: that is part of the page, and every version of the page would keep, show and put back what
    this person said.
    """

    call_key = models.UUIDField(help_text=_("The call in every language."))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="call_refusals")
    declined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("call declined")
        constraints = [models.UniqueConstraint(fields=["call_key", "person"], name="stories_refusal_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.call_key}"
