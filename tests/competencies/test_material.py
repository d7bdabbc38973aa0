"""From gap to page: what is offered to whom, in which order and which language."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction

from base.reading import places_in, table_of_contents
from competencies.material_reading import material_for
from competencies.models import CompetencyMaterial, ReadMark
from competencies.services.material import mark_read, unmark_read
from guidelines.models import ChapterPage, ManualIndexPage
from tests.factories import ChapterFactory, CompetencyFactory, ManualFactory

from .material import heading, helps, offered, publish, tip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_paths")]


def test_anchors_without_rendering_are_those_of_the_rendered_text(chapter):
    chapter = ChapterPage.objects.get(pk=chapter.pk)
    places = places_in(chapter.body)
    assert [(p.anchor, p.title) for p in places] == [(e.anchor, e.title) for e in table_of_contents(chapter.body)]
    assert [p.anchor for p in places] == ["begin", "stop", "verder", "tip-kijk-om", "tip-kijk-om-2"]
    assert [p.is_tip for p in places] == [False, True, False, True, True]
    # What stands below a heading is part of it, down to the next that is as high.
    assert places[0].words > places[2].words > places[1].words


@pytest.mark.parametrize(
    ("standing", "required", "wanted"),
    [
        (0, 1, ["0-1", "0-3"]),
        (None, 4, ["0-1", "0-3", "1-2", "2-4"]),
        (1, 2, ["1-2", "0-3"]),
        (2, 4, ["2-4", "0-3"]),
        (3, 4, ["2-4"]),
        (2, 2, []),
        (4, 2, []),
    ],
)
def test_only_what_closes_the_gap_is_offered_nearest_first(library, manual, user, standing, required, wanted):
    for low, high in ((2, 4), (0, 1), (0, 3), (1, 2)):
        helps(publish(ChapterFactory(parent=manual, title=f"{low}-{high}")), library.safe, low, high)
    found = offered(user, library.safe, standing, required)
    assert [row.title for row in found] == wanted


def test_among_equals_the_tree_and_the_page_say_the_order(library, manual, chapter, user):
    helps(chapter, library.safe, 0, 1, "tip-kijk-om")
    helps(chapter, library.safe, 0, 1, "stop")
    helps(manual, library.safe, 0, 1)
    helps(chapter, library.safe, 0, 1)
    assert [row.title for row in offered(user, library.safe, 0, 1)] == [
        "Veilig",
        "Voor je begint",
        "Stop is stop",
        "Kijk om",
    ]


def test_a_tip_says_where_it_stands_and_why(library, chapter, user):
    helps(chapter, library.safe, 1, 2, "stop")
    with override("en"):
        [row] = offered(user, library.safe, 1, 2)
    assert (row.title, row.page_title, row.url) == ("Stop is stop", "Voor je begint", f"{chapter.url}#stop")
    assert (row.reason, row.minutes, row.language) == (
        "Helps you from basic to independent in Veilig werken",
        1,
        "",
    )
    CompetencyMaterial.objects.update(from_level=0)
    with override("en"):
        assert offered(user, library.safe, 1, 2)[0].reason == "Helps you to independent in Veilig werken"


def test_a_gap_without_material_is_an_empty_list(library, chapter, user):
    helps(chapter, library.safe, 0, 1)
    found = material_for(
        user,
        "nl",
        [(library.safe.translation_key, 0, 2), (library.telling.translation_key, 0, 2), (uuid.uuid4(), 0, 1)],
    )
    assert [len(rows) for rows in found.values()] == [1, 0, 0]


def test_the_other_language_is_lent_and_marked(library, chapter, user):
    helps(chapter, library.safe, 0, 1, "stop")
    with override("en"):
        [row] = offered(user, library.safe, 0, 1, "en")
    assert (row.language, row.title) == ("nl", "Stop is stop")
    assert row.url.startswith("/en/")
    assert '<span lang="nl">Veilig werken</span>' in row.reason


def test_a_tip_is_found_back_in_the_other_language_by_its_block(library, chapter, user):
    twin = ChapterPage.objects.get(pk=chapter.get_translation(Locale.objects.get(language_code="en")).pk)
    raw = [dict(block) for block in ChapterPage.objects.get(pk=chapter.pk).body.raw_data]
    # By itself a translation has the anchors of its original; an editor may choose another.
    raw[3]["value"] = {**raw[3]["value"], "title": "Look behind you", "anchor": "tip-look-behind-you"}
    twin.alias_of, twin.title, twin.body = None, "Before you start", raw
    publish(twin)
    helps(chapter, library.safe, 0, 1, "tip-kijk-om")
    [row] = offered(user, library.safe, 0, 1, "en")
    assert (row.title, row.page_title, row.language) == ("Look behind you", "Before you start", "")
    assert row.url == f"{twin.url}#tip-look-behind-you"
    # It is known by the same name in both.
    assert row.anchor == offered(user, library.safe, 0, 1)[0].anchor == "tip-kijk-om"


@pytest.mark.parametrize("what", ["unpublish", "restrict", "delete", "lose the tip"])
def test_what_is_not_there_for_the_reader_is_not_offered_and_comes_back(library, chapter, user, what):
    row = helps(chapter, library.safe, 0, 1, "stop")
    assert len(offered(user, library.safe, 0, 1)) == 1
    match what:
        case "unpublish":
            chapter.unpublish()
        case "restrict":
            rule = PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.GROUPS)
            rule.groups.add(Group.objects.create(name="Directie"))
        case "delete":
            chapter.delete()
        case "lose the tip":
            chapter.body = [heading("Anders")]
            publish(chapter)
    assert offered(user, library.safe, 0, 1) == []
    assert CompetencyMaterial.objects.get() == row
    if what == "unpublish":
        publish(ChapterPage.objects.get(pk=chapter.pk))
        assert len(offered(user, library.safe, 0, 1)) == 1


def test_moving_and_renaming_cost_nothing(library, chapter, user, trunk):
    helps(chapter, library.safe, 0, 1)
    other = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Anders"))
    chapter.title, chapter.slug = "Vooraf", "vooraf"
    publish(chapter)
    ChapterPage.objects.get(pk=chapter.pk).move(other, "last-child")
    [row] = offered(user, library.safe, 0, 1)
    assert (row.title, row.url) == ("Vooraf", ChapterPage.objects.get(pk=chapter.pk).url)


def test_competencies_are_no_material_for_themselves(library, user):
    helps(library.telling, library.safe, 0, 1)
    assert offered(user, library.safe, 0, 1) == []


def test_what_was_read_comes_last_until_it_changes(library, manual, chapter, user):
    helps(manual, library.safe, 0, 1)
    helps(chapter, library.safe, 0, 1)
    mark_read(user=user, page_key=manual.translation_key, anchor="")
    first, last = offered(user, library.safe, 0, 1)
    assert (first.title, first.is_read, last.title, last.is_read, last.is_changed) == (
        "Voor je begint",
        False,
        "Veilig",
        True,
        False,
    )
    ReadMark.objects.update(marked_at=timezone.now() - timedelta(days=1))
    first, last = offered(user, library.safe, 0, 1)
    assert (first.title, first.is_changed, first.is_to_read) == ("Veilig", True, True)
    # Ticked again it is read as it is now; for the translation the original counts.
    mark_read(user=user, page_key=manual.translation_key, anchor="")
    assert offered(user, library.safe, 0, 1, "en")[-1].is_changed is False
    unmark_read(user=user, page_key=manual.translation_key, anchor="")
    unmark_read(user=user, page_key=manual.translation_key, anchor="")
    assert not any(row.is_read for row in offered(user, library.safe, 0, 1))


def test_nobody_sees_what_another_read(library, chapter, user, make_user):
    helps(chapter, library.safe, 0, 1)
    mark_read(user=make_user(), page_key=chapter.translation_key, anchor="")
    assert offered(user, library.safe, 0, 1)[0].is_read is False


@pytest.mark.parametrize(("low", "high"), [(0, 0), (2, 1), (4, 4), (0, 5)])
def test_it_leads_up_to_a_level_there_is(library, chapter, low, high):
    with pytest.raises(IntegrityError), transaction.atomic():
        helps(chapter, library.safe, low, high)


def test_a_place_helps_with_a_competency_once(library, chapter):
    helps(chapter, library.safe, 0, 1, "stop")
    helps(chapter, library.safe, 0, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        helps(chapter, library.safe, 1, 2)


def test_reading_asks_as_much_for_hundreds_as_for_one(library, manual, chapter, user):
    helps(chapter, library.safe, 0, 1, "stop")
    mark_read(user=user, page_key=chapter.translation_key, anchor="stop")

    def count(gaps) -> int:
        cache.clear()
        with override("nl"), CaptureQueriesContext(connection) as asked:
            found = material_for(user, "nl", gaps)
            assert all(row.url and row.reason for rows in found.values() for row in rows)
        assert sum(map(len, found.values())) >= len(found)
        return len(asked)

    count([(library.safe.translation_key, 0, 2)])
    few = count([(library.safe.translation_key, 0, 2)])
    competencies = [CompetencyFactory(parent=library.index, title=f"C{n}", basic=["iets."]) for n in range(30)]
    pages = [ChapterFactory(parent=manual, title=f"P{n}", body=[tip(f"T{n}", f"t{n}")]) for n in range(40)]
    CompetencyMaterial.objects.bulk_create(
        CompetencyMaterial(
            competency_key=competency.translation_key,
            page_key=page.translation_key,
            anchor=f"t{n}" if n % 2 else "",
            to_level=1,
        )
        for competency in competencies
        for n, page in enumerate(pages)
    )
    gaps = [(page.translation_key, 0, 2) for page in [library.safe, *competencies]]
    assert count(gaps) == few <= 12
