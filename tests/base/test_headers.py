"""What every response carries: what the browser may load, frame, keep and tell others."""

import re

import pytest
from django.core.files.base import ContentFile
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedUnsupportedProviderException

from tests.crawl import crawl, links_in
from tests.factories import ImageFactory, UserFactory
from tests.project.conftest import make_page, page_types

pytestmark = pytest.mark.django_db
PICTURES_OF_OTHERS = re.compile(r"gravatar|googleapis|gstatic|cdn\.|releases\.wagtail", re.IGNORECASE)


def _policy(response) -> dict[str, list[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {words[0]: words[1:] for words in parts if words}


@pytest.fixture
def everything(as_user):
    """Every page of the portal as a reader gets it, one of every type included."""
    for model in page_types():
        make_page(model, f"Tekst {model.__name__}")
    return crawl(as_user(UserFactory()), ["/nl/", "/en/", "/nl/search/?q=tekst", "/nl/nothing-here/"])


def _pages(everything) -> dict[str, object]:
    return {
        address: response
        for address, response in everything.items()
        if response.get("Content-Type", "").startswith("text/html") and response.status_code != 302
    }


def test_readers_pages_run_nothing_inline_and_load_nothing_from_elsewhere(everything):
    pages = _pages(everything)
    assert len(pages) > 2 * len(page_types())
    for address, response in pages.items():
        policy = _policy(response)
        assert policy["default-src"] == ["'self'"], address
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert not response.has_header("Content-Security-Policy-Report-Only")
        content = response.content.decode()
        assert not re.search(
            r"<style|\sstyle=|\son\w+=\"|javascript:|<script(?![^>]*\bsrc=)[^>]*>\s*[^\s<]", content
        ), address
        assert not PICTURES_OF_OTHERS.search(content)


def test_no_page_names_another_host_to_load_from(everything):
    for address, response in _pages(everything).items():
        html = re.sub(r"<a\s[^>]*>", "", response.content.decode())
        assert not {link for link in links_in(html, address) if "//" in link}, address


def test_no_page_is_kept_found_framed_or_told_on(everything):
    for address, response in _pages(everything).items():
        assert response["Cache-Control"] == "private, no-store", address
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/accounts/login/", "/nl/", "/media/images/x.png", "/nl/nothing/"])
def test_what_a_stranger_gets_is_kept_nowhere_either(client, path):
    response = client.get(path)
    assert response["Cache-Control"].startswith("private, no-store") or "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/images/", "/admin/reports/locked/"])
def test_the_admin_has_a_policy_of_its_own(as_user, path):
    response = as_user(UserFactory(is_superuser=True)).get(path)
    policy = _policy(response)
    assert response.status_code == 200
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]
    assert "http" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_the_admin_asks_nobody_elsewhere(as_user):
    admin = as_user(UserFactory(is_superuser=True))
    for path in ("/admin/", "/admin/account/", "/admin/users/"):
        content = admin.get(path, follow=True).content.decode()
        assert not PICTURES_OF_OTHERS.search(content)


def test_the_admin_shows_the_colleagues_own_photo(as_user):
    photo = ContentFile(ImageFactory().file.open().read(), name="me.png")
    boss = UserFactory(is_superuser=True, photo=photo)
    assert boss.photo.url in as_user(boss).get("/admin/").content.decode()


def test_nothing_is_fetched_to_embed_it():
    with pytest.raises(EmbedUnsupportedProviderException):
        get_embed("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
