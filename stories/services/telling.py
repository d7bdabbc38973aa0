"""Telling people in the picture."""

from notifications.services import notify

from ..models import Portrayal, StoryPage


def tell_portrayed(story: StoryPage) -> None:
    """Tell everybody who can be recognised, once per picture, before it appears; not the author."""
    rows = Portrayal.objects.filter(story_id=story.pk, answer="", person__is_active=True).select_related("person")
    for row in rows.exclude(person_id=story.author_id):
        notify(recipient=row.person, kind="story.portrayed", key=f"portrayal-{row.pk}", payload={"portrayal": row.pk})
