"""What is told about an assessment that is shared. Never a score: those are seen in the portal only."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register

from .models import Sharing


def _find(payload: dict) -> Sharing | None:
    rows = Sharing.objects.active().select_related("assessment__user", "assessor")
    return rows.filter(pk=payload["sharing"]).first()


def _still_open(sharing: Sharing) -> bool:
    return Sharing.objects.open_to(sharing.assessor).filter(pk=sharing.pk).exists()


def _about(title: str | Promise, action: str | Promise, holds: Callable[[Sharing, object], bool]) -> Callable:
    """What to say to one of the two; nothing once it was taken back, or ``holds(sharing, recipient)`` is no longer so."""

    def resolve(payload: dict, recipient) -> Content | None:
        sharing = _find(payload)
        if sharing is None or not _still_open(sharing) or not holds(sharing, recipient):
            return None
        is_person = recipient.pk == sharing.assessment.user_id
        other = sharing.assessor if is_person else sharing.assessment.user
        return Content(
            title=gettext(title) % {"name": other.get_full_name()},
            url=reverse("competencies:sharing", args=[sharing.key]),
            action=gettext(action),
            who=other.get_full_name(),
        )

    return resolve


def _is_assessor(sharing: Sharing, recipient) -> bool:
    return recipient.pk == sharing.assessor_id


def _is_person(sharing: Sharing, recipient) -> bool:
    return recipient.pk == sharing.assessment.user_id


def _is_either(sharing: Sharing, recipient) -> bool:
    return _is_assessor(sharing, recipient) or _is_person(sharing, recipient)


def _waits_for(sharing: Sharing, recipient) -> bool:
    """Whether the other agreed and this one didn't yet."""
    if sharing.agreed_at is not None or not _is_either(sharing, recipient):
        return False
    own, other = sharing.person_agreed_at, sharing.assessor_agreed_at
    if _is_assessor(sharing, recipient):
        own, other = other, own
    return own is None and other is not None


register(
    Kind(
        "competencies.shared",
        _("A colleague asks where you see them"),
        _about(
            _("%(name)s asks where you see them"),
            _("Give your scores"),
            lambda sharing, recipient: _is_assessor(sharing, recipient) and sharing.submitted_at is None,
        ),
        asks=True,
    )
)
register(
    Kind(
        "competencies.scored",
        _("The scores of who you shared where you stand with"),
        _about(
            _("%(name)s has given their scores"),
            _("See both beside each other"),
            lambda sharing, recipient: _is_person(sharing, recipient) and sharing.submitted_at is not None,
        ),
    )
)
register(
    Kind(
        "competencies.proposed",
        _("An outcome that waits for you to agree"),
        _about(_("%(name)s agrees to the outcome: do you?"), _("See the outcome"), _waits_for),
        asks=True,
    )
)
register(
    Kind(
        "competencies.agreed",
        _("An outcome that you both agree to"),
        _about(
            _("You and %(name)s agree to the outcome"),
            _("See the outcome"),
            lambda sharing, recipient: _is_either(sharing, recipient) and sharing.agreed_at is not None,
        ),
    )
)
