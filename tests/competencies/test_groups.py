"""How groups stand: who may look, what is counted, and that nobody can be worked out from what is shown."""

from collections import defaultdict
from itertools import product
from random import Random
from types import SimpleNamespace
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from competencies.group_reading import SMALLEST, WHOLE, GroupReading, Rough, may_look, shown_groups
from competencies.levels import Level
from competencies.models import Assessment, CompetencyProfilePage, ProfileRequirement, ProfileVersion, Rating, Sharing
from people.models import Team, User
from tests.factories import CompetencyFactory, ProfileFactory

GROUPS = "/en/development/groups/"


def agree(
    people, profile_key, levels: dict, *, assessor, version=None, agreed=True, by=Rating.By.JOINT, at=None
) -> None:
    """Everybody of ``people`` has an outcome of these levels by key, made in bulk; ``agreed=False``: proposed only."""
    now = at or timezone.now()
    if version is None:
        version, _made = ProfileVersion.objects.get_or_create(
            profile_key=profile_key, digest="d", defaults={"content": {"title": {}, "rows": []}}
        )
    assessments = Assessment.objects.bulk_create(
        [
            Assessment(user=person, profile_key=profile_key, version=version, finished_at=now, key=uuid4())
            for person in people
        ]
    )
    sharings = Sharing.objects.bulk_create(
        [
            Sharing(
                assessment=assessment,
                assessor=assessor,
                shared_at=now,
                submitted_at=now,
                person_agreed_at=now,
                assessor_agreed_at=now if agreed else None,
                agreed_at=now if agreed else None,
            )
            for assessment in assessments
        ]
    )
    Rating.objects.bulk_create(
        Rating(
            assessment=sharing.assessment,
            sharing=None if by == Rating.By.SELF else sharing,
            by=by,
            competency_key=key,
            level=level,
            is_unknown=level is None,
        )
        for sharing in sharings
        for key, level in levels.items()
    )


@pytest.fixture
def organisation(make_user, library):
    """``north`` (with ``shift`` below it) and ``south``, each with a lead; ``people(team, number)`` makes colleagues."""
    north = Team.objects.create(name="North")
    shift = Team.objects.create(name="Shift", parent=north)
    south = Team.objects.create(name="South")
    leads = {}
    for team in (north, shift, south):
        leads[team.name] = make_user(locale="en")
        team.leads.add(leads[team.name])

    def people(team, number: int) -> list[User]:
        return User.objects.bulk_create(
            [User(email=f"p{uuid4()}@example.org", first_name="P", last_name="Q", team=team) for _n in range(number)]
        )

    def stand(people, *, safe, telling=2, **more) -> None:
        levels = {library.safe.translation_key: safe, library.telling.translation_key: telling}
        agree(people, library.profile.translation_key, levels, assessor=leads["North"], **more)

    return SimpleNamespace(north=north, shift=shift, south=south, leads=leads, people=people, stand=stand)


def picture(reader, library, group):
    with translation.override("en"):
        return GroupReading(reader, "en").picture(
            CompetencyProfilePage.objects.get(
                translation_key=library.profile.translation_key, locale__language_code="en"
            ),
            group if isinstance(group, int) else group.pk,
        )


def numbers(found, title: str = "Veilig werken") -> list[str]:
    """Below, at, above and unknown in words."""
    with translation.override("en"):
        row = next(row for row in found.rows if row.asked.competency.title == title)
        return [number.words for _label, number in row.cells]


