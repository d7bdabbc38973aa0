"""What anybody sees outside, and what nobody does."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from wagtail.models import PageViewRestriction

from base.models import HouseStyle, PortalImage
from stories.models import Portrayal, StoryPhoto
from stories.services.sharing import end_release
from tests.factories import UserFactory
from tests.stories.going_outside import bring_outside, publish, say_yes  # noqa: F401
from tests.stories.test_sharing import WAYS_BACK

pytestmark = pytest.mark.django_db
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt:alert(1))",
    "[klik](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](http://evil.example/x.png)",
    '<https://evil.example/"onmouseover=alert(1)>',
    "{{ 7|add:7 }}{% load i18n %}",
    "</title></head><body onload=alert(1)>",
]


@pytest.fixture
def person(db):
    """Somebody who can be recognised."""
    return UserFactory(first_name="Hadewych", last_name="Canarius", email="hadewych@example.org")


@pytest.fixture
def author(db):
    """The author, with a role."""
    return UserFactory(first_name="Daan", last_name="Achternaam", job_title="Monteur", email="daan@example.org")


@pytest.fixture
def outside(send, author, moderator, person):
    """``outside(**values)``: submission and copy of a story with ``person`` in its photo."""

    def make(with_name: bool = False, people=(person,), **values):
        submission = publish(send, author, moderator, people=people, **values)
        return submission, bring_outside(submission, moderator, with_name=with_name)

    return make


def _address(copy) -> str:
    return reverse("shared:snapshot", args=[copy.token])


def _pictures(html: str) -> list[str]:
    return re.findall(r'(?:src|content)="(?:http://testserver)?(/share/[^"]+\.jpg)"', html)


def test_anybody_reads_a_copy_that_is_outside(client, outside):
    _submission, copy = outside(text="Wat ik zag, **en waarom** het telt.")
    response = client.get(_address(copy))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<strong>en waarom</strong>" in html
    assert '<html lang="nl">' in html
    assert "Daan, Monteur" in html
    assert HouseStyle.load().name in html
    assert 'alt="Twee mensen bij een kraan"' in html


def test_the_link_preview_is_complete(client, outside):
    _submission, copy = outside()
    html = client.get(_address(copy)).content.decode()
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html))
    url = f"http://testserver{_address(copy)}"
    assert meta["og:title"] == meta["twitter:title"] == "Een dag op de bouw"
    assert meta["og:description"] == meta["description"] == "Wat ik zag, en waarom het telt."
    assert (meta["og:url"], meta["og:type"], meta["og:locale"]) == (url, "article", "nl_NL")
    assert meta["og:image"] == meta["twitter:image"] == f"{url}card.jpg"
    assert meta["twitter:card"] == "summary_large_image"
    card = Image.open(BytesIO(b"".join(client.get(meta["og:image"]).streaming_content)))
    assert (card.format, card.size) == ("JPEG", (1200, 630))


def test_a_story_without_photos_has_a_card_with_its_title(client, outside):
    _submission, copy = outside(people=(), title="Een heel lange titel " * 11)
    response = client.get(f"{_address(copy)}card.jpg")
    assert Image.open(BytesIO(b"".join(response.streaming_content))).size == (1200, 630)


def test_nothing_of_the_portal_goes_along(client, outside, author, person):
    text = (
        "Zie [het handboek](/nl/handboek/veilig/), /en/stories/ of http://testserver.intern/nl/geheim/.\n\n"
        f"En {settings.WAGTAILADMIN_BASE_URL}/admin/pages/1/ en <{settings.WAGTAILADMIN_BASE_URL}/nl/kanarie/>.\n\n"
        "Mail [Hadewych](mailto:hadewych@example.org) of HADEWYCH@example.org, of [elders](https://www.example.net/x).\n\n"
        "[intern](https://wiki.lan/kanarie) [nummer](http://10.0.0.4/kanarie) [punt](#hier) [snel](//kanarie.example/)"
    )
    submission, copy = outside(text=text, title="Titel met hadewych@example.org en /nl/kanarie/")
    html = client.get(_address(copy)).content.decode()
    links = re.findall(r'<a [^>]*href="([^"]*)"', html)
    assert links == ["https://www.example.net/x"]
    assert "nofollow" in html
    words = (
        "kanarie",
        "/nl/",
        "/en/",
        "/admin",
        "/media/",
        "/accounts",
        "mailto:",
        "testserver.intern",
        "Canarius",
        "wiki.lan",
    )
    assert [word for word in words if word in html] == []
    assert "hadewych@example.org" not in html.lower()
    assert author.last_name not in html
    assert author.email not in html
    assert str(submission.story.translation_key) not in html
    assert "<form" not in html
    assert "<script" not in html
    assert "het handboek" in html


def test_the_author_may_put_their_full_name_with_it(client, outside):
    _submission, copy = outside(with_name=True)
    assert "Daan Achternaam, Monteur" in client.get(_address(copy)).content.decode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_field_lets_a_script_in(client, outside, author, payload):
    author.first_name = author.job_title = payload[:60]
    author.save()
    submission, copy = outside(title=f"Titel {payload}", text=f"Tekst {payload}\n\nEinde.")
    photo = copy.photos.get()
    photo.alt_text = photo.caption = payload
    photo.save()
    copy.summary = payload
    copy.save()
    html = client.get(_address(copy)).content.decode()
    tags = re.findall(r"<[a-zA-Z][^>]*>", html)
    assert not any(re.match(r"<(script|svg|iframe|object|base|form)", tag) for tag in tags)
    # Quotes within attributes are escaped, so what looks like a handler is text within a value.
    bare = [re.sub(r'"[^"]*"', '""', tag) for tag in tags]
    assert not any(re.search(r"\bon\w+\s*=", tag) for tag in bare)
    assert not re.search(r'(href|src)="\s*(javascript|data):', html, re.IGNORECASE)
    assert "14" not in re.findall(r"<h1>(.*?)</h1>", html)[0] or "7|add" in html


def test_the_copy_is_the_same_for_everybody_and_may_be_kept_for_a_moment_only(client, as_user, outside, author):
    _submission, copy = outside()
    stranger = client.get(_address(copy))
    signed_in = as_user(author).get(_address(copy), headers={"accept-language": "en"})
    assert signed_in.content == stranger.content
    for response in (stranger, signed_in, client.get(f"{_address(copy)}1.jpg")):
        assert response.headers["Cache-Control"] == "public, max-age=30, must-revalidate"
        assert "Vary" not in response.headers
        assert "Set-Cookie" not in str(response.headers)
        assert not response.cookies
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
    assert stranger.headers["Content-Language"] == "nl"


def test_no_session_is_read_for_it(client, as_user, outside, author):
    _submission, copy = outside()
    as_user(author)
    client.get(_address(copy))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(_address(copy))
    assert not any("session" in row["sql"] or "people_user" in row["sql"] for row in queries)
    assert len(queries) <= 6


def test_queries_stay_the_same_with_ten_times_the_photos(client, outside):
    submission, copy = outside()

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(_address(copy)).status_code == 200
        return len(queries)

    before = count()
    row = copy.photos.get()
    for number in range(9):
        copy.photos.create(source=row.source, file=row.file.name, sort_order=number + 1)
    assert count() == before


@pytest.mark.parametrize("way", WAYS_BACK)
def test_each_way_back_is_gone_at_once_and_says_nothing(
    way, client, outside, author, moderator, django_capture_on_commit_callbacks
):
    submission, copy = outside()
    html = client.get(_address(copy)).content.decode()
    addresses = [_address(copy), *_pictures(html)]
    assert len(set(addresses)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        WAYS_BACK[way](submission, author, moderator)
    for address in addresses:
        for response in (client.get(address), client.head(address)):
            assert response.status_code == 410
            assert response.headers["Cache-Control"] == "public, max-age=30, must-revalidate"
        words = client.get(address).content.decode()
        assert "bouw" not in words
        assert "Daan" not in words
        assert 'lang="nl"' in words
        assert 'lang="en"' in words


def test_a_story_only_some_may_read_inside_is_not_outside(client, outside):
    submission, copy = outside()
    restriction = PageViewRestriction.objects.create(
        page=submission.story.get_parent(), restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.create(name="Board"))
    assert client.get(_address(copy)).status_code == 410


def test_what_changes_inside_stays_as_it_was_outside(client, outside):
    submission, copy = outside()
    page = submission.story
    page.text, page.title = "Andere woorden.", "Andere titel"
    page.save_revision().publish()
    html = client.get(_address(copy)).content.decode()
    assert "Andere" not in html
    assert "Een dag op de bouw" in html


@pytest.mark.parametrize(
    "address",
    ["/share/", "/share/nergens/", "/share/x/y/z", "/share/nergens/1.jpg", "/share/nergens/card.jpg", "/share/%00/"],
)
def test_a_wrong_address_is_not_found_and_leads_nowhere(client, address):
    response = client.get(address, headers={"accept-language": "en"})
    assert response.status_code == 404
    assert 'href="/' not in re.sub(r"<link[^>]*>", "", response.content.decode())


def test_pictures_have_an_end(client, outside):
    _submission, copy = outside()
    assert client.get(f"{_address(copy)}1.jpg").status_code == 200
    for number in (0, 2, 99999999999999999999):
        assert client.get(f"{_address(copy)}{number}.jpg").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_can_only_be_read(client, outside, method):
    _submission, copy = outside()
    for address in (_address(copy), f"{_address(copy)}1.jpg", f"{_address(copy)}card.jpg", "/share/"):
        assert getattr(client, method)(address).status_code == 405


def test_a_head_request_is_answered_like_a_get(client, outside):
    _submission, copy = outside()
    head, get = client.head(_address(copy)), client.get(_address(copy))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Cache-Control"] == get.headers["Cache-Control"]


def test_the_copy_opens_nothing_else(client, outside):
    submission, copy = outside()
    name = copy.photos.get().file.name
    for address in (
        f"/media/{name}",
        submission.story.url,
        submission.story.photos.get().image.file.url,
        reverse("stories:share", args=[submission.story_id]),
        reverse("stories:releases"),
    ):
        response = client.get(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/accounts/login/")


def test_copied_files_are_not_served_to_colleagues_either(as_user, outside, author):
    _submission, copy = outside()
    assert as_user(author).get(f"/media/{copy.photos.get().file.name}").status_code == 404


def test_pictures_lose_everything_but_what_one_sees(send, author, moderator, client):
    submission = publish(send, author, moderator)
    raw = BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8298] = "GEHEIMTOESTEL", 6, "KANARIE"
    Image.new("RGB", (3000, 2000), "orange").save(raw, "JPEG", exif=exif, comment=b"KANARIE")
    image = PortalImage.objects.create(title="kanarie-titel", file=ContentFile(raw.getvalue(), name="IMG_KANARIE.jpg"))
    # As if it had come in before pictures were cleaned.
    with default_storage.open(image.file.name, "wb") as stored:
        stored.write(raw.getvalue())
    submission.story.photos.add(StoryPhoto(image=image, alt_text="Oranje"))
    submission.story.save_revision().publish()
    copy = bring_outside(submission, moderator)
    for file in (copy.photos.get().file, copy.card):
        content = file.read()
        assert b"GEHEIMTOESTEL" not in content
        assert b"KANARIE" not in content
        assert not Image.open(BytesIO(content)).getexif()
        assert "KANARIE" not in file.name
    assert (copy.photos.get().width, copy.photos.get().height) == (1067, 1600), "turned upright, and smaller"


def test_a_drawing_stays_inside(send, author, moderator):
    submission = publish(send, author, moderator)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'
    drawing = PortalImage.objects.create(title="t", file=ContentFile(svg, name="t.svg"), width=10, height=10)
    submission.story.photos.add(StoryPhoto(image=drawing, alt_text="Tekening"))
    submission.story.save_revision().publish()
    assert not bring_outside(submission, moderator).photos.exists()


def test_english_stories_are_english_outside(client, outside):
    _submission, copy = outside(language="en", title="A day at work", text="What I saw.", people=())
    html = client.get(_address(copy)).content.decode()
    assert '<html lang="en">' in html
    assert 'content="en_GB"' in html
    assert "Written by a colleague" in html


def test_it_stays_gone_for_who_asks_again(client, outside, author):
    submission, copy = outside()
    end_release(submission=submission, by=author)
    Portrayal.objects.update(may_go_outside=True)
    assert client.get(_address(copy)).status_code == 410
