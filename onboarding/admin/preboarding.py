"""HR invites who starts soon, and hands over to the work account on day one. Everything is shown before it is done."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages

from base.chrome import house_style
from people.models import Team
from people.retention import current_periods

from ..before_start import link_words, preboarders, proposals_for
from ..missing_roles import missing_roles, steps_for, who_is_there
from ..models import Enrolment, OnboardingEvent, PreboardingInvitation
from ..outline import Outline
from ..periods import full_date
from ..plan.audience import member_in
from ..preboarding_mail import subject_for
from ..reading import add_standings
from ..reading_outlines import whole_path
from ..record import read_events
from ..services import PathNotPublished
from ..services.preboarding import AddressInUse, NotBeforeStart, invite_preboarder, send_new_link
from .preboarding_deeds import (
    GONE,
    MoveView,
    PersonMixin,
    TakeBackView,
    WithdrawView,
    WorkAccountView,
    find,
    list_trail,
)
from .preboarding_forms import InviteForm
from .previewed import CHANGE, VIEW, HrView, Outlook, PreviewedView, Refusal, table_of

ADD = "onboarding.add_enrolment"


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


def missing_for(form: InviteForm, outline: Outline) -> list[str]:
    """A warning for each role that has something to do on the path and that nobody has."""
    data = form.cleaned_data
    parents = dict(Team.objects.values_list("pk", "parent"))
    member = member_in(data["team"].pk if data["team"] else None, frozenset(), data["locale"], "", parents)
    steps = [(step.assignee, step.signed_off_by) for step in steps_for(outline, member)]
    return [missing.words for missing in missing_roles(steps, who_is_there(form.supporters, data["manager"]))]


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
        warnings += missing_for(form, outline) if outline else []
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
        events = OnboardingEvent.objects.filter(enrolment__in=enrolments).for_record()
        return super().get_context_data(
            person=person,
            enrolments=enrolments,
            link=link_words(person),
            mail_failed=person.link_mail == PreboardingInvitation.Mail.FAILED,
            proposals=proposals_for(person) if person.is_active else [],
            erased_after=_erased_after(person),
            may_change=self.request.user.has_perm(CHANGE),
            entries=read_events(list(events[:20])),
            **kwargs,
        )


def _erased_after(person) -> str:
    """In how long everything of who doesn't come goes: "4 weeks"; empty where nobody confirmed that, or they do come."""
    periods = None if person.is_active else current_periods()
    return periods.in_words("withdrawn") if periods and periods.is_confirmed else ""


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
