"""Two at the same moment: two assessors, two tabs, two clicks. One of them wins, and the other hears it.

Outside the test's own transaction, so everything really commits. PostgreSQL lets writers run side by side, so it gets more.
"""

import uuid
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from competencies.levels import Level
from competencies.models import Assessment, ProfileVersion, Rating, Sharing
from competencies.services import assessing
from competencies.services.assessing import (
    ChangedElsewhere,
    asked_keys,
    finish_assessment,
    rate_oneself,
    start_assessment,
)
from competencies.services.sharing import (
    AgreedAlready,
    NotShared,
    OutcomeChanged,
    ScoredAlready,
    SharedWithAnother,
    end_sharing,
    rate_colleague,
    settle_outcome,
    share_assessment,
    submit_scores,
)
from notifications.models import Message
from people.models import Team, User
from tests.at_once import all_at_once
from tests.factories import UserFactory

pytestmark = pytest.mark.xdist_group("workers")
REFUSED = (
    AgreedAlready,
    ChangedElsewhere,
    NotShared,
    OutcomeChanged,
    ScoredAlready,
    SharedWithAnother,
)
KEYS = [uuid.uuid4() for _number in range(2)]
CONTENT = {
    "title": {"nl": "Monteur"},
    "rows": [
        {
            "competency": str(key),
            "level": int(Level.ADVANCED),
            "is_core": False,
            "title": {"nl": "Iets"},
            "definition": {"nl": ""},
            "indicators": {"nl": [["a."], ["b."], ["c."], ["d."]]},
        }
        for key in KEYS
    ],
}


class World:
    """Somebody with a manager and a lead, that other connections see as well."""

    def __init__(self):
        self.manager, self.lead = UserFactory(first_name="Mara"), UserFactory(first_name="Leo")
        self.person = UserFactory(first_name="Pien", manager=self.manager)
        self.profile_key = uuid.uuid4()
        self.version = ProfileVersion.objects.create(profile_key=self.profile_key, digest="0" * 64, content=CONTENT)

    def finished(self) -> Assessment:
        """The person's, with a score for each."""
        assessment = Assessment.objects.create(
            user=self.person, profile_key=self.profile_key, version=self.version, finished_at=timezone.now()
        )
        for key in KEYS:
            Rating.objects.create(assessment=assessment, by="self", competency_key=key, level=2)
        return assessment

    def scored(self) -> Sharing:
        """Shared with the manager, whose scores are in."""
        sharing = share_assessment(assessment=self.finished(), assessor=self.manager)
        for key in KEYS:
            Rating.objects.create(
                assessment=sharing.assessment, sharing=sharing, by="assessor", competency_key=key, level=3
            )
        return submit_scores(sharing=sharing, by=self.manager)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        before = set(User.objects.values_list("pk", flat=True))
        try:
            yield World()
        finally:
            Assessment.objects.all().delete()
            ProfileVersion.objects.all().delete()
            User.objects.exclude(pk__in=before).update(manager=None)
            User.objects.exclude(pk__in=before).delete()
            connection.close()


@pytest.fixture
def many(world) -> int:
    """How many there are at once."""
    return 20 if connection.vendor == "postgresql" else 6


def refusals(outcomes: list) -> list[str]:
    return sorted(type(out).__name__ for out in outcomes if isinstance(out, Exception))


def test_many_clicks_begin_one(world, many, monkeypatch):
    monkeypatch.setattr(assessing, "content_now", lambda user, key: CONTENT)
    begun = all_at_once(
        [partial(start_assessment, user=world.person, profile_key=world.profile_key) for _click in range(many)],
        REFUSED,
    )
    assert len({assessment.pk for assessment in begun}) == 1 and Assessment.objects.count() == 1


def test_many_clicks_finish_once_and_tell_once(world, many, monkeypatch):
    told = []
    monkeypatch.setattr(assessing, "_listeners", [lambda assessment: told.append(assessment.pk)])
    assessment = world.finished()
    Assessment.objects.update(finished_at=None)
    all_at_once([partial(finish_assessment, assessment=assessment) for _click in range(many)], REFUSED)
    assert told == [assessment.pk]


