"""What a mail looks like: words, links, and the headers that let mail programs offer the way out."""

from dataclasses import replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from base.chrome import house_style
from base.house_style import pairs

from .kinds import Content, get_kind
from .resolving import Item
from .unsubscribing import unsubscribe_url

MAX_ITEMS = 12


def build_mail(recipient, items: list[Item]) -> EmailMultiAlternatives:
    """One mail for all items, with a plain-text part and a way out that needs no sign-in. Call it in the receiver's language."""
    kinds = sorted({item.newest.kind for item in items})
    leave = unsubscribe_url(recipient, kinds[0] if len(kinds) == 1 else "")
    style = house_style()
    context = {
        "recipient": recipient,
        "items": [_for_mail(item.content) for item in items[:MAX_ITEMS]],
        "more": max(0, len(items) - MAX_ITEMS),
        "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        "list_url": reverse("notifications:list"),
        "preferences_url": reverse("notifications:preferences"),
        "unsubscribe_url": leave,
        "only_kind": get_kind(kinds[0]).label if len(kinds) == 1 else "",
        "organisation": style.name,
        "colours": {name.replace("-", "_"): value for name, value in pairs(style.accent, "light").items()},
        "subject": _subject(items),
    }
    text, html = (
        get_kind(kinds[0]).templates if len(kinds) == 1 else ("notifications/mail.txt", "notifications/mail.html")
    )
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(text, context),
        to=[recipient.email],
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(html, context), "text/html")
    return mail


def _for_mail(content: Content) -> Content:
    """Without the words where not everybody may read them."""
    return replace(content, text="") if content.closed else content


def _subject(items: list[Item]) -> str:
    if len(items) == 1:
        # One line: a line break would add headers.
        return " ".join(items[0].content.title.split())[:200]
    words = ngettext("%(count)d message for you", "%(count)d messages for you", len(items))
    return words % {"count": len(items)}
