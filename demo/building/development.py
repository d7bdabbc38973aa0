"""Where Veldbron's people stand, with whom they agreed on it, and what they want to learn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from competencies.evidence import all_sources
from competencies.models import Assessment, CompetencyPage, Goal, Sharing
from competencies.services.assessing import asked_keys, finish_assessment, rate_oneself, start_assessment
from competencies.services.planning import Aim, add_evidence, add_goal, set_goal_done
from competencies.services.sharing import rate_colleague, settle_outcome, share_assessment, submit_scores
from competencies.services.versions import ProfileGone, content_now
from notifications.services import delete_old
from people.models import User

from .clock import clock_at, working_moment
from .content import Voice, load, on_working_day
from .registry import Registry, key_of

UNKNOWN = "?"


def live_development(registry: Registry, voice: Voice) -> int:
    """Let everything happen that wasn't made before, oldest first; returns how many people that was about."""
    lives = _Lives(registry, voice)
    for moment, happen in lives.in_order():
        with clock_at(moment):
            happen()
    # What was told a year ago is thrown away by now, as the clock does.
    delete_old(timezone.now())
    for name in lives.names:
        registry.note(name)
    return len({name.split("/")[1] for name in lives.names})


class _Lives:
    """What happens, by its moment."""

    def __init__(self, registry: Registry, voice: Voice):
        self.registry, self.voice = registry, voice
        content = load("development")
        assessments = self._new(content["assessments"], "assessment", "profile", "finished")
        self.assessments = {name: row for name, row in assessments.items() if self._can_assess(row)}
        goals = self._new(content["goals"], "goal", "competency", "set")
        self.goals = {name: row for name, row in goals.items() if self._can_plan(row)}

    @property
    def names(self) -> list[str]:
        """What the registry knows it all by."""
        return [*self.assessments, *self.goals]

    def in_order(self) -> list[tuple[datetime, Callable[[], None]]]:
        """Each thing with its moment, oldest first; what is of one moment keeps the order of the file."""
        happenings: list[tuple[datetime, Callable[[], None]]] = []
        for row in self.assessments.values():
            happenings += self._of_assessment(row)
        for row in self.goals.values():
            happenings += self._of_goal(row)
        return sorted(happenings, key=lambda pair: pair[0])

    def _new(self, rows: list[dict], kind: str, about: str, when: str) -> dict[str, dict[str, Any]]:
        named = {f"{kind}/{row['person']}/{row[about]}/{row[when]}": row for row in rows}
        return {name: row for name, row in named.items() if self.registry.is_new(name)}

    def _can_assess(self, row: dict) -> bool:
        """Not where people changed the demo since: the profile, who leads whom, or what the person did themselves."""
        person, profile = self._person(row["person"]), key_of(f"profile/{row['profile']}")
        try:
            asked = content_now(person, profile)["rows"]
        except ProfileGone:
            return False
        leads = "with" not in row or User.objects.leading(person).filter(pk=self.registry.person(row["with"])).exists()
        began = Assessment.objects.of(person).filter(profile_key=profile).exists()
        return leads and not began and len(asked) == len(row["own"])

    def _can_plan(self, row: dict) -> bool:
        person, competency = self._person(row["person"]), key_of(f"competency/{row['competency']}")
        there = CompetencyPage.objects.visible_to(person).filter(translation_key=competency).exists()
        return there and not Goal.objects.filter(user=person, competency_key=competency).exists()

    def _at(self, days_ago: int, clock: str) -> datetime:
        return working_moment(self.voice.today, days_ago, clock)

    def _person(self, name: str) -> User:
        return User.objects.get(pk=self.registry.person(name))

    def _of_assessment(self, row: dict) -> list[tuple[datetime, Callable[[], None]]]:
        happenings = [(self._at(row["finished"], "14:10"), lambda: self._assess(row))]
        if "scored" in row:
            happenings.append((self._at(row["scored"], "16:20"), lambda: self._score(row)))
        if "agreed" in row:
            happenings.append((self._at(row["agreed"], "10:30"), lambda: self._agree(row)))
        return happenings

    def _assess(self, row: dict) -> None:
        """The person scores themselves, and shares it where the file says with whom."""
        person = self._person(row["person"])
        assessment = start_assessment(user=person, profile_key=key_of(f"profile/{row['profile']}"))
        examples = {key_of(f"competency/{name}"): text for name, text in row.get("examples", {}).items()}
        for key, level in zip(asked_keys(assessment), row["own"], strict=True):
            rate_oneself(
                assessment=assessment, competency_key=key, example=examples.get(key, ""), seen=0, **_score_of(level)
            )
        assessment = finish_assessment(assessment=assessment)
        if "with" in row:
            share_assessment(
                assessment=assessment, assessor=self._person(row["with"]), with_plan=row.get("with_plan", False)
            )

    def _score(self, row: dict) -> None:
        """Who it is shared with scores it too."""
        sharing = self._sharing(row)
        for key, level in zip(asked_keys(sharing.assessment), row["theirs"], strict=True):
            rate_colleague(
                sharing=sharing, by=sharing.assessor, competency_key=key, example="", seen=0, **_score_of(level)
            )
        submit_scores(sharing=sharing, by=sharing.assessor)

    def _agree(self, row: dict) -> None:
        """Both write down the same."""
        sharing = self._sharing(row)
        levels = {
            key: _score_of(level)["level"]
            for key, level in zip(asked_keys(sharing.assessment), row["together"], strict=True)
        }
        for colleague in (sharing.assessor, sharing.assessment.user):
            seen = Sharing.objects.get(pk=sharing.pk).outcome_version
            settle_outcome(sharing=sharing, by=colleague, levels=levels, seen=seen, agrees=True)

    def _sharing(self, row: dict) -> Sharing:
        """Of the latest assessment by this profile: what follows happens before the next one begins."""
        own = Assessment.objects.of(self._person(row["person"])).finished()
        assessment = own.filter(profile_key=key_of(f"profile/{row['profile']}")).first()
        return assessment.sharings.select_related("assessment__version", "assessment__user", "assessor").get()

    def _of_goal(self, row: dict) -> list[tuple[datetime, Callable[[], None]]]:
        happenings = [(self._at(row["set"], "15:00"), lambda: self._plan(row))]
        if "done" in row:
            happenings.append((self._at(row["done"], "15:30"), lambda: self._finish(row)))
        return happenings

    def _plan(self, row: dict) -> None:
        due = self.voice.today + timedelta(days=row["due_in"]) if "due_in" in row else None
        goal = add_goal(
            user=self._person(row["person"]),
            key=uuid4(),
            competency_key=key_of(f"competency/{row['competency']}"),
            aim=Aim(
                from_level=_score_of(row["from"])["level"],
                to_level=row["to"],
                action=row["action"],
                due_on=due and on_working_day(due),
            ),
        )
        # The newest of what they finished, whatever apps offer.
        for source in all_sources():
            for item in source.finished(goal.user)[: row.get("evidence", 0)]:
                add_evidence(goal=goal, source=source.name, key=item.key)

    def _finish(self, row: dict) -> None:
        goals = Goal.objects.of(self._person(row["person"])).open()
        set_goal_done(goal=goals.get(competency_key=key_of(f"competency/{row['competency']}")), done=True)


def _score_of(level: int | str) -> dict:
    """A score of the file as the services take it."""
    return {"level": None if level == UNKNOWN else level, "is_unknown": level == UNKNOWN}
