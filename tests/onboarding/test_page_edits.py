"""Whatever editors do to the pages of a path, one thing after the other, every row of progress stays, and counts, as it is."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Locale, Page

from onboarding.models import ChecklistTick, OnboardingEvent, PathPage, PhasePage, StepPage, StepProgress
from onboarding.reading import own_standing
from onboarding.services import complete_step, record_opening, reopen_step, waive_step

from .conftest import publish, translate
from .properties import IS_THOROUGH, quick

pytestmark = pytest.mark.django_db
EDITS = [
    "rename",
    "move",
    "reorder",
    "unpublish",
    "republish",
    "translate",
    "untranslate",
    "draft",
    "phases",
    "elsewhere",
]
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 6)), min_size=2, max_size=5)


class PageEditor:
    """What an editor does in the tree, to the page at ``place`` of the path, its phases and its steps."""

    def __init__(self, path: PathPage, other: PathPage):
        self.key, self.other = path.translation_key, other

    @property
    def path(self) -> PathPage:
        return PathPage.objects.get(translation_key=self.key, locale__language_code="nl")

    def pages(self) -> list[Page]:
        """The path, its phases and its steps, in the order of the tree."""
        return [page.specific for page in self.path.get_descendants(inclusive=True).order_by("path")]

    def steps(self) -> list[StepPage]:
        return list(StepPage.objects.descendant_of(self.path).order_by("path"))

    def edit(self, what: str, place: int) -> None:
        pages, steps = self.pages(), self.steps()
        page, step = pages[place % len(pages)], steps[place % len(steps)]
        match what:
            case "rename":
                page.title, page.slug = f"{page.title}!", f"{page.slug}-{place}"
                publish(page)
            case "draft":
                page.title = "Concept"
                page.save_revision()
            case "move":
                phases = PhasePage.objects.child_of(self.path).exclude(pk=step.get_parent().pk)
                step.move(phases.first(), pos="last-child")
            case "reorder":
                step.move(step.get_parent(), pos="first-child")
            case "phases":
                phase = PhasePage.objects.child_of(self.path).last()
                phase.move(self.path, pos="first-child")
            case "elsewhere":
                self.path.move(Page.objects.get(pk=self.other.pk), pos="right" if place % 2 else "left")
            case "unpublish":
                page.unpublish()
            case "republish":
                self.republish()
            case "translate" | "untranslate":
                self.translate(step, what)

    def translate(self, step: StepPage, what: str) -> None:
        twin = step.get_translation(Locale.objects.get(language_code="en"))
        if what == "untranslate":
            twin.unpublish()
        elif step.live:
            translate(step, title=f"{step.title} in English", slug=f"{step.slug}-en")

    def republish(self) -> None:
        for page in self.pages():
            if not page.live:
                publish(page)


def rows() -> list:
    """All that is kept of what somebody did."""
    return [list(model.objects.order_by("pk").values()) for model in (StepProgress, ChecklistTick)] + [
        list(OnboardingEvent.objects.exclude(enrolment=None).order_by("pk").values())
    ]


@pytest.fixture
def walked(enrolment, steps, make_user):
    """One step done, one done again, one waived, one opened."""
    keys = [step.translation_key for step in steps]
    complete_step(enrolment=enrolment, step_key=keys[0])
    for _twice in "ab":
        complete_step(enrolment=enrolment, step_key=keys[1])
        reopen_step(enrolment=enrolment, step_key=keys[1])
    complete_step(enrolment=enrolment, step_key=keys[1])
    waive_step(enrolment=enrolment, step_key=keys[3], actor=make_user(), reason="Kent het.")
    record_opening(enrolment=enrolment, step_key=keys[2])
    return enrolment


def test_no_edits_of_pages_change_a_row_or_how_far_somebody_is(walked, path, make_path, user):
    other = make_path(steps=(1,), title="Ander pad")

    def standing(language: str) -> tuple[int, int]:
        found = own_standing(user, walked.pk, language)
        return found.done, found.total

    @settings(quick, max_examples=20 if IS_THOROUGH else 8)
    @given(edits)
    def holds(happened):
        with transaction.atomic():
            editor = PageEditor(path, other)
            for what, place in happened:
                editor.edit(what, place)
                assert rows() == before
                assert standing("nl") == standing("en") == counted
            editor.republish()
            assert rows() == before
            assert standing("nl") == standing("en") == counted
            transaction.set_rollback(True)

    before, counted = rows(), standing("nl")
    assert counted == (2, 3)
    holds()
