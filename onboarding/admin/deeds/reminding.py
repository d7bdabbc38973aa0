"""A reminder of what is late, by hand."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.clock import today_for

from ...models import Enrolment
from ...services import NotYoursToDo, StepLocked, StepNotOnPath
from ...services.nudging import NothingToNudge, NudgedBefore, nudge
from ..deed import Deed, add_deed
from ..previewed import Refusal
from .dates import is_running


def remind(enrolment: Enrolment, form, actor) -> int:
    """Whoever has something late is reminded of it; what was said within a day isn't said again. Returns how many steps.

    Refused where there is nothing to remind of.
    """
    rows = enrolment.progress.open().filter(due_on__lt=today_for(enrolment.user), submitted_at=None).order_by("due_on")
    reminded = 0
    for key in rows.values_list("step_key", flat=True):
        try:
            nudge(enrolment=enrolment, step_key=key, actor=actor)
        except (NudgedBefore, NothingToNudge, NotYoursToDo, StepLocked, StepNotOnPath):
            continue
        reminded += 1
    if not reminded:
        raise Refusal(_("Nothing is late, or they were reminded within the last day."))
    return reminded


add_deed(
    Deed(
        slug="remind",
        label=gettext_lazy("Remind of what is late"),
        do=remind,
        done=gettext_lazy("Reminded."),
        intro=gettext_lazy(
            "Whoever does a step that is late gets a message with your name. Once a day at most for a step."
        ),
        applies=is_running,
        with_many=True,
    )
)
