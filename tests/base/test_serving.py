"""Pages by their address."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, Site

from base.views import find_page
from guidelines.models import ManualIndexPage
from home.models import HomePage
from tests.factories import ChapterFactory, ManualFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(trunk):
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Samen werken", slug="samen-werken")
    page.save_revision().publish()
    return page


@pytest.fixture
def closed(manual):
    restriction = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Board"))
    return manual


def test_a_page_found_before_is_found_without_asking_for_it(manual, django_assert_num_queries):
    find_page("nl", "handboek/samen-werken/")
    with django_assert_num_queries(2):  # the content stamp, which a request asks for once
        assert find_page("nl", "handboek/samen-werken/") == manual


def test_a_page_that_was_found_is_gone_once_it_is_unpublished_moved_or_renamed(manual):
    assert find_page("nl", "handboek/samen-werken/") == manual
    manual.slug = "samenwerken"
    manual.save_revision().publish()
    assert find_page("nl", "handboek/samen-werken/") is None
    assert find_page("nl", "handboek/samenwerken/").title == "Samen werken"
    manual.unpublish()
    assert find_page("nl", "handboek/samenwerken/") is None


def test_an_address_that_leads_nowhere_is_not_kept(manual, monkeypatch):
    kept = []
    monkeypatch.setattr("base.stamp.cache.set", lambda key, *args: kept.append(key))
    assert find_page("nl", "handboek/bestaat-niet/") is None
    assert not [key for key in kept if "page-at" in key]


def test_a_kept_page_still_has_its_text(manual):
    manual.body = [("quote", {"text": "Zo is het", "who": ""})]
    manual.save_revision().publish()
    for _ in range(2):
        assert "Zo is het" in str(find_page("nl", "handboek/samen-werken/").body)


def test_depth_costs_nothing(manual, django_assert_num_queries):
    page = manual
    for level in range(5):
        page = ChapterFactory(parent=page, slug=f"level-{level}")
    path = "handboek/samen-werken/" + "".join(f"level-{level}/" for level in range(5))
    find_page("nl", path)
    with django_assert_num_queries(2):
        assert find_page("nl", path) == page


def test_serving_adds_one_query_to_those_of_the_page(as_user, user, manual, rf, django_assert_num_queries):
    from base.stamp import end_request, start_request
    from base.views import serve_page

    request = rf.get("/nl/handboek/samen-werken/")
    request.user, request.session = user, {}
    page = find_page("nl", "handboek/samen-werken/")
    type(page).serve, original = (lambda self, request: "served"), type(page).serve
    try:
        serve_page(request, "handboek/samen-werken/")
        start_request()
        with django_assert_num_queries(1):  # stamp: nothing for the page, nothing for access
            assert serve_page(request, "handboek/samen-werken/") == "served"
    finally:
        end_request()
        type(page).serve = original


def test_a_page_without_its_slash_is_redirected(as_user, user, manual):
    response = as_user(user).get("/nl/handboek/samen-werken")
    assert response.status_code == 301
    assert response["Location"] == "/nl/handboek/samen-werken/"


def test_an_address_in_capitals_leads_to_the_page(as_user, user, manual):
    response = as_user(user).get("/nl/Handboek/SAMEN-werken/")
    assert response.status_code == 302
    assert response["Location"] == "/nl/handboek/samen-werken/"


def test_an_address_with_accents_works_in_capitals_too(as_user, user, trunk):
    ManualFactory(parent=trunk(ManualIndexPage), title="Één", slug="één-café")
    client = as_user(user)
    assert client.get("/nl/handboek/één-café/").status_code == 200
    assert client.get("/nl/handboek/ÉÉN-CAFÉ/", follow=True).status_code == 200


def test_a_dutch_address_in_english_leads_to_the_english_page(as_user, user):
    response = as_user(user).get("/en/ons-verhaal/")
    assert response.status_code == 302
    assert response["Location"] == "/en/our-story/"


def test_a_closed_page_is_not_betrayed_by_the_other_language(as_user, user, closed):
    assert as_user(user).get("/en/handboek/samen-werken/").status_code == 404


def test_a_draft_is_not_found(as_user, user, manual):
    manual.unpublish()
    assert as_user(user).get("/nl/handboek/samen-werken/").status_code == 404


def test_an_alias_shows_its_original(as_user, user, manual, trunk):
    manual.create_alias(parent=trunk(ManualIndexPage), update_slug="twin")
    response = as_user(user).get("/nl/handboek/twin/")
    assert response.status_code == 200
    assert "Samen werken" in response.content.decode()


def test_a_closed_page_is_refused_once_and_not_by_a_sign_in_loop(as_user, user, closed):
    response = as_user(user).get("/nl/handboek/samen-werken/")
    assert response.status_code == 403
    assert not response.has_header("Location")
    content = response.content.decode()
    assert reverse("ask_access", args=[closed.pk]) in content
    assert "Samen werken" not in content
    assert "samen-werken" not in content.replace("/nl/handboek/samen-werken/", "")


def test_a_stranger_is_asked_to_sign_in_first(client, closed):
    for path in ("/nl/handboek/samen-werken/", "/nl/handboek/nothing-here/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_the_group_reads_a_closed_page(as_user, closed):
    assert as_user(UserFactory(groups=["Board"])).get("/nl/handboek/samen-werken/").status_code == 200


@pytest.mark.parametrize("method", ["head", "options"])
def test_harmless_methods_work_and_are_refused_on_closed_pages(as_user, user, manual, method):
    client = as_user(user)
    assert getattr(client, method)("/nl/handboek/samen-werken/").status_code == 200
    restriction = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    assert getattr(client, method)("/nl/handboek/samen-werken/").status_code == 403
    restriction.delete()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_for_reading(as_user, user, manual, method):
    assert getattr(as_user(user), method)("/nl/handboek/samen-werken/").status_code == 405


def test_redirects_of_editors_work(as_user, user, manual):
    Redirect.objects.create(old_path="/nl/oud", redirect_page=manual, is_permanent=False)
    response = as_user(user).get("/nl/oud/")
    assert response.status_code == 302
    assert response["Location"].endswith("/nl/handboek/samen-werken/")


def test_a_redirect_tells_a_stranger_nothing(client, manual):
    Redirect.objects.create(old_path="/nl/oud", redirect_page=manual, is_permanent=False)
    assert "samen-werken" not in client.get("/nl/oud/")["Location"]


def test_only_the_default_site_is_served(as_user, user, manual):
    Site.objects.create(hostname="other.example", root_page=Page.objects.get(pk=manual.pk), is_default_site=False)
    assert as_user(user).get("/nl/handboek/samen-werken/", headers={"Host": "other.example"}).status_code == 200


def test_a_portal_without_pages_is_not_found_but_not_broken(as_user, user):
    Site.objects.all().delete()
    assert as_user(user).get("/nl/handboek/").status_code == 404


def test_an_editors_preview_of_a_closed_draft_works_and_may_be_framed_by_the_admin(as_user, closed):
    client = as_user(UserFactory(is_superuser=True))
    closed.title = "Draft title"
    closed.save_revision()
    response = client.get(f"/admin/pages/{closed.pk}/view_draft/")
    assert response.status_code == 200
    assert "Draft title" in response.content.decode()
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_a_preview_is_for_who_may_edit(as_user, user, closed):
    response = as_user(user).get(f"/admin/pages/{closed.pk}/view_draft/")
    assert response.status_code == 403


def test_the_front_page_answers_in_the_language_of_the_address(as_user, user):
    for language in ("nl", "en"):
        page = HomePage.objects.get(locale=Locale.objects.get(language_code=language))
        assert as_user(user).get(f"/{language}/").context["page"].pk == page.pk
