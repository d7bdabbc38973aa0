"""What people put on their own paths, as they read it: theirs alone, beside the plan and counted nowhere."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from wagtail.models import Page

from base.access import visible_pages
from competencies.material_places import Found, find, with_facts

from .models import Enrolment, OwnStep
from .reading_outlines import path_outline
from .standing import Standing


@dataclass(frozen=True)
class OwnRow:
    """One of them in the reader's language; without ``url`` the page is gone, or closed to the reader by now."""

    step: OwnStep
    title: str = ""
    # The page that a tip is in; empty for a page itself.
    inside: str = ""
    url: str = ""
    language: str = ""


def own_rows(user, enrolment: Enrolment, language: str) -> list[OwnRow]:
    """What this person put on this path themselves, in the order they did; not read first.

    One query without any; two for pages, and what ``material_places.find`` asks for tips in them.
    """
    steps = sorted(OwnStep.objects.filter(enrolment=enrolment), key=lambda step: step.done_at is not None)
    pages = _pages(user, {step.page_key for step in steps}, language) if steps else {}
    # A tip that was taken out leads to its page.
    tips = {found.row.pk: found for found in find([step for step in steps if step.anchor], pages)}
    return [_row(step, pages.get(step.page_key), tips.get(step.pk)) for step in steps]


def read_on_path(enrolment: Enrolment) -> set[tuple[UUID, str]]:
    """What the steps of this plan let the person read, as ``(page key, "")``."""
    outline = path_outline(enrolment.user, enrolment.path_key, settings.LANGUAGE_CODE)
    return places_read(Standing(enrolment, outline, enrolment.progress.as_progress()))


def places_read(standing: Standing) -> set[tuple[UUID, str]]:
    """The same of somebody whose rows are there already."""
    return {(step.reads_key, "") for step in (standing.outline.steps if standing.outline else ()) if step.reads_key}


def _pages(user, keys: set[UUID], language: str) -> dict[UUID, Page]:
    found: dict[UUID, Page] = {}
    for page in with_facts(visible_pages(user).filter(translation_key__in=keys)).order_by("path"):
        if page.locale.language_code == language or page.translation_key not in found:
            found[page.translation_key] = page
    return found


def _row(step: OwnStep, page: Page | None, tip: Found | None) -> OwnRow:
    url = (page.get_url() or "") if page else ""
    if not url:
        return OwnRow(step)
    original = page.alias_of if page.alias_of_id else page
    return OwnRow(
        step=step,
        title=tip.place.title if tip else page.title,
        inside=page.title if tip else "",
        url=tip.url if tip else url,
        language=original.locale.language_code,
    )
