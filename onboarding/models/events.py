"""What happened, kept for the record."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import OnboardingEventQuerySet
from .enrolments import Enrolment


class OnboardingEvent(models.Model):
    """Something that happened to an enrolment or a path; written once, never changed.

    ``data`` holds old and new values as plain JSON (``{"old": ..., "new": ...}`` where something was set), never what
    somebody answered. The retention job puts a random ``pseudonym`` in the place of the person.
    """

    class Kind(models.TextChoices):
        ENROLLED = "enrolled", _("put on the path")
        SUBMITTED = "submitted", _("handed in")
        DONE = "done", _("completed a step")
        REOPENED = "reopened", _("opened again")
        WAIVED = "waived", _("waived")
        UNWAIVED = "unwaived", _("no longer waived")
        RESCHEDULED = "rescheduled", _("dates changed")
        START_MOVED = "start_moved", _("start date changed")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        ROLE_CHANGED = "role_changed", _("somebody else walks along")
        STOOD_IN = "stood_in", _("somebody stands in")
        CHANGED = "changed", _("change of the path applied")
        DECLINED = "declined", _("change of the path declined")
        FINISHED = "finished", _("finished the path")
        ENDED = "ended", _("ended")
        REMINDED = "reminded", _("reminded")
        NUDGED = "nudged", _("nudged")
        ESCALATED = "escalated", _("told the manager")
        MAILED = "mailed", _("mail sent")
        MAIL_FAILED = "mail_failed", _("mail not delivered")
        MAIL_AGAIN = "mail_again", _("mail tried again")
        NOT_MAILED = "not_mailed", _("no mail sent")
        LEFT_TO_HR = "left_to_hr", _("told HR that it waits to be signed off")
        LOOKED = "looked", _("looked at answers")
        RESCORED = "rescored", _("quiz counted again")
        INVITED = "invited", _("invited before the start")
        HANDED_OVER = "handed_over", _("got a work account")
        WITHDRAWN = "withdrawn", _("does not come")
        EXPORTED = "exported", _("exported")
        ANONYMISED = "anonymised", _("made anonymous")
        HELD = "held", _("kept whatever its age")
        RELEASED = "released", _("no longer kept whatever its age")

    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    path_key = models.UUIDField(null=True, blank=True)
    step_key = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    data = models.JSONField(default=dict, blank=True)
    revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    pseudonym = models.CharField(max_length=32, blank=True)

    objects = OnboardingEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["enrolment", "-at"], name="onboarding_event_person"),
            models.Index(fields=["path_key", "-at"], name="onboarding_event_path"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
