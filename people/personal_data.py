"""What the portal keeps about somebody, for that person to take along: as data (JSON), to read (HTML), and their files.

An app above that keeps something about people says in a module ``personal_data`` what that is, with ``register``.
"""

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.files.storage import Storage
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import APIToken

from .models import User


@dataclass(frozen=True)
class OwnFile:
    """A file of the person: what they called it, and where it lies."""

    name: str
    place: str
    storage: Storage


@dataclass(frozen=True)
class Part:
    """What one app keeps: ``collect(person)`` returns dicts, lists, texts, numbers and dates.

    ``labels`` gives keys their words on the page to read; ``files(person)`` yields ``OwnFile``.
    """

    name: str
    label: str | Promise
    collect: Callable[[User], object]
    labels: Mapping[str, str | Promise] = field(default_factory=dict)
    files: Callable[[User], Iterable[OwnFile]] = lambda person: ()


_parts: dict[str, Part] = {}


def register(part: Part) -> Part:
    """Add a part; a second one of the same name replaces the first."""
    _parts[part.name] = part
    return part


def all_parts() -> list[Part]:
    """Every part, in the order of registering."""
    return list(_parts.values())


def collect(person: User) -> dict[str, object]:
    """``{name of the part: its data}``; everything in it is what JSON knows."""
    data = {part.name: part.collect(person) for part in all_parts()}
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


def write_zip(person: User, out: IO[bytes]) -> None:
    """``data.json``, ``data.html`` in the active language, and a folder ``files``. A file that is gone is passed over."""
    data = collect(person)
    parts = [(part, data[part.name]) for part in all_parts()]
    context = {"person": person, "parts": parts, "made_at": timezone.now()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("data.html", render_to_string("people/personal_data_file.html", context))
        number = 0
        for part in all_parts():
            for file in part.files(person):
                if file.storage.exists(file.place):
                    number += 1
                    with file.storage.open(file.place) as source:
                        archive.writestr(f"files/{number}-{_safe(file.name)}", source.read())


def _safe(name: str) -> str:
    """A name that is a name on every machine, never a place."""
    name = re.sub(r"\.{2,}", ".", re.sub(r"[^\w.\- ]+", "_", name))
    return name[-100:].strip(". ") or "file"


def _account(person: User) -> dict:
    names = (
        "first_name",
        "last_name",
        "email",
        "staff_number",
        "job_title",
        "job_title_en",
        "phone",
        "locale",
        "time_zone",
        "working_days",
        "hours_per_week",
        "start_date",
        "end_date",
        "date_joined",
        "last_login",
    )
    return {
        **{name: getattr(person, name) for name in names},
        "team": person.team.name if person.team else None,
        "location": person.location.name if person.location else None,
        "contract_type": person.get_contract_type_display(),
        "manager": person.manager.get_full_name() if person.manager else None,
        "roles": sorted(person.groups.values_list("name", flat=True)),
        "leads": sorted(person.leads_teams.values_list("name", flat=True)),
    }


def _signing_in(person: User) -> dict:
    """By whom they are known at the issuer, whether they use codes, and where they are signed in; no secret of it."""
    sessions = UserSession.objects.filter(user=person).order_by("created_at")
    return {
        "addresses": list(EmailAddress.objects.filter(user=person).values_list("email", flat=True)),
        "single_sign_on": list(SocialAccount.objects.filter(user=person).values("provider", "uid", "date_joined")),
        "codes": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "keys": list(APIToken.objects.filter(user=person).values("name", "created", "last_used_at")),
        "sessions": list(sessions.values("created_at", "last_seen_at", "ip", "user_agent")),
    }


def _photo(person: User) -> Iterable[OwnFile]:
    if person.photo:
        yield OwnFile(person.photo.name.rpartition("/")[2], person.photo.name, person.photo.storage)


register(
    Part(
        "account",
        _("Your account"),
        _account,
        labels={
            **{field.name: field.verbose_name for field in User._meta.fields},
            "roles": _("roles"),
            "leads": _("teams you lead"),
        },
        files=_photo,
    )
)
register(
    Part(
        "signing_in",
        _("How you sign in"),
        _signing_in,
        labels={
            "addresses": _("e-mail addresses"),
            "keys": _("keys for programs"),
            "name": _("name"),
            "created": _("since"),
            "single_sign_on": _("single sign-on"),
            "provider": _("issuer"),
            "uid": _("identity at the issuer"),
            "date_joined": _("linked on"),
            "codes": _("codes"),
            "type": _("kind"),
            "sessions": _("where you are signed in"),
            "created_at": _("since"),
            "last_seen_at": _("last there on"),
            "last_used_at": _("last used on"),
            "ip": _("address on the internet"),
            "user_agent": _("browser"),
        },
    )
)
