"""HR invites who starts soon, and hands over to the work account on day one. Everything is shown before it is done."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages

from base.chrome import house_style
from people.models import User

from ..before_start import link_words, preboarders, proposals_for
from ..models import Enrolment, OnboardingEvent, PreboardingInvitation
from ..outline import whole_path
from ..periods import full_date
from ..preboarding_mail import subject_for
from ..reading import add_standings
from ..record import read_events
from ..services import PathNotPublished
from ..services.handing_over import (
    AlreadyOnPath,
    StaffNumberInUse,
    WalksAlong,
    check_move,
    give_work_account,
    move_to_colleague,
)
from ..services.preboarding import AddressInUse, NotBeforeStart, invite_preboarder, send_new_link
from ..services.withdrawing import take_back_withdrawal, withdraw_preboarder
from .preboarding_forms import InviteForm, MoveForm, PersonForm, WithdrawForm, WorkAccountForm
from .previewed import CHANGE, VIEW, HrView, Outlook, PreviewedView, Refusal, table_of

ADD = "onboarding.add_enrolment"
GONE = gettext_lazy("This can't be done any more: somebody else was before you.")


def list_trail() -> list[dict]:
    """The list."""
    return [{"url": reverse("preboarding_list"), "label": _("Before the start")}]


class PreboardersView(HrView, TemplateView):
    """Everybody without a work account, first to start first."""

    page_title = gettext_lazy("Before the start")
    template_name = "onboarding/admin/preboarding/list.html"

    def get_context_data(self, **kwargs):
        """``rows``: each person with their path and how it stands with the link."""
        people = list(preboarders().prefetch_related("groups"))
        enrolments = list(Enrolment.objects.filter(user__in=people).order_by("-pk"))
        by_person = {person.pk: person for person in people}
        for enrolment in enrolments:
            enrolment.user = by_person[enrolment.user_id]
        add_standings(self.request.user, enrolments, get_language())
        latest = {enrolment.user_id: enrolment for enrolment in reversed(enrolments)}
        rows = [{"person": p, "enrolment": latest.get(p.pk), "link": link_words(p)} for p in people]
        return super().get_context_data(rows=rows, may_invite=self.request.user.has_perm(ADD), **kwargs)


class InviteView(PreviewedView):
    """The form, what the person would get, and the one "go"."""

    permission = ADD
    page_title = gettext_lazy("Invite somebody before the start")
    intro = gettext_lazy(
        "For who has no work account yet. Fill in only what the first days ask. Never collect copies of identity cards, "
        "social security numbers or bank accounts here: that belongs in the HR system."
    )
    form_class = InviteForm
    preview_label = gettext_lazy("Show what they get")
    confirm_label = gettext_lazy("Invite, and send the mail")
    enrolment = None

    def get_form_kwargs(self):
        """Whose paths are listed."""
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def trail(self):
        """The list."""
        return list_trail()

    def outlook(self, form) -> Outlook:
        """The mail, and the steps that are open before the start."""
        data = form.cleaned_data
        outline = whole_path(data["path"])
        steps = [step for step in outline.steps if step.before_start] if outline else []
        with override(data["locale"]):
            subject = subject_for(house_style().name)
        words = {
            "name": f"{data['first_name']} {data['last_name']}",
            "email": data["email"],
            "days": settings.PREBOARDING_LINK_DAYS,
            "subject": subject,
            "date": full_date(data["start_date"]),
            "path": outline.title if outline else "",
        }
        sentences = [
            _("%(name)s gets one mail, at %(email)s: “%(subject)s”.") % words,
            _("The link in it opens once, within %(days)s days. They can ask for a new one themselves.") % words,
            _("They go on “%(path)s” and start on %(date)s. Until then they see only these steps.") % words,
        ]
        warnings = [] if steps else [_("Nothing on this path opens before the start: their page would be empty.")]
        table = table_of(_("Open before the start"), [_("Step")], [[step.title] for step in steps])
        return Outlook(sentences, warnings, [table] if steps else [], may_confirm=outline is not None)

    def apply(self, form) -> str:
        """Make the account, and send the mail."""
        data = form.cleaned_data
        names = ("first_name", "last_name", "email", "locale", "start_date", "manager", "team")
        if form.page is None:
            raise Refusal(_("This path isn't published any more."))
        try:
            self.enrolment, invitation = invite_preboarder(
                path=form.page,
                supporters=form.supporters,
                actor=self.request.user,
                **{name: data[name] for name in names},
            )
        except PathNotPublished as error:
            raise Refusal(_("This path isn't published any more.")) from error
        except AddressInUse as error:
            raise Refusal(_("This address is in use already. Nobody was invited.")) from error
        name = self.enrolment.user.get_full_name()
        if not was_sent(invitation):
            messages.warning(self.request, not_sent_words())
            return _("%(name)s is on the path.") % {"name": name}
        return _("%(name)s is on the path, and has the mail.") % {"name": name}

    def get_success_url(self):
        """The page of the person, or the list."""
        if self.enrolment is not None:
            return reverse("preboarding_person", args=[self.enrolment.user_id])
        return reverse("preboarding_list")


def was_sent(invitation: PreboardingInvitation) -> bool:
    """Whether the mail went out."""
    invitation.refresh_from_db()
    return invitation.mail == PreboardingInvitation.Mail.SENT


def not_sent_words() -> str:
    """What to do where it didn't."""
    return _(
        "The mail could not be sent: the mail server doesn't answer. Nothing else is lost. Send the link again later."
    )


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


