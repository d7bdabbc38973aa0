"""Calls for stories: opened, changed and ended from the portal; who is asked by name is told once."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Page

from notifications.services import notify

from ..addresses import is_reserved
from ..judges import COMMUNITY_MANAGERS
from ..models import CallInvitation, CallRefusal, StoryCall, StoryIndexPage, StoryPage, StoryTheme
from .moving import NotAllowedError


def may_call(user) -> bool:
    """Whether this person opens and ends calls from the portal: community managers and administrators."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or user.groups.filter(name=COMMUNITY_MANAGERS).exists()


def own_call(call: StoryCall) -> StoryCall:
    """The page that the call is written on: the original of an alias."""
    return StoryCall.objects.get(pk=call.alias_of_id) if call.alias_of_id else call


@transaction.atomic
def save_call(
    *,
    by,
    title: str,
    summary: str,
    ends_on: date,
    example: str = "",
    theme: StoryTheme | None = None,
    people: Iterable = (),
    call: StoryCall | None = None,
    language: str = "nl",
) -> StoryCall:
    """Open a call, or change ``call``; it is published at once, in every language's list.

    ``people`` are asked by name; who is added is told, who was told before isn't told again. Raises NotAllowedError
    for who may not, StoryIndexPage.DoesNotExist where ``language`` has no place for stories.
    """
    if not may_call(by):
        raise NotAllowedError(_("You may not open calls."))
    page = own_call(call) if call else _new_call(title, ends_on, language, by)
    page.title, page.summary, page.ends_on = title.strip(), summary.strip(), ends_on
    page.example, page.theme = example.strip(), theme
    known = {row.person_id: row for row in page.invitations.all()}
    wanted = list(dict.fromkeys(people))
    page.invitations.set([known.get(person.pk) or CallInvitation(person=person) for person in wanted])
    page.save_revision(user=by, log_action=True).publish(user=by, skip_permission_checks=True)
    return StoryCall.objects.get(pk=page.pk)


def _new_call(title: str, ends_on: date, language: str, by) -> StoryCall:
    channels = StoryIndexPage.objects.live().filter(locale__language_code=language, alias_of__isnull=True)
    channel = channels.order_by("path").first() or StoryIndexPage.objects.live().get(locale__language_code=language)
    # Two calls at once wait for each other here: for their place in the tree, and for their address.
    Page.objects.select_for_update().get(pk=channel.pk)
    channel.refresh_from_db()
    plain = _("call")
    slug = slugify(title, allow_unicode=True)[:80].strip("-_") or plain
    slug = find_available_slug(channel, f"{plain}-{slug}" if is_reserved(slug) else slug)
    page = StoryCall(title=title, ends_on=ends_on, slug=slug, locale=channel.locale, live=False, owner=by)
    channel.add_child(instance=page)
    return page


@transaction.atomic
def end_call(*, call: StoryCall, by) -> StoryCall:
    """End a call now: yesterday was the last day. Ending it again changes nothing. Raises NotAllowedError."""
    if not may_call(by):
        raise NotAllowedError(_("You may not open calls."))
    page = own_call(call)
    if page.is_open:
        page.ends_on = timezone.localdate() - timedelta(days=1)
        page.save_revision(user=by, log_action=True).publish(user=by, skip_permission_checks=True)
    return page


def tell_asked(*, call: StoryCall) -> None:
    """Tell everybody asked by name, once for this call in whatever language; after it was published."""
    if call.alias_of_id or not call.is_open:
        return
    rows = CallInvitation.objects.filter(call=call, person__is_active=True).select_related("person")
    for row in rows.order_by("pk"):
        notify(
            recipient=row.person,
            kind="call.asked",
            key=f"call-{call.translation_key}",
            payload={"call": str(call.translation_key)},
        )


def is_asked(call: StoryCall, user) -> bool:
    """Whether this person was asked by name."""
    return CallInvitation.objects.filter(call__translation_key=call.translation_key, person=user).exists()


@transaction.atomic
def decline_call(*, call: StoryCall, person) -> None:
    """Say no, silently: nobody is told and nobody can see it. Again changes nothing.

    Raises NotAllowedError for somebody who wasn't asked.
    """
    if not is_asked(call, person):
        raise NotAllowedError(_("You were not asked by name."))
    CallRefusal.objects.get_or_create(call_key=call.translation_key, person=person)


@transaction.atomic
def reconsider_call(*, call: StoryCall, person) -> None:
    """Take back a no; without one it changes nothing."""
    CallRefusal.objects.filter(call_key=call.translation_key, person=person).delete()


def has_declined(call: StoryCall, person) -> bool:
    """Whether this person said no. For themselves alone."""
    return CallRefusal.objects.filter(call_key=call.translation_key, person=person).exists()


def has_answered(call: StoryCall, person) -> bool:
    """Whether this person sent a story for it."""
    return StoryPage.objects.filter(call__translation_key=call.translation_key, author=person).exists()
