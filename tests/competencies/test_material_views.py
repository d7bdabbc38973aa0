"""The tick that is one's own, the list of a gap, the way to one's path, and what the page of a competency shows."""

import re
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction

from competencies.levels import Level
from competencies.material_reading import running_paths
from competencies.models import ReadMark
from competencies.services.material import mark_read
from people import personal_data
from people.forgetting import forget_person
from tests.factories import ChapterFactory

from .material import FakePaths, helps, offered, paths_are, publish, tip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_paths")]
PATH_FORM = re.compile("/add-to-path/$")


def post(client, name: str, page_key, **data):
    return client.post(reverse(f"competencies:{name}", args=[page_key]), data)


@pytest.fixture
def reader(as_user, make_user):
    return as_user(make_user(locale="en"))


def test_the_tick_is_set_and_taken_back_again_and_again(reader, library, chapter):
    helps(chapter, library.safe, 0, 1, "stop")
    for _again in range(2):
        response = post(reader, "read", chapter.translation_key, anchor="stop", next="/nl/competenties/?a=1")
        assert (response.status_code, response["Location"]) == (302, "/nl/competenties/?a=1")
    assert ReadMark.objects.count() == 1
    for _again in range(2):
        response = post(reader, "unread", chapter.translation_key, anchor="stop", next="https://elsewhere.example/")
        assert response["Location"] == reverse("competencies:mine")
    assert not ReadMark.objects.exists()


@pytest.mark.parametrize("what", ["unknown", "no material", "another anchor", "unpublished", "closed"])
def test_what_is_not_there_can_not_be_ticked(reader, library, manual, chapter, what):
    helps(chapter, library.safe, 0, 1)
    key, anchor = chapter.translation_key, ""
    match what:
        case "unknown":
            key = uuid.uuid4()
        case "no material":
            key = manual.translation_key
        case "another anchor":
            anchor = "stop\0"
        case "unpublished":
            chapter.unpublish()
        case "closed":
            rule = PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.GROUPS)
            rule.groups.add(Group.objects.create(name="Directie"))
    for name in ("read", "unread"):
        assert post(reader, name, key, anchor=anchor).status_code == 404
    assert not ReadMark.objects.exists()


def test_it_is_only_sent(reader, library, chapter):
    helps(chapter, library.safe, 0, 1)
    for name in ("read", "unread"):
        assert reader.get(reverse(f"competencies:{name}", args=[chapter.translation_key])).status_code == 405
    assert reader.get(reverse("competencies:add_to_path")).status_code == 405


def test_htmx_gets_the_row_as_it_is_now(reader, library, chapter):
    helps(chapter, library.safe, 0, 1)
    url = reverse("competencies:read", args=[chapter.translation_key])
    data = {"competency": library.safe.translation_key, "next": "/nl/"}
    response = reader.post(url, data, headers={"HX-Request": "true"})
    row = BeautifulSoup(response.content, "html.parser").li
    assert response.status_code == 200
    assert row.form["action"] == reverse("competencies:unread", args=[chapter.translation_key])
    assert row.find("input", {"name": "next"})["value"] == "/nl/"
    assert row.find(role="status")
    for wrong in ("x", str(uuid.uuid4())):
        assert reader.post(url, {"competency": wrong}, headers={"HX-Request": "true"}).status_code == 404


def shown(user, competency, gap=(0, 2), path="/nl/waar/?x=1"):
    request = RequestFactory().get(path)
    request.user = user
    with override("en"):
        html = render_to_string(
            "competencies/_material.html",
            {"materials": offered(user, competency, *gap), "paths": running_paths(user)},
            request=request,
        )
    return BeautifulSoup(html, "html.parser")


def test_the_list_of_a_gap(library, manual, chapter, user):
    helps(chapter, library.safe, 0, 1, "stop")
    helps(manual, library.safe, 0, 2)
    mark_read(user=user, page_key=manual.translation_key, anchor="")
    part = shown(user, library.safe)
    assert [link["href"] for link in part.find_all("a")] == [f"{chapter.url}#stop", manual.url]
    first, last = part.find_all("li")
    assert "I read this" in first.get_text()
    assert "Not read after all" in last.get_text()
    assert {field["value"] for field in part.find_all("input", {"name": "next"})} == {"/nl/waar/?x=1"}
    assert not part.find("form", action=PATH_FORM)
    ReadMark.objects.update(marked_at=timezone.now() - timedelta(days=1))
    assert "changed since you read it" in shown(user, library.safe).get_text()
    assert not shown(user, library.telling).find("li")