class PreboarderView(PersonMixin, TemplateView):
    """One person before the start: how far, the link, the accounts that may be theirs, the record."""

    template_name = "onboarding/admin/preboarding/person.html"

    def get_page_title(self):
        """Their name."""
        return self.person.get_full_name()

    def trail(self):
        """The list."""
        return list_trail()

    def get_context_data(self, **kwargs):
        """``enrolments`` with their standings, ``proposals``, ``link``, and the latest of the record."""
        person = self.person
        enrolments = list(Enrolment.objects.of(person).select_related("user").prefetch_related("supporters__colleague"))
        add_standings(self.request.user, enrolments, get_language())
        events = OnboardingEvent.objects.filter(enrolment__in=enrolments).select_related("actor", "enrolment__user")
        return super().get_context_data(
            person=person,
            enrolments=enrolments,
            link=link_words(person),
            mail_failed=person.link_mail == PreboardingInvitation.Mail.FAILED,
            proposals=proposals_for(person) if person.is_active else [],
            keep_days=settings.ONBOARDING_KEEP_DAYS["withdrawn"],
            may_change=self.request.user.has_perm(CHANGE),
            entries=read_events(list(events.order_by("-at", "-pk")[:20])),
            **kwargs,
        )


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
        words = {"name": self.person.get_full_name(), "days": settings.ONBOARDING_KEEP_DAYS["withdrawn"]}
        return Outlook(
            [
                _("%(name)s is signed out at once, and no link opens anything any more.") % words,
                _(
                    "The path ends, nobody is reminded of anything, and meetings are called off. They get no mail about it."
                ),
                _("After %(days)s days name, address, answers and files are erased. Until then you can take it back.")
                % words,
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


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link in the place of the old one."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    person = find(pk)
    try:
        invitation = send_new_link(user=person, actor=request.user)
    except NotBeforeStart:
        messages.error(request, GONE)
    else:
        if was_sent(invitation):
            messages.success(request, _("A new link is on its way. The one before it opens nothing any more."))
        else:
            messages.error(request, not_sent_words())
    return redirect("preboarding_person", pk)


def get_urls() -> list:
    """The addresses of these pages in the admin."""
    return [
        path("before-start/", PreboardersView.as_view(), name="preboarding_list"),
        path("before-start/invite/", InviteView.as_view(), name="preboarding_invite"),
        path("before-start/<int:pk>/", PreboarderView.as_view(), name="preboarding_person"),
        path("before-start/<int:pk>/send/", send_again, name="preboarding_send"),
        path("before-start/<int:pk>/account/", WorkAccountView.as_view(), name="preboarding_account"),
        path("before-start/<int:pk>/move/", MoveView.as_view(), name="preboarding_move"),
        path("before-start/<int:pk>/withdraw/", WithdrawView.as_view(), name="preboarding_withdraw"),
        path("before-start/<int:pk>/back/", TakeBackView.as_view(), name="preboarding_back"),
    ]


def may_see_list(user) -> bool:
    """Whether the menu names these pages."""
    return user.has_perm(VIEW)
