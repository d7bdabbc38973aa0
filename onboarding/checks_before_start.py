"""What a step before the start may show and ask: only pages that are open then, and no more of somebody than is needed.

Asked as ``checks`` is, which is about all steps.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from wagtail.models import Page

from .models import PhasePage, StepPage
from .roles import Who

# What belongs in the HR system, as people write it in Dutch and in English; a photo for a pass is none of it.
_HR_SYSTEM = re.compile(
    r"\b(paspoort|identiteits|legitimatie|id[- ]?(kaart|bewijs|card|document)|rijbewijs|bsn\b|burgerservice|iban\b|"
    r"(bank)?rekeningnummer|bank(rekening|gegevens|pas)|passport(?! photo)|identity (card|document)|proof of identity|"
    r"driv(er|ing)['’]?s? licen[cs]e|bank (account|details|card)|account number|social security|citizen service)",
    re.IGNORECASE,
)


def is_before_start(step, last_day_of_phase: int) -> bool:
    """Whether who hasn't started meets the step, or is meant to; ``step`` has the fields of ``StepPage``."""
    return step.visible_before_start or (last_day_of_phase < 0 and step.assignee == Who.NEWCOMER)


def problems_before_start(step, last_day_of_phase: int, closed_page: str = "") -> dict[str, str]:
    """``{field: sentence}``: why this step can't be published where it is.

    ``closed_page``: the title of the page it lets people read, where that isn't open before the start.
    """
    if not is_before_start(step, last_day_of_phase):
        return {}
    problems = {}
    if step.kind == StepPage.Kind.ASSESS and step.visible_before_start:
        problems["visible_before_start"] = _("Before the start nobody can assess themselves yet.")
    if closed_page:
        words = _(
            "“%(page)s” is not visible before the start. Open it in the menu with dots above that page, or choose another."
        )
        problems["reads"] = words % {"page": closed_page}
    for block in _asked(step):
        # An explanation may well say not to send one.
        if _HR_SYSTEM.search(block.value["label"]):
            words = _(
                "“%(field)s”: before the start, never ask for a copy of an identity document or for bank details. Somebody "
                "without an account sends it from a device of their own, and the HR system has a safe place for it."
            )
            problems["form_fields"] = words % {"field": block.value["label"]}
    return problems


def warnings_before_start(step, last_day_of_phase: int) -> list[str]:
    """What may be meant, and deserves a second look."""
    if not is_before_start(step, last_day_of_phase) or not any(b.value["kind"] == "file" for b in _asked(step)):
        return []
    return [
        _(
            "It asks for a file before the start. Ask only what the first day needs, and never a copy of an identity document "
            "or bank details: those belong in the HR system."
        )
    ]


def steps_before_start(steps: Iterable[StepPage]) -> list[StepPage]:
    """Those of these steps that are before the start; one query."""
    steps = list(steps)
    last_days = dict(
        PhasePage.objects.filter(path__in={step.path[: -Page.steplen] for step in steps}).values_list(
            "path", "last_day"
        )
    )
    return [step for step in steps if is_before_start(step, last_days.get(step.path[: -Page.steplen], 1))]


def steps_that_show(key: UUID) -> list[StepPage]:
    """The published steps before the start that let the page with this ``translation_key`` be read."""
    return steps_before_start(StepPage.objects.live().filter(reads_key=key, alias_of=None).order_by("path"))


def _asked(step):
    return step.form_fields or () if step.kind == StepPage.Kind.SUBMIT else ()
