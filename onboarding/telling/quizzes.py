"""What is told about quizzes: that one is broken, that attempts are used up, that there are new ones."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register

from ..models import StepPage, StepProgress
from ..quizzes import counting, questions_of
from ..reading_outlines import path_outline
from ..step_pages import held_step, shown_step


def _row(payload: dict) -> StepProgress | None:
    rows = StepProgress.objects.select_related("enrolment__user", "enrolment__user__manager")
    return rows.filter(pk=payload["progress"], enrolment__ended_on=None).first()


def _step(row: StepProgress):
    outline = path_outline(row.enrolment.user, row.enrolment.path_key, get_language() or settings.LANGUAGE_CODE)
    return held_step(row.enrolment, outline, row.step_key)


def _to_newcomer(title: str):
    """Words for the person whose quiz it is; nothing once the step is off their path."""

    def resolve(payload: dict, recipient) -> Content | None:
        row = _row(payload)
        step = _step(row) if row and row.enrolment.user_id == recipient.pk else None
        if step is None:
            return None
        return Content(title=_(title) % {"step": step.title}, url=step.url, action=_("Open the step"))

    return resolve


def _used_up(payload: dict, recipient) -> Content | None:
    row = _row(payload)
    if row is None or row.completed_at is not None or row.attempt != payload.get("attempt", row.attempt):
        return None
    shown = shown_step(row.enrolment, row.step_key, get_language() or settings.LANGUAGE_CODE)
    if shown is None:
        return None
    return Content(
        title=_("%(name)s has used all attempts at the quiz “%(step)s”")
        % {"name": row.enrolment.user.get_full_name(), "step": shown[1].title},
        url=reverse("onboarding:quiz_attempts", args=[row.enrolment_id, row.step_key]),
        action=_("Let them try again"),
    )


def _fault(payload: dict, recipient) -> Content | None:
    """Nothing once the page that is published has no such question any more."""
    pages = StepPage.objects.filter(translation_key=UUID(payload["step"]), live=True, alias_of=None)
    for page in pages.visible_to(recipient):
        questions = questions_of(page)
        if len(counting(questions)) < len(questions) or not questions:
            return Content(
                title=_("A question in the quiz “%(step)s” has no right answer") % {"step": page.title},
                url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
                text=_("People who take the quiz are not held up by it. The question counts for nobody."),
                action=_("Mend the quiz"),
            )
    return None


def _edits(user) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


register(
    Kind("onboarding.quiz_fault", gettext_lazy("A quiz has a mistake"), _fault, daily=True, asks=True, concerns=_edits)
)
register(
    Kind(
        "onboarding.quiz_used_up",
        gettext_lazy("A newcomer has used all attempts at a quiz"),
        _used_up,
        daily=True,
        asks=True,
    )
)
register(
    Kind(
        "onboarding.new_attempts",
        gettext_lazy("You can take a quiz again"),
        _to_newcomer(gettext_lazy("You can take the quiz “%(step)s” again")),
        daily=True,
    )
)
register(
    Kind(
        "onboarding.quiz_rescored",
        gettext_lazy("A quiz was counted again"),
        _to_newcomer(gettext_lazy("An answer in the quiz “%(step)s” was mended: you passed")),
        daily=True,
    )
)