def test_of_many_tabs_one_score_is_kept_and_the_others_hear_it(world, many):
    assessment = world.finished()
    Assessment.objects.update(finished_at=None)
    common = {"assessment": assessment, "competency_key": KEYS[0], "is_unknown": False, "example": "", "seen": 1}
    outcomes = all_at_once([partial(rate_oneself, **common, level=number % 2 + 3) for number in range(many)], REFUSED)
    rating = Rating.objects.get(competency_key=KEYS[0])
    # Who chose the same as the first was not refused: it is what they wanted.
    others = [number for number in range(many) if number % 2 + 3 != rating.level]
    assert rating.version == 2
    assert refusals(outcomes) == ["ChangedElsewhere"] * len(others)


def test_shared_with_two_at_once_one_of_them_sees_it(world, many):
    own = Team.objects.create(name=str(uuid.uuid4()))
    own.leads.add(world.lead)
    User.objects.filter(pk=world.person.pk).update(team=own)
    assessment = world.finished()
    outcomes = all_at_once(
        [
            partial(share_assessment, assessment=assessment, assessor=(world.manager, world.lead)[number % 2])
            for number in range(many)
        ],
        REFUSED,
    )
    active = Sharing.objects.active().get(assessment=assessment)
    assert refusals(outcomes) == ["SharedWithAnother"] * (many // 2)
    assert Message.objects.filter(kind="competencies.shared", payload__sharing=active.pk).count() == 1
    User.objects.filter(pk=world.person.pk).update(team=None)
    own.delete()


def test_nothing_is_scored_after_it_was_taken_back(world):
    sharing = share_assessment(assessment=world.finished(), assessor=world.manager)
    rate = partial(
        rate_colleague,
        sharing=sharing,
        by=world.manager,
        competency_key=KEYS[0],
        level=1,
        is_unknown=False,
        example="",
        seen=0,
    )
    _ended, rated = all_at_once([partial(end_sharing, sharing=sharing), rate], REFUSED)
    assert Rating.objects.filter(by="assessor").exists() == (not isinstance(rated, NotShared))
    with pytest.raises(NotShared):
        rate()


def test_handed_in_while_scoring_in_another_tab_nothing_changes_after(world):
    sharing = share_assessment(assessment=world.finished(), assessor=world.manager)
    for key in KEYS:
        Rating.objects.create(
            assessment=sharing.assessment, sharing=sharing, by="assessor", competency_key=key, level=1
        )
    change = partial(
        rate_colleague,
        sharing=sharing,
        by=world.manager,
        competency_key=KEYS[0],
        level=2,
        is_unknown=False,
        example="",
        seen=1,
    )
    _handed_in, changed = all_at_once([partial(submit_scores, sharing=sharing, by=world.manager), change], REFUSED)
    level = Rating.objects.get(by="assessor", competency_key=KEYS[0]).level
    assert level == (1 if isinstance(changed, ScoredAlready) else 2)
    # What was proposed is by the scores that were handed in.
    alike = Rating.objects.filter(by="joint", competency_key=KEYS[0])
    assert alike.exists() == (level == 2)


def settle(sharing: Sharing, by: User, level: int, agrees: bool = True):
    return partial(
        settle_outcome,
        sharing=sharing,
        by=by,
        levels=dict.fromkeys(KEYS, level),
        seen=sharing.outcome_version,
        agrees=agrees,
    )


def test_both_agree_to_the_same_at_once(world):
    sharing = world.scored()
    all_at_once([settle(sharing, world.person, 2), settle(sharing, world.manager, 2)], REFUSED)
    sharing.refresh_from_db()
    assert sharing.agreed_at
    assert Message.objects.filter(kind="competencies.agreed").count() == 1
    assert set(Rating.objects.filter(by="joint").values_list("level", flat=True)) == {2}


def test_two_outcomes_at_once_never_count_as_agreed(world):
    for _round in range(5):
        Assessment.objects.all().delete()
        sharing = world.scored()
        outcomes = all_at_once([settle(sharing, world.person, 1), settle(sharing, world.manager, 4)], REFUSED)
        sharing.refresh_from_db()
        assert refusals(outcomes) == ["OutcomeChanged"] and not sharing.agreed_at
        by_person = sharing.person_agreed_at is not None
        assert set(Rating.objects.filter(by="joint").values_list("level", flat=True)) == {1 if by_person else 4}
        assert asked_keys(sharing.assessment) == KEYS
