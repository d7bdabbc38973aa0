"""Every address: looking changes nothing, a form without its token is refused, methods that nobody uses do nothing."""

import pytest
from django.test import Client

from tests.addresses import all_addresses
from tests.factories import UserFactory
from tests.writes import writes

pytestmark = pytest.mark.django_db
# Sessions, and what search brings up to date before it answers.
WRITTEN_BY_LOOKING = {"django_session", "search_outboxentry"}


def test_looking_changes_nothing():
    client, broken, changed, loose = Client(raise_request_exception=False), [], [], []
    client.force_login(UserFactory())
    for address, _name in all_addresses():
        if address.startswith("/admin/"):
            continue
        with writes() as written:
            response = client.get(address)
            if response.streaming:
                b"".join(response.streaming_content)
        if response.status_code >= 500:
            broken.append((address, response.status_code))
        changed += [(address, table) for table in written - WRITTEN_BY_LOOKING]
        kept = response.get("Cache-Control", "")
        if response.status_code == 200 and response["Content-Type"].startswith(("text/html", "application/json")):
            loose += [address] if "private" not in kept or "no-store" not in kept else []
    assert (broken, changed, loose) == ([], [], [])


def test_a_form_without_its_token_is_refused_everywhere():
    client, taken = Client(raise_request_exception=False, enforce_csrf_checks=True), []
    client.force_login(UserFactory(is_superuser=True))
    for address, name in all_addresses():
        with writes() as written:
            status = client.post(address, {"name": "x"}).status_code
        if status not in (302, 403, 404, 405) or written:
            taken.append((address, name, status, written))
    assert taken == []
    # The walk would see it: with the token the same request is taken.
    token = client.get("/nl/settings/").cookies["csrftoken"].value
    assert client.post("/nl/settings/", {"locale": "x"}, headers={"X-CSRFToken": token}).status_code == 200


def test_methods_that_nobody_uses_change_nothing():
    client, broken = Client(raise_request_exception=False), []
    client.force_login(UserFactory())
    for address, _name in all_addresses():
        if address.startswith("/admin/"):
            continue
        for method in ("put", "patch", "delete", "trace", "head", "options"):
            with writes() as written:
                response = getattr(client, method)(address, headers={"X-HTTP-Method-Override": "DELETE"})
                if response.streaming:
                    b"".join(response.streaming_content)
            if response.status_code >= 500 or written - WRITTEN_BY_LOOKING:
                broken.append((method, address, response.status_code, written))
    assert broken == []
