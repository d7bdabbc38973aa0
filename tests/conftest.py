"""What all tests share: the empty page tree and people to sign in as."""

import gc
import io
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import translation

from base.trail import follow
from portal.catalogues import compile_catalogues
from search import outbox
from tests.factories import UserFactory

compile_catalogues()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The page tree and the roles every portal starts from, once for all tests."""
    with django_db_blocker.unblock():
        call_command("create_page_tree", stdout=io.StringIO())
        call_command("create_roles", stdout=io.StringIO())
    # What is loaded by now stays to the end. Looking through it for garbage again and again took a twentieth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def _start_anew():
    """No test reads what another cached, speaks the language of its last request, or indexes what it left."""
    cache.clear()
    translation.deactivate()
    follow(None)
    outbox.forget_what_waits()
    yield
    # What a test committed is rolled back or flushed by now, so the end of the process has nothing to work off either.
    outbox.forget_what_waits()


@pytest.fixture(autouse=True)
def _leave_the_admins_index(request, monkeypatch):
    """The index that only the admin searches isn't kept, unless a test is marked ``admin_search``: it is dear."""
    if "admin_search" not in request.keywords:
        nothing = SimpleNamespace(enqueue=lambda *args: None)
        monkeypatch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", nothing)
        monkeypatch.setattr("base.indexing._index", lambda model, keys: None)


@pytest.fixture
def make_user(db):
    """``make_user(email=..., groups=["Editors"], **fields)``: a colleague who can sign in."""
    return UserFactory


@pytest.fixture
def user(db):
    """A colleague without any role."""
    return UserFactory()


@pytest.fixture
def as_user(client):
    """``as_user(user)``: the test client, signed in."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def trunk(db):
    """``trunk(ManualIndexPage, "nl")``: a page of the standing tree by type and language."""

    def get(model, language: str = "nl"):
        return model.objects.get(locale__language_code=language)

    return get