def page_of(client, reader, query: str = "") -> BeautifulSoup:
    client.force_login(reader)
    response = client.get(f"{GROUPS}{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def options(page, name: str) -> list[str]:
    return [option.text for option in page.find("select", attrs={"name": name}).find_all("option")]


# Who may look.


@pytest.mark.parametrize("role", ["nobody", "Employees", "Managers", "Editors", "Moderators", "manager"])
def test_who_leads_no_team_finds_no_page(client, make_user, organisation, role):
    reader = make_user(groups=[role] if role[0].isupper() else [])
    if role == "manager":
        make_user(manager=reader)
    client.force_login(reader)
    assert client.get(GROUPS).status_code == 404
    assert not may_look(reader)


@pytest.mark.parametrize("role", ["HR", "Administrators"])
def test_hr_chooses_among_all_teams_and_the_whole(client, make_user, organisation, role):
    reader = make_user(groups=[role], locale="en")
    page = page_of(client, reader)
    assert may_look(reader)
    assert options(page, "group") == ["The whole organisation", "North", "Shift", "South"]
    assert options(page, "profile") == ["Monteur"]


@pytest.mark.parametrize(("lead", "teams"), [("North", ["North", "Shift"]), ("Shift", ["Shift"]), ("South", ["South"])])
def test_a_lead_chooses_among_their_teams_and_those_below(client, organisation, library, lead, teams):
    reader = organisation.leads[lead]
    assert may_look(reader)
    assert options(page_of(client, reader), "group") == teams
    every = {WHOLE: "The whole organisation"} | {team.pk: team.name for team in Team.objects.all()}
    for key, name in every.items():
        response = client.get(f"{GROUPS}?group={key}&profile={library.profile.translation_key}")
        assert (response.status_code == 200) == (name in teams), name


@pytest.mark.parametrize(
    "query", ["?group=x", "?group=-1", "?group=99999999", "?profile=x", "?profile=00000000-0000-4000-8000-000000000000"]
)
def test_what_is_not_there_is_not_there(client, make_user, organisation, query):
    client.force_login(make_user(groups=["HR"]))
    assert client.get(f"{GROUPS}{query}").status_code == 404


def test_nothing_can_be_sent(client, make_user):
    client.force_login(make_user(groups=["HR"]))
    assert client.post(GROUPS).status_code == 405


# What is counted.


def test_levels_are_counted_against_what_is_asked_now(organisation, library):
    organisation.stand(organisation.people(organisation.north, 6), safe=2)
    organisation.stand(organisation.people(organisation.north, 12), safe=3)
    organisation.stand(organisation.people(organisation.north, 1), safe=4)
    organisation.stand(organisation.people(organisation.north, 7), safe=None)
    found = picture(organisation.leads["North"], library, organisation.north)
    assert numbers(found) == ["5 to 9", "10 to 14", "fewer than 5", "5 to 9"]
    assert found.people == Rough.of(26)
    ProfileRequirement.objects.filter(page=library.profile, competency=library.safe).update(level=Level.INDEPENDENT)
    found = picture(organisation.leads["North"], library, organisation.north)
    assert numbers(found) == ["fewer than 5", "5 to 9", "10 to 14", "5 to 9"]


def test_only_what_was_agreed_counts_and_of_each_the_newest(organisation, library):
    people = organisation.people(organisation.north, 5)
    organisation.stand(people, safe=1, at=timezone.now() - timezone.timedelta(days=9))
    organisation.stand(people, safe=3)
    # Newer, and proposed only; others scored themselves and nothing more.
    organisation.stand(people, safe=4, agreed=False)
    organisation.stand(organisation.people(organisation.north, 5), safe=4, agreed=False)
    organisation.stand(organisation.people(organisation.north, 5), safe=4, agreed=False, by=Rating.By.SELF)
    found = picture(organisation.leads["North"], library, organisation.north)
    assert found.people == Rough.of(5)
    assert numbers(found) == ["fewer than 5", "5 to 9", "fewer than 5", "fewer than 5"]


def test_other_profiles_who_left_and_the_reader_do_not_count(organisation, library):
    lead = organisation.leads["North"]
    lead.team = organisation.north
    lead.save()
    people = organisation.people(organisation.north, 5)
    organisation.stand([*people[:4], lead], safe=3)
    assert not picture(lead, library, organisation.north).is_shown
    agree(people, uuid4(), {library.safe.translation_key: 3}, assessor=lead)
    assert not picture(lead, library, organisation.north).is_shown
    organisation.stand(people[4:], safe=3)
    assert picture(lead, library, organisation.north).is_shown
    people[0].is_active = False
    people[0].save()
    assert not picture(lead, library, organisation.north).is_shown


def test_a_team_is_counted_with_the_teams_below_it(organisation, library):
    organisation.stand(organisation.people(organisation.north, 5), safe=1)
    organisation.stand(organisation.people(organisation.shift, 6), safe=4)
    found = picture(organisation.leads["North"], library, organisation.north)
    assert numbers(found) == ["5 to 9", "fewer than 5", "5 to 9", "fewer than 5"]
    found = picture(organisation.leads["Shift"], library, organisation.shift)
    assert numbers(found) == ["fewer than 5", "fewer than 5", "5 to 9", "fewer than 5"]


# What is shown.


@pytest.mark.parametrize(("number", "is_shown"), [(0, False), (1, False), (4, False), (5, True)])
def test_groups_under_five_show_nothing_at_all(client, organisation, library, number, is_shown):
    organisation.stand(organisation.people(organisation.north, number), safe=1)
    query = f"?group={organisation.north.pk}&profile={library.profile.translation_key}"
    page = page_of(client, organisation.leads["North"], query)
    assert bool(page.find("table")) == is_shown
    assert bool(page.find(class_="empty")) != is_shown


def test_the_picture_reads_as_text_in_a_table(client, organisation, library):
    organisation.stand(organisation.people(organisation.north, 7), safe=2)
    query = f"?group={organisation.north.pk}&profile={library.profile.translation_key}"
    page = page_of(client, organisation.leads["North"], query)
    heads = [cell.text for cell in page.find("thead").find_all("th")]
    row = page.find("tbody").find("tr")
    assert row.find("th")["scope"] == "row"
    assert row.find("a").text == "Veilig werken"
    assert "asked: advanced" in row.text
    assert [cell["data-label"] for cell in row.find_all("td")] == heads[1:]
    assert [cell.find(class_="num").text for cell in row.find_all("td")] == [
        "5 to 9",
        "fewer than 5",
        "fewer than 5",
        "fewer than 5",
    ]
    assert all(bar["aria-hidden"] == "true" for bar in page.find_all("progress"))
    assert "agreed on together: 5 to 9" in page.text


@pytest.mark.parametrize("others", range(7))
def test_a_team_is_hidden_where_the_rest_of_the_organisation_is_one_to_four(organisation, library, make_user, others):
    organisation.stand(organisation.people(organisation.north, 8), safe=1)
    organisation.stand(organisation.people(organisation.south, others), safe=4)
    assert picture(organisation.leads["North"], library, organisation.north).is_shown == (others in (0, 5, 6))
    # The larger group stays.
    assert picture(make_user(groups=["HR"]), library, WHOLE).is_shown


@pytest.mark.parametrize("own", range(7))
def test_a_lead_learns_nothing_by_taking_a_team_from_the_team_above_it(organisation, library, own):
    organisation.stand(organisation.people(organisation.north, own), safe=4)
    organisation.stand(organisation.people(organisation.shift, 6), safe=1)
    lead = organisation.leads["North"]
    assert picture(lead, library, organisation.north).is_shown
    assert picture(lead, library, organisation.shift).is_shown == (own in (0, 5, 6))
    # Nor does the team's own lead, who could ask the other one.
    assert picture(organisation.leads["Shift"], library, organisation.shift).is_shown == (own in (0, 5, 6))


def test_several_teams_below_one_are_taken_from_it_together():
    # 1 has three of its own; 2 and 3 are below it: each alone leaves enough, both together leave three.
    shown = shown_groups({1: None, 2: 1, 3: 1}, {1: 3, 2: 6, 3: 9})
    assert shown == {WHOLE: 18, 1: 18, 3: 9}


def test_within_a_team_that_is_hidden_larger_parts_may_still_be_shown():
    # Two without a team: North (20) would leave them, its shifts don't: what is left has North's own eight as well.
    assert shown_groups({1: None, 2: 1, 3: 1}, {WHOLE: 2, 1: 8, 2: 6, 3: 6}) == {WHOLE: 22, 2: 6, 3: 6}


def atoms(people: list[int], groups: list[frozenset]) -> list[int]:
    """How many people are in exactly the same groups: whatever is taken from one another is made of these."""
    found = defaultdict(int)
    for person in people:
        found[frozenset(number for number, group in enumerate(groups) if person in group)] += 1
    return [number for inside, number in found.items() if inside]


def test_whatever_is_taken_from_one_another_nobody_is_left_or_five():
    random = Random(5)  # noqa: S311 - the same trees every time
    for _tree in range(400):
        parents = {team: random.choice([None, *range(1, team)]) for team in range(1, 9)}
        own = {team: random.choice([0, 0, 1, 2, 3, 4, 5, 6, 11]) for team in range(9)}
        members = {team: {(team, number) for number in range(own[team])} for team in own}
        inside: dict[int, set] = {team: set(own_people) for team, own_people in members.items()}
        for team in sorted(parents, reverse=True):
            inside[parents[team] or WHOLE] |= inside[team]
        shown = shown_groups(parents, own)
        assert {team: len(inside[team]) for team in shown} == shown
        assert all(size >= SMALLEST for size in shown.values())
        left = atoms(sorted(inside[WHOLE]), [frozenset(inside[team]) for team in shown])
        assert all(number >= SMALLEST for number in left), (parents, own, shown)
        assert (WHOLE in shown) == (len(inside[WHOLE]) >= SMALLEST)


def test_no_number_can_be_computed_from_the_others():
    """Of every picture of up to 24 people, each number can be several: also a small one beside large ones."""
    pictures = defaultdict(lambda: [set(), set(), set(), set(), set()])
    for cells in product(range(25), repeat=4):
        total = sum(cells)
        if SMALLEST <= total <= 24:
            found = pictures[tuple(number // SMALLEST for number in (*cells, total))]
            for place, number in zip(found, (*cells, total), strict=True):
                place.add(number)
    assert len(pictures) > 50
    for shown, possible in pictures.items():
        if shown[-1] < 4:
            # Of the highest step only a part was made.
            assert min(map(len, possible)) >= 2, shown
    assert Rough.of(0) == Rough.of(4) != Rough.of(5)


def test_a_team_and_the_one_above_it_do_not_give_away_a_cell():
    """Both numbers of a cell are in steps: what is between them can be several numbers."""
    between = defaultdict(set)
    for above, team in product(range(40), repeat=2):
        if above >= team:
            between[above // SMALLEST, team // SMALLEST].add(above - team)
    assert all(len(found) >= SMALLEST for found in between.values())


# How dear it is.


def test_it_costs_the_same_for_five_thousand_people_and_two_hundred_competencies(
    client, organisation, library, make_user
):
    hr = make_user(groups=["HR"], locale="en")
    key = library.profile.translation_key

    def cost(group) -> int:
        query = f"?group={group}&profile={key}"
        page_of(client, hr, query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{GROUPS}{query}").status_code == 200
        return len(queries)

    organisation.stand(organisation.people(organisation.north, 7), safe=2)
    few = cost(organisation.north.pk), cost(WHOLE)
    organisation.stand(organisation.people(organisation.shift, 3000), safe=3)
    organisation.stand(organisation.people(organisation.south, 2000), safe=3)
    # Before there were few, each with a query of its own a competency would show.
    pages = [CompetencyFactory(parent=library.index, title=f"C{number}", basic=["a."]) for number in range(198)]
    ProfileRequirement.objects.bulk_create(
        ProfileRequirement(page=library.profile, competency=page, level=1, is_core=False, sort_order=9)
        for page in pages
    )
    agree(
        organisation.people(organisation.north, 6),
        key,
        {page.translation_key: 1 for page in pages},
        assessor=organisation.leads["North"],
    )
    assert (cost(organisation.north.pk), cost(WHOLE)) <= few
    assert picture(hr, library, WHOLE).people == Rough.of(5013)


def test_a_profile_that_asks_nothing_says_so(client, organisation, library):
    empty = ProfileFactory(parent=library.index, title="Nothing asked")
    empty.save_revision().publish()
    agree(
        organisation.people(organisation.north, 5),
        empty.translation_key,
        {},
        assessor=organisation.leads["North"],
    )
    query = f"?group={organisation.north.pk}&profile={empty.translation_key}"
    assert "asks nothing yet" in page_of(client, organisation.leads["North"], query).text
