"""Questions about a step: asking, answering, passing on what nobody answered, settling what was wrong in a text."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from base.typed import storable
from guidelines.models import ChapterPage, ManualPage
from guidelines.reading import governance_of
from notifications.services import notify
from people.calendar import WorkCalendar, calendar_of_week
from people.models import User

from ..models import Enrolment, HelpRequest, StepPage
from ..reading_outlines import path_outline
from ..roles import Who
from ..step_pages import held_step
from ..waiting import forget_waiting
from ..walking_along import first_in_role
from .doing import EnrolmentEnded, StepNotOnPath

ANSWER_DAYS = 2


@transaction.atomic
def ask_question(*, enrolment: Enrolment, step_key: UUID, about: str, text: str, language: str) -> HelpRequest:
    """Ask something about a step; the same words again, unanswered, change nothing.

    It goes to the buddy (or mentor, manager, HR), or to whoever answers for the text. ValueError without words; raises
    ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    text = storable(text).strip()
    if not text:
        raise ValueError("A question has words.")
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user__manager").get(pk=enrolment.pk)
    if enrolment.ended_on is not None:
        raise EnrolmentEnded(enrolment)
    outline = path_outline(enrolment.user, enrolment.path_key, language)
    if held_step(enrolment, outline, step_key) is None:
        raise StepNotOnPath(step_key)
    asked = HelpRequest.objects.unanswered().filter(enrolment=enrolment, step_key=step_key, text=text).first()
    if asked is not None:
        return asked
    owner = owner_of_text(outline.step(step_key)) if about == HelpRequest.About.CONTENT else None
    if owner is not None and owner.pk == enrolment.user_id:
        owner = None
    question = HelpRequest.objects.create(
        enrolment=enrolment,
        step_key=step_key,
        about=about,
        text=text,
        recipient=owner or first_in_role(enrolment, [Who.BUDDY, Who.MENTOR, Who.MANAGER, Who.HR]),
    )
    if question.recipient is not None:
        _tell(question, question.recipient, "onboarding.question")
    return question


def owner_of_text(step) -> User | None:
    """Who answers for the page to read, else for the step: None where nobody who works here does."""
    for model in (ManualPage, ChapterPage) if step.reads_key else ():
        page = model.objects.live().filter(translation_key=step.reads_key).with_owner().first()
        if page is not None:
            above = [
                *ManualPage.objects.governing(page.path).exclude(pk=page.pk),
                *ChapterPage.objects.governing(page.path).exclude(pk=page.pk),
            ]
            owner = governance_of(page, above).owner
            if owner is not None:
                return owner
    page = StepPage.objects.select_related("owner").filter(pk=step.page_id).only("owner").first()
    return page.owner if page and page.owner and page.owner.is_active else None


@transaction.atomic
def answer_question(*, question: HelpRequest, actor: User, text: str) -> bool:
    """Answer it; answered before, nothing changes (False). ValueError without words.

    Who may answer is for the caller to check, see ``HelpRequestQuerySet.answered_by``.
    """
    text = storable(text).strip()
    if not text:
        raise ValueError("An answer has words.")
    question = HelpRequest.objects.select_for_update(of=("self",)).select_related("enrolment__user").get(pk=question.pk)
    if question.answered_at is not None:
        return False
    question.answer, question.answered_at, question.answered_by = text, timezone.now(), actor
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    transaction.on_commit(lambda: forget_waiting(actor.pk))
    _tell(question, question.enrolment.user, "onboarding.answer")
    return True


@transaction.atomic
def settle_question(*, question: HelpRequest) -> bool:
    """An editor looked at the text; settled before, nothing changes (False)."""
    changed = HelpRequest.objects.filter(pk=question.pk, settled_at=None).update(settled_at=timezone.now())
    return bool(changed)


def pass_on_questions(now: datetime) -> int:
    """What nobody answered for two working days goes to the manager as well; who got it first keeps it."""
    passed_on = 0
    # One for each week that people work, or the closing days would be asked for each question.
    calendars: dict[tuple[int, ...], WorkCalendar] = {}
    rows = HelpRequest.objects.unanswered().filter(
        passed_on_at=None, asked_at__lte=now - timedelta(days=ANSWER_DAYS), enrolment__ended_on=None
    )
    for question in rows.select_related("recipient", "enrolment__user__manager").order_by("pk").iterator():
        week = tuple((question.recipient or question.enrolment.user).working_days or ())
        if week not in calendars:
            calendars[week] = calendar_of_week(week)
        if answer_by(question, calendars[week]) <= now:
            passed_on += _pass_on(question, now)
    return passed_on


def answer_by(question: HelpRequest, calendar: WorkCalendar) -> datetime:
    """Until when an answer is in time: two working days of whoever got it after it was asked, at the same hour."""
    asked = timezone.localtime(question.asked_at)
    day = calendar.add_working_days(asked.date(), ANSWER_DAYS)
    return asked + (day - asked.date())


@transaction.atomic
def _pass_on(question: HelpRequest, now: datetime) -> bool:
    manager = first_in_role(question.enrolment, [Who.MANAGER, Who.HR], besides=(question.recipient_id,))
    # Also where there is nobody: it isn't asked again each round.
    if not HelpRequest.objects.filter(pk=question.pk, passed_on_at=None, answered_at=None).update(
        passed_on_at=now, passed_on_to=manager
    ):
        return False
    if manager is not None:
        _tell(question, manager, "onboarding.question_late")
    return True


def _tell(question: HelpRequest, recipient: User, kind: str) -> None:
    notify(recipient=recipient, kind=kind, key=str(question.pk), payload={"question": question.pk})
