"""Looking where one stands: scoring oneself, keeping while typing, finishing, and what becomes of it when things change."""

import json
import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale

from competencies.assessment_reading import AssessmentReading
from competencies.levels import Level
from competencies.models import Assessment, CompetencyPage, CompetencyProfilePage, ProfileVersion, Rating
from competencies.services import assessing
from competencies.services.assessing import (
    ChangedElsewhere,
    NotAsked,
    Unanswered,
    asked_keys,
    finish_assessment,
    rate_oneself,
    start_assessment,
    take_over_profile,
)
from competencies.services.versions import ProfileGone
from competencies.visibility import Viewer
from people.models import User
from tests.factories import CompetencyFactory


def address(name: str, *args, language: str = "en") -> str:
    with override(language):
        return reverse(f"competencies:{name}", args=args)


def words(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True).split())


@pytest.fixture
def running(library, people):
    return start_assessment(user=people.person, profile_key=library.profile.translation_key)


@pytest.fixture
def reader(as_user, people):
    return as_user(people.person)


# Beginning -----------------------------------------------------------------------------------------------


def test_beginning_says_what_it_is_and_two_clicks_begin_one(reader, library, people):
    url = address("start", library.profile.translation_key)
    before = words(reader.get(url))
    assert "Only you" in before and "never counts for your pay" in before
    first, second = reader.post(url), reader.post(url)
    assert first.status_code == 302 and first.url == second.url
    assert Assessment.objects.get().user == people.person
    assert "0 of 2 competencies have a score" in words(reader.get(first.url))


def test_only_one_runs_for_a_profile(running):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(user=running.user, profile_key=running.profile_key, version=running.version)


@pytest.mark.parametrize("what", ["unknown", "unpublished"])
def test_a_profile_that_is_not_there_begins_nothing(reader, library, what):
    key = uuid.uuid4() if what == "unknown" else library.profile.translation_key
    library.profile.unpublish()
    assert reader.get(address("start", key)).status_code == 404
    assert reader.post(address("start", key)).status_code == 404
    assert not Assessment.objects.exists()


def test_everybody_who_is_assessed_by_the_same_profile_shares_its_version(library, people, running):
    start_assessment(user=people.stranger, profile_key=library.profile.translation_key)
    assert ProfileVersion.objects.count() == 1
    asked = running.version.content["rows"]
    assert [row["level"] for row in asked] == [Level.ADVANCED, Level.INDEPENDENT]
    assert asked[0]["indicators"]["nl"][2] == ["een ander aanspreken."]


# Scoring -------------------------------------------------------------------------------------------------


def test_one_after_the_other_by_the_form_and_then_it_is_finished(reader, running):
    first, second = asked_keys(running)
    page = words(reader.get(address("rate", running.key, first)))
    # Not what is asked: that would lean on the answer.
    assert "een ander aanspreken." in page and "Asked" not in page
    answer = reader.post(address("rate", running.key, first), {"f-level": "2", "f-example": "Toen.", "f-version": 0})
    assert answer.url == address("rate", running.key, second)
    answer = reader.post(address("rate", running.key, second), {"f-level": "unknown", "f-version": 0})
    assert answer.url == address("assessment", running.key)
    assert "Everything has a score" in words(reader.get(answer.url))
    reader.post(address("finish", running.key))
    result = words(reader.get(address("assessment", running.key)))
    assert "You: independent; asked: advanced" in result and "You: don’t know; asked: independent" in result
    rating = Rating.objects.get(competency_key=first)
    assert (rating.level, rating.example, rating.by) == (2, "Toen.", "self")


def test_a_level_that_says_nothing_cannot_be_chosen(reader, running):
    second = asked_keys(running)[1]
    page = BeautifulSoup(reader.get(address("rate", running.key, second)).content, "html.parser")
    assert [box["value"] for box in page.select("input[type=radio]")] == ["0", "1", "2", "unknown"]
    answer = reader.post(
        address("rate", running.key, second), {"f-level": "4", "f-example": "Mijn voorbeeld", "f-version": 0}
    )
    assert answer.status_code == 200 and "This level isn’t there" in words(answer)
    assert "Mijn voorbeeld" in answer.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize("sent", [{"f-level": "9"}, {"f-level": "x\0"}, {"f-example": "x" * 2001}, {"f-version": "-1"}])
def test_nonsense_is_answered_beside_the_field_and_keeps_nothing(reader, running, sent):
    answer = reader.post(address("rate", running.key, asked_keys(running)[0]), {"f-version": 0, **sent})
    assert answer.status_code == 200 and b"Error:" in answer.content
    assert not Rating.objects.exists()


