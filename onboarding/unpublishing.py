"""What unpublishing pages of a path means for who is under way, in words; nothing changes for them by it."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.utils.translation import ngettext
from wagtail.models import Page

from .models import Enrolment, PathPage, PhasePage, StepPage, StepProgress

PARTS = (PhasePage, StepPage)


def going_along(page: Page) -> list[Page]:
    """The published translations that go with this page of a path: a path and its steps are one in every language.

    None for a translation: taking that away leaves its readers with the source. Aliases go by themselves.
    """
    if not isinstance(page.specific, (PathPage, *PARTS)) or page.locale.language_code != settings.LANGUAGE_CODE:
        return []
    return list(page.specific.get_translations().live().filter(alias_of=None))


def words_before_unpublishing(page: Page) -> str:
    """What to know before this page is unpublished; empty where nobody is under way, or it isn't of a path."""
    page = page.specific
    if isinstance(page, PathPage):
        return _of_path(page, closing=True)
    return _of_part(page) if isinstance(page, PARTS) else ""


def words_after_unpublishing(page: Page) -> str:
    """What was done by unpublishing this path; empty for other pages, and where nobody is under way."""
    page = page.specific
    return _of_path(page, closing=False) if isinstance(page, PathPage) else ""


def under_way_on(path_keys: Iterable[UUID]) -> dict[UUID, int]:
    """How many people are under way on each of these paths; none where there are none. One query."""
    found = Enrolment.objects.under_way().filter(path_key__in=list(path_keys)).order_by().values_list("path_key")
    return dict(found.annotate(people=Count("pk")))


def _of_path(page: PathPage, *, closing: bool) -> str:
    live = PathPage.objects.live().filter(translation_key=page.translation_key)
    # Its aliases and translations go with the source; without one of them the path stays open.
    stays = live.exclude(pk__in=[page.pk, *(twin.pk for twin in going_along(page))]) if closing else live
    if page.alias_of_id or stays.filter(alias_of=None).exists():
        return ""
    count = under_way_on([page.translation_key]).get(page.translation_key, 0)
    if not count:
        return ""
    if closing:
        words = ngettext(
            "%(count)d colleague is under way on this path, and goes on with it: nothing changes for them. It is only closed for "
            "new people, until you publish it again.",
            "%(count)d colleagues are under way on this path, and go on with it: nothing changes for them. It is only closed for "
            "new people, until you publish it again.",
            count,
        )
    else:
        words = ngettext(
            "The path is closed for new people. %(count)d colleague is under way on it and goes on.",
            "The path is closed for new people. %(count)d colleagues are under way on it and go on.",
            count,
        )
    return words % {"count": count}


def people_with(page: Page) -> int:
    """How many people under way have a step at or below this page in their plan."""
    steps = StepPage.objects.filter(path__startswith=page.path, alias_of=None)
    in_source = StepPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    # The tree of the source language says what is on the path: a translation takes nothing away.
    steps = steps.exclude(translation_key__in=in_source.exclude(path__startswith=page.path).values("translation_key"))
    rows = StepProgress.objects.filter(
        step_key__in=steps.values("translation_key"),
        in_plan=True,
        enrolment__in=Enrolment.objects.under_way().filter(planned_at__isnull=False),
    )
    return rows.values("enrolment").distinct().count()


def _of_part(page: Page) -> str:
    count = people_with(page)
    if not count:
        return ""
    return ngettext(
        "%(count)d colleague under way has this in their plan. There it stays, to read and to do, until you say for whom it "
        "is taken off.",
        "%(count)d colleagues under way have this in their plan. There it stays, to read and to do, until you say for whom it "
        "is taken off.",
        count,
    ) % {"count": count}
