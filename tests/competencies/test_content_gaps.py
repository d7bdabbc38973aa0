"""What profiles ask and nothing helps with: whole gaps first, without anybody's name."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from competencies.content_gaps import content_gaps, count_without, uncovered
from competencies.levels import Level
from competencies.models import CompetencyProfilePage
from competencies.services.material import Helps, set_material
from guidelines.models import ManualIndexPage
from tests.factories import ChapterFactory, CompetencyFactory, ManualFactory, ProfileFactory

from .material import helps, publish, tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig", body=[tip("Stop is stop", "stop")]))


@pytest.fixture
def editor(make_user):
    return make_user(groups=["Editors"], locale="en")


def gaps() -> list[tuple]:
    return [(gap.competency.title, gap.highest, gap.spans) for gap in content_gaps()]


@pytest.mark.parametrize(
    ("spans", "highest", "left"),
    [
        ([], 3, ((0, 3),)),
        ([(0, 1)], 3, ((1, 3),)),
        ([(1, 2)], 3, ((0, 1), (2, 3))),
        ([(0, 2), (1, 3)], 3, ()),
        ([(0, 4)], 2, ()),
        ([(2, 4)], 2, ((0, 2),)),
    ],
)
def test_what_is_left_between_spans(spans, highest, left):
    assert uncovered(spans, highest) == left


def test_whole_gaps_come_first_then_the_largest(library, manual):
    assert gaps() == [
        ("Veilig werken", Level.ADVANCED, ((0, 3),)),
        ("Verhalen vertellen", Level.INDEPENDENT, ((0, 2),)),
    ]
    helps(manual, library.safe, 0, 1)
    assert gaps() == [
        ("Verhalen vertellen", Level.INDEPENDENT, ((0, 2),)),
        ("Veilig werken", Level.ADVANCED, ((1, 3),)),
    ]
    helps(manual, library.telling, 0, 2, "stop")
    helps(publish(ChapterFactory(parent=manual)), library.safe, 1, 4)
    assert gaps() == []


def test_the_highest_level_any_published_profile_asks_counts(library, manual):
    helps(manual, library.telling, 0, 1)
    helps(manual, library.safe, 0, 3)
    more = publish(ProfileFactory(parent=library.index, title="Expert", asks=[(library.safe, Level.EXPERT, False)]))
    found = {title: spans for title, _level, spans in gaps()}
    assert found == {"Veilig werken": ((3, 4),), "Verhalen vertellen": ((1, 2),)}
    CompetencyProfilePage.objects.get(pk=more.pk).unpublish()
    assert [title for title, *_rest in gaps()] == ["Verhalen vertellen"]


@pytest.mark.parametrize("what", ["unpublish", "delete", "lose the tip", "competency"])
def test_what_readers_do_not_find_does_not_count(library, manual, what):
    helps(manual, library.safe, 0, 3, "stop")
    assert [title for title, *_rest in gaps()] == ["Verhalen vertellen"]
    match what:
        case "unpublish":
            Page.objects.get(pk=manual.pk).unpublish()
        case "delete":
            manual.delete()
        case "lose the tip":
            manual.body = []
            publish(manual)
        case "competency":
            # Nobody is asked what isn't published: that is no gap.
            library.safe.unpublish()
            assert [title for title, *_rest in gaps()] == ["Verhalen vertellen"]
            return
    assert len(gaps()) == 2


def test_the_report_and_the_dashboard(client, library, manual, editor):
    client.force_login(editor)
    helps(manual, library.safe, 1, 2)
    page = BeautifulSoup(client.get(reverse("competency_gaps")).content, "html.parser")
    rows = [
        " ".join(row.get_text(" ", strip=True).split())
        for row in page.find("table", class_="listing").tbody.find_all("tr")
    ]
    assert rows[0].startswith("Verhalen vertellen independent nothing at all")
    assert rows[1].startswith("Veilig werken advanced Not yet to basic; Independent to advanced")
    assert page.find("a", href=reverse("competencies_material", args=[library.safe.translation_key]))
    dashboard = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 competency has nothing to read." in dashboard
    # Said by an editor, it is gone from the dashboard at once.
    everything = [Helps(library.safe.translation_key, "", 0, 4), Helps(library.telling.translation_key, "", 0, 2)]
    set_material(page=manual, helps=everything, seen=[], actor=editor)
    assert count_without() == 0
    assert "nothing to read" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert "something to read for everything" in client.get(reverse("competency_gaps")).content.decode()


def test_the_dashboard_of_others_says_nothing(client, library, make_user):
    client.force_login(make_user(is_superuser=False, groups=["Moderators"], locale="en"))
    assert client.get(reverse("competency_gaps")).status_code in (302, 403)


def test_it_asks_as_much_for_many(library, manual):
    helps(manual, library.safe, 0, 1, "stop")

    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            found = content_gaps()
        assert found
        return len(asked)

    helps(ChapterFactory(parent=manual, body=[tip("T", "t")]), library.telling, 0, 1, "t")
    count()
    few = count()
    for n in range(15):
        competency = CompetencyFactory(parent=library.index, title=f"C{n}", basic=["iets."])
        ProfileFactory(parent=library.index, title=f"R{n}", asks=[(competency, Level.BASIC, False)])
        helps(ChapterFactory(parent=manual, body=[tip("T", "t")]), competency, 0, 1, "t" * (n % 2))
    assert count() == few <= 12
