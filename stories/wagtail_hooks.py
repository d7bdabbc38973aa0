"""Stories in the admin."""

from wagtail.snippets.models import register_snippet

from .admin import StoryThemeViewSet

register_snippet(StoryThemeViewSet)