def test_another_tab_that_came_first_is_shown_and_nothing_typed_is_lost(reader, running):
    key = asked_keys(running)[0]
    url = address("rate", running.key, key)
    reader.post(url, {"f-level": "1", "f-example": "Uit het ene tabblad", "f-version": 0})
    answer = reader.post(url, {"f-level": "3", "f-example": "Uit het andere", "f-version": 0})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Uit het ene tabblad" in page and "Uit het andere" in page
    assert Rating.objects.get().level == 1
    # Sent once more, it is put in the place of the other.
    version = BeautifulSoup(page, "html.parser").select_one("[name=f-version]")["value"]
    assert reader.post(url, {"f-level": "3", "f-example": "Uit het andere", "f-version": version}).status_code == 302
    assert Rating.objects.get().level == 3


def test_the_same_twice_is_one_score(reader, running):
    url = address("rate", running.key, asked_keys(running)[0])
    for _click in range(2):
        assert reader.post(url, {"f-level": "1", "f-version": 0}).status_code == 302
    assert Rating.objects.get().version == 1


# Keeping while typing -----------------------------------------------------------------------------------


def keep(client, assessment, key, **values):
    return client.post(
        address("rate_keep", assessment.key, key), json.dumps({"values": values}), content_type="application/json"
    )


def test_what_is_typed_is_kept_before_anything_is_chosen(reader, running):
    key = asked_keys(running)[0]
    assert "token" in reader.get(address("rate_keep", running.key, key)).json()
    answer = keep(reader, running, key, example="Ik was net", version="0")
    assert answer.status_code == 200 and answer.json()["values"] == {"version": "1"}
    answer = keep(reader, running, key, example="Ik was net begonnen", version="1", level="2")
    assert answer.json()["values"] == {"version": "2"}
    rating = Rating.objects.get()
    assert (rating.level, rating.example) == (2, "Ik was net begonnen")
    # Without a level it is no answer yet.
    Rating.objects.update(level=None)
    assert "1 of 2" not in words(reader.get(address("assessment", running.key)))


def test_keeping_refuses_what_came_later_what_is_closed_and_nonsense(reader, running, score):
    key = asked_keys(running)[0]
    keep(reader, running, key, level="1", version="0")
    assert keep(reader, running, key, level="2", version="0").status_code == 409
    for body in ("", "[]", '{"values": 3}', "{"):
        answer = reader.post(address("rate_keep", running.key, key), body, content_type="application/json")
        assert answer.status_code == 400
    assert keep(reader, running, key, level="7", version="1").status_code == 400
    Rating.objects.all().delete()
    score(running, 1, 1)
    finish_assessment(assessment=running)
    assert keep(reader, running, key, level="2", version="1").status_code == 409
    assert set(Rating.objects.values_list("level", flat=True)) == {1}


def test_half_an_emoji_is_left_out_and_the_words_are_kept(reader, running):
    key = asked_keys(running)[0]
    assert keep(reader, running, key, example="Goed gedaan \ud83d", version="0").status_code == 200
    assert Rating.objects.get().example == "Goed gedaan"
    assert reader.get(address("rate", running.key, key)).status_code == 200


def test_lines_end_alike_whether_a_script_or_the_form_sent_them(reader, running):
    key = asked_keys(running)[0]
    keep(reader, running, key, example="Eerst dit.\nDan dat.", level="1", version="0")
    # The form of before the script was answered: the same text, and so no other tab.
    sent = {"f-level": "1", "f-example": "Eerst dit.\r\nDan dat.", "f-version": 0}
    assert reader.post(address("rate", running.key, key), sent).status_code == 302
    assert Rating.objects.get().example == "Eerst dit.\nDan dat."
    # A new line is one sign to the browser, and so to us.
    long = "\r\n".join(["x" * 499] * 4)
    assert (
        reader.post(address("rate", running.key, key), {**sent, "f-example": long, "f-version": 1}).status_code == 302
    )


# Finishing ----------------------------------------------------------------------------------------------


def test_finishing_says_what_has_no_score_yet(reader, running):
    key = asked_keys(running)[0]
    reader.post(address("rate", running.key, key), {"f-level": "0", "f-version": 0})
    answer = reader.post(address("finish", running.key))
    assert "1 competency has no score yet" in words(answer)
    running.refresh_from_db()
    assert running.finished_at is None


