"""What somebody did as an owner of texts, for them to take along."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.personal_data import Part, register

from .importing.records import HandbookUpload
from .models import Delegation, Review
from .reading.duties import Duties, titles_for


def _title(pages: dict, key) -> str | None:
    return pages[key].title if key in pages else None


def _manuals(person: User) -> dict:
    reviews = list(Review.objects.filter(by=person).order_by("at", "pk"))
    given = list(Delegation.objects.filter(by=person).select_related("to").order_by("at", "pk"))
    asked = list(Delegation.objects.filter(to=person).select_related("by").order_by("at", "pk"))
    pages = titles_for(person, {row.page_key for row in (*reviews, *asked, *given)}, get_language())
    return {
        "answers_for": [duty.page.title for duty in Duties(person, get_language()).mine],
        "done": [
            {
                "text": _title(pages, row.page_key),
                "what": row.get_kind_display(),
                "reason": row.reason,
                "until": row.until,
                "at": row.at,
            }
            for row in reviews
        ],
        "asked_of_you": [
            {
                "text": _title(pages, row.page_key),
                "colleague": row.by.get_full_name(),
                "note": row.note,
                "answer": row.get_state_display(),
                "at": row.at,
            }
            for row in asked
        ],
        "asked_by_you": [
            {
                "text": _title(pages, row.page_key),
                "colleague": row.to.get_full_name(),
                "note": row.note,
                "answer": row.get_state_display(),
                "at": row.at,
            }
            for row in given
        ],
        "imported": list(HandbookUpload.objects.filter(user=person).values_list("created_at", flat=True)),
    }


register(
    Part(
        "manual_checks",
        _("Texts you answer for"),
        _manuals,
        labels={
            "answers_for": _("you answer for"),
            "done": _("what you did"),
            "text": _("text"),
            "what": _("what"),
            "reason": _("why"),
            "until": _("until"),
            "at": _("on"),
            "asked_of_you": _("asked of you"),
            "asked_by_you": _("asked by you"),
            "imported": _("handbooks you read in"),
            "colleague": _("colleague"),
            "note": _("note"),
            "answer": _("answer"),
        },
    )
)
