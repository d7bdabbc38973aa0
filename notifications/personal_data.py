"""What the portal told somebody, and how they want to be told."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from .kinds import CADENCES, all_kinds
from .models import Message, Preference, QuietHours

LABELS = {
    "messages": _("messages"),
    "what": _("what"),
    "at": _("when"),
    "seen_at": _("seen on"),
    "mail": _("mail"),
    "mail_at": _("mail: last change"),
    "choices": _("how you want to be told"),
    "how_often": _("how often"),
    "quiet_hours": _("quiet hours"),
    **{field.name: field.verbose_name for field in QuietHours._meta.fields},
}


def collect(person) -> dict:
    """Each message with its kind and what became of its mail; what it said is worked out anew each time, so isn't kept."""
    labels = {kind.name: kind.label for kind in all_kinds()}
    cadences = dict(CADENCES)
    hours = QuietHours.objects.filter(user=person).first()
    return {
        "messages": [
            {
                "what": str(labels.get(row.kind, row.kind)),
                "at": row.created_at,
                "seen_at": row.seen_at,
                "mail": row.get_mail_display(),
                "mail_at": row.mail_at,
            }
            for row in Message.objects.filter(recipient=person).order_by("pk")
        ],
        "choices": [
            {"what": str(labels.get(row.kind, row.kind)), "how_often": str(cadences.get(row.cadence, row.cadence))}
            for row in Preference.objects.filter(user=person).order_by("kind")
        ],
        "quiet_hours": hours
        and {
            **{name: getattr(hours, name) for name in ("starts", "ends", "weekends", "digest_at")},
            "weekly_on": str(hours.get_weekly_on_display()),
        },
    }


register(Part("messages", _("Your messages"), collect, labels=LABELS))
