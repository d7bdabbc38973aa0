"""What HR does with one preboarder: work account, move, withdrawal. Everything is shown before it is done."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User
from people.retention import current_periods

from ..before_start import preboarders
from ..models import Enrolment
from ..services.handing_over import (
    AlreadyOnPath,
    StaffNumberInUse,
    WalksAlong,
    check_move,
    give_work_account,
    move_to_colleague,
)
from ..services.preboarding import AddressInUse, NotBeforeStart
from ..services.withdrawing import take_back_withdrawal, withdraw_preboarder
from .preboarding_forms import MoveForm, PersonForm, WithdrawForm, WorkAccountForm
from .previewed import HrView, Outlook, PreviewedView, Refusal, table_of

GONE = gettext_lazy("This can't be done any more: somebody else was before you.")


def list_trail() -> list[dict]:
    """The list."""
    return [{"url": reverse("preboarding_list"), "label": _("Before the start")}]


class PersonMixin(HrView):
    """A page about one preboarder; 404 for anybody else."""

    def dispatch(self, request, *args, **kwargs):
        """Finds the person once it is clear that the reader may."""
        if request.user.has_perm(self.permission):
            self.person = find(kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


def find(pk: int) -> User:
    """One of ``preboarders()``. Raises Http404."""
    person = preboarders().filter(pk=pk).first()
    if person is None:
        raise Http404(str(pk))
    return person


class PersonDeedView(PersonMixin, PreviewedView):
    """Something that is done with one preboarder, shown first."""

    for_closed = False
    refusals: dict[type[Exception], str] = {}

    def dispatch(self, request, *args, **kwargs):
        """What makes no sense now leads back to the person."""
        if request.user.has_perm(self.permission) and find(kwargs["pk"]).is_active == self.for_closed:
            return redirect("preboarding_person", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """Whose."""
        return self.person.get_full_name()

    def get_form_kwargs(self):
        """With the person."""
        return {**super().get_form_kwargs(), "person": self.person}

    def trail(self):
        """The list, and the person."""
        own = {"url": reverse("preboarding_person", args=[self.person.pk]), "label": self.person.get_full_name()}
        return [*list_trail(), own]

    def do(self, form) -> bool:
        """Do it; returns whether that changed anything."""
        raise NotImplementedError

    def done_words(self, form) -> str:
        """The sentence that says so."""
        raise NotImplementedError

    def apply(self, form) -> str:
        """Do it, or say why not."""
        try:
            changed = self.do(form)
        except tuple(self.refusals) as error:
            raise Refusal(self.refusals[type(error)]) from error
        if not changed:
            raise Refusal(GONE)
        return self.done_words(form)

    def get_success_url(self):
        """Their page, or the list once they are a preboarder no more."""
        still = User.objects.filter(pk=self.person.pk, is_preboarder=True).exists()
        return reverse("preboarding_person", args=[self.person.pk]) if still else reverse("preboarding_list")


class WorkAccountView(PersonDeedView):
    """The account becomes the work account."""

    page_title = gettext_lazy("Make this the work account")
    form_class = WorkAccountForm
    confirm_label = gettext_lazy("Hand over")
    refusals = {
        AddressInUse: gettext_lazy("This address is in use already, so nothing was changed."),
        StaffNumberInUse: gettext_lazy("This staff number is in use already, so nothing was changed."),
        NotBeforeStart: GONE,
    }

    def outlook(self, form) -> Outlook:
        """What opens, what ends, and how they sign in."""
        words = {"name": self.person.get_full_name(), "email": form.cleaned_data["email"]}
        return Outlook(
            [
                _("%(name)s signs in as %(email)s from now on, and can open everything a colleague can.") % words,
                _("Everything they did stays. The link and the personal address stop working, and are thrown away."),
                _("No mail is sent and no password is made: they sign in with the account of work, or by “forgotten”."),
            ]
        )

    def do(self, form) -> bool:
        """Hand over."""
        data = form.cleaned_data
        return give_work_account(
            user=self.person, email=data["email"], staff_number=data["staff_number"], actor=self.request.user
        )

    def done_words(self, form) -> str:
        """Handed over."""
        return _("%(name)s has a work account.") % {"name": self.person.get_full_name()}


class MoveView(PersonDeedView):
    """Everything moves to an account that is there."""

    page_title = gettext_lazy("Join with an account that is there")
    form_class = MoveForm
    confirm_label = gettext_lazy("This is the same person")
    is_serious = True
    refusals = {
        AlreadyOnPath: gettext_lazy("This colleague is on the same path already, so nothing was changed."),
        WalksAlong: gettext_lazy(
            "This colleague walks along on the path, so it is somebody else. Nothing was changed."
        ),
        NotBeforeStart: GONE,
    }

    def get_initial(self):
        """The proposal that was chosen."""
        return {**super().get_initial(), "colleague": self.request.GET.get("colleague")}

    def outlook(self, form) -> Outlook:
        """Both accounts side by side, and what moves."""
        colleague = form.cleaned_data["colleague"]
        try:
            check_move(list(Enrolment.objects.of(self.person)), colleague)
        except (AlreadyOnPath, WalksAlong) as error:
            hint = _("End one of both first, under Enrolments.") if isinstance(error, AlreadyOnPath) else ""
            return Outlook(warnings=[f"{self.refusals[type(error)]} {hint}".strip()], may_confirm=False)
        rows = [
            [label, str(getattr(self.person, name) or "–"), str(getattr(colleague, name) or "–")]
            for label, name in (
                (_("Name"), "get_full_name"),
                (_("E-mail address"), "email"),
                (_("Staff number"), "staff_number"),
                (_("First day"), "start_date"),
                (_("Team"), "team"),
                (_("Manager"), "manager"),
            )
            if name != "get_full_name"
        ]
        rows.insert(0, [_("Name"), self.person.get_full_name(), colleague.get_full_name()])
        words = {"name": colleague.get_full_name(), "email": colleague.email}
        return Outlook(
            [
                _("Path, progress, answers, meetings and the record move to %(name)s, %(email)s.") % words,
                _("The account before the start is closed and erased. That can't be undone."),
            ],
            tables=[table_of(_("The same person?"), ["", _("Before the start"), _("Account")], rows)],
        )

    def do(self, form) -> bool:
        """Move."""
        return move_to_colleague(user=self.person, colleague=form.cleaned_data["colleague"], actor=self.request.user)

    def done_words(self, form) -> str:
        """Moved."""
        return _("Everything is with %(name)s now.") % {"name": form.cleaned_data["colleague"].get_full_name()}


class WithdrawView(PersonDeedView):
    """They don't come."""

    page_title = gettext_lazy("Doesn't come")
    form_class = WithdrawForm
    confirm_label = gettext_lazy("Close it")
    is_serious = True
    refusals = {NotBeforeStart: GONE}

    def outlook(self, form) -> Outlook:
        """What closes, and when all is erased."""
        periods = current_periods()
        words = {"name": self.person.get_full_name(), "weeks": periods.in_words("withdrawn")}
        if periods.is_confirmed:
            erased = _("After %(weeks)s name, address, answers and files are erased. Until then you can take it back.")
        else:
            erased = _(
                "Name, address, answers and files are erased once the retention periods are confirmed and theirs is up. "
                "Until then you can take it back."
            )
        return Outlook(
            [
                _("%(name)s is signed out at once, and no link opens anything any more.") % words,
                _(
                    "The path ends, nobody is reminded of anything, and meetings are called off. They get no mail about it."
                ),
                erased % words,
            ]
        )

    def do(self, form) -> bool:
        """Close."""
        return withdraw_preboarder(user=self.person, no_show=form.cleaned_data["no_show"], actor=self.request.user)

    def done_words(self, form) -> str:
        """Closed."""
        return _("It is closed for %(name)s.") % {"name": self.person.get_full_name()}


class TakeBackView(PersonDeedView):
    """They come after all."""

    page_title = gettext_lazy("Comes after all")
    form_class = PersonForm
    confirm_label = gettext_lazy("Open it again")
    for_closed = True
    refusals = {NotBeforeStart: GONE}

    def get_form_kwargs(self):
        """Nothing to fill in, so what would happen is shown at once."""
        return {**super().get_form_kwargs(), "data": self.request.POST}

    def get(self, request, *args, **kwargs) -> HttpResponse:
        """What would happen."""
        return self.form_valid(self.get_form())

    def outlook(self, form) -> Outlook:
        """What opens."""
        return Outlook(
            [
                _("The path of %(name)s goes on.") % {"name": self.person.get_full_name()},
                _("No mail is sent. Look at the start date first, then send a new link."),
            ]
        )

    def do(self, form) -> bool:
        """Open."""
        return take_back_withdrawal(user=self.person, actor=self.request.user)

    def done_words(self, form) -> str:
        """Opened."""
        return _("It is open again for %(name)s.") % {"name": self.person.get_full_name()}
