"""What editors are told about search: words without an answer once a week, and what they put first before it ends."""

from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register

from .models import Promotion, QueryLog

READ_WORDS, CHANGE_PROMOTION = "search.read_querylog", "search.change_promotion"


def holders_of(permission: str):
    """Active colleagues whose roles give them this (``app.codename``)."""
    app_label, codename = permission.split(".")
    granted = {"content_type__app_label": app_label, "codename": codename}
    by_role = {f"groups__permissions__{name}": value for name, value in granted.items()}
    by_hand = {f"user_permissions__{name}": value for name, value in granted.items()}
    return get_user_model().objects.filter(Q(**by_role) | Q(**by_hand), is_active=True).distinct()


def _worklist(payload: dict, recipient) -> Content | None:
    if not recipient.has_perm(READ_WORDS):
        return None
    count = QueryLog.objects.worklist(timezone.localdate()).count()
    if not count:
        return None
    return Content(
        title=ngettext(
            "Colleagues search for %(count)d thing and don't find it",
            "Colleagues search for %(count)d things and don't find them",
            count,
        )
        % {"count": count},
        url=reverse("search_queries"),
        action=gettext("See what they search for"),
    )


def _promotion_ends(payload: dict, recipient) -> Content | None:
    row = Promotion.objects.running().filter(pk=payload["promotion"], owner=recipient).first()
    if row is None or row.ends_on != date.fromisoformat(payload["ends_on"]) or not recipient.has_perm(CHANGE_PROMOTION):
        return None
    return Content(
        title=gettext("What you put first for ‘%(words)s’ ends on %(day)s")
        % {"words": row.words, "day": date_format(row.ends_on, "DATE_FORMAT")},
        url=reverse("search_promotion_edit", args=[row.pk]),
        action=gettext("See whether it still holds"),
    )


register(
    Kind(
        "search.worklist",
        _("What colleagues search for and don't find"),
        _worklist,
        concerns=lambda user: user.has_perm(READ_WORDS),
    )
)
register(
    Kind(
        "search.promotion_ends",
        _("A page you put first that ends soon"),
        _promotion_ends,
        asks=True,
        concerns=lambda user: user.has_perm(CHANGE_PROMOTION),
    )
)
