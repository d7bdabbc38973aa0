"""The end of an enrolment, going on after it, and starting anew: on the same path or on another one."""

from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ...models import Enrolment, PathPage
from ...periods import full_date
from ...reading import path_titles
from ...reading_outlines import published_outline
from ...services import enrol
from ...services.coming_back import enrol_again
from ...services.counting import EarlierStep, earlier_on_paths, earlier_steps
from ...services.leaving import end_enrolment, may_reopen, reopen_enrolment
from ..deed import Deed, DeedForm, add_deed
from ..forms import NearDateField
from ..previewed import Refusal
from .refusing import in_words


class EndForm(DeedForm):
    """When and why."""

    on = NearDateField(label=gettext_lazy("Ended on"), initial=timezone.localdate)
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=Enrolment.Reason.choices)


class GoOnForm(DeedForm):
    """From when."""

    on = NearDateField(label=gettext_lazy("From"), initial=timezone.localdate)


def what_counts() -> forms.TypedMultipleChoiceField:
    """What of before needn't be done again; the form fills in the choices."""
    return forms.TypedMultipleChoiceField(
        label=gettext_lazy("What counts as done"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "What was done before and is recent enough is ticked. Untick what has to be done again."
        ),
    )


def choice_of(step: EarlierStep) -> tuple[str, str]:
    """One of these choices: the step, and when it was done."""
    words = {"step": step.title, "date": full_date(step.done_on)}
    return str(step.key), _("%(step)s (done on %(date)s)") % words


class AgainForm(DeedForm):
    """A new start on the same path, and what needn't be done again."""

    start_date = NearDateField(label=gettext_lazy("Start date"), initial=timezone.localdate)
    counts = what_counts()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        enrolment = self.enrolments[0]
        earlier = earlier_steps(
            user=enrolment.user, path_key=enrolment.path_key, start_date=timezone.localdate(), live_only=False
        )
        self.fields["counts"].choices = [choice_of(step) for step in earlier]
        self.initial.setdefault("counts", [str(step.key) for step in earlier if step.is_valid])


class OntoForm(DeedForm):
    """Another path, and when it starts; for one person also what they did before that needn't be done again."""

    path = forms.TypedChoiceField(
        label=gettext_lazy("Path"),
        coerce=UUID,
        error_messages={"invalid_choice": gettext_lazy("This path isn't published any more, or not open to you.")},
    )
    start_date = NearDateField(label=gettext_lazy("Start date"), initial=timezone.localdate)
    counts = what_counts()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        titles = path_titles(self.reader, get_language())
        self.fields["path"].choices = [("", _("Choose a path")), *titles.items()]
        done, counting = self.done_before(titles) if len(self.enrolments) == 1 else ([], [])
        if done:
            self.fields["counts"].choices = done
            self.initial.setdefault("counts", counting)
        else:
            del self.fields["counts"]

    def done_before(self, titles: dict[str, str]) -> tuple[list, list[str]]:
        """What the person did before of each path they may be put on, under its title, and what would be chosen for them."""
        user, today = self.enrolments[0].user, timezone.localdate()
        running = set(Enrolment.objects.of(user).not_ended().values_list("path_key", flat=True))
        keys = [UUID(key) for key in titles if UUID(key) not in running]
        found, counting = [], []
        for key, earlier in earlier_on_paths(user=user, path_keys=keys, start_date=today).items():
            found.append((titles[str(key)], [choice_of(step) for step in earlier]))
            counting += [str(step.key) for step in earlier if step.is_valid]
        return found, counting


def start_again(enrolment: Enrolment, data: dict, actor) -> Enrolment:
    """On the same path for the next time."""
    page = PathPage.objects.live().filter(translation_key=enrolment.path_key).first()
    if page is None:
        raise Refusal(_("This path isn't published any more."))
    return enrol_again(
        user=enrolment.user,
        path=page,
        start_date=data["start_date"],
        counts=data["counts"],
        cohort=enrolment.cohort,
        actor=actor,
    )


def put_onto(enrolment: Enrolment, data: dict, actor) -> Enrolment:
    """On another path, beside the one they are on."""
    page = PathPage.objects.live().filter(translation_key=data["path"]).first()
    if page is None:
        raise Refusal(_("This path isn't published any more."))
    if not enrolment.user.is_active:
        raise Refusal(_("This account is closed."))
    if Enrolment.objects.of(enrolment.user).not_ended().filter(path_key=data["path"]).exists():
        raise Refusal(_("This colleague is already on this path."))
    if published_outline(enrolment.user, data["path"], get_language()) is None:
        raise Refusal(_("This path is not open to this colleague: its page is only for some groups."))
    return enrol(
        user=enrolment.user,
        path=page,
        start_date=data["start_date"],
        cohort=enrolment.cohort,
        counts=data.get("counts"),
        actor=actor,
    )


add_deed(
    Deed(
        slug="end",
        label=gettext_lazy("End"),
        do=in_words(lambda e, data, by: end_enrolment(enrolment=e, actor=by, **data)),
        done=gettext_lazy("The enrolment is ended."),
        form=EndForm,
        intro=gettext_lazy(
            "What was done is kept and can still be read. Reminders stop, and so does what others see of it."
        ),
        with_many=True,
        is_serious=True,
    )
)
add_deed(
    Deed(
        slug="go-on",
        label=gettext_lazy("Go on after all"),
        do=in_words(lambda e, data, by: reopen_enrolment(enrolment=e, on=data["on"], actor=by)),
        done=gettext_lazy("The path goes on."),
        form=GoOnForm,
        moves_dates=True,
        intro=gettext_lazy("As if it had been paused: open dates move by the working days that were missed."),
        applies=may_reopen,
    )
)
add_deed(
    Deed(
        slug="again",
        label=gettext_lazy("Start this path again"),
        do=in_words(start_again),
        done=gettext_lazy("The colleague is on the path anew."),
        form=AgainForm,
        intro=gettext_lazy("For who comes back, or changes work. You say what of before still counts."),
        applies=lambda e: e.user.is_active and (e.completed_at is not None or may_reopen(e)),
        needs="onboarding.add_enrolment",
    )
)
add_deed(
    Deed(
        slug="onto",
        label=gettext_lazy("Put on another path"),
        do=in_words(put_onto),
        done=gettext_lazy("The colleague is on the other path as well."),
        form=OntoForm,
        applies=lambda e: True,
        with_many=True,
        needs="onboarding.add_enrolment",
    )
)
