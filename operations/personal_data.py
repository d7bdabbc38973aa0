"""What of the record of permissions and exports is somebody's own, for them to take along."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from .audit.models import AuditEntry


def collect(person) -> list[dict]:
    """What they changed in who may do what, and took along; not about whom. One query."""
    rows = AuditEntry.objects.filter(actor=person).order_by("pk")
    return [{"what": str(row.get_action_display()), "at": row.at} for row in rows]


register(
    Part("audit", _("Permissions you changed and data you took along"), collect, {"what": _("what"), "at": _("when")})
)
