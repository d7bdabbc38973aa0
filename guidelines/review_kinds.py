"""What is told about who answers for manuals and when they are checked. Worked out when it is shown or sent."""

from uuid import UUID

from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, is_closed, register
from people.models import User

from .models import Delegation
from .reading.duties import Duties, may_govern, titles_for
from .reading.register import Register
from .services.handing_over import HANDED_OVER, LEAVING, ORPHANED, plan_hand_over
from .services.reminding import DUE, HORIZON
from .services.reviewing import ANSWERED, OFFERED

# A mail names so many texts; the page has them all.
NAMED = 8


def _reviews() -> str:
    return reverse("reviews:list")


def _titles(pages) -> str:
    """The titles that may stand in a mail, one a line."""
    return "\n".join(page.title for page in list(pages)[:NAMED] if not is_closed(page))


def _due(payload: dict, recipient) -> Content | None:
    """Everything of theirs that is due within the time of reminding, or was before; nothing once it is all done."""
    today = timezone.localdate()
    duties = Duties(recipient, get_language(), today=today)
    due = [
        duty
        for duty in [*duties.mine, *duties.unanswered]
        if duty.standing.review_by and duty.standing.review_by <= today + HORIZON
    ]
    if not due:
        return None
    lines = [
        "%s: %s" % (duty.page.title, date_words(duty.standing.review_by, "j F Y"))  # noqa: UP031
        for duty in due[:NAMED]
        if not is_closed(duty.page)
    ]
    return Content(
        title=ngettext(
            "%(count)d text of yours to check: is it still right?",
            "%(count)d texts of yours to check: are they still right?",
            len(due),
        )
        % {"count": len(due)},
        url=_reviews(),
        text="\n".join(lines),
        action=gettext("See what is due"),
    )


def _delegation(payload: dict) -> Delegation | None:
    return Delegation.objects.select_related("by", "to").filter(pk=payload["delegation"]).first()


def _offered(payload: dict, recipient) -> Content | None:
    """A question to take over; nothing once it was answered or taken back."""
    offer = _delegation(payload)
    if offer is None or offer.state != Delegation.State.OPEN or offer.to_id != recipient.pk:
        return None
    page = titles_for(recipient, [offer.page_key], get_language()).get(offer.page_key)
    if page is None:
        return None
    closed = is_closed(page)
    name = offer.by.get_full_name()
    return Content(
        title=gettext("%(name)s asks you to answer for a text") % {"name": name}
        if closed
        else gettext("%(name)s asks you to answer for “%(title)s”") % {"name": name, "title": page.title},
        url=_reviews(),
        text="" if closed else Truncator(offer.note).chars(200),
        action=gettext("Say yes or no"),
        closed=closed,
        who=name,
    )


def _answered(payload: dict, recipient) -> Content | None:
    """What a colleague answered."""
    offer = _delegation(payload)
    if offer is None or offer.by_id != recipient.pk:
        return None
    page = titles_for(recipient, [offer.page_key], get_language()).get(offer.page_key)
    words = {
        Delegation.State.ACCEPTED: _("%(name)s answers for “%(title)s” from now on"),
        Delegation.State.DECLINED: _("%(name)s can’t answer for “%(title)s”: it stays with you"),
    }
    if page is None or offer.state not in words:
        return None
    name = offer.to.get_full_name()
    return Content(
        title=gettext(words[offer.state]) % {"name": name, "title": page.title},
        url=_reviews(),
        action=gettext("See your texts"),
        closed=is_closed(page),
        who=name,
    )


def _name_of(payload: dict) -> str:
    person = User.objects.filter(pk=payload.get("person")).first()
    return person.get_full_name() if person else gettext("Former colleague")


def _handed_over(payload: dict, recipient) -> Content | None:
    """What somebody answers for since a colleague left; only what they still do."""
    register = Register()
    wanted = {UUID(key) for key in payload["keys"]}
    keys = [one.row.key for one in register.of(recipient) if one.row.key in wanted]
    pages = titles_for(recipient, keys, get_language()) if keys else {}
    if not pages:
        return None
    return Content(
        title=ngettext(
            "You answer for %(count)d text now that %(name)s has left",
            "You answer for %(count)d texts now that %(name)s has left",
            len(pages),
        )
        % {"count": len(pages), "name": _name_of(payload)},
        url=_reviews(),
        text=_titles(pages.values()),
        action=gettext("See your texts"),
    )


def _orphaned(payload: dict, recipient) -> Content | None:
    """Texts that nobody answers for, for who may choose an owner; nothing once each has one."""
    if not may_govern(recipient):
        return None
    wanted = {UUID(key) for key in payload["keys"]}
    keys = [one.row.key for one in Register().unanswered if one.row.key in wanted]
    pages = titles_for(recipient, keys, get_language()) if keys else {}
    if not pages:
        return None
    words = {"count": len(pages)}
    if payload.get("late"):
        title = ngettext(
            "%(count)d text has had no owner for two weeks: choose one",
            "%(count)d texts have had no owner for two weeks: choose one",
            len(pages),
        )
    else:
        title = ngettext(
            "%(count)d text has no owner any more: choose one within 14 days",
            "%(count)d texts have no owner any more: choose one within 14 days",
            len(pages),
        )
    return Content(title=title % words, url=_reviews(), text=_titles(pages.values()), action=gettext("Choose an owner"))


def _leaving(payload: dict, recipient) -> Content | None:
    """What will move when one of their people leaves; nothing where they stay, or nothing is theirs any more."""
    person = User.objects.active().filter(pk=payload["person"], end_date__gte=timezone.localdate()).first()
    if person is None or not User.objects.leading(person).filter(pk=recipient.pk).exists():
        return None
    moves = plan_hand_over(person)
    if not moves:
        return None
    return Content(
        title=ngettext(
            "%(name)s is leaving: see who gets %(count)d text",
            "%(name)s is leaving: see who gets %(count)d texts",
            len(moves),
        )
        % {"name": person.get_full_name(), "count": len(moves)},
        url=reverse("reviews:leaving"),
        action=gettext("See what will move"),
        who=person.get_full_name(),
    )


register(Kind(DUE, _("Texts you answer for that have to be checked"), _due, asks=True))
register(Kind(OFFERED, _("A colleague asks you to answer for a text"), _offered, asks=True))
register(Kind(ANSWERED, _("What a colleague answers when you hand a text on"), _answered))
register(Kind(HANDED_OVER, _("Texts you answer for because their owner left"), _handed_over))
register(Kind(ORPHANED, _("Texts that nobody answers for any more"), _orphaned, asks=True, concerns=may_govern))
register(
    Kind(
        LEAVING,
        _("Texts that move when one of your people leaves"),
        _leaving,
        concerns=lambda user: User.objects.led_by(user).exists(),
    )
)
