"""What a search can be narrowed by, and what each choice would give."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageViewRestriction

from people.models import Team
from search import outbox, query
from search.catalogue import catalogue
from search.query import Question, answer
from stories.models import StoryIndexPage, StoryTheme
from tests.factories import ManualFactory, StoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams(make_user):
    """Two teams, ``{name: (team, somebody in it)}``."""
    made = {name: Team.objects.create(name=name, name_en=f"{name} (en)") for name in ("Facilitair", "Veiligheid")}
    return {name: (team, make_user(team=team)) for name, team in made.items()}


@pytest.fixture
def permits(handbook, manual, make_chapter, teams, trunk):
    """Five pages about permits: two in one manual, one in another (out of date), two stories, one with a theme."""
    today = timezone.localdate()
    manual.owner_colleague = teams["Facilitair"][1]
    manual.reviewed_on = today - datetime.timedelta(days=30)
    manual.save()
    make_chapter("Vergunning een", "<p>vergunning</p>")
    make_chapter("Vergunning twee", "<p>vergunning</p>", owner_colleague=teams["Veiligheid"][1])
    old = ManualFactory(
        parent=handbook, title="Oud", slug="oud", locale=handbook.locale, review_by=datetime.date(2020, 1, 1)
    )
    make_chapter("Vergunning drie", "<p>vergunning</p>", parent=old)
    channel = trunk(StoryIndexPage)
    theme = StoryTheme.objects.create(name="Op pad", name_en="On the road")
    for title, fields in (("Vergunning vier", {"theme": theme}), ("Vergunning vijf", {})):
        StoryFactory(parent=channel, locale=channel.locale, title=title, author=teams["Veiligheid"][1], **fields)
    outbox.rebuild()
    return {"manual": manual, "old": old, "theme": theme, **{name: team for name, (team, _user) in teams.items()}}


def offered(page, name: str) -> dict[str, int]:
    """``{what it says: how many}`` of the boxes of this name."""
    boxes = page.select(f".facet input[name={name}]")
    return {
        box.find_next_siblings("span")[0].get_text(): int(box.find_next_siblings("span")[1].get_text()) for box in boxes
    }


def test_each_choice_says_how_many_it_gives(permits, ask):
    page = ask("vergunning", language="en")
    assert offered(page, "manual") == {"Sociale media": 2, "Oud": 1}
    assert offered(page, "theme") == {"On the road": 1}
    assert offered(page, "team") == {"Veiligheid (en)": 3, "Facilitair (en)": 1}
    assert offered(page, "checked") == {"In the last 6 months": 2, "Out of date": 1}
    # Everything is in one language, which is nothing to choose.
    assert offered(page, "language") == {}


@pytest.mark.parametrize(
    ("name", "key", "found"),
    [
        ("manual", "manual", {"Vergunning een", "Vergunning twee"}),
        ("manual", "old", {"Vergunning drie"}),
        ("theme", "theme", {"Vergunning vier"}),
        ("team", "Facilitair", {"Vergunning een"}),
        ("team", "Veiligheid", {"Vergunning twee", "Vergunning vier", "Vergunning vijf"}),
    ],
)
def test_a_choice_gives_these(permits, titles, name, key, found):
    assert set(titles("vergunning", **{name: permits[key].pk})) == found


def test_several_choices_combine_and_counts_stand_beside_them(permits, ask, titles):
    team = permits["Veiligheid"].pk
    page = ask("vergunning", language="en", team=team, kind="handbook")
    assert [link.get_text() for link in page.select("li.result h3 a")] == ["Vergunning twee"]
    # Of teams what another team would give in the handbook; of manuals only what this team has.
    assert offered(page, "team") == {"Veiligheid (en)": 1, "Facilitair (en)": 1}
    # And one manual that has all of it is nothing to choose.
    assert offered(page, "manual") == {}
    assert set(titles("vergunning", manual=[permits["manual"].pk, permits["old"].pk])) == {
        "Vergunning een", "Vergunning twee", "Vergunning drie",
    }  # fmt: skip


def test_every_count_is_what_choosing_gives(permits, user):
    """For every choice beside every other: the number that was shown is the number that is found then."""
    first = answer(Question.from_input("vergunning", "nl"), user)
    for name, counts in first.counts.items():
        for value, count in counts.items():
            chosen = Question.from_input("vergunning", "nl", {name: [str(value)]})
            beside = answer(chosen, user)
            assert beside.total == count, (name, value)
            for other, others in beside.counts.items():
                for second, number in others.items():
                    if other != name:
                        both = Question.from_input("vergunning", "nl", {name: [str(value)], other: [str(second)]})
                        assert answer(both, user).total == number, (name, value, other, second)


def test_what_is_chosen_can_be_taken_away_one_by_one(permits, ask):
    page = ask("vergunning", language="en", team=permits["Veiligheid"].pk, theme=permits["theme"].pk)
    chips = {chip.contents[0].strip(): chip["href"] for chip in page.select("p.cluster a.chip")}
    assert chips == {
        "On the road": f"?q=vergunning&team={permits['Veiligheid'].pk}",
        "Veiligheid (en)": f"?q=vergunning&theme={permits['theme'].pk}",
    }


def test_a_long_list_is_folded(handbook, make_chapter, ask):
    for number in range(9):
        manual = ManualFactory(
            parent=handbook, title=f"Handleiding {number}", slug=f"h{number}", locale=handbook.locale
        )
        make_chapter(f"Vergunning {number}", "<p>x</p>", parent=manual)
    outbox.rebuild()
    page = ask("vergunning", language="en")
    assert len(page.select(".facet > label input[name=manual]")) == 5
    assert len(page.select(".facet details input[name=manual]")) == 4
    assert page.select_one(".facet details summary").get_text() == "More manuals"


def test_names_of_what_may_not_be_seen_are_in_no_filter(permits, manual, ask, make_user):
    restriction = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Directie"))
    for chosen in ({}, {"manual": manual.pk}, {"team": permits["Facilitair"].pk}):
        page = ask("vergunning", language="en", **chosen)
        assert "Sociale media" not in page.select_one("main").get_text()
        assert "Facilitair" not in page.select_one("main").get_text()
    assert offered(ask("vergunning", language="en"), "manual") == {"Oud": 1}
    assert offered(ask("vergunning", language="en"), "team") == {"Veiligheid (en)": 2}
    insider = make_user(groups=["Directie"])
    assert offered(ask("vergunning", as_=insider, language="en"), "manual") == {"Sociale media": 2, "Oud": 1}


@pytest.mark.parametrize("name", ["manual", "theme", "team", "checked"])
@pytest.mark.parametrize("value", ["", "0", "-1", "x", "\x00", "1e3", "99999999999999999999", "²", "<b>"])
def test_what_cannot_be_a_choice_is_left_out(permits, titles, name, value):
    assert len(titles("vergunning", **{name: value})) == 5


@pytest.mark.parametrize("name", ["manual", "theme", "team"])
def test_a_choice_that_is_not_there_finds_nothing_and_offers_the_way_back(permits, ask, name):
    page = ask("vergunning", **{name: "999999999"})
    assert page.select("li.result") == []
    assert "?q=vergunning" in {link["href"] for link in page.select("main .rows a")}


def test_another_owner_counts_at_once(permits, manual, titles, teams):
    manual.owner_colleague = teams["Veiligheid"][1]
    manual.save()
    assert "Vergunning een" in titles("vergunning", team=permits["Veiligheid"].pk)


def test_an_owner_who_left_answers_for_nothing(permits, titles, teams):
    _team, owner = teams["Facilitair"]
    owner.is_active = False
    owner.save()
    assert titles("vergunning", team=permits["Facilitair"].pk) == []


def test_more_than_is_looked_at_is_asked_for_once_more(permits, titles, monkeypatch):
    monkeypatch.setattr(query, "MOST", 2)
    everything = [set(titles("vergunning", kind=kind)) for kind in ("handbook", "stories")]
    assert [len(some) for some in everything] == [2, 2]
    assert everything[1] == {"Vergunning vier", "Vergunning vijf"}


def test_the_catalogue_costs_as_many_queries_at_any_size(permits, make_chapter, django_assert_num_queries):
    from base.stamp import touch_content

    catalogue()
    touch_content()
    with django_assert_num_queries(9):
        catalogue()
    for number in range(20):
        make_chapter(f"Nog een {number}", "<p>x</p>")
    with django_assert_num_queries(9):
        catalogue()
