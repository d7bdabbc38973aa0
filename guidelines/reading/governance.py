"""Who answers for a text and how fresh it is, also where the pages above say so."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from wagtail.models import Page


@dataclass(frozen=True)
class Governance:
    """Who answers for a page and when it was checked, each with the page above that says so (None: the page itself).

    ``months`` is how often it is checked; ``review_by`` the day that was filled in, or else follows from that.
    """

    owner: object | None = None
    deputy: object | None = None
    owner_from: Page | None = None
    reviewed_on: date | None = None
    review_by: date | None = None
    dates_from: Page | None = None
    team: object | None = None
    team_from: Page | None = None
    months: int | None = None

    @property
    def is_due(self) -> bool:
        """Past its review date: shown as not checked since, and still an answer."""
        return self.review_by is not None and self.review_by < timezone.localdate()

    @property
    def is_fresh(self) -> bool:
        """Checked, and not due again."""
        return self.reviewed_on is not None and not self.is_due


def next_review(reviewed_on: date | None, months: int | None) -> date | None:
    """The day that follows from a check and how often; None where one of them isn't known."""
    return reviewed_on + relativedelta(months=months) if reviewed_on and months else None


def governance_of(page, above=()) -> Governance:
    """From the page itself or else the nearest of the pages ``above`` it that has an owner, and that has a date."""
    chain = [page, *sorted(above, key=lambda other: other.depth, reverse=True)]
    owning = next((p for p in chain if p.owner_colleague_id and p.owner_colleague.is_active), None)
    dated = next((p for p in chain if p.reviewed_on or p.review_by), None)
    below = chain[: chain.index(owning) + 1] if owning else []
    deputy = next((p.deputy for p in below if p.deputy_id and p.deputy.is_active), None)
    teamed = next((p for p in chain if p.owning_team_id), None)
    months = next((p.review_months for p in chain if p.review_months), None)
    return Governance(
        owner=owning.owner_colleague if owning else None,
        deputy=deputy,
        owner_from=None if owning in (page, None) else owning,
        reviewed_on=dated.reviewed_on if dated else None,
        review_by=(dated.review_by or next_review(dated.reviewed_on, months)) if dated else None,
        dates_from=None if dated in (page, None) else dated,
        team=teamed.owning_team if teamed else None,
        team_from=None if teamed in (page, None) else teamed,
        months=months,
    )


def applies_to_of(page, above=()) -> str:
    """Whom a text is for: from the page itself or else the nearest of the pages ``above`` it that says so."""
    chain = [page, *sorted(above, key=lambda other: other.depth, reverse=True)]
    return next((other.applies_to for other in chain if other.applies_to), "")
