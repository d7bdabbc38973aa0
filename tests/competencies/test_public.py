"""A profile that recruiters link to: read by anybody, and nothing else is."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import PageViewRestriction

from competencies.models import CompetencyProfilePage


@pytest.fixture
def public(library):
    page = CompetencyProfilePage.objects.get(pk=library.profile.pk)
    page.is_public = True
    page.save_revision().publish()
    return page


def url_of(page, language="nl", key=None) -> str:
    return reverse("public_profiles:public_profile", args=[language, key or page.translation_key])


def test_anybody_reads_an_open_profile_in_both_languages(client, public):
    response = client.get(url_of(public))
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies
    page = BeautifulSoup(response.content, "html.parser")
    found = " ".join(page.main.get_text(" ", strip=True).split())
    assert "Veilig werken: gevorderd" in found
    assert "Je kunt een ander aanspreken." in found
    assert not page.main.find_all("a")
    english = client.get(url_of(public, "en")).content.decode()
    assert "Veilig werken: advanced" in english
    assert 'lang="nl"' in english


@pytest.mark.parametrize("why", ["not open", "unpublished", "restricted", "unknown", "language"])
def test_every_other_profile_is_not_there(client, library, public, why):
    address = url_of(public)
    match why:
        case "not open":
            public.is_public = False
            public.save_revision().publish()
        case "unpublished":
            public.unpublish()
        case "restricted":
            rule = PageViewRestriction.objects.create(page=public, restriction_type=PageViewRestriction.GROUPS)
            rule.groups.add(Group.objects.create(name="Directie"))
        case "unknown":
            address = url_of(public, key=uuid.uuid4())
        case "language":
            address = url_of(public, "de")
    response = client.get(address)
    assert response.status_code == 404
    assert "Monteur" not in response.content.decode()
    assert "/accounts/" not in response.content.decode()


def test_a_closed_competency_stays_inside(client, library, public):
    rule = PageViewRestriction.objects.create(page=library.safe, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.create(name="Directie"))
    found = client.get(url_of(public)).content.decode()
    assert "Verhalen vertellen" in found
    assert "Veilig werken" not in found


def test_it_is_only_read(client, public):
    assert client.post(url_of(public)).status_code == 405


def test_colleagues_find_the_address_on_the_profile(as_user, make_user, public, library):
    reader = as_user(make_user())
    assert url_of(public) in reader.get(public.url).content.decode()
    public.is_public = False
    public.save_revision().publish()
    assert "/share/" not in reader.get(public.url).content.decode()