def test_finishing_twice_tells_once_and_changes_nothing(running, score, monkeypatch):
    told = []
    monkeypatch.setattr(assessing, "_listeners", [told.append])
    score(running, 0, 4)
    first = finish_assessment(assessment=running)
    second = finish_assessment(assessment=running)
    assert first.finished_at == second.finished_at and told == [running]


def test_an_unfinished_one_is_not_finished_by_an_example_alone(running):
    for key in asked_keys(running):
        rate_oneself(assessment=running, competency_key=key, level=None, is_unknown=False, example="Iets", seen=0)
    with pytest.raises(Unanswered) as refused:
        finish_assessment(assessment=running)
    assert refused.value.keys == asked_keys(running)


def test_a_score_is_mended_by_going_on_and_a_finished_one_takes_none(reader, finished):
    key = asked_keys(finished)[0]
    assert reader.get(address("rate", finished.key, key)).url == address("assessment", finished.key)
    assert reader.post(address("rate", finished.key, key), {"f-level": "1", "f-version": 1}).status_code == 302
    assert Rating.objects.get(competency_key=key).level == 2
    reader.post(address("go_on", finished.key))
    reader.post(address("rate", finished.key, key), {"f-level": "1", "f-version": 1})
    assert Rating.objects.get(competency_key=key).level == 1


def test_going_on_with_an_older_one_leads_to_the_one_that_runs(reader, finished, library, people):
    newer = start_assessment(user=people.person, profile_key=library.profile.translation_key)
    assert reader.post(address("go_on", finished.key)).url == address("assessment", newer.key)
    finished.refresh_from_db()
    assert finished.finished_at is not None


def test_throwing_away_asks_first_and_takes_everything(reader, finished):
    assert "Throw it away?" in words(reader.get(address("delete", finished.key)))
    assert Assessment.objects.exists()
    assert reader.post(address("delete", finished.key)).url == address("mine")
    assert not Assessment.objects.exists() and not Rating.objects.exists()
    assert reader.post(address("delete", finished.key)).status_code == 404


def test_thrown_away_in_another_tab_it_is_a_page_that_is_not_there(reader, running, score, monkeypatch):
    score(running, 1, 1)

    def thrown_away(assessment, **kwargs):
        raise assessing.AssessmentGone(assessment.pk)

    monkeypatch.setattr(assessing, "lock_assessment", thrown_away)
    for name in ("finish", "go_on", "take_over"):
        assert reader.post(address(name, running.key)).status_code == 404
    key = asked_keys(running)[0]
    assert keep(reader, running, key, level="2", version="1").status_code == 409
    assert reader.post(address("rate", running.key, key), {"f-level": "2", "f-version": 1}).status_code == 302


# What changes around it ---------------------------------------------------------------------------------


def reading_of(assessment, language="nl"):
    return AssessmentReading(Assessment.objects.get(pk=assessment.pk), language, Viewer.PERSON)


def test_a_profile_that_is_edited_meanwhile_says_so_and_can_be_taken_over(reader, running, library, score):
    score(running, 2, 1)
    helping = CompetencyFactory(parent=library.index, title="Helpen", basic=["meekijken."])
    helping.save_revision().publish()
    page = CompetencyProfilePage.objects.get(pk=library.profile.pk)
    requirements = list(page.requirements.all())
    requirements[0].level = Level.EXPERT
    requirements[1].competency = helping
    requirements[1].level = Level.BASIC
    page.requirements.set(requirements)
    page.save_revision().publish()
    change = reading_of(running).change
    assert [str(title) for title in change.added] == ["Helpen"]
    assert [str(title) for title in change.removed] == ["Verhalen vertellen"]
    assert [(str(title), before, now) for title, before, now in change.moved] == [("Veilig werken", 3, 4)]
    said = words(reader.get(address("assessment", running.key)))
    assert "This profile was changed since." in said and "it asked advanced, now expert" in said
    # Until the person takes it over, it stays as it was begun, and can be finished so.
    assert [row.required for row in reading_of(running).rows] == [3, 2]
    reader.post(address("take_over", running.key))
    rows = reading_of(running).rows
    assert [(str(row.title), row.required, row.own and row.own.level) for row in rows] == [
        ("Veilig werken", 4, 2),
        ("Helpen", 1, None),
    ]
    assert reading_of(running).change is None
    # What it no longer asks was scored all the same, and is kept.
    assert Rating.objects.filter(competency_key=library.telling.translation_key, level=1).exists()
    with pytest.raises(NotAsked):
        rate_oneself(
            assessment=running,
            competency_key=library.telling.translation_key,
            level=2,
            is_unknown=False,
            example="",
            seen=1,
        )


