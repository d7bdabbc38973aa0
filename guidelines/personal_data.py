"""What the manuals keep about somebody: what they said of them and answered, what they follow and published."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from . import review_data  # noqa: F401 - declares a part of its own
from .models import Feedback, Following, PageChange
from .reading.feedback import pages_by_key

LABELS = {
    "feedback": _("whether it was useful to you"),
    "text": _("page"),
    "useful": _("useful"),
    "comment": _("comment"),
    "with_name": _("with your name"),
    "given_at": _("given on"),
    "status": _("state"),
    "answer": _("answer"),
    "answered_at": _("answered on"),
    "follows": _("manuals that you follow"),
    "followed_at": _("followed since"),
    "answers": _("answers that you gave readers"),
    "published": _("versions that you published"),
    "published_at": _("published on"),
    "line": _("what is different"),
}


def collect(person) -> dict:
    """Everything of theirs, with the titles of pages they may still see; five queries, and those of the access rule."""
    given = list(Feedback.objects.of(person))
    answered = list(Feedback.objects.filter(answered_by=person).order_by("pk"))
    follows = list(Following.objects.of(person))
    published = list(PageChange.objects.filter(published_by=person).order_by("pk"))
    keys = {row.page_key for row in [*given, *answered, *published]} | {row.manual_key for row in follows}
    pages = pages_by_key(person, keys)

    def title(key):
        return pages[key].title if key in pages else None

    return {
        "feedback": [
            {
                "text": title(row.page_key),
                "useful": row.is_useful,
                "comment": row.comment,
                "with_name": row.with_name,
                "given_at": row.given_at,
                "status": row.get_status_display() if row.comment else None,
                "answer": row.answer,
                "answered_at": row.answered_at,
            }
            for row in given
        ],
        # Whose question it was is theirs.
        "answers": [
            {"text": title(row.page_key), "answer": row.answer, "answered_at": row.answered_at} for row in answered
        ],
        "follows": [{"text": title(row.manual_key), "followed_at": row.followed_at} for row in follows],
        "published": [
            {"text": title(row.page_key), "line": row.line, "published_at": row.published_at} for row in published
        ],
    }


register(Part("manuals", _("Your part in the manuals"), collect, labels=LABELS))
