"""Where somebody stood, for them to take along, when they ask to be forgotten, and when it was kept long enough."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from competencies.models import Assessment, Goal, Rating, ReadMark, Sharing
from competencies.services.assessing import asked_keys
from competencies.services.retention import due, retain_assessments
from competencies.services.sharing import end_sharing, settle_outcome, share_assessment
from competencies.visibility import TABLE, Data, Viewer, seen_by, viewer_of
from people.forgetting import forget_person
from people.models import RetentionPeriods, User
from people.personal_data import collect
from tests.competencies.test_assessing import address, words

NOW = datetime(2030, 1, 15, 9, tzinfo=UTC)


def data_of(person) -> dict:
    with override("en"):
        return collect(person)["development"]


# Taking along -------------------------------------------------------------------------------------------


def test_the_person_takes_along_their_scores_and_those_that_are_handed_in(scored, people):
    own = data_of(people.person)["assessments"]
    assert [row["own"] for row in own[0]["competencies"]] == ["independent", "don’t know"]
    assert own[0]["competencies"][0]["example"] == "Toen lekte het."
    scores = own[0]["shared"][0]["scores"]
    assert [(row["theirs"], row["their_example"]) for row in scores] == [
        ("advanced", "Ik zag het."),
        ("basic", "Ik zag het."),
    ]
    given = data_of(people.manager)
    assert given["assessments"] == [] and [row["score"] for row in given["given"][0]["scores"]] == ["advanced", "basic"]
    # What the manager takes along says nothing of what the person gave themselves.
    assert "Toen lekte het." not in str(given) and "independent" not in str(given)


def test_what_a_colleague_has_not_handed_in_is_not_taken_along_by_the_person(shared, people):
    Rating.objects.create(
        assessment=shared.assessment,
        sharing=shared,
        by="assessor",
        competency_key=shared.assessment.ratings.first().competency_key,
        level=3,
        example="Nog niet af.",
    )
    assert data_of(people.person)["assessments"][0]["shared"][0]["scores"] == []
    assert "Nog niet af." in str(data_of(people.manager))


# Forgetting ---------------------------------------------------------------------------------------------


def test_who_is_forgotten_takes_everything_of_their_own_with_them(scored, people):
    forget_person(person=people.person, by=None)
    assert not Assessment.objects.exists() and not Sharing.objects.exists() and not Rating.objects.exists()


def test_what_a_forgotten_manager_scored_stays_the_persons_without_the_words(scored, people):
    forget_person(person=people.manager, by=None)
    assert set(Rating.objects.filter(by="assessor").values_list("level", "example")) == {(3, ""), (1, "")}
    assert Rating.objects.filter(by="self", example="Toen lekte het.").exists()
    forget_person(person=people.manager, by=None)


# Retention ----------------------------------------------------------------------------------------------


@pytest.fixture
def confirmed(db):
    RetentionPeriods.objects.update_or_create(pk=1, defaults={"assessments": 24, "confirmed_at": NOW})


def test_nothing_goes_before_the_organisation_confirmed_the_periods(finished, people):
    User.objects.filter(pk=people.person.pk).update(end_date=date(2026, 1, 1))
    assert due(Assessment, NOW).count() == 1 and retain_assessments(NOW) == 0
    assert Assessment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "goes"),
    [
        ({"end_date": date(2028, 1, 15)}, True),
        ({"end_date": date(2028, 1, 16)}, False),
        ({}, False),
        ({"is_active": False, "date_joined": datetime(2027, 12, 1, tzinfo=UTC)}, True),
        ({"is_active": False, "last_login": datetime(2029, 12, 1, tzinfo=UTC)}, False),
    ],
)
def test_it_goes_two_years_after_the_last_day(finished, people, confirmed, fields, goes):
    User.objects.filter(pk=people.person.pk).update(**fields)
    key = asked_keys(finished)[0]
    Goal.objects.create(user=people.person, competency_key=key, to_level=3, action="Meelopen")
    ReadMark.objects.create(user=people.person, page_key=key, marked_at=NOW)
    Goal.objects.create(user=people.stranger, competency_key=key, to_level=3, action="Blijft")
    assert retain_assessments(NOW) == (3 if goes else 0)
    for model in (Assessment, Goal, ReadMark):
        assert model.objects.filter(user=people.person).exists() != goes
    assert Goal.objects.filter(user=people.stranger).exists()
    assert retain_assessments(NOW) == 0


# Who sees what, cell by cell ------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["shared", "scored", "agreed", "ended"])
def test_every_cell_of_the_table_is_what_is_shown(request, people, make_user, stage):
    sharing = request.getfixturevalue("shared" if stage == "shared" else "scored")
    if stage == "agreed":
        keys = list(sharing.assessment.ratings.filter(by="self").values_list("competency_key", flat=True))
        for by in (people.manager, people.person):
            sharing = settle_outcome(
                sharing=sharing, by=by, levels=dict.fromkeys(keys, 2), seen=sharing.outcome_version, agrees=True
            )
    if stage == "ended":
        sharing = end_sharing(sharing=sharing)
    expected = {
        "shared": (Viewer.SCORING, {Data.THEIR_SCORES}),
        "scored": (Viewer.SCORED, {Data.OWN_SCORES, Data.THEIR_SCORES, Data.OUTCOME}),
        "agreed": (Viewer.SCORED, {Data.OWN_SCORES, Data.THEIR_SCORES, Data.OUTCOME}),
        "ended": (Viewer.FORMER, set()),
    }[stage]
    viewer = viewer_of(sharing, people.manager)
    assert (viewer, seen_by(viewer, sharing)) == expected
    for other in (people.lead, people.stranger, make_user(groups=["HR"]), make_user(is_superuser=True)):
        assert viewer_of(sharing, other) == Viewer.OTHERS and not seen_by(Viewer.OTHERS, sharing)
    person = seen_by(viewer_of(sharing, people.person), sharing)
    always = {Data.OWN_SCORES, Data.PLAN, Data.READ, Data.OVER_TIME}
    assert person == (always if stage == "shared" else set(Data))
    if stage in ("scored", "agreed"):
        sharing = share_assessment(assessment=sharing.assessment, assessor=people.manager, with_plan=True)
        assert Data.PLAN in seen_by(viewer, sharing)


def test_nobody_without_a_part_is_in_the_table():
    for viewers in TABLE.values():
        assert not viewers & {Viewer.FORMER, Viewer.LEADING, Viewer.HR, Viewer.OTHERS}


def test_the_table_is_there_to_read_for_everybody(as_user, people):
    page = words(as_user(people.stranger).get(address("who_sees_what")))
    assert "your scores and examples" in page.lower() and "24 months" in page
