"""What one person answers for, as they see it: titles in their language, longest overdue first, with what they may do."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from wagtail.models import Page

from base.access import visible_pages
from people.models import User

from ..models import Delegation, Review
from ..models.governance import MOST_DELAYS
from .register import Register, Standing

GOVERN = "guidelines.govern_manuals"


def may_govern(user: User) -> bool:
    """Whether they keep an eye on all manuals: editors and administrators."""
    return user.is_active and user.has_perm(GOVERN)


def governors() -> list[User]:
    """Who is told when nobody else is there: those whose role says so, else administrators."""
    app_label, codename = GOVERN.split(".")
    by_role = User.objects.active().filter(
        groups__permissions__codename=codename, groups__permissions__content_type__app_label=app_label
    )
    people = by_role.select_related("quiet_hours").distinct().order_by("pk")
    return list(people) or list(User.objects.active().filter(is_superuser=True).order_by("pk"))


def titles_for(user: User, keys, language: str) -> dict[UUID, Page]:
    """The pages of these texts that this person may see, in their language where they are there."""
    pages = visible_pages(user).filter(translation_key__in=set(keys)).select_related("locale", "alias_of__locale")
    found: dict[UUID, Page] = {}
    for page in pages.order_by("pk"):
        if page.translation_key not in found or page.locale.language_code == language:
            found[page.translation_key] = page
    return found


@dataclass(frozen=True)
class Duty:
    """One text that somebody answers for."""

    key: UUID
    page: Page
    language: str
    standing: Standing
    manual: Page | None
    today: date
    delays: int = 0
    offer: Delegation | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""
        return self.standing.is_due(self.today)

    @property
    def is_soon(self) -> bool:
        """Whether its day is within the time that people are reminded in."""
        from ..services.reminding import HORIZON

        day = self.standing.review_by
        return day is not None and not self.is_overdue and day <= self.today + HORIZON

    @property
    def is_checked_today(self) -> bool:
        """Whether there is nothing to say any more today."""
        return self.standing.row.reviewed_on == self.today

    @property
    def may_postpone(self) -> bool:
        """Whether it may be put off once more."""
        return self.delays < MOST_DELAYS


class Duties:
    """One reader's; what they may not see isn't there."""

    def __init__(self, user: User, language: str, *, today: date | None = None):
        self.user, self.language, self.today = user, language, today or timezone.localdate()
        self.register = Register(today=self.today)

    @cached_property
    def mine(self) -> list[Duty]:
        """What they answer for."""
        return self._duties(self.register.of(self.user))

    @cached_property
    def deputised(self) -> list[Duty]:
        """What they are the deputy of."""
        return self._duties(self.register.deputised_by(self.user))

    @cached_property
    def unanswered(self) -> list[Duty]:
        """What nobody answers for; for who governs."""
        return self._duties(self.register.unanswered) if may_govern(self.user) else []

    @property
    def overdue(self) -> int:
        """How many of their own have passed their day."""
        return sum(duty.is_overdue for duty in self.mine)

    @cached_property
    def offers(self) -> list[tuple[Delegation, Page]]:
        """What others ask them to take over."""
        rows = Delegation.objects.filter(to=self.user, state=Delegation.State.OPEN).select_related("by__team")
        rows = list(rows.order_by("at", "pk"))
        pages = titles_for(self.user, [row.page_key for row in rows], self.language) if rows else {}
        return [(row, pages[row.page_key]) for row in rows if row.page_key in pages]

    def find(self, key: UUID) -> Duty | None:
        """The text that they may do something about; None for what is somebody else's."""
        text = self.register.text(key)
        if text is None or not (self.user.pk in (*text.answers, text.deputy) or may_govern(self.user)):
            return None
        return next(iter(self._duties([text])), None)

    def _duties(self, texts: list[Standing]) -> list[Duty]:
        if not texts:
            return []
        keys = [text.row.key for text in texts]
        manuals = {text.manual.key for text in texts if text.manual}
        pages = titles_for(self.user, {*keys, *manuals}, self.language)
        offers = Delegation.objects.filter(page_key__in=keys, state=Delegation.State.OPEN).select_related("to", "by")
        by_key = {offer.page_key: offer for offer in offers}
        delays = count_delays(keys)
        return [
            Duty(
                key=text.row.key,
                page=pages[text.row.key],
                language=_other(pages[text.row.key], self.language),
                standing=text,
                manual=None if text.row.is_manual or not text.manual else pages.get(text.manual.key),
                today=self.today,
                delays=delays.get(text.row.key, 0),
                offer=by_key.get(text.row.key),
            )
            for text in texts
            if text.row.key in pages
        ]


def _other(page: Page, language: str) -> str:
    written_in = (page.alias_of or page).locale.language_code
    return "" if written_in == language else written_in


def count_delays(keys) -> dict[UUID, int]:
    """How often the check of each of these was put off since its last check; one query."""
    found: dict[UUID, int] = {}
    kinds = (Review.Kind.CHECKED, Review.Kind.POSTPONED)
    rows = Review.objects.filter(page_key__in=keys, kind__in=kinds).order_by("at", "pk")
    for key, kind in rows.values_list("page_key", "kind"):
        found[key] = found.get(key, 0) + 1 if kind == Review.Kind.POSTPONED else 0
    return found


def history_of(key: UUID) -> list[Review]:
    """What was done about a text, newest first."""
    return list(Review.objects.filter(page_key=key).select_related("by", "to").order_by("-at", "-pk")[:50])
