"""What search keeps under somebody's name: what they decided as an editor. What they search for is kept of nobody."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from .models import Promotion, QueryDismissal

LABELS = {
    "put_first": _("pages you put first"),
    "put_aside": _("words you put aside"),
    "words": _("words"),
    "why": _("why"),
    "last_day": _("last day"),
    "since": _("since"),
}


def collect(person) -> dict:
    """Promotions they own and words they put aside; two queries."""
    return {
        "put_first": [
            {"words": row.words, "why": row.note, "last_day": row.ends_on}
            for row in Promotion.objects.filter(owner=person).order_by("pk")
        ],
        "put_aside": [
            {"words": row.query, "since": row.dismissed_on}
            for row in QueryDismissal.objects.filter(dismissed_by=person).order_by("pk")
        ],
    }


register(Part("search_upkeep", _("What you decided about search"), collect, labels=LABELS))
