"""Letting steps point to another page than the one that goes."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from wagtail.models import Page

from people.models import User

from ..models import StepPage


def steps_that_read(page: Page) -> list[StepPage]:
    """The steps, in every language, that would have nothing to read without this page and what is below it.

    A page that is there in another language as well is still there to read. Steps that go with it don't count, and
    neither does a translation that is behind: what a step reads is what it reads in the source language.
    """
    going = Page.objects.filter(path__startswith=page.path)
    kept = Page.objects.exclude(path__startswith=page.path).filter(alias_of=None, live=True)
    lost = going.exclude(translation_key__in=kept.values("translation_key")).values("translation_key")
    steps = StepPage.objects.filter(Q(reads_key__in=lost), alias_of=None).exclude(path__startswith=page.path)
    keys = dict(
        StepPage.objects.filter(translation_key__in=steps.values("translation_key"))
        .filter(locale__language_code=settings.LANGUAGE_CODE)
        .values_list("translation_key", "reads_key")
    )
    return [step for step in steps.order_by("path") if keys.get(step.translation_key, step.reads_key) == step.reads_key]


@transaction.atomic
def replace_read_page(*, old: Page, new: Page, actor: User | None = None) -> int:
    """Let every step that reads ``old``, or what is below it, read ``new``; returns how many steps that were.

    Published and draft alike: a draft stays a draft. Again, nothing changes.
    """
    steps = steps_that_read(old)
    for step in steps:
        draft = step.get_latest_revision_as_object()
        was_live, had_changes = step.live, step.has_unpublished_changes
        if was_live and had_changes:
            # What is published gets the page at once; the draft beside it gets it as well and stays a draft.
            step.reads = new
            step.save_revision(user=actor).publish(user=actor)
        draft.reads = new
        revision = draft.save_revision(user=actor)
        if was_live and not had_changes:
            revision.publish(user=actor)
    return len(steps)
