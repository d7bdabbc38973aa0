"""The scorecard: how each manual is kept up, for owners and editors, each figure leading to the pages behind it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, PageViewRestriction

from guidelines import scorecards
from guidelines.models import Feedback, LinkProblem, ManualIndexPage
from guidelines.scorecards import Column, Figure
from insight.scorecard import Scorecard
from tests.factories import ChapterFactory, ManualFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PORTAL = "/en/manuals/scorecard/"


@pytest.fixture
def editor(make_user):
    return make_user(groups=["Editors"], locale="en")


@pytest.fixture
def owner(make_user):
    return make_user(locale="en")


@pytest.fixture
def pumps(trunk, owner):
    """Three texts: one overdue, one with a broken link; all with an owner."""
    manual = ManualFactory(parent=trunk(ManualIndexPage), title="Pompen", owner_colleague=owner)
    ChapterFactory(parent=manual, title="Kleppen", review_by=TODAY - timedelta(3))
    broken = ChapterFactory(parent=manual, title="Filters", review_by=TODAY + timedelta(3))
    LinkProblem.objects.create(page=broken, kind="page_gone", target="7")
    return manual


@pytest.fixture
def pipes(trunk):
    """Nobody's, and nothing else is the matter."""
    return ManualFactory(parent=trunk(ManualIndexPage), title="Leidingen")


def figures(user, title):
    score = next(score for score in Scorecard(user, "nl").scores if score.title == title)
    return score.texts, score.owned_percent, score.overdue, score.broken


def test_figures_of_a_manual_and_its_chapters(pumps, pipes, editor):
    assert figures(editor, "Pompen") == (3, 100, 1, 1)
    assert figures(editor, "Leidingen") == (1, 0, 0, 0)


def test_the_worst_comes_first_and_size_counts(pumps, pipes, editor, trunk):
    large = ManualFactory(parent=trunk(ManualIndexPage), title="Groot")
    for _number in range(12):
        ChapterFactory(parent=large)
    assert [score.title for score in Scorecard(editor, "nl").scores] == ["Groot", "Pompen", "Leidingen"]


def test_each_figure_leads_to_the_pages_behind_it(as_user, pumps, pipes, editor):
    client = as_user(editor)
    shown = client.get(reverse("manual_scorecard")).content.decode()
    address = f"{reverse('manual_worklist')}?what=overdue&amp;manual={pumps.translation_key}"
    assert address in shown
    response = client.get(reverse("manual_worklist"), {"what": "overdue", "manual": str(pumps.translation_key)})
    assert [page.title for page in response.context["object_list"]] == ["Kleppen"]
    response = client.get(reverse("manual_worklist"), {"what": "no_owner"})
    assert [page.title for page in response.context["object_list"]] == ["Leidingen"]
    response = client.get(reverse("manual_worklist"), {"what": "broken", "export": "csv"})
    assert b"Filters" in b"".join(response.streaming_content)


def test_a_figure_of_a_translated_manual_leads_to_its_pages(as_user, pumps, editor):
    english = pumps.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.alias_of = None
    english.save_revision().publish()
    query = {"what": "overdue", "manual": str(pumps.translation_key)}
    response = as_user(editor).get(reverse("manual_worklist"), query)
    assert response.status_code == 200
    assert [page.title for page in response.context["object_list"]] == ["Kleppen"]


@pytest.mark.parametrize("query", [{"what": "x"}, {"manual": "x\0"}, {"manual": "9" * 300}, {"p": "0"}])
def test_odd_filters_break_nothing(as_user, pumps, editor, query):
    assert as_user(editor).get(reverse("manual_worklist"), query).status_code in (200, 404)


def test_an_owner_sees_their_manuals_and_a_stranger_none(as_user, pumps, pipes, owner, user, editor):
    shown = as_user(owner).get(PORTAL).content.decode()
    assert "Pompen" in shown
    assert "Leidingen" not in shown
    assert f"/en/manuals/reviews/?manual={pumps.translation_key}&amp;state=overdue" in shown
    assert as_user(user).get(PORTAL).status_code == 403
    assert "Leidingen" in as_user(editor).get(PORTAL).content.decode()
    for name in ("manual_scorecard", "manual_worklist"):
        assert as_user(owner).get(reverse(name)).status_code in (302, 403)


