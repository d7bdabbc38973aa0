"""What somebody let others know about their texts, and asked and answered at the question desk."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from base.access import closed_paths, without_paths
from people.personal_data import Part, register

from .models import Question, Reaction

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

QUESTION_LABELS = {
    "asked": _("questions you asked"),
    "answered": _("questions you answered"),
    "question": _("question"),
    "answer": _("answer"),
    "at": _("when"),
    "is_public": _("published, without a name"),
}


def collect_questions(person) -> dict:
    """Own questions with their answers, and the answers this person gave, without who asked; two queries."""
    asked = Question.objects.filter(asker=person).order_by("pk")
    answered = Question.objects.filter(answered_by=person).order_by("pk")
    return {
        "asked": [
            {"question": row.text, "answer": row.answer, "at": row.created_at, "is_public": row.is_public}
            for row in asked
        ],
        # What was asked is another's, unless it was published.
        "answered": [{"question": row.public_text, "answer": row.answer, "at": row.answered_at} for row in answered],
    }


register(Part("questions", _("Your questions"), collect_questions, labels=QUESTION_LABELS))
