"""What is told about questions: that there is one, that it waits too long, that there is an answer."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Kind, register

from ..models import HelpRequest


def _question(payload: dict) -> HelpRequest | None:
    return HelpRequest.objects.select_related("enrolment__user", "answered_by").filter(pk=payload["question"]).first()


def _for_answering(title):
    """Words for who may answer; nothing once somebody did. The question itself isn't in a mail."""

    def resolve(payload: dict, recipient) -> Content | None:
        question = _question(payload)
        if question is None or question.answered_at or question.enrolment.ended_on:
            return None
        if recipient.pk not in (question.recipient_id, question.passed_on_to_id):
            return None
        return Content(
            title=_(title) % {"name": question.enrolment.user.get_full_name()},
            url=reverse("onboarding:question", args=[question.pk]),
            action=_("Answer it"),
        )

    return resolve


def _answered(payload: dict, recipient) -> Content | None:
    question = _question(payload)
    if question is None or not question.answered_at or question.enrolment.user_id != recipient.pk:
        return None
    name = question.answered_by.get_full_name() if question.answered_by else _("A colleague")
    return Content(
        title=_("%(name)s answered your question") % {"name": name},
        url=reverse("onboarding:question", args=[question.pk]),
        action=_("Read the answer"),
    )


register(
    Kind(
        "onboarding.question",
        gettext_lazy("A newcomer asks you something"),
        _for_answering(gettext_lazy("%(name)s has a question for you")),
        daily=True,
        asks=True,
    )
)
register(
    Kind(
        "onboarding.question_late",
        gettext_lazy("A newcomer's question waits too long"),
        _for_answering(gettext_lazy("A question of %(name)s has waited for two working days")),
        daily=True,
        asks=True,
    )
)
register(Kind("onboarding.answer", gettext_lazy("Your question was answered"), _answered, daily=True))