def test_the_way_to_the_path_is_there_while_one_runs(library, manual, chapter, user):
    helps(chapter, library.safe, 0, 1, "stop")
    helps(manual, library.safe, 0, 2)
    with paths_are(FakePaths()) as paths:
        forms = shown(user, library.safe).find_all("form", action=PATH_FORM)
        assert [len(form.find_all("input", {"name": "material"})) for form in forms] == [1, 1, 2]
        paths.put(user, "path-1", [row for row in offered(user, library.safe, 0, 2) if row.anchor])
        part = shown(user, library.safe)
        forms = part.find_all("form", action=PATH_FORM)
        assert [form.find("input", {"name": "material"})["value"] for form in forms] == [f"{manual.translation_key}#"]
        assert part.get_text().count("on your path") == 1
    with paths_are(FakePaths(runs=False)):
        assert not shown(user, library.safe).find("form", action=PATH_FORM)


def test_putting_it_on_the_path(reader, library, manual, chapter):
    helps(chapter, library.safe, 1, 2, "stop")
    helps(manual, library.safe, 0, 1)
    names = [f"{chapter.translation_key}#stop", f"{manual.translation_key}#", f"{uuid.uuid4()}#"]
    data = {"competency": library.safe.translation_key, "material": names, "path": "path-1", "next": "/nl/terug/"}
    url = reverse("competencies:add_to_path")
    with paths_are(FakePaths()) as paths:
        for _again in range(2):
            assert reader.post(url, data)["Location"] == "/nl/terug/"
        # In the order to read them, and only what helps with this competency.
        assert [(each.page_key, each.anchor, each.competency_key) for each in paths.put_there] == [
            (manual.translation_key, "", library.safe.translation_key),
            (chapter.translation_key, "stop", library.safe.translation_key),
        ]
        # A path that isn't theirs, or doesn't run any more.
        assert reader.post(url, {**data, "path": "path-2"})["Location"] == "/nl/terug/"
        for wrong in ({"material": "x"}, {"competency": "x"}, {"material": names[2]}, {"material": []}):
            assert reader.post(url, {**data, **wrong}).status_code == 404
        chapter.unpublish()
        paths.put_there.clear()
        reader.post(url, data)
        assert [each.page_key for each in paths.put_there] == [manual.translation_key]
    assert reader.post(url, data).status_code == 404


# The page of a competency -------------------------------------------------------------------------


def test_the_page_of_a_competency_shows_what_leads_to_each_level(reader, library, manual, chapter):
    assert "To read and do" not in reader.get(library.safe.get_translation(_english()).url).content.decode()
    helps(chapter, library.safe, 1, Level.INDEPENDENT, "stop")
    helps(manual, library.safe, 0, Level.BASIC)
    publish(library.safe)
    page = library.safe.get_translation(_english())
    main = BeautifulSoup(reader.get(page.url).content, "html.parser").main
    section = main.find("section", {"aria-labelledby": "material"})
    assert [title.get_text() for title in section.find_all("h3")] == ["To get to basic", "To get to independent"]
    assert [link.get_text() for link in section.find_all("a")] == ["Veilig", "Stop is stop"]
    # Shared by everybody who may see the same: nobody's ticks.
    assert not section.find("form")


def test_the_page_of_a_competency_asks_as_much_for_many(reader, library, manual, chapter):
    helps(chapter, library.safe, 0, 1, "stop")

    def count() -> int:
        # The house style is kept by the process, once for each change of the content.
        reader.get(library.safe.url)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(library.safe.url).status_code == 200
        return len(asked)

    for n in range(2):
        helps(ChapterFactory(parent=manual, title=f"Q{n}", body=[tip("T", "t")]), library.safe, 0, 2, "t" * (n % 2))
    few = count()
    for n in range(20):
        helps(ChapterFactory(parent=manual, title=f"P{n}", body=[tip("T", "t")]), library.safe, 0, 2, "t" * (n % 2))
    assert count() == few


def _english():
    return Locale.objects.get(language_code="en")


# What is kept about a person ----------------------------------------------------------------------


def test_ticks_are_taken_along_and_forgotten(library, chapter, make_user, django_capture_on_commit_callbacks):
    person, other = make_user(locale="en"), make_user()
    helps(chapter, library.safe, 0, 1, "stop")
    for user in (person, other):
        mark_read(user=user, page_key=chapter.translation_key, anchor="stop")
    with override("nl"):
        [mark] = personal_data.collect(person)["development"]["read"]
    assert (mark["text"], mark["place"]) == ("Voor je begint", "stop")
    # What is closed to them by now isn't named.
    chapter.unpublish()
    assert personal_data.collect(person)["development"]["read"][0]["text"] is None
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(person=person, by=None)
    assert [mark.user for mark in ReadMark.objects.all()] == [other]
