"""The library as readers see it, in both languages, and what editors may do to it."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction

from competencies.levels import Level
from competencies.models import CompetencyPage, CompetencyProfilePage, ProfileRequirement
from tests.factories import CompetencyFactory, ProfileFactory


def words(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True).split())


@pytest.fixture
def reader(as_user, make_user):
    return as_user(make_user())


def test_the_library_lists_profiles_and_competencies(reader, library):
    found = words(reader, library.index.url)
    assert "Monteur Herstelt leidingen. 2 competenties" in found
    assert "Veilig werken Je werkt veilig." in found


def test_a_competency_shows_its_levels_and_who_asks_it(reader, library):
    found = words(reader, library.telling.url)
    assert "Basis Je kunt kort vertellen." in found
    assert "Zelfstandig Je kunt een verhaal opbouwen. schrappen." in found
    assert found.count("Dit niveau is niet beschreven.") == 2
    assert "Monteur Zelfstandig" in found


def test_a_profile_shows_what_it_asks_with_its_level_in_words(reader, library):
    found = words(reader, library.profile.url)
    own, core = found.split("Wat iedereen hier nodig heeft")
    assert "Verhalen vertellen Zelfstandig Je kunt een verhaal opbouwen. schrappen." in own
    assert "Veilig werken Gevorderd Je kunt een ander aanspreken." in core


def test_a_profile_reads_the_same_in_english_with_what_is_translated(reader, library):
    english = Locale.objects.get(language_code="en")
    twin = library.safe.get_translation(english)
    twin.alias_of, twin.title, twin.advanced = None, "Working safely", [("indicator", "speak to others.")]
    twin.save_revision().publish()
    found = words(reader, library.profile.get_translation(english).url)
    assert "Working safely Advanced You can speak to others." in found
    # Not translated: in Dutch, and marked so.
    page = BeautifulSoup(reader.get(library.profile.get_translation(english).url).content, "html.parser")
    link = page.main.find("a", string="Verhalen vertellen")
    assert link["lang"] == "nl"
    assert link["href"].startswith("/en/")


@pytest.mark.parametrize("what", ["unpublish", "restrict"])
def test_what_a_reader_may_not_see_is_left_out_of_profiles(reader, library, what):
    if what == "unpublish":
        library.safe.unpublish()
    else:
        rule = PageViewRestriction.objects.create(page=library.safe, restriction_type=PageViewRestriction.GROUPS)
        rule.groups.add(Group.objects.create(name="Directie"))
    found = words(reader, library.profile.url)
    assert "Verhalen vertellen" in found
    assert "Veilig werken" not in found
    assert ProfileRequirement.objects.filter(page=library.profile).count() == 2


def test_moving_and_renaming_a_competency_keeps_it_in_the_profile(reader, library):
    page = CompetencyPage.objects.get(pk=library.safe.pk)
    page.title, page.slug = "Heel veilig werken", "heel-veilig"
    page.save_revision().publish()
    CompetencyPage.objects.get(pk=page.pk).move(library.telling, "right")
    assert "Heel veilig werken Gevorderd" in words(reader, library.profile.url)


def test_a_level_without_indicators_can_not_be_asked(library):
    row = ProfileRequirement(page=library.profile, competency=library.telling, level=Level.EXPERT)
    with pytest.raises(ValidationError) as raised:
        row.full_clean()
    assert set(raised.value.message_dict) == {"level", "__all__"}


def test_a_competency_that_is_asked_is_not_deleted_but_says_where(
    client, library, make_user, django_capture_on_commit_callbacks
):
    client.force_login(make_user(is_superuser=True, locale="en"))
    url = reverse("wagtailadmin_pages:delete", args=[library.safe.pk])
    response = client.post(url, follow=True)
    assert "These profiles ask it: Monteur." in response.content.decode()
    assert CompetencyPage.objects.filter(pk=library.safe.pk).exists()
    # With the profile gone nothing holds it.
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailadmin_pages:delete", args=[library.profile.pk]))
    client.post(url)
    assert not CompetencyPage.objects.filter(pk=library.safe.pk).exists()


def test_several_at_once_are_refused_too(client, library, make_user):
    client.force_login(make_user(groups=["Editors"], locale="en"))
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    free = CompetencyFactory(parent=library.index, title="Los", basic=["iets."])
    client.post(f"{url}?id={free.pk}&id={library.safe.pk}")
    assert CompetencyPage.objects.filter(pk__in=[library.safe.pk, free.pk]).count() == 2
    client.post(f"{url}?id={free.pk}")
    assert not CompetencyPage.objects.filter(pk=free.pk).exists()


def test_hr_writes_the_library_and_an_employee_does_not(client, make_user, library):
    may = {}
    for role in ("HR", "Editors", "Employees"):
        permissions = library.index.permissions_for_user(make_user(groups=[role]))
        may[role] = permissions.can_add_subpage(), permissions.can_publish_subpage()
    assert may == {"HR": (True, True), "Editors": (True, True), "Employees": (False, False)}


def test_pages_cost_the_same_with_ten_times_as_many(client, as_user, make_user, library):
    reader = as_user(make_user())

    def cost(url):
        reader.get(url)
        with CaptureQueriesContext(connection) as queries:
            # As another reader of the same page would have it, without what is remembered.
            reader.get(f"{url}?anew={CompetencyPage.objects.count()}")
        return len(queries)

    few = [cost(page.url) for page in (library.index, library.profile, library.safe)]
    for number in range(20):
        page = CompetencyFactory(parent=library.index, title=f"Nog een {number}", basic=["iets."])
        ProfileFactory(
            parent=library.index, title=f"Rol {number}", asks=[(page, Level.BASIC, False), (library.safe, 1, True)]
        )
    many = [cost(page.url) for page in (library.index, library.profile, library.safe)]
    assert max(many) <= max(few) + 1
    assert CompetencyProfilePage.objects.live().filter(locale__language_code="nl").count() == 21
