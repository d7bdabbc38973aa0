"""Without signing in there is nothing but signing in."""

import pytest
from django.core.files.base import ContentFile

from base.models import PortalDocument
from tests.addresses import all_addresses
from tests.crawl import crawl, links_in
from tests.factories import ImageFactory, UserFactory
from tests.project.conftest import make_page, page_types

pytestmark = pytest.mark.django_db

# Open to everybody, each for a reason: being alive, looks of the sign-in page, signing in, a forgotten password, and
# copies of stories that their authors, the people in them and a moderator let go outside (tests/stories/test_shared.py).
OPEN = {
    "health",
    "ready",
    "theme",
    "logo",
    "choose_language",
    "account_login",
    "account_inactive",
    # Says that somebody signed out; and to a script, with 401, where to sign in.
    "signed_out",
    "fresh_token",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    # Less mail, by the signed link of the mail.
    "unsubscribe",
    # The way in before there is a work account (tests/onboarding/test_preboarding.py).
    "preboarding_link",
    "preboarding_ask",
    "preboarding_asked",
    "public_profile",
    "snapshot",
    "snapshot_photo",
    "snapshot_card",
    "snapshot_nothing",
}
# What moderators let go outside, and figures for a machine that watches; without a token that exists there is nothing.
OUTSIDE = {"metrics", "public_profile", "snapshot", "snapshot_photo", "snapshot_card", "snapshot_nothing"}
# These only lead to the front page, or to signing in or out.
LEADING = {"front_door", "account_logout", "account_confirm_login_code"}


def _asks_to_sign_in(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith(("/accounts/login/", "/admin/login/"))


@pytest.mark.parametrize("method", ["get", "post", "options"])
def test_every_address_asks_a_stranger_to_sign_in(client, method):
    answers = {(address, name): getattr(client, method)(address) for address, name in all_addresses()}
    assert len(answers) > 150
    open_ones = {
        (address, name, response.status_code)
        for (address, name), response in answers.items()
        if name not in OPEN | OUTSIDE | LEADING and not _asks_to_sign_in(response)
    }
    # A form without its token, and a method that isn't there, say nothing about what is behind the address.
    refused = {entry for entry in open_ones if entry[2] in (403, 405)}
    assert open_ones - refused == set()
    assert method != "get" or not refused


def test_outside_there_is_nothing_without_a_token_that_exists(client):
    addresses = [address for address, name in all_addresses() if name in OUTSIDE]
    assert len(addresses) == len(OUTSIDE)
    for address in [*addresses, "/share/x/y/z/", "/share/../nl/"]:
        for method in (client.get, client.head, client.post):
            assert method(address).status_code in (404, 405), address


def test_what_leads_elsewhere_leads_to_signing_in(client):
    for address, name in all_addresses():
        if name in LEADING:
            end = client.get(address, follow=True).redirect_chain[-1][0]
            assert end.startswith(("/accounts/login/", "/accounts/signed-out/"))


def test_what_is_open_shows_no_page_and_nobody(client, as_user):
    colleague = UserFactory(first_name="Hadewych")
    make_page(page_types()[0], "Binnenskamers")
    for address, name in all_addresses():
        if name in OPEN:
            content = client.get(address, follow=True).content.decode()
            assert "Binnenskamers" not in content
            assert colleague.first_name not in content
            assert "/nl/handboek/" not in content


def test_everything_a_reader_comes_across_is_closed_to_a_stranger(client, as_user, indexed):
    for model in page_types():
        make_page(model, f"Tekst {model.__name__}")
    image = ImageFactory()
    document = PortalDocument.objects.create(title="Plan", file=ContentFile(b"%PDF-1.4", name="plan.pdf"))
    indexed()
    reader = UserFactory()
    seen = crawl(as_user(reader), ["/nl/", "/en/", "/nl/search/?q=tekst", image.file.url, document.url])
    assert sum(response.status_code == 200 for response in seen.values()) > 2 * len(page_types())
    client.logout()
    for address in seen:
        response = client.get(address)
        name = response.resolver_match.url_name if response.resolver_match else None
        assert _asks_to_sign_in(response) or name in OPEN | LEADING or response.status_code == 405, address
        assert "Tekst " not in (b"" if response.streaming else response.content).decode()


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/api/v2/pages/",
        "/api/v3/",
        "/nl/feed/",
        "/nl/nieuws/feed/",
        "/nl/_util/login/",
        "/nl/_util/authenticate_with_password/1/1/",
        "/documents/authenticate_with_password/1/",
        "/images/abc/1/width-100/",
        "/django-admin/",
    ],
)
def test_what_wagtail_could_mount_and_we_do_not_is_not_there(client, as_user, path):
    response = client.get(path, follow=True)
    assert response.status_code == 404 or response.redirect_chain[-1][0].startswith("/accounts/login/")
    assert as_user(UserFactory()).get(path, follow=True).status_code == 404


def test_the_sign_in_page_names_no_other_host(client):
    hosts = {link for link in links_in(client.get("/accounts/login/").content) if "//" in link}
    assert hosts == set()