def test_a_finished_one_keeps_its_version_and_says_that_the_profile_was_changed(reader, finished, library):
    page = CompetencyPage.objects.get(pk=library.safe.pk)
    page.title = "Heel veilig werken"
    page.save_revision().publish()
    assert reading_of(finished).change.is_wording
    result = words(reader.get(address("assessment", finished.key)))
    assert "Only words were changed" in result and "Heel veilig werken" not in result
    with pytest.raises(assessing.AlreadyFinished):
        take_over_profile(assessment=finished)


@pytest.mark.parametrize("what", ["move", "rename", "unpublish", "delete"])
def test_whatever_happens_to_the_pages_nothing_scored_is_lost(reader, finished, library, what):
    page = CompetencyPage.objects.get(pk=library.telling.pk)
    if what == "move":
        page.move(library.safe, "left")
    elif what == "rename":
        page.slug = "iets-anders"
        page.save_revision().publish()
    elif what == "unpublish":
        page.unpublish()
    else:
        for gone in (library.profile, library.telling):
            # The original; what stands in for it goes along.
            type(gone).objects.get(pk=gone.pk).delete()
    result = words(reader.get(address("assessment", finished.key)))
    assert "Verhalen vertellen" in result and "don’t know" in result
    assert Rating.objects.filter(assessment=finished).count() == 2
    assert ("no longer there" in result) == (what == "delete")


def test_both_languages_show_the_same_assessment(reader, finished, library):
    english = Locale.objects.get(language_code="en")
    twin = library.safe.get_translation(english)
    twin.alias_of, twin.title, twin.advanced = None, "Working safely", [("indicator", "speak to others.")]
    twin.save_revision().publish()
    new = start_assessment(user=finished.user, profile_key=finished.profile_key)
    assert [str(row.title) for row in reading_of(new, "en").rows] == ["Working safely", "Verhalen vertellen"]
    assert [row.title.language for row in reading_of(new, "en").rows] == ["", "nl"]
    assert [str(row.title) for row in reading_of(new, "nl").rows] == ["Veilig werken", "Verhalen vertellen"]
    # The one from before knew no English; it is shown in Dutch, and marked so.
    page = BeautifulSoup(reader.get(address("assessment", finished.key)).content, "html.parser")
    assert page.main.find("h3", string="Veilig werken")["lang"] == "nl"
    assert reader.get(address("assessment", finished.key, language="nl")).status_code == 200


def test_the_service_takes_no_level_that_is_not_there(running):
    for level in (-1, 5):
        with pytest.raises(ValueError, match=str(level)):
            rate_oneself(
                assessment=running,
                competency_key=asked_keys(running)[0],
                level=level,
                is_unknown=False,
                example="",
                seen=0,
            )
    with pytest.raises(ProfileGone):
        start_assessment(user=running.user, profile_key=uuid.uuid4())


def test_the_second_of_two_at_once_hears_it(running):
    key = asked_keys(running)[0]
    common = {"assessment": running, "competency_key": key, "is_unknown": False, "example": ""}
    rate_oneself(**common, level=1, seen=0)
    with pytest.raises(ChangedElsewhere) as refused:
        rate_oneself(**common, level=2, seen=0)
    assert refused.value.rating.level == 1


# How much it asks of the database -----------------------------------------------------------------------


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_number_of_queries_is_the_same_for_200_competencies_and_5000_people(reader, library, people, score):
    def all_pages() -> list[int]:
        running = start_assessment(user=people.person, profile_key=library.profile.translation_key)
        urls = [
            address("mine"),
            address("start", library.profile.translation_key),
            address("assessment", running.key),
            address("rate", running.key, asked_keys(running)[0]),
        ]
        found = [queries(reader, url) for url in urls]
        score(running, *[1 for _key in asked_keys(running)])
        finish_assessment(assessment=running)
        return [*found, queries(reader, address("assessment", running.key)), queries(reader, address("mine"))]

    few = all_pages()
    Assessment.objects.all().delete()
    page = CompetencyProfilePage.objects.get(pk=library.profile.pk)
    for _number in range(198):
        competency = CompetencyFactory(parent=library.index, basic=["iets."])
        page.requirements.create(competency=competency, level=Level.BASIC)
    page.save_revision().publish()
    User.objects.bulk_create(
        User(email=f"many{number}@example.org", first_name="Veel", manager=people.manager, team=people.team)
        for number in range(5000)
    )
    assert all_pages() == few