def test_a_manual_that_the_reader_may_not_see_is_not_counted_out_loud(pumps, owner):
    PageViewRestriction.objects.create(page=pumps, restriction_type=PageViewRestriction.GROUPS)
    assert Scorecard(owner, "nl").scores == []


def test_a_chapter_that_an_owner_may_not_read_is_not_counted(pumps, owner, editor):
    closed = ChapterFactory(parent=pumps, title="Reorganisatie", review_by=TODAY - timedelta(3))
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.GROUPS)
    assert figures(owner, "Pompen") == (3, 100, 1, 1)
    assert figures(editor, "Pompen") == (4, 100, 2, 1)


def test_an_owner_waits_for_their_own_manuals_only(pumps, owner, trunk):
    ManualFactory(parent=trunk(ManualIndexPage), title="Van een ander")
    assert {page.text.manual for page in Scorecard(owner, "nl").pages} == {pumps.translation_key}


def test_it_says_that_reading_is_not_counted_by_name(as_user, pumps, editor):
    assert "not kept by name" in as_user(editor).get(PORTAL).content.decode()


@pytest.fixture
def vote(make_user):
    """``vote(page, useful, useless, edition=0)``: so many colleagues said so."""

    def give(page, useful, useless, edition=0):
        for number in range(useful + useless):
            Feedback.objects.create(
                user=make_user(),
                page_key=page.translation_key,
                edition=edition,
                language="nl",
                is_useful=number < useful,
                given_at=timezone.now(),
            )

    return give


def found_useful(editor) -> list[str | None]:
    with translation.override("en"):
        scores = Scorecard(editor, "nl").scores
    found = [{column.name: figure for column, figure in score.others}["useful"] for score in scores]
    return [figure.words if figure else None for figure in found]


def test_the_share_that_found_it_useful_counts_texts_with_enough_votes(pumps, editor, vote):
    chapters = list(pumps.get_children())
    vote(chapters[0], 3, 1)
    assert found_useful(editor) == [None]
    # Of the one with four votes nothing can be told by subtraction.
    vote(chapters[1], 4, 1)
    assert found_useful(editor) == ["80% of 5"]


def test_a_new_version_is_judged_anew(pumps, editor, vote):
    vote(pumps, 0, 5)
    vote(pumps, 6, 0, edition=1)
    assert found_useful(editor) == ["100% of 6"]


def test_an_app_adds_a_column_or_says_why_not(as_user, pumps, editor, monkeypatch):
    monkeypatch.setattr(scorecards, "_columns", {})
    scorecards.register(
        Column("helpful", "Helpful", lambda texts: {text.manual: Figure("80%", harm=500) for text in texts})
    )
    scorecards.register(Column("viewed", "Viewed", dict, is_known=lambda: False, missing="Nobody counts views."))
    shown = as_user(editor).get(PORTAL).content.decode()
    assert "80%" in shown
    assert "Nobody counts views." in shown


def test_it_costs_the_same_for_many_pages(pumps, editor, trunk):
    def ask():
        # As each request does: with a user of its own.
        return Scorecard(type(editor).objects.get(pk=editor.pk), "nl").scores

    ask()
    with CaptureQueriesContext(connection) as few:
        ask()
    for number in range(10):
        manual = ManualFactory(parent=trunk(ManualIndexPage), title=f"Nog {number}")
        ChapterFactory(parent=manual, review_by=TODAY)
    ask()
    with CaptureQueriesContext(connection) as many:
        assert len(ask()) == 11
    assert len(many) == len(few) <= 20


def test_the_dashboard_leads_editors_there(as_user, pumps, pipes, editor, make_user):
    shown = as_user(editor).get(reverse("wagtailadmin_home")).content.decode()
    assert "manuals-kept-up" in shown
    assert "Texts to check again" in shown
    assert "manuals-kept-up" not in as_user(make_user(groups=["HR"])).get(reverse("wagtailadmin_home")).content.decode()
