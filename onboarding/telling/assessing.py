"""What is told about steps to assess oneself: that somebody couldn't."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Content, Kind, register

from ..assessing import is_sound
from ..models import StepPage


def _fault(payload: dict, recipient) -> Content | None:
    """Nothing once everybody can assess themselves by the profile of the step that is published."""
    pages = StepPage.objects.filter(translation_key=UUID(payload["step"]), live=True, alias_of=None)
    for page in pages.visible_to(recipient):
        if page.kind == StepPage.Kind.ASSESS and not is_sound(page.profile_key, recipient):
            return Content(
                title=_("The profile of the step “%(step)s” is not there for everybody") % {"step": page.title},
                url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
                text=_(
                    "Somebody on the path could not assess themselves, because the competency profile is gone, asks nothing "
                    "or is closed to them. They could go on. Choose another profile, or publish this one for everybody."
                ),
                action=_("Mend the step"),
            )
    return None


def _edits(user) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


register(
    Kind(
        "onboarding.profile_fault",
        gettext_lazy("A step has no profile to assess by"),
        _fault,
        daily=True,
        asks=True,
        concerns=_edits,
    )
)
