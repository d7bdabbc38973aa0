"""A colleague who tries numbers and keys of others: nothing is there, nothing changes, and it looks like what never was.

Stories, which have more than one kind of record behind one number, are in ``tests/project/test_strangers``.
"""

import re
from uuid import UUID

import pytest
from django.test import Client

from competencies.models import Assessment, CompetencyPage, Goal
from competencies.models.assessments import Sharing
from conversations.models import Question
from guidelines.models import Feedback
from guidelines.models.governance import Delegation
from notifications.models import Message
from onboarding.models import CheckInPoint, HelpRequest, Meeting, OwnStep, PulseInvitation, StepAnswer, StepProgress
from tests.addresses import all_patterns
from tests.factories import UserFactory
from tests.fuzzing import module_of
from tests.writes import writes

pytestmark = pytest.mark.usefixtures("demo")
ROOMS = {"onboarding", "competencies", "conversations", "guidelines", "notifications"}
MISSING = {"int": "2000000000", "uuid": str(UUID(int=0))}
# About a text or a profile that everybody may read, and signed links, which have tests of their own.
FOR_EVERYBODY = {
    "add_reaction",
    "remove_reaction",
    "start",
    "read",
    "unread",
    "give_feedback",
    "compare",
    "follow",
    "unfollow",
    "unsubscribe",
    "preboarding_link",
    "public_profile",
}
# A form with nothing right in it is refused before anything is looked up.
REFUSED = {400, 403, 404, 405}
# What is taken away is away, also for who takes away what never was there; nothing is written.
SAYS_SO_EITHER_WAY = {"remove_goal"}


def _one(model, name: str, **narrowed) -> str:
    row = model.objects.filter(**narrowed).first()
    # Where the demo has none, a number that may be there by chance.
    return str(getattr(row, name)) if row else "1"


@pytest.fixture
def records(demo) -> dict[str, dict[str, str]]:
    """The numbers and keys of records of others: by room and, where a room has several under one word, by address."""
    progress = StepProgress.objects.order_by("pk").first()
    goals = dict.fromkeys(("change_goal", "set_goal_done", "remove_goal", "goal_evidence", "put_evidence"))
    shared = dict.fromkeys(("sharing", "submit", "settle", "rate_shared", "rate_shared_keep"))
    return {
        "onboarding": {
            "enrolment_id": str(progress.enrolment_id),
            "step_key": str(progress.step_key),
            "item": str(progress.step_key),
            "own_id": _one(OwnStep, "pk"),
            "point_id": _one(CheckInPoint, "pk"),
            "uid": _one(Meeting, "uid"),
            "answer_id": _one(StepAnswer, "pk"),
            "question_id": _one(HelpRequest, "pk"),
            "invitation_id": _one(PulseInvitation, "pk"),
            "number": "1",
            "pk": "1",
            "part": "agenda",
        },
        "competencies": {
            "key": _one(Assessment, "key"),
            "competency_key": _one(CompetencyPage, "translation_key"),
        },
        **dict.fromkeys(goals, {"key": _one(Goal, "key")}),
        **dict.fromkeys(
            shared, {"key": _one(Sharing, "key"), "competency_key": _one(CompetencyPage, "translation_key")}
        ),
        "conversations": {"pk": _one(Question, "pk", is_public=False)},
        "guidelines": {"key": _one(Delegation, "key"), "pk": _one(Feedback, "pk", comment__gt="")},
        "notifications": {"pk": _one(Message, "pk")},
    }


def _addresses(records):
    """``(name, address of what is somebody's, address of what isn't there)``."""
    for pattern in all_patterns():
        room = module_of(pattern.view).split(".")[0]
        is_own = room in ROOMS and not pattern.route.startswith("/admin/") and pattern.name not in FOR_EVERYBODY
        kinds = re.findall(r"<(\w+):(\w+)>", pattern.route)
        if not is_own or not {kind for kind, _name in kinds} & {"int", "uuid"}:
            continue
        known = records.get(pattern.name) or records[room]
        real = re.sub(r"<\w+:(\w+)>", lambda match: known[match.group(1)], pattern.route)  # noqa: B023 - used at once
        missing = re.sub(
            r"<(\w+):(\w+)>",
            lambda match: MISSING.get(match.group(1)) or known[match.group(2)],  # noqa: B023 - used at once
            pattern.route,
        )
        yield pattern.name, real, missing


def _answer(response) -> tuple[int, str]:
    return response.status_code, response.templates[0].name if response.templates else ""


def test_what_is_somebody_elses_is_as_if_it_never_was(records):
    client = Client()
    client.force_login(UserFactory())
    told, open_ones, changed, tried = [], [], [], 0
    for name, real, missing in _addresses(records):
        for method in ("get", "post"):
            with writes() as written:
                here = getattr(client, method)(real, {"text": "x", "level": "1"} if method == "post" else {})
            gone = getattr(client, method)(missing)
            tried += 1
            if here.status_code not in REFUSED and name not in SAYS_SO_EITHER_WAY:
                open_ones.append((name, method, real, here.status_code))
            if _answer(here) != _answer(gone):
                told.append((name, method, _answer(here), _answer(gone)))
            changed += [(name, method, table) for table in written]
    assert tried > 120
    assert (open_ones, told, changed) == ([], [], [])
