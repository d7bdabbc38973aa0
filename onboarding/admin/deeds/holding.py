"""Keeping everything of one enrolment, whatever the retention periods say."""

from django.utils.translation import gettext_lazy

from ...services.retention import set_legal_hold
from ..deed import Deed, add_deed

add_deed(
    Deed(
        slug="hold",
        label=gettext_lazy("Keep everything"),
        do=lambda enrolment, form, actor: set_legal_hold(enrolment=enrolment, is_held=True, actor=actor),
        done=gettext_lazy("Everything is kept until you take this away."),
        intro=gettext_lazy(
            "For a dispute or an inquiry: nothing of this enrolment is thrown away when its time is up, until this is "
            "taken away."
        ),
        applies=lambda enrolment: not enrolment.on_legal_hold,
    )
)
add_deed(
    Deed(
        slug="release",
        label=gettext_lazy("No longer keep everything"),
        do=lambda enrolment, form, actor: set_legal_hold(enrolment=enrolment, is_held=False, actor=actor),
        done=gettext_lazy("The usual periods hold again."),
        intro=gettext_lazy("What is older than the confirmed retention periods allow goes in the coming night."),
        applies=lambda enrolment: enrolment.on_legal_hold,
    )
)
