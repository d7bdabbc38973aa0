"""Photos that no story shows are nothing for the picture library of editors."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from stories.services.pictures import held_collection, open_collection
from tests.factories import ImageFactory


@pytest.fixture
def writer(make_user):
    return make_user()


@pytest.fixture
def photos(writer):
    """``(held, hidden, shown)`` of one writer."""
    titles = {
        "foto vastgehouden": held_collection(),
        "foto verborgen": open_collection(),
        "foto getoond": open_collection(),
    }
    held, hidden, shown = [
        ImageFactory(title=title, collection=place, uploaded_by_user=writer) for title, place in titles.items()
    ]
    hidden.hidden_at = timezone.now()
    hidden.save()
    return held, hidden, shown


@pytest.mark.parametrize("address", ["wagtailimages:index", "wagtailimages_chooser:choose"])
@pytest.mark.admin_search
@pytest.mark.parametrize("query", ["", "?q=foto"])
def test_editors_find_no_photo_of_a_draft(as_user, make_user, photos, address, query):
    response = as_user(make_user(groups=["Editors"])).get(reverse(address) + query)
    assert response.status_code == 200
    shown = response.content.decode()
    assert "vastgehouden" not in shown
    assert "getoond" in shown


def test_editors_neither_see_nor_move_closed_photos(as_user, make_user, photos):
    client = as_user(make_user(groups=["Editors"]))
    answers = {}
    for photo in photos:
        preview = client.get(reverse("wagtailimages:preview", args=[photo.pk, "max-100x100"]))
        edit = client.get(reverse("wagtailimages:edit", args=[photo.pk]))
        answers[photo.title] = (preview.status_code, edit.status_code)
    assert answers["foto getoond"] == (200, 200)
    for closed in ("foto vastgehouden", "foto verborgen"):
        assert all(status in (302, 403, 404) for status in answers[closed])


def test_moderators_who_enter_the_admin_see_them(as_user, make_user, photos):
    Group.objects.get(name="Moderators").permissions.add(Permission.objects.get(codename="access_admin"))
    client = as_user(make_user(groups=["Moderators", "Editors"]))
    assert "vastgehouden" in client.get(reverse("wagtailimages:index")).content.decode()
    assert client.get(reverse("wagtailimages:edit", args=[photos[0].pk])).status_code == 200
