"""Themes of stories in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import StoryTheme


class StoryThemeViewSet(SnippetViewSet):
    """What stories are about, in both languages."""

    model = StoryTheme
    icon = "tag"
    menu_label = _("Themes of stories")
    menu_order = 620
    add_to_settings_menu = True
    list_display = ["name", "name_en"]
    search_fields = ["name", "name_en"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("name_en")]
