"""Where a form leads back to: an address of this portal, or what its page says otherwise."""

import pytest

from base.returning import place_to_return
from guidelines.models import ManualIndexPage
from tests.factories import ManualFactory


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/nl/manuals/mine/?page=2#here", "/nl/manuals/mine/?page=2#here"),
        ("http://testserver/nl/", "http://testserver/nl/"),
        ("", "/otherwise/"),
        ("0", "/otherwise/"),
        ("account_login", "/otherwise/"),
        ("?q=x", "/otherwise/"),
        ("httpx", "/otherwise/"),
        ("https://elsewhere.example/", "/otherwise/"),
        ("//elsewhere.example/", "/otherwise/"),
        ("/\\elsewhere.example", "/otherwise/"),
        ("javascript:alert(1)", "/otherwise/"),
        ("\x00", "/otherwise/"),
    ],
)
def test_only_an_address_of_this_portal_is_led_to(rf, typed, leads_to):
    request = rf.post("/", {"next": typed})
    assert place_to_return(request, "/otherwise/") == leads_to


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["0", "account_login", "?"])
def test_following_survives_any_way_back(as_user, user, trunk, typed):
    manual = ManualFactory(parent=trunk(ManualIndexPage))
    answer = as_user(user).post(f"/nl/manuals/{manual.pk}/follow/", {"next": typed})
    assert answer.status_code == 302 and answer["Location"].startswith("/nl/")
