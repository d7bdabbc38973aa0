"""What somebody let others know about their texts."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from base.access import closed_paths, without_paths
from people.personal_data import Part, register

from .models import Reaction

LABELS = {"reactions": _("reactions"), "what": _("what"), "text": _("about"), "at": _("when")}


def collect(person) -> dict:
    """Each reaction with the title of its text, in the reader's language, where they may still see it; three queries."""
    reactions = list(Reaction.objects.filter(user=person).order_by("pk"))
    pages = Page.objects.live().filter(translation_key__in={row.translation_key for row in reactions})
    language = get_language() or settings.LANGUAGE_CODE
    titles = {}
    # The one in the reader's language comes last and stays.
    for page in sorted(
        without_paths(pages, closed_paths(person)).select_related("locale"),
        key=lambda page: page.locale.language_code == language,
    ):
        titles[page.translation_key] = page.title
    return {
        "reactions": [
            {"what": row.get_kind_display(), "text": titles.get(row.translation_key), "at": row.created_at}
            for row in reactions
        ]
    }


register(Part("reactions", _("Your reactions"), collect, labels=LABELS))
