"""What is told about manuals: large changes to followers, feedback to who answers for a text, answers to who gave it."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from notifications.kinds import Content, Kind, is_closed, register

from . import review_kinds  # noqa: F401 - registers its own
from .models import Feedback, Following, PageChange
from .reading.feedback import ReceivedFeedback, pages_by_key
from .reading.manuals import manual_above
from .services.changes import MANUAL_CHANGED
from .services.feedback import ANSWERED, RECEIVED


def _changed(payload: dict, recipient) -> Content | None:
    """Nothing for who no longer follows the manual, or may no longer see the page."""
    change = PageChange.objects.filter(pk=payload["change"]).select_related("page").first()
    if change is None or not Following.objects.filter(user=recipient, manual_key=payload["manual"]).exists():
        return None
    page = _as_read_by(recipient, change.page)
    manual = page and manual_above(page)
    if not manual:
        return None
    title = gettext("“%(manual)s” was changed")
    if manual.pk != page.pk:
        title = gettext("“%(manual)s” was changed: %(chapter)s")
    return Content(
        title=title % {"manual": manual.title, "chapter": page.title},
        url=page.get_url() or "",
        text=change.line,
        action=gettext("See what changed"),
        closed=is_closed(page),
    )


def _as_read_by(recipient, page: Page) -> Page | None:
    """The page in the active language (maybe an alias), or else itself; None where neither is there for them."""
    return pages_by_key(recipient, [page.translation_key]).get(page.translation_key)


def _received(payload: dict, recipient) -> Content | None:
    """Nothing once it was answered or taken back, or isn't this colleague's to answer any more."""
    received = ReceivedFeedback(recipient)
    row = received.find(payload["feedback"])
    if row is None or row.status != Feedback.Status.OPEN:
        return None
    page = received.with_pages([row])[0].page
    name = row.user.get_full_name() if row.with_name and row.user else ""
    title = gettext("%(name)s wrote about “%(page)s”") if name else gettext("A colleague wrote about “%(page)s”")
    return Content(
        title=title % {"name": name, "page": page.title},
        url=f"{reverse('guidelines:feedback')}#feedback-{row.pk}",
        text=row.comment,
        action=gettext("Read and answer"),
        closed=is_closed(page),
    )


def _received_together(contents: list[Content]) -> str:
    count = len(contents)
    return ngettext("%(count)d comment on what you answer for", "%(count)d comments on what you answer for", count) % {
        "count": count
    }


def _answered(payload: dict, recipient) -> Content | None:
    """Nothing while it is open again, or where they may no longer see the page."""
    row = Feedback.objects.with_words().filter(pk=payload["feedback"], user=recipient).first()
    if row is None or row.answered_at is None or (row.status == Feedback.Status.OPEN and not row.answer):
        return None
    page = pages_by_key(recipient, [row.page_key]).get(row.page_key)
    if page is None:
        return None
    titles = {
        Feedback.Status.PLANNED: gettext("Something will be done with what you wrote about “%(page)s”"),
        Feedback.Status.DONE: gettext("Something was done with what you wrote about “%(page)s”"),
        Feedback.Status.OPEN: gettext("There is an answer to what you wrote about “%(page)s”"),
    }
    return Content(
        title=titles[Feedback.Status(row.status)] % {"page": page.title},
        url=f"{reverse('guidelines:mine')}#feedback-{row.pk}",
        text=row.answer,
        action=gettext("Read the answer"),
        closed=is_closed(page),
    )


register(Kind(MANUAL_CHANGED, _("A large change of a manual that you follow"), _changed))
register(
    Kind(
        RECEIVED,
        _("What readers write about a text that you answer for"),
        _received,
        asks=True,
        together=_received_together,
    )
)
register(Kind(ANSWERED, _("An answer to what you wrote about a manual"), _answered))
