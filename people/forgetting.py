"""Forgetting somebody who asks for it: the account stays as an empty place that what others wrote can point to.

Leaving closes an account and changes nothing else. Forgetting goes further: name, address, photo and everything kept about
the person go, and what they wrote is by a former colleague from then on, in old versions as well. What somebody typed into
a text, themselves or another, is nobody's to rewrite here: it stays.

An app above that keeps something about people says in a module ``forgetting`` how it is forgotten, with ``register``.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, Revision
from wagtail.users.models import UserProfile
from wagtail_localize.models import TranslationSource

from base.models import AccessRequest
from base.models.byline import Bylined
from base.stamp import touch_content

from .files import delete_file
from .holding import KeptOnPurpose, reasons_to_keep
from .models import User, default_working_days
from .own_sessions import clear_sessions, end_sessions
from .pages_json import rewrite_revisions, rewrite_sources

logger = logging.getLogger(__name__)
ACTION = "people.forget"
# Rows of other packages that are about one person and nothing else, where the package is installed.
PRIVATE_ROWS = (
    ("account", "EmailAddress", "user"),
    ("mfa", "Authenticator", "user"),
    ("socialaccount", "SocialAccount", "user"),
    ("usersessions", "UserSession", "user"),
    ("wagtailadmin", "EditingSession", "user"),
    ("wagtailadmin", "FormState", "user"),
    ("wagtailcore", "APIToken", "user"),
    ("wagtailcore", "PageSubscription", "user"),
    ("wagtailcore", "UploadedFile", "uploaded_by_user"),
)


@dataclass(frozen=True)
class Traces:
    """How the person was called until now, for what keeps a name as text."""

    full_name: str
    email: str


_forgetters: list[Callable[[User, Traces], None]] = []


def register(forget: Callable[[User, Traces], None]) -> Callable[[User, Traces], None]:
    """Have ``forget(person, traces)`` called, in the same transaction, while the person still has their name.

    It has to bear being called again for somebody forgotten before. Usable as a decorator.
    """
    if forget not in _forgetters:
        _forgetters.append(forget)
    return forget


def may_forget(administrator: User, person: User) -> bool:
    """Who keeps accounts may forget a colleague; a superuser only as a superuser, nobody themselves."""
    allowed = administrator.is_active and administrator.has_perm("people.change_user")
    return allowed and (administrator.is_superuser or not person.is_superuser) and administrator.pk != person.pk


@transaction.atomic
def forget_person(*, person: User, by: User | None) -> User:
    """Forget ``person``: see this module. Returns the empty account; run again it changes nothing more.

    ``by`` is the administrator, None for who runs the command on the server. Raises PermissionDenied, and
    ``KeptOnPurpose`` where something of the person is on hold.
    """
    if by is not None and not may_forget(by, person):
        raise PermissionDenied
    # Whoever puts something on hold waits for this row as well: see people.holding.
    person = User.objects.select_for_update().get(pk=person.pk)
    if reasons := reasons_to_keep(person):
        raise KeptOnPurpose(reasons)
    known = person.forgotten_at is None
    traces = Traces(person.get_full_name(), person.email) if known else Traces("", "")
    for forget in _forgetters:
        forget(person, traces)
    end_sessions(person=person)
    clear_sessions([person.pk])
    _delete_private_rows(person)
    _clear_labels(person, traces)
    if known:
        _empty(person)
        # The proof says that and by whom, never who it was.
        log(instance=person, action=ACTION, user=by)
        logger.info("Account %s was forgotten, by account %s.", person.pk, by.pk if by else "of the server")
    clear_bylines(person)
    touch_content()
    return person


def _empty(person: User) -> None:
    photo = person.photo.name
    person.first_name = person.last_name = person.job_title = person.job_title_en = person.phone = ""
    person.email = f"forgotten-{person.pk}@portal.invalid"
    person.contract_type = ""
    person.staff_number = person.team = person.location = person.manager = person.start_date = person.end_date = None
    person.last_login = None
    person.photo, person.theme, person.time_zone = "", "", User._meta.get_field("time_zone").default
    person.working_days, person.hours_per_week = default_working_days(), 36
    person.is_active = person.is_superuser = False
    person.forgotten_at = timezone.now()
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    person.leads_teams.clear()
    User.objects.filter(manager=person).update(manager=None)
    profile = UserProfile.objects.filter(user=person).first()
    if profile is not None:
        delete_file(profile.avatar.storage, profile.avatar.name)
        profile.delete()
    delete_file(User._meta.get_field("photo").storage, photo)


def _delete_private_rows(person: User) -> None:
    for app_label, model, field in PRIVATE_ROWS:
        if app_label in apps.app_configs:
            apps.get_model(app_label, model)._base_manager.filter(**{field: person}).delete()
    AccessRequest.objects.filter(user=person).delete()
    Page.objects.filter(locked_by=person).update(locked=False, locked_by=None, locked_at=None)


def _clear_labels(person: User, traces: Traces) -> None:
    """Wagtail's log keeps what a thing was called as text: the account itself, and rows named after its person."""
    with override("en"):
        nobody = _("Former colleague")
    own = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    ).exclude(action=ACTION)
    own.update(label=nobody, data={})
    for name in filter(None, (traces.full_name, traces.email)):
        for entry in ModelLogEntry.objects.filter(label__contains=name):
            entry.label = entry.label.replace(name, nobody)
            entry.save(update_fields=["label"])


def bylined_models() -> list[type]:
    """Every page type that keeps the name of its author."""
    return [model for model in apps.get_models() if issubclass(model, Bylined)]


def clear_bylines(person: User) -> None:
    """Take name and role of this author from pages, translations, aliases, old versions and texts to translate."""
    keys = set()
    for model in bylined_models():
        pages = model._base_manager.filter(author=person)
        keys.update(pages.values_list("translation_key", flat=True))
        pages.update(author_name="", author_role="")
    types = ContentType.objects.get_for_models(*bylined_models()).values()
    versions = Revision.objects.filter(content_type__in=types, content__author=person.pk)
    rewrite_revisions(versions, {"author_name": "", "author_role": ""})
    sources = TranslationSource.objects.filter(object_id__in=keys)
    rewrite_sources(sources, {"author_name": "", "author_role": ""}, where={"author": person.pk})
