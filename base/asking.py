"""Asking for a page one may not read: the question goes to whoever answers for the page."""

import logging
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from .access import is_visible
from .chrome import house_style
from .models import AccessRequest
from .pace import is_within
from .typed import storable

logger = logging.getLogger(__name__)
QUESTIONS_A_DAY = 20
REASON_LENGTH = 500


def may_ask_again(user) -> bool:
    """Counts this question and says whether the person is still below ``QUESTIONS_A_DAY``."""
    return is_within(f"access-questions:{user.pk}:{timezone.localdate()}", QUESTIONS_A_DAY, 60 * 60 * 25)


@transaction.atomic
def ask_for_access(*, user, page: Page, reason: str = "") -> AccessRequest:
    """Note that ``user`` asks for ``page`` and mail whoever answers for it.

    Asked again on the same day it changes nothing, unless the mail failed: then it is sent once more. The outcome on
    what is returned is final as soon as the transaction is through.
    """
    question, created = AccessRequest.objects.get_or_create(
        user=user,
        page_key=page.translation_key,
        day=timezone.localdate(),
        defaults={"reason": storable(reason).strip()[:REASON_LENGTH]},
    )
    if created or question.outcome == AccessRequest.Outcome.FAILED:
        transaction.on_commit(lambda: send_question(question, page), robust=True)
    return question


def send_question(question: AccessRequest, page: Page) -> None:
    """Mail the question and keep the outcome; a mail server that is down is logged, never raised."""
    question.outcome = AccessRequest.Outcome.FAILED
    try:
        if _mail(question, page).send():
            question.outcome = AccessRequest.Outcome.SENT
    except OSError:  # smtplib's errors are OSErrors too
        logger.exception("The question for access to page %s could not be mailed.", page.pk)
    finally:
        question.save(update_fields=["outcome"])


def _mail(question: AccessRequest, page: Page) -> EmailMessage:
    receiver = who_answers_for(page)
    email = receiver.email if receiver else house_style().contact_email
    if not email:
        logger.error("Nobody answers for page %s and the house style has no contact.", page.pk)
    asker = question.user
    with override(getattr(receiver, "locale", "") or settings.LANGUAGE_CODE):
        context = {
            "receiver": receiver,
            "asker": asker,
            "reason": question.reason,
            # Whoever may not read the page themselves isn't told its title either.
            "title": page.title if receiver else "",
            "url": urljoin(settings.WAGTAILADMIN_BASE_URL, page.get_url() or ""),
            "admin_url": urljoin(settings.WAGTAILADMIN_BASE_URL, f"/admin/pages/{page.pk}/edit/"),
        }
        return EmailMessage(
            subject=_("%(name)s asks for access to a page") % {"name": " ".join(asker.get_full_name().split())},
            body=render_to_string("base/mail/access_asked.txt", context),
            to=[email] if email else [],
            reply_to=[asker.email],
        )


def who_answers_for(page: Page):
    """The person to ask about ``page``: its owner or that of the nearest page above, still here and able to read it.

    A page type says who by an attribute ``owner_colleague``; others have who made them. None where there is nobody.
    """
    for candidate in page.get_ancestors(inclusive=True).order_by("-depth").specific():
        for person in (getattr(candidate, "owner_colleague", None), candidate.owner):
            if person is not None and person.is_active and person.email and is_visible(page, person):
                return person
    return None
