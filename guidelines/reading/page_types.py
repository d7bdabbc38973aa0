"""The page types, by name: they import the readings."""

from django.apps import apps


def manual_model():
    """``ManualPage``."""
    return apps.get_model("guidelines", "ManualPage")


def chapter_model():
    """``ChapterPage``."""
    return apps.get_model("guidelines", "ChapterPage")
