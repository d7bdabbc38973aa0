"""Questions to the desk: what isn't written down anywhere, or not to be found."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..question_querysets import QuestionQuerySet

QUESTION_LENGTH = 1000
ANSWER_LENGTH = 4000


class Question(models.Model):
    """A colleague's question to the desk. Theirs and the desk's alone, unless its answer is published, without their name."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed without an answer")

    # Made with the form, so that sending it twice asks once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Who is forgotten leaves a published question behind, which has no name on it anyway.
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="questions")
    text = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    about_key = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    answer = models.CharField(_("answer"), max_length=ANSWER_LENGTH, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers_given"
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    is_public = models.BooleanField(default=False)
    # As everybody reads it: the desk takes out what is about the asker.
    public_text = models.CharField(_("question, as everybody reads it"), max_length=QUESTION_LENGTH, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        permissions = [("answer_questions", "Can answer questions of colleagues")]
        indexes = [
            models.Index(fields=["status", "created_at"], name="conversations_question_status"),
            models.Index(fields=["is_public", "answered_at"], name="conversations_question_public"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="conversations_question_has_words"),
            models.CheckConstraint(
                condition=Q(status="answered", answered_at__isnull=False) & ~Q(answer="")
                | ~Q(status="answered") & Q(answered_at__isnull=True, answer=""),
                name="conversations_question_answered_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(status="answered") & ~Q(public_text=""),
                name="conversations_question_public_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.public_text or self.text

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.status == self.Status.OPEN

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.status == self.Status.ANSWERED
