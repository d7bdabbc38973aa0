"""The person and the account are one model: whoever signs in is a colleague."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from base.models.photo_field import PhotoField

from ..querysets import TeamQuerySet, UserManager

WEEKDAYS = [0, 1, 2, 3, 4]


def default_working_days() -> list[int]:
    """Monday to Friday, as ``datetime.weekday()`` numbers them."""
    return list(WEEKDAYS)


class Team(models.Model):
    """A team in the organisation's tree; people lead it together or alone."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    leads = models.ManyToManyField("people.User", verbose_name=_("leads"), blank=True, related_name="leads_teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="people_team_name_unique"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="people_team_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self):
        """A team can't be part of itself, nor of a team below it."""
        above, seen = self.parent, set()
        while above is not None and above.pk not in seen:
            if self.pk and above.pk == self.pk:
                raise ValidationError({"parent": _("A team can't be part of itself or of a team below it.")})
            seen.add(above.pk)
            above = above.parent


class Location(models.Model):
    """Where people work: an office, a plant."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="people_location_name_unique",
                violation_error_message=_("There is a location of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ClosingDays(models.Model):
    """Days on which the whole organisation is closed, from the first up to and including the last."""

    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("closing days")
        verbose_name_plural = _("closing days")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="people_closing_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self):
        """The last day is not before the first."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("These days end before they begin.")})


class User(AbstractBaseUser, PermissionsMixin):
    """A colleague. Signs in by e-mail address; leaving deactivates, never deletes."""

    class Theme(models.TextChoices):
        DEVICE = "", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class ContractType(models.TextChoices):
        """What somebody is here; for whom a path or step is may depend on it."""

        PERMANENT = "permanent", _("permanent contract")
        FIXED_TERM = "fixed_term", _("fixed-term contract")
        ON_CALL = "on_call", _("on-call contract")
        AGENCY = "agency", _("agency or secondment")
        FREELANCE = "freelance", _("self-employed")
        INTERN = "intern", _("internship")

    # In addresses of colleagues: says nothing, and can't be counted through.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    staff_number = models.CharField(_("staff number"), max_length=40, null=True, blank=True, unique=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    job_title_en = models.CharField(_("job title in English"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    photo = PhotoField(_("photo"), upload_to="people/", blank=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="colleagues",
    )
    contract_type = models.CharField(_("contract"), max_length=12, choices=ContractType.choices, blank=True)
    manager = models.ForeignKey(
        "self", verbose_name=_("manager"), null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    locale = models.CharField(
        _("language"), max_length=8, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Amsterdam")
    working_days = models.JSONField(_("working days"), default=default_working_days)
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"), default=36, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    theme = models.CharField(_("light or dark"), max_length=5, choices=Theme.choices, default=Theme.DEVICE, blank=True)
    start_date = models.DateField(_("first day"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True)
    is_preboarder = models.BooleanField(
        _("before the start"),
        default=False,
        editable=False,
        help_text=_(
            "Came in by an invitation and has no work account yet: sees the first steps of their path, no more."
        ),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("account made on"), default=timezone.now)
    forgotten_at = models.DateTimeField(
        _("forgotten on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("On their own request; see people.forgetting."),
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")
        ordering = ["first_name", "last_name"]
        permissions = [("read_colleagues", _("Can read who works here"))]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_unique"),
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True)
                | models.Q(start_date__isnull=True)
                | models.Q(end_date__gte=models.F("start_date")),
                name="people_user_leaves_after_starting",
            ),
            models.CheckConstraint(
                condition=models.Q(forgotten_at__isnull=True) | models.Q(is_active=False),
                name="people_user_forgotten_stays_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """First and last name, or the e-mail address where neither is filled in; nobody's name once forgotten."""
        if self.forgotten_at is not None:
            return gettext("Former colleague")
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """The name to greet with."""
        return self.first_name or self.get_full_name()

    @property
    def initials(self) -> str:
        """One or two letters for the avatar of somebody without a photo; a dash for who was forgotten."""
        if self.forgotten_at is not None:
            return "–"
        letters = [name[0] for name in (self.first_name, self.last_name.split(" ")[-1]) if name]
        return "".join(letters).upper() or self.email[0].upper()

    @property
    def is_staff(self) -> bool:
        """Django asks for it; access to Wagtail's admin is the ``access_admin`` permission, not this."""
        return self.is_superuser
