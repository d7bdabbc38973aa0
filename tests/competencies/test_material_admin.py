"""Editors say what a page helps with, without changing any text or code; and see what became of it."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Locale, Page, PageLogEntry

from competencies.admin.material_forms import place_choices
from competencies.models import CompetencyMaterial, CompetencyPage
from competencies.services.material import ACTION, Helps, set_material
from guidelines.models import ChapterPage, ManualIndexPage
from onboarding.models import PathIndexPage
from tests.factories import ChapterFactory, ManualFactory, PathFactory, PhaseFactory, StepFactory

from .material import heading, helps, publish, tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter(trunk):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig"))
    return publish(ChapterFactory(parent=manual, title="Vooraf", body=[heading("Begin"), tip("Stop is stop", "stop")]))


@pytest.fixture
def editor(make_user):
    return make_user(groups=["Editors"], locale="en")


@pytest.fixture
def client(client, editor):
    client.force_login(editor)
    return client


def of_page(page) -> str:
    return reverse("competencies_material_of_page", args=[page.pk])


def of_competency(competency) -> str:
    return reverse("competencies_material", args=[competency.translation_key])


def sent(*rows: dict, initial: int = 0, seen: str = "") -> dict:
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(initial), "seen": seen}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": str(value) for name, value in row.items()}
    return data


def row(competency, low=0, high=1, anchor="", **more) -> dict:
    key = competency.translation_key
    return {"competency": key, "anchor": anchor, "from_level": low, "to_level": high, **more}


EMPTY = {"competency": "", "anchor": "", "from_level": "0", "to_level": ""}


def kept() -> set[tuple]:
    return set(CompetencyMaterial.objects.values_list("competency_key", "anchor", "from_level", "to_level"))


def test_a_page_is_said_to_help_changed_and_taken_off_again(client, library, chapter):
    safe, telling = library.safe, library.telling
    response = client.post(of_page(chapter), sent(row(safe, 0, 2, "stop"), row(telling), EMPTY, EMPTY), follow=True)
    assert response.status_code == 200
    assert kept() == {(safe.translation_key, "stop", 0, 2), (telling.translation_key, "", 0, 1)}
    entry = PageLogEntry.objects.get(action=ACTION)
    assert (entry.page_id, entry.data) == (chapter.pk, {"written": 2, "removed": 0})
    # What comes back into the form is what was kept, with two new rows.
    formset = response.context["formset"]
    assert [form["competency"].value() for form in formset][:2] == [safe.translation_key, telling.translation_key]
    assert len(formset.forms) == 4
    seen = response.context["seen"]
    change = sent(row(safe, 1, 3, "stop"), row(telling, DELETE="on"), EMPTY, initial=2, seen=seen)
    client.post(of_page(chapter), change)
    assert kept() == {(safe.translation_key, "stop", 1, 3)}
    # Sent again nothing changes, and nothing is written to the log.
    response = client.post(of_page(chapter), sent(row(safe, 1, 3, "stop"), initial=1, seen=seen), follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert PageLogEntry.objects.filter(action=ACTION).count() == 2


def test_it_hangs_on_the_page_in_every_language(client, library, chapter):
    twin = chapter.get_translation(Locale.objects.get(language_code="en"))
    client.post(of_page(twin), sent(row(library.safe, 0, 1, "stop")))
    assert CompetencyMaterial.objects.get().page_key == chapter.translation_key
    page = BeautifulSoup(client.get(of_page(chapter)).content, "html.parser")
    assert "in every language" in page.get_text()
    assert page.find("select", {"name": "form-0-anchor"}).find("option", selected=True)["value"] == "stop"


def test_places_are_called_as_the_page_calls_them_and_known_as_in_the_original(library, chapter):
    twin = ChapterPage.objects.get(pk=chapter.get_translation(Locale.objects.get(language_code="en")).pk)
    raw = [dict(block) for block in ChapterPage.objects.get(pk=chapter.pk).body.raw_data]
    raw[0]["value"] = {**raw[0]["value"], "text": "Start"}
    extra = {"type": "heading", "value": {"text": "Only here", "level": "2", "anchor": ""}, "id": str(uuid.uuid4())}
    twin.alias_of, twin.body = None, [*raw, extra]
    publish(twin)
    choices = place_choices(Page.objects.get(pk=twin.pk))
    assert [value for value, _label in choices] == ["", "begin", "stop", "only-here"]
    assert [str(label) for _value, label in choices][1] == "Start"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to_level": 1, "from_level": 1}, "to_level"),
        ({"to_level": 1, "from_level": 3}, "to_level"),
        ({"to_level": ""}, "to_level"),
        ({"to_level": 5}, "to_level"),
        ({"from_level": 4}, "from_level"),
        ({"competency": uuid.uuid4()}, "competency"),
        ({"competency": ""}, "competency"),
        ({"anchor": "nowhere"}, "anchor"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(client, library, chapter, wrong, field):
    good = row(library.telling, 0, 2)
    response = client.post(of_page(chapter), sent(good, {**row(library.safe, 0, 2, "stop"), **wrong}))
    assert response.status_code == 422
    assert list(response.context["formset"].forms[1].errors) == [field]
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find(id=f"panel-child-form-1-{field}-errors") or page.find(class_="w-field--error")
    assert page.find("select", {"name": "form-0-to_level"}).find("option", selected=True)["value"] == "2"
    assert not CompetencyMaterial.objects.exists()


def test_a_level_that_says_nothing_can_not_be_reached(client, library, chapter):
    response = client.post(of_page(chapter), sent(row(library.telling, 0, 4)))
    assert "to_level" in response.context["formset"].forms[0].errors


def test_the_same_twice_is_said_beside_the_second(client, library, chapter):
    rows = [row(library.safe, 0, 1, "stop"), row(library.safe, 1, 2), row(library.safe, 1, 2, "stop")]
    response = client.post(of_page(chapter), sent(*rows))
    assert [list(form.errors) for form in response.context["formset"].forms] == [[], [], ["competency"]]


def test_what_a_colleague_added_meanwhile_stays(library, chapter, editor):
    own = helps(chapter, library.safe, 0, 1)
    meanwhile = helps(chapter, library.telling, 0, 1)
    set_material(page=chapter, helps=[], seen=[own.pk], actor=editor)
    assert list(CompetencyMaterial.objects.all()) == [meanwhile]
    # Both said the same place: the last one counts, and there is one.
    set_material(page=chapter, helps=[Helps(library.telling.translation_key, "", 0, 2)], seen=[], actor=editor)
    assert kept() == {(library.telling.translation_key, "", 0, 2)}


def test_a_broken_form_is_refused(client, library, chapter):
    assert client.post(of_page(chapter), {"form-TOTAL_FORMS": "x"}).status_code == 422
    assert client.post(of_page(chapter), {}).status_code == 422


def test_who_may_not_stays_out(client, library, chapter, make_user):
    # Competencies are theirs, the manual isn't; steps are.
    client.force_login(make_user(groups=["HR"]))
    assert client.get(of_page(chapter)).status_code in (302, 403)
    assert client.get(of_competency(library.safe)).status_code == 200
    for role in ("Employees", "Moderators"):
        client.force_login(make_user(groups=[role]))
        for url in (of_page(chapter), of_competency(library.safe), reverse("competency_gaps")):
            assert client.get(url).status_code in (302, 403)
            assert client.post(url, sent(row(library.safe))).status_code in (302, 403)
        assert client.post(reverse("competencies_material_remove", args=[1])).status_code in (302, 403)
    assert not CompetencyMaterial.objects.exists()


def test_only_what_one_can_learn_from(client, library, trunk):
    phase = PhaseFactory(parent=PathFactory(parent=trunk(PathIndexPage)))
    step = StepFactory(parent=phase, title="Meekijken", minutes=45)
    assert client.get(of_page(step)).status_code == 200
    for page in (library.safe, library.profile, library.index, Page.objects.get(depth=1)):
        assert client.get(of_page(page), follow=True).status_code == 404


def test_the_way_there_is_above_the_page(client, library, chapter):
    page = client.get(reverse("wagtailadmin_pages:edit", args=[chapter.pk])).content.decode()
    assert of_page(chapter) in page
    page = client.get(reverse("wagtailadmin_pages:edit", args=[library.safe.pk])).content.decode()
    assert of_competency(library.safe) in page
    assert of_page(library.safe) not in page


# The list of a competency -------------------------------------------------------------------------


def test_the_list_says_what_readers_are_not_offered_and_why(client, library, chapter, trunk):
    other = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Anders"))
    gone = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Weg"))
    helps(chapter, library.safe, 0, 1, "stop")
    helps(chapter, library.safe, 0, 2, "verdwenen")
    helps(other, library.safe, 1, 2)
    lost = helps(gone, library.safe, 2, 3)
    gone.delete()
    Page.objects.get(pk=other.pk).unpublish()
    response = client.get(of_competency(library.safe))
    assert [(each.place, each.state.value) for each in response.context["rows"]] == [
        ("Stop is stop", "offered"),
        ("verdwenen", "lost"),
        ("", "unpublished"),
        ("", "deleted"),
    ]
    assert response.context["left"] == ["Basic to expert"]
    # The form of the page keeps what it doesn't find any more, until somebody takes it off.
    form = client.get(of_page(chapter))
    assert "verdwenen (not in the page any more)" in form.content.decode()
    keep = sent(row(library.safe, 0, 2, "verdwenen"), initial=1, seen="")
    assert client.post(of_page(chapter), keep).status_code == 302
    # What is left of a page that was deleted is taken off here, and only that.
    for material in CompetencyMaterial.objects.exclude(pk=lost.pk):
        client.post(reverse("competencies_material_remove", args=[material.pk]))
        assert CompetencyMaterial.objects.filter(pk=material.pk).exists()
    assert client.get(reverse("competencies_material_remove", args=[lost.pk])).status_code == 405
    client.post(reverse("competencies_material_remove", args=[lost.pk]))
    assert not CompetencyMaterial.objects.filter(pk=lost.pk).exists()
    assert PageLogEntry.objects.get(action=ACTION).page_id == library.safe.pk


def test_a_page_is_added_from_the_competency(client, library, chapter):
    helps(chapter, library.safe, 0, 2)
    response = client.post(of_competency(library.safe), {"page": chapter.pk}, follow=True)
    form = response.context["formset"].forms[1]
    assert form["competency"].value() == library.safe.translation_key
    assert (form["from_level"].value(), form["to_level"].value()) == ("2", "4")


@pytest.mark.parametrize("page", ["competency", "none", "text", "gone"])
def test_a_page_that_is_none_is_refused_beside_the_field(client, library, page):
    value = {"competency": library.telling.pk, "none": "", "text": "x", "gone": 999999}[page]
    response = client.post(of_competency(library.safe), {"page": value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["page"]


def test_a_page_of_others_is_refused_beside_the_field(client, library, chapter, make_user):
    client.force_login(make_user(groups=["HR"]))
    response = client.post(of_competency(library.safe), {"page": chapter.pk})
    assert list(response.context["form"].errors) == ["page"]


def test_no_such_competency(client, library):
    assert client.get(reverse("competencies_material", args=[uuid.uuid4()]), follow=True).status_code == 404


def test_what_helps_with_a_competency_that_is_gone_can_be_taken_off(client, library, chapter):
    free = CompetencyPage.objects.get(pk=library.telling.pk)
    helps(chapter, free, 0, 1)
    library.profile.delete()
    free.delete()
    response = client.get(of_page(chapter))
    assert "A competency that is gone" in response.content.decode()
    client.post(of_page(chapter), sent(row(free, DELETE="on"), initial=1, seen=response.context["seen"]))
    assert not CompetencyMaterial.objects.exists()
