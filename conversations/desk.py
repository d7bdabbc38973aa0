"""Who is at the desk, and its writes: asking, answering, publishing, closing."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from notifications.services import Telling, notify, notify_many

from .models import Question
from .question_querysets import ANSWER, may_answer


class AlreadySettledError(Exception):
    """A colleague answered or changed it meanwhile; ``question`` is as it is now."""

    def __init__(self, question: Question):
        super().__init__(question.pk)
        self.question = question


def desk_members():
    """Everybody who answers questions, with their quiet hours; administrators where no role does."""
    app_label, codename = ANSWER.split(".")
    able = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    people = get_user_model().objects.active().select_related("quiet_hours")
    members = people.filter(Q(groups__permissions__in=able) | Q(user_permissions__in=able)).distinct()
    return members if members.exists() else people.filter(is_superuser=True)


def find_asked(*, asker, key: UUID) -> Question | None:
    """What ``asker`` sent with this form before, if they did."""
    return Question.objects.filter(key=key, asker=asker).first()


@transaction.atomic
def ask_question(*, asker, text: str, language: str, about: Page | None = None, key: UUID) -> Question:
    """Give a question to the desk, which is told; the same ``key`` again changes nothing and returns the first.

    ``about`` is a page that the asker may see. Raises ValueError for no words or a key that is another's.
    """
    if not text.strip():
        raise ValueError("A question needs words.")
    question, created = Question.objects.get_or_create(
        key=key,
        defaults={
            "asker": asker,
            "text": text.strip(),
            "language": language,
            "about_key": about.translation_key if about else None,
        },
    )
    if question.asker_id != asker.pk:
        raise ValueError("This form was another's.")
    if created:
        tellings = [
            Telling(member, f"question-{question.pk}", {"question": question.pk})
            for member in desk_members()
            if member.pk != asker.pk
        ]
        notify_many(kind="question.asked", tellings=tellings)
    return question


@transaction.atomic
def answer_question(
    *, question: Question, by, answer: str, is_public: bool = False, public_text: str = "", seen: str = ""
) -> Question:
    """Answer it, or mend the answer there is, and say whether everybody reads it (``public_text``: in which words).

    ``seen`` is ``version_of`` the question that the answer was written to. Raises PermissionDenied for who isn't of the
    desk, AlreadySettledError where it was changed since, ValueError for no words.
    """
    if not may_answer(by):
        raise PermissionDenied
    if not answer.strip():
        raise ValueError("An answer needs words.")
    question = _locked(question)
    if version_of(question) != seen:
        raise AlreadySettledError(question)
    is_new = not question.is_answered
    question.status, question.answer = Question.Status.ANSWERED, answer.strip()
    question.answered_by, question.answered_at = by, timezone.now()
    question.is_public = is_public
    question.public_text = (public_text.strip() or question.text) if is_public else ""
    question.save()
    if is_new and question.asker and question.asker_id != by.pk:
        notify(
            recipient=question.asker,
            kind="question.answered",
            key=f"question-{question.pk}",
            payload={"question": question.pk},
        )
    return question


@transaction.atomic
def close_question(*, question: Question, by) -> Question:
    """Close an open question without an answer: by its asker, who doesn't need it any more, or by the desk.

    Closed before changes nothing. Raises PermissionDenied, and AlreadySettledError for one that was answered.
    """
    if question.asker_id != by.pk and not may_answer(by):
        raise PermissionDenied
    question = _locked(question)
    if question.is_answered:
        raise AlreadySettledError(question)
    if question.is_open:
        question.status = Question.Status.CLOSED
        question.save()
    return question


def version_of(question: Question) -> str:
    """Changes with each answer; a form holds it to say what it was written to."""
    return question.answered_at.isoformat() if question.answered_at else ""


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).select_related("asker").get(pk=question.pk)
