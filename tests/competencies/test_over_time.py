"""Where somebody stood each time they looked."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from competencies.levels import Level
from competencies.models import Assessment, ProfileRequirement, Rating, Sharing
from competencies.over_time import over_time
from competencies.services.assessing import finish_assessment, rate_oneself, start_assessment


@pytest.fixture
def look(user, library):
    """``look(2026, safe=1, telling=None, agreed={"safe": 2})``: the person assesses themselves in that year."""

    def do(year: int, *, agreed: dict | None = None, proposed: dict | None = None, **levels) -> Assessment:
        assessment = start_assessment(user=user, profile_key=library.profile.translation_key)
        for name, level in levels.items():
            rate_oneself(
                assessment=assessment,
                competency_key=getattr(library, name).translation_key,
                level=level,
                is_unknown=level is None,
                example="",
                seen=0,
            )
        finish_assessment(assessment=assessment)
        Assessment.objects.filter(pk=assessment.pk).update(finished_at=datetime(year, 3, 1, 12, tzinfo=UTC))
        if agreed or proposed:
            now = timezone.now()
            sharing = Sharing.objects.create(
                assessment=assessment,
                assessor=user,
                shared_at=now,
                ended_at=now,
                submitted_at=now,
                person_agreed_at=now,
                assessor_agreed_at=now if agreed else None,
                agreed_at=now if agreed else None,
            )
            for name, level in (agreed or proposed).items():
                Rating.objects.create(
                    assessment=assessment,
                    sharing=sharing,
                    by=Rating.By.JOINT,
                    competency_key=getattr(library, name).translation_key,
                    level=level,
                    is_unknown=level is None,
                )
        return assessment

    return do


@pytest.fixture
def seen(user, library):
    """``seen()``: per competency, own and agreed level at each time, as a reader of English has it."""

    def read() -> dict:
        with translation.override("en"):
            block = over_time(user, library.profile.translation_key, "en").newest
            return {
                str(row.title): [
                    (cell.own and str(cell.own), cell.agreed and str(cell.agreed)) if cell.is_asked else "not asked"
                    for cell in row.cells
                ]
                for row in block.rows
            }

    return read


def shown(user, library) -> BeautifulSoup:
    with translation.override("en"):
        times = over_time(user, library.profile.translation_key, "en")
        return BeautifulSoup(render_to_string("competencies/_over_time.html", {"over_time": times}), "html.parser")


def test_times_stand_beside_one_another_oldest_first(look, seen):
    look(2025, safe=0, telling=None, agreed={"safe": 1, "telling": None})
    look(2026, safe=2, telling=1)
    assert seen() == {
        "Veilig werken": [("not yet", "basic"), ("independent", None)],
        "Verhalen vertellen": [("don’t know", "don’t know"), ("basic", None)],
    }


def test_what_was_only_proposed_is_not_agreed(look, seen):
    look(2025, safe=1, telling=1, proposed={"safe": 3, "telling": 3})
    assert seen()["Veilig werken"] == [("basic", None)]


def test_of_two_agreed_outcomes_the_newest_counts(look, seen, make_user, library):
    assessment = look(2025, safe=1, telling=1, agreed={"safe": 1, "telling": 1})
    now = timezone.now()
    later = Sharing.objects.create(
        assessment=assessment,
        assessor=make_user(),
        shared_at=now,
        submitted_at=now,
        person_agreed_at=now,
        assessor_agreed_at=now,
        agreed_at=now,
    )
    Rating.objects.create(
        assessment=assessment, sharing=later, by="joint", competency_key=library.safe.translation_key, level=4
    )
    assert seen()["Veilig werken"] == [("basic", "expert")]


def test_one_that_runs_and_those_of_others_and_of_other_profiles_are_not_in_it(look, seen, user, make_user, library):
    look(2025, safe=1, telling=1)
    start_assessment(user=user, profile_key=library.profile.translation_key)
    start_assessment(user=make_user(), profile_key=library.profile.translation_key)
    assert seen()["Veilig werken"] == [("basic", None)]


def test_a_profile_that_changed_is_marked_where_it_did(look, seen, user, library):
    look(2024, safe=1, telling=1)
    look(2025, safe=1, telling=1)
    ProfileRequirement.objects.filter(page=library.profile, competency=library.telling).delete()
    ProfileRequirement.objects.filter(page=library.profile).update(level=Level.EXPERT)
    look(2026, safe=2)
    block = over_time(user, library.profile.translation_key, "en").newest
    assert [column.is_changed for column in block.columns] == [False, False, True]
    assert seen()["Verhalen vertellen"] == [("basic", None), ("basic", None), "not asked"]
    assert block.rows[0].asked == Level.EXPERT
    page = shown(user, library)
    assert [heading.text for heading in page.find_all("th", scope="col")][-1] == "1 March 2026profile changed"
    # In a narrow room the heads are hidden: it is said below as well.
    assert "On 1 March 2026 the profile was not the same" in page.text


def test_cards_of_a_phone_name_the_day_in_every_cell(look, user, library):
    look(2025, safe=1, telling=1)
    look(2026, safe=2, telling=2, agreed={"safe": 3, "telling": 2})
    page = shown(user, library)
    cells = page.find("tbody").find("tr").find_all("td")
    assert [cell["data-label"] for cell in cells] == ["1 March 2025", "1 March 2026"]
    assert [" ".join(cell.get_text(" ", strip=True).split()) for cell in cells] == [
        "Basic",
        "Independent together: advanced",
    ]


def test_once_is_nothing_to_compare_and_never_shows_nothing(look, user, library):
    assert over_time(user, library.profile.translation_key, "en").newest is None
    assert not shown(user, library).text.strip()
    look(2025, safe=1, telling=1)
    page = shown(user, library)
    assert not page.find("table")
    assert "From the second time on" in page.text


def test_more_than_fit_beside_one_another_are_folded(look, user, library):
    for year in range(2010, 2024):
        look(year, safe=1, telling=1)
    times = over_time(user, library.profile.translation_key, "en")
    years = [[column.finished_at.year for column in block.columns] for block in (times.newest, *times.earlier)]
    assert years == [list(range(2018, 2024)), list(range(2012, 2018)), [2010, 2011]]
    assert len(shown(user, library).details.find_all("table")) == 2


def test_it_costs_two_queries_for_any_number_of_times(look, user, library):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            over_time(user, library.profile.translation_key, "en")
        return len(queries)

    look(2001, safe=1, telling=1)
    assert cost() == 2
    for year in range(2002, 2012):
        look(year, safe=1, telling=1, agreed={"safe": 1, "telling": 1})
    assert cost() == 2


def test_a_title_in_another_language_says_so(look, user, library):
    look(2025, safe=1, telling=1)
    look(2026, safe=1, telling=1)
    # Nobody translated it: Dutch, also to who reads English.
    assert shown(user, library).find("tbody").find("span", class_="strong")["lang"] == "nl"
