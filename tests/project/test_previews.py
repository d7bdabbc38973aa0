"""Editors can look at every page type before it is published, also before it is saved for the first time."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import Page, get_page_models

from home.models import HomePage, NewsPage
from onboarding.models import PathIndexPage

# The front page greets its reader; the place of all paths shows the reader's own.
TITLE_NOT_SHOWN = {HomePage, PathIndexPage}
TEXT = [("rich_text", "<p>Woorden die ertoe doen.</p>")]


def page_types() -> list[type[Page]]:
    return [model for model in get_page_models() if model is not Page]


def parent_for(model):
    """A page that a page of this type may be made below; made itself where none stands yet."""
    wanted = model.allowed_parent_page_models()[0]
    if wanted is Page:
        return Page.get_first_root_node()
    found = wanted.objects.filter(locale__language_code="nl").first()
    if found is not None:
        return found
    parent = parent_for(wanted)
    return parent.add_child(instance=wanted(title=f"Boven {model.__name__}", **filling(wanted)))


def filling(model) -> dict:
    """The least a page of this type needs."""
    names = {field.name for field in model._meta.get_fields()}
    return {
        name: value
        for name, value in {"body": TEXT, "text": "Het was laat.", "ends_on": date(2099, 1, 1)}.items()
        if name in names
    }


@pytest.fixture
def editor(make_user):
    """Somebody who may do everything in the admin."""
    return make_user(is_superuser=True, first_name="Edit")


@pytest.mark.django_db
@pytest.mark.parametrize("model", page_types(), ids=lambda model: model.__name__)
def test_a_page_that_was_never_saved_can_be_previewed(model, rf, client, editor):
    client.force_login(editor)
    signed_in = rf.get("/admin/")
    signed_in.COOKIES.update({name: cookie.value for name, cookie in client.cookies.items()})
    page = model(title="Kanarie", slug="kanarie", **filling(model))
    parent = parent_for(model)
    page.locale = parent.locale
    # As the admin does before the first save, and as code may forget to.
    for path in (None, f"{parent.path}0009"):
        if path:
            page.path, page.depth = path, parent.depth + 1
            page.set_url_path(parent)
        for request in (signed_in, None):
            for mode, _label in page.preview_modes:
                assert page.make_preview_request(request, mode).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("model", page_types(), ids=lambda model: model.__name__)
def test_a_preview_shows_the_draft_and_leaves_the_live_page_alone(model, rf, editor, client):
    page = model(title="Zoals het is", **filling(model))
    parent = parent_for(model)
    page = (
        model.objects.get(pk=parent.add_child(instance=page).pk)
        if model.objects.count() == 0
        else model.objects.first()
    )
    client.force_login(editor)
    before = client.get(page.url)
    request = rf.get("/admin/")
    request.COOKIES.update({name: cookie.value for name, cookie in client.cookies.items()})
    draft = model.objects.get(pk=page.pk)
    draft.title = draft.draft_title = "Kanarie in de mijn"
    shown = draft.make_preview_request(request, draft.default_preview_mode)
    assert shown.status_code == 200
    if model not in TITLE_NOT_SHOWN:
        assert "Kanarie in de mijn" in shown.content.decode()
    assert shown["Cache-Control"].startswith("private") or "no-store" in shown["Cache-Control"]
    after = client.get(page.url)
    assert after.status_code == before.status_code
    assert "Kanarie" not in after.content.decode()


@pytest.mark.django_db
def test_the_admins_own_preview_of_a_new_page_works(editor, client):
    parent = parent_for(NewsPage)
    client.force_login(editor)
    url = reverse("wagtailadmin_pages:preview_on_add", args=["home", "newspage", parent.pk])
    form = {
        "title": "Kanarie",
        "slug": "kanarie",
        "summary": "",
        "date": "2026-11-22 10:00",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "quote",
        "body-0-id": "",
        "body-0-value-text": "Zo is het",
        "body-0-value-who": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    assert client.post(url, form).json()["is_valid"] is True
    shown = client.get(url, {"mode": ""})
    assert shown.status_code == 200
    assert "Zo is het" in shown.content.decode()
