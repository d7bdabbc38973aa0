"""What the question desk tells: its members, and who asked."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register

from .models import Question
from .question_querysets import may_answer


def _asked(payload: dict, recipient) -> Content | None:
    question = Question.objects.filter(pk=payload["question"]).first()
    if question is None or not question.is_open or not may_answer(recipient):
        return None
    return Content(
        title=gettext("A colleague has a question for the question desk"),
        url=reverse("questions:detail", args=[question.pk]),
        text=question.text,
        action=gettext("Answer the question"),
        # A question is its asker's and the desk's: its words stay out of mail.
        closed=True,
    )


def _answered(payload: dict, recipient) -> Content | None:
    question = Question.objects.filter(pk=payload["question"], asker=recipient).first()
    if question is None or not question.is_answered:
        return None
    return Content(
        title=gettext("Your question to the question desk is answered"),
        url=reverse("questions:detail", args=[question.pk]),
        text=question.answer,
        action=gettext("Read the answer"),
        closed=True,
    )


register(Kind("question.asked", _("Somebody asks the question desk something"), _asked, asks=True, concerns=may_answer))
register(Kind("question.answered", _("Your question to the question desk is answered"), _answered))
