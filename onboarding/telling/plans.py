"""What is told about somebody's plan as a whole: that there is one, that it changed, who walks along, that it is done."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.kinds import Content, Kind, register
from notifications.services import Telling, notify_many
from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress, Supporter
from ..periods import dates_in_words, full_date
from ..preloading import enrolment_of, preload_enrolments, preload_progress, progress_of
from ..reading_outlines import path_outline
from ..roles import Who, in_sentence
from ..step_pages import held_step
from ..supporting import fetched, lead_words, people_of
from ..visibility import HR_PERMISSION
from .addressing import step_url

Event = OnboardingEvent.Kind
YOU_ARE: dict[str, str | Promise] = {
    Who.BUDDY: gettext_lazy("You are the buddy of %(name)s now"),
    Who.MANAGER: gettext_lazy("You follow the onboarding of %(name)s as manager now"),
    Who.MENTOR: gettext_lazy("You are the mentor of %(name)s now"),
    Who.HR: gettext_lazy("You are the HR contact of %(name)s now"),
}
THEY_ARE: dict[str, str | Promise] = {
    Who.BUDDY: gettext_lazy("%(colleague)s is your buddy now"),
    Who.MANAGER: gettext_lazy("%(colleague)s follows your onboarding as manager now"),
    Who.MENTOR: gettext_lazy("%(colleague)s is your mentor now"),
    Who.HR: gettext_lazy("%(colleague)s is your HR contact now"),
}
# What happened to a plan, by the kind of its event: for its owner, and for others.
CHANGED: dict[str, tuple[str | Promise, str | Promise]] = {
    Event.START_MOVED: (
        gettext_lazy("Your start date is %(date)s now"),
        gettext_lazy("The start date of %(name)s is %(date)s now"),
    ),
    Event.PAUSED: (gettext_lazy("Your onboarding is paused"), gettext_lazy("The onboarding of %(name)s is paused")),
    Event.RESUMED: (gettext_lazy("Your onboarding goes on"), gettext_lazy("The onboarding of %(name)s goes on")),
    Event.CHANGED: (
        gettext_lazy("Your onboarding was changed"),
        gettext_lazy("The onboarding of %(name)s was changed"),
    ),
    Event.ENDED: (gettext_lazy("Your onboarding was stopped"), gettext_lazy("The onboarding of %(name)s was stopped")),
}


# Telling ---------------------------------------------------------------------------------


def tell_enrolled(*, enrolment: Enrolment, actor: User | None = None) -> None:
    """Tell somebody that their path is there, and their own manager where no other was named; not a manager who did it.

    Not who was invited before the start: the invitation says it.
    """
    enrolment = _with_people(enrolment)
    if not enrolment.user.is_preboarder:
        _notify("onboarding.enrolled", [enrolment.user], enrolment, str(enrolment.pk))
    today = timezone.localdate()
    named = {row.role for row in enrolment.supporters.all() if row.walks_on(today)}
    if Who.MANAGER not in named:
        for manager in people_of(enrolment)[Who.MANAGER]:
            if actor is None or manager.pk != actor.pk:
                tell_role(enrolment=enrolment, role=Who.MANAGER, colleague=manager, occurrence="first", to_person=False)


def tell_role(
    *,
    enrolment: Enrolment,
    role: str,
    colleague: User,
    occurrence: str,
    to_person: bool = True,
    has_note: bool = False,
) -> None:
    """Tell ``colleague`` that they have this role now, and the person as well. ``occurrence`` tells changes apart.

    ``has_note`` is whether something was written to them at the hand-over: it stands on the page, not in the mail.
    """
    payload = {"role": str(role), "colleague": colleague.pk, "note": has_note}
    people = [colleague, enrolment.user] if to_person else [colleague]
    _notify("onboarding.role_changed", people, enrolment, f"{enrolment.pk}:{role}:{colleague.pk}:{occurrence}", payload)


def tell_plan_changed(*, enrolment: Enrolment, what: str, changes: int, actor: User | None = None) -> None:
    """Sum a change of the plan up to the person, their manager and their buddy, once; never to who made it.

    ``what`` is one of ``CHANGED`` (else ValueError); ``changes`` how many dates or steps it was. Call it once, in the
    transaction of the change.
    """
    if what not in CHANGED:
        raise ValueError(what)
    enrolment = _with_people(enrolment)
    around = people_of(enrolment)
    people = {person.pk: person for person in (enrolment.user, *around[Who.MANAGER], *around[Who.BUDDY])}
    people.pop(actor.pk if actor else None, None)
    now = timezone.now()
    payload = {"what": str(what), "count": changes}
    _notify("onboarding.plan_changed", people.values(), enrolment, f"{enrolment.pk}:{what}:{now.isoformat()}", payload)


def tell_finished(*, enrolment: Enrolment) -> None:
    """Tell everybody who walks along that the path is finished; once, whatever is opened again afterwards."""
    enrolment = _with_people(enrolment)
    people = {colleague.pk: colleague for colleagues in people_of(enrolment).values() for colleague in colleagues}
    _notify("onboarding.finished", people.values(), enrolment, str(enrolment.pk))


def tell_reopened(*, row: StepProgress, actor: User) -> None:
    """Tell whoever completed the step, and the person, that ``actor`` opened it again."""
    doers = {doer.pk: doer for doer in (row.enrolment.user, row.completed_by) if doer and doer.is_active}
    doers.pop(actor.pk, None)
    payload = {"progress": row.pk, "attempt": row.attempt + 1, "actor": actor.pk}
    key = f"{row.enrolment_id}:{row.step_key}:{row.attempt + 1}"
    tellings = [Telling(doer, key, payload, _thread(row.enrolment_id)) for doer in doers.values()]
    notify_many(kind="onboarding.reopened", tellings=tellings)


def _with_people(enrolment: Enrolment) -> Enrolment:
    return fetched(Enrolment.objects.filter(pk=enrolment.pk)).get()


def _thread(enrolment_id: int) -> str:
    return f"onboarding-{enrolment_id}"


def _notify(kind: str, people, enrolment: Enrolment, key: str, payload: dict | None = None) -> None:
    payload = {"enrolment": enrolment.pk, **(payload or {})}
    tellings = [Telling(person, key, payload, _thread(enrolment.pk)) for person in people if person.is_active]
    notify_many(kind=kind, tellings=tellings)


# What they say ---------------------------------------------------------------------------


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _path_title(enrolment: Enrolment) -> str | None:
    path = path_outline(enrolment.user, enrolment.path_key, _language())
    return path.title if path else None


def _page_of(enrolment: Enrolment, recipient) -> str:
    name = "onboarding:enrolment" if recipient.pk == enrolment.user_id else "onboarding:newcomer"
    return reverse(name, args=[enrolment.pk])


def _walks_along(enrolment: Enrolment, recipient) -> bool:
    colleagues = [colleague for group in people_of(enrolment).values() for colleague in group]
    return recipient in colleagues or recipient.has_perm(HR_PERMISSION)


def _enrolled(payload: dict, recipient) -> Content | None:
    enrolment = enrolment_of(payload)
    if enrolment is None or enrolment.ended_on or enrolment.completed_at or enrolment.user_id != recipient.pk:
        return None
    title = _path_title(enrolment)
    if title is None:
        return None
    return Content(
        title=_("Your path “%(path)s” is ready") % {"path": title},
        url=_page_of(enrolment, recipient),
        text=_("Day 1 is %(date)s. The path shows what comes first, and who walks along with you.")
        % {"date": full_date(enrolment.first_day)},
        action=_("Look at your path"),
    )


def _plan_changed(payload: dict, recipient) -> Content | None:
    """Nothing once it is otherwise again: who came back isn't told of a pause any more."""
    enrolment = enrolment_of(payload)
    if enrolment is None or not _holds(enrolment, payload["what"]):
        return None
    own = recipient.pk == enrolment.user_id
    if not own and not _walks_along(enrolment, recipient):
        return None
    for_owner, for_others = CHANGED[payload["what"]]
    count = payload.get("count", 0)
    words = {"name": enrolment.user.get_full_name(), "date": full_date(enrolment.start_date)}
    return Content(
        title=_(for_owner if own else for_others) % words,
        url=_page_of(enrolment, recipient),
        text=_what_changed(payload["what"], count),
        action=_("See the plan"),
    )


