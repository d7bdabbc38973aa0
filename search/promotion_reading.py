"""Promotions as editors see them listed: with the page as it is now, and what is the matter."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from base.access import closed_paths
from notifications.kinds import is_closed

from .models import Promotion


class State(models.TextChoices):
    """How a promotion stands."""

    GONE = "gone", _("broken: the page is gone")
    OFF_LINE = "off_line", _("broken: the page isn't published")
    NO_OWNER = "no_owner", _("nobody owns it")
    CLOSED = "closed", _("runs, for who may read the page")
    RUNNING = "running", _("runs")
    OVER = "over", _("is over")


@dataclass(frozen=True)
class Listed:
    """A row: ``title`` is empty where the editor may not see the page."""

    promotion: Promotion
    state: State
    title: str = ""
    page_pk: int | None = None


def listed(user) -> list[Listed]:
    """Every promotion, those to look at first; the same number of queries for any number of them."""
    rows = list(Promotion.objects.select_related("owner").order_by("words", "pk"))
    pages: dict = {}
    found = Page.objects.filter(translation_key__in={row.page_key for row in rows}, depth__gt=1)
    language = get_language()
    for page in sorted(
        found.select_related("locale"), key=lambda page: (not page.live, page.locale.language_code != language, page.pk)
    ):
        pages.setdefault(page.translation_key, page)
    shut = closed_paths(user)
    listed_rows = [_listed(row, pages.get(row.page_key), shut) for row in rows]
    order = list(State)
    return sorted(listed_rows, key=lambda each: order.index(each.state))


def _listed(row: Promotion, page: Page | None, shut: tuple[str, ...]) -> Listed:
    is_shut = page is not None and any(page.path.startswith(path) for path in shut)
    shown = {} if page is None or is_shut else {"title": page.get_admin_display_title(), "page_pk": page.pk}
    return Listed(row, _state(row, page), **shown)


def _state(row: Promotion, page: Page | None) -> State:
    if not row.is_running:
        return State.OVER
    if page is None:
        return State.GONE
    if not page.live:
        return State.OFF_LINE
    if row.owner is None or not row.owner.is_active:
        return State.NO_OWNER
    return State.CLOSED if is_closed(page) else State.RUNNING
