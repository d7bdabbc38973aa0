"""Opening a page for who hasn't started, and closing it again."""

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page

from base.stamp import touch_content
from people.models import User

from ..checks_before_start import steps_that_show
from ..models import PageBeforeStart, StepPage

OPENED, CLOSED = "onboarding.open_before_start", "onboarding.close_before_start"


class StillShown(Exception):
    """Published steps before the start let this page be read: ``steps``. Nothing was changed."""

    def __init__(self, steps: list[StepPage]):
        super().__init__(", ".join(step.title for step in steps))
        self.steps = steps


@transaction.atomic
def open_before_start(*, page: Page, actor: User) -> bool:
    """Let who hasn't started read this page where a step leads to it, in every language; False where it was open."""
    _row, is_new = PageBeforeStart.objects.get_or_create(page_key=page.translation_key)
    if is_new:
        _changed(page, OPENED, actor)
    return is_new


@transaction.atomic
def close_before_start(*, page: Page, actor: User) -> bool:
    """Keep who hasn't started out of this page; False where it was closed. Raises StillShown."""
    if steps := steps_that_show(page.translation_key):
        raise StillShown(steps)
    deleted, _rows = PageBeforeStart.objects.filter(page_key=page.translation_key).delete()
    if deleted:
        _changed(page, CLOSED, actor)
    return bool(deleted)


def _changed(page: Page, action: str, actor: User) -> None:
    # What readers share says of every page whether it is open.
    touch_content()
    log(instance=page.specific, action=action, user=actor)