def _holds(enrolment: Enrolment, what: str) -> bool:
    match what:
        case Event.PAUSED:
            return enrolment.is_paused_now and not enrolment.ended_on
        case Event.RESUMED:
            return not enrolment.is_paused_now and not enrolment.ended_on
        case Event.ENDED:
            return enrolment.ended_on is not None
    return not enrolment.ended_on


def _what_changed(what: str, count: int) -> str:
    if what == Event.PAUSED:
        return _("Nothing is due until the path goes on.")
    if what == Event.ENDED:
        return _("What was done is kept.")
    if what == Event.CHANGED:
        return ngettext("%(count)d step changed.", "%(count)d steps changed.", count) % {"count": count}
    if not count:
        return _("No dates changed.")
    return ngettext("%(count)d date moved along.", "%(count)d dates moved along.", count) % {"count": count}


def _role_changed(payload: dict, recipient) -> Content | None:
    enrolment = enrolment_of(payload)
    role = payload["role"]
    if enrolment is None or enrolment.ended_on or role not in YOU_ARE:
        return None
    row, colleague = _in_role(enrolment, role, payload["colleague"])
    if colleague is None:
        return None
    comes = row is not None and not row.walks_on(timezone.localdate())
    words = {"name": enrolment.user.get_full_name(), "colleague": colleague.get_full_name(), "role": in_sentence(role)}
    dates = dates_in_words(row.starts_on, row.ends_on) if row is not None else ""
    if recipient.pk == enrolment.user_id:
        title = _("%(colleague)s will walk along with you as %(role)s") if comes else _(THEY_ARE[role])
        return Content(title % words, _page_of(enrolment, recipient), text=dates, action=_("Look at your path"))
    if recipient.pk != colleague.pk:
        return None
    if comes:
        # Until then there is nothing of it to see.
        title = _("You will walk along with %(name)s as %(role)s")
        return Content(title % words, reverse("onboarding:newcomers"), text=dates)
    title = _(YOU_ARE[role]) % words
    note = _("A note was left for you: it stands on the page.") if payload.get("note") else ""
    text = " ".join(filter(None, [*_your_part(enrolment, role, colleague, dates), note]))
    return Content(title, _page_of(enrolment, recipient), text=text, action=_("See the plan"))


