"""A walk through a filled portal, by whichever version of the code runs it: prints what each page answered, as JSON.

It stands on nothing but what the portal has had from the first release on, since the version before runs it as well.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import DatabaseError, IntegrityError, models, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import Page  # noqa: E402

ROLES = ("newcomer", "employee", "buddy", "manager", "moderator", "editor", "hr", "community", "admin")
ADDRESSES = (
    "/nl/",
    "/en/",
    "/nl/onboarding/",
    "/nl/stories/new/",
    "/nl/search/?q=verlof",
    "/en/development/",
    "/admin/",
)
EACH = 12


def pages() -> list[str]:
    """Addresses of some pages of each type."""
    found = []
    for model in (model for model in apps.get_models() if issubclass(model, Page) and model is not Page):
        live = [page.url for page in model.objects.live().order_by("path")]
        found += [url for url in live[:: max(1, len(live) // 3)][:3] if url]
    return found


def answers() -> dict[str, int]:
    """The status of each page for each role."""
    found, urls = {}, pages()
    for number, role in enumerate(ROLES):
        client = Client(HTTP_HOST="localhost", raise_request_exception=False)
        client.force_login(get_user_model().objects.get(email=f"{role}@demo.example"))
        # Another part of the pages for each role; the administrator sees all.
        mine = urls if role == "admin" else urls[number :: len(ROLES)]
        for url in (*ADDRESSES, *mine):
            found[f"{role} {url}"] = client.get(url).status_code
    return found


def refused_inserts() -> list[str]:
    """Models of which the database takes no new row as this code writes it."""
    refused = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy or not isinstance(model._meta.pk, models.AutoField):
            continue
        row = model._base_manager.first()
        if row is None:
            continue
        row.pk, row._state.adding = None, True
        try:
            with transaction.atomic():
                row.save_base(raw=True, force_insert=True)
                transaction.set_rollback(True)
        except IntegrityError as error:
            # A copy may well break a unique constraint; a column this code doesn't know may not be asked of it.
            if "NOT NULL" in str(error):
                refused.append(f"{model._meta.label}: {error}")
        except DatabaseError as error:
            refused.append(f"{model._meta.label}: {error}")
    return refused


print(json.dumps({"answers": answers(), "refused": refused_inserts()}))  # noqa: T201
