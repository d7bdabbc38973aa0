"""One person on one path: the enrolment, its pauses, and who walks along."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import EnrolmentQuerySet, HandOverNoteQuerySet, SupporterQuerySet
from ..roles import Who


class Enrolment(models.Model):
    """One person on one path, with their own start date.

    A step is a page on one path, so nobody on several paths has it twice: what is copied gets a key of its own, and what is
    moved to another path or takes the place of another step counts there as done (``services.counting``).

    It is never deleted: who stops gets an ``ended_on``, and may be put on the same path again afterwards, which is its
    next ``cycle``. ``completed_at`` is set when the last step that counts is done. A step that editors add later doesn't
    take it away.
    """

    class Late(models.TextChoices):
        """What happens to steps that were due before somebody was enrolled."""

        SPREAD = "spread", _("spread them over the next working days")
        TODAY = "today", _("let today be day 1")
        SKIP = "skip", _("leave out the steps before the start, spread the others")

    class Reason(models.TextChoices):
        """Why it ended before the end."""

        STOPPED = "stopped", _("stopped")
        LEFT = "left", _("left the organisation")
        WITHDRAWN = "withdrawn", _("did not start")
        MOVED = "moved", _("went on to another path")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="enrolments"
    )
    # Their own manager as this plan knows it: another ``User.manager`` takes over when HR accepts that (``services.fitting``).
    # Empty where there was none: the first one they get hands nothing over from anybody, and has the role at once.
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    path_key = models.UUIDField(_("path"), help_text=_("translation_key of the path."))
    start_date = models.DateField(_("start date"), help_text=_("Day 1 is the first working day from this date on."))
    # The first working day on or after start_date (or the day of enrolment, see Late.TODAY), by the person's calendar.
    day_one = models.DateField(_("day 1"), null=True, blank=True, editable=False)
    probation_end = models.DateField(_("end of the probation period"), null=True, blank=True)
    cohort = models.CharField(
        _("cohort"),
        max_length=60,
        blank=True,
        help_text=_("The group that starts together, for example “Autumn 2026”."),
    )
    cycle = models.PositiveSmallIntegerField(_("time on this path"), default=1, editable=False)
    late = models.CharField(_("what was due already"), max_length=8, choices=Late.choices, default=Late.SPREAD)
    spread_days = models.PositiveSmallIntegerField(
        _("over so many working days"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # Empty for rows from before there were plans: everything on the path counts for them until the job made one.
    planned_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)
    ended_on = models.DateField(
        _("ended on"),
        null=True,
        blank=True,
        help_text=_("For who stops before the end. What was done is kept, and can still be read by its owner."),
    )
    end_reason = models.CharField(_("why"), max_length=10, choices=Reason.choices, blank=True)
    # Set by the retention job; see onboarding.services.retention.
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)
    on_legal_hold = models.BooleanField(
        _("keep everything"), default=False, help_text=_("The retention job passes over it until this is taken away.")
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-start_date", "-pk"]
        permissions = [("read_figures", _("Can read the figures of onboarding"))]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path_key"],
                condition=models.Q(ended_on__isnull=True),
                name="onboarding_enrolment_one_running_per_path",
                violation_error_message=_("This colleague is already on this path."),
            )
        ]
        indexes = [
            models.Index(fields=["path_key", "start_date"], name="onboarding_enrolment_overview"),
            models.Index(fields=["ended_on", "completed_at"], name="onboarding_enrolment_running"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.start_date})"

    @property
    def own_manager(self):
        """Who follows this as the person's own manager; None for nobody."""
        return self.manager if self.manager_id else self.user.manager

    @property
    def own_manager_id(self) -> int | None:
        """The same by id; no query where the user is fetched."""
        return self.manager_id or self.user.manager_id

    @property
    def first_day(self):
        """Day 1 as it was worked out, or the start date where nothing was planned yet."""
        return self.day_one or self.start_date


class Pause(models.Model):
    """Some time in which nothing is due: dates only, never a reason. ``ends_on`` is the first day back; None: running."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField(_("away from"))
    ends_on = models.DateField(_("back on"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="onboarding_pause_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(ends_on__isnull=True), name="onboarding_pause_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.starts_on}–{self.ends_on or ''}"


class Supporter(models.Model):
    """A colleague who walks along on one enrolment; without a row, the manager is the person's own (``User.manager``).

    Several may have a role; mails about what the role does go to the lead. Outside the dates one is a stranger: ``starts_on``
    is the first day and ``ends_on`` the last one, each of them open where there is none.

    A stand-in (``stands_in_for``) has a row of its own: between their two dates they see and do what that supporter does, who
    keeps the role meanwhile.
    """

    class Role(models.TextChoices):
        BUDDY = Who.BUDDY.value, _("Buddy")
        MANAGER = Who.MANAGER.value, _("Manager")
        MENTOR = Who.MENTOR.value, _("Mentor")
        HR = Who.HR.value, _("HR contact")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="supporters")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="supports"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.BUDDY)
    is_lead = models.BooleanField(_("lead"), default=False)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until and including"), null=True, blank=True)
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("stands in for"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )

    objects = SupporterQuerySet.as_manager()

    class Meta:
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "colleague", "role"],
                condition=models.Q(stands_in_for__isnull=True),
                name="onboarding_supporter_once_per_role",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "role", "stands_in_for", "starts_on"],
                condition=models.Q(stands_in_for__isnull=False),
                name="onboarding_supporter_one_stand_in_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(stands_in_for__isnull=True)
                | (
                    models.Q(starts_on__isnull=False, ends_on__isnull=False, is_lead=False)
                    & ~models.Q(stands_in_for=models.F("colleague"))
                ),
                name="onboarding_supporter_stand_in_for_another_and_a_while",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "role"],
                condition=models.Q(is_lead=True),
                name="onboarding_supporter_one_lead_per_role",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="onboarding_supporter_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colleague} ({self.get_role_display()})"

    @property
    def place(self) -> tuple[bool, int]:
        """Where it comes among those of its role: the lead first, then who was named first."""
        return not self.is_lead, self.pk

    def walks_on(self, day: date) -> bool:
        """Whether it holds on this day."""
        return (self.starts_on is None or self.starts_on <= day) and not self.is_over_on(day)

    def is_over_on(self, day: date) -> bool:
        """Whether it ended before this day."""
        return self.ends_on is not None and self.ends_on < day


class HandOverNote(models.Model):
    """What whoever hands a role over writes to who takes it; who reads it, ``HandOverNoteQuerySet.seen_by`` says."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="hand_over_notes")
    role = models.CharField(_("role"), max_length=10, choices=Supporter.Role.choices)
    text = models.TextField(_("note"))
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    objects = HandOverNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note at a hand-over")
        verbose_name_plural = _("notes at a hand-over")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.role} {self.written_at:%Y-%m-%d}"