def _in_role(enrolment: Enrolment, role: str, pk: int) -> tuple[Supporter | None, User | None]:
    """The row (None for the own manager, whom nobody named) and the colleague who has this role now or will have it."""
    today = timezone.localdate()
    for row in enrolment.supporters.all():
        if (
            (row.role, row.colleague_id, row.stands_in_for_id) == (role, pk, None)
            and row.colleague.is_active
            and not row.is_over_on(today)
        ):
            return row, row.colleague
    return None, next((colleague for colleague in people_of(enrolment)[role] if colleague.pk == pk), None)


def _your_part(enrolment: Enrolment, role: str, colleague: User, dates: str) -> list[str]:
    """What the role means for this colleague, in sentences."""
    found = [_("Day 1 is %(date)s.") % {"date": full_date(enrolment.first_day)}, dates]
    steps = StepProgress.objects.open().filter(enrolment=enrolment, assignee=role).count()
    if steps:
        yours = ngettext("%(count)d step is yours to do.", "%(count)d steps are yours to do.", steps)
        found.append(yours % {"count": steps})
    found.append(lead_words(enrolment, role, colleague))
    return [sentence for sentence in found if sentence]


def _finished(payload: dict, recipient) -> Content | None:
    enrolment = enrolment_of(payload)
    if enrolment is None or enrolment.ended_on or not enrolment.completed_at or not _walks_along(enrolment, recipient):
        return None
    title = _path_title(enrolment)
    if title is None:
        return None
    words = {"name": enrolment.user.get_full_name(), "path": title}
    return Content(_("%(name)s has finished “%(path)s”") % words, _page_of(enrolment, recipient))


def _reopened(payload: dict, recipient) -> Content | None:
    row = progress_of(payload)
    if row is None or row.attempt != payload["attempt"] or row.completed_at or row.submitted_at or row.waived_at:
        return None
    enrolment = row.enrolment
    path = path_outline(enrolment.user, enrolment.path_key, _language())
    step = held_step(enrolment, path, row.step_key) if not enrolment.ended_on else None
    if step is None:
        return None
    own = recipient.pk == enrolment.user_id
    if not own and not _walks_along(enrolment, recipient):
        return None
    # Why stands on the step, not in a mail.
    url = step_url(recipient, enrolment, step)
    return Content(_("“%(step)s” is open again") % {"step": step.title}, url, action=_("Open the step"))


def _register(name: str, label, resolve, preload, **options) -> None:
    register(Kind(name, label, resolve, daily=True, preload=preload, **options))


_register("onboarding.enrolled", gettext_lazy("You have a path to walk"), _enrolled, preload_enrolments)
_register(
    "onboarding.plan_changed", gettext_lazy("The plan of an onboarding changed"), _plan_changed, preload_enrolments
)
_register("onboarding.role_changed", gettext_lazy("Who walks along changed"), _role_changed, preload_enrolments)
_register("onboarding.finished", gettext_lazy("A newcomer finished a path"), _finished, preload_enrolments)
_register("onboarding.reopened", gettext_lazy("A step was opened again"), _reopened, preload_progress, asks=True)
