"""What somebody sees of their own development at one glance, and what colleagues ask of them."""

from functools import cached_property

from .assessment_reading import AssessmentReading, Words, in_language
from .group_reading import may_look
from .models import Assessment, CompetencyProfilePage, Sharing
from .plan_reading import GoalRow, PlanReading
from .visibility import Viewer

SHOWN_GOALS = 3


class Overview:
    """One person's; everything is worked out when a template asks for it, in a fixed number of queries."""

    def __init__(self, user, language: str):
        self.user, self.language = user, language

    @cached_property
    def _own(self) -> list[Assessment]:
        return list(Assessment.objects.of(self.user))

    @property
    def running(self) -> list[dict]:
        """``{"assessment", "title"}`` of what was begun, the newest first."""
        return [self._entry(row) for row in self._own if row.finished_at is None]

    @property
    def finished(self) -> list[dict]:
        """The same of what is finished, the newest first."""
        done = sorted((row for row in self._own if row.finished_at), key=lambda row: row.finished_at, reverse=True)
        return [self._entry(row) for row in done]

    @cached_property
    def latest(self) -> AssessmentReading | None:
        """The newest finished one as a whole; None before the first."""
        if not self.finished:
            return None
        assessment = self.finished[0]["assessment"]
        assessment.user = self.user
        sharing, outcome = Sharing.objects.shown_to_person(assessment)
        return AssessmentReading(assessment, self.language, Viewer.PERSON, sharing, outcome)

    @property
    def earlier(self) -> list[dict]:
        """All finished ones but the newest."""
        return self.finished[1:]

    @cached_property
    def goals(self) -> list[GoalRow]:
        """The first of their open goals; the plan has all."""
        return PlanReading(self.user, self.language).open[:SHOWN_GOALS]

    @cached_property
    def may_see_groups(self) -> bool:
        """Whether there are groups this person may look at, without names."""
        return may_look(self.user)

    @cached_property
    def profiles(self) -> list:
        """The profiles to begin with, in the order editors gave."""
        return list(CompetencyProfilePage.objects.for_reader(self.user, self.language).for_cards())

    @cached_property
    def asked_of_me(self) -> list[dict]:
        """``{"sharing", "title"}``: what colleagues shared with this person, what waits for them first."""
        rows = sorted(
            Sharing.objects.open_to(self.user),
            key=lambda row: (row.submitted_at is not None, row.agreed_at is not None, row.shared_at),
        )
        return [{"sharing": row, "title": self._title(row.assessment)} for row in rows]

    def _entry(self, assessment: Assessment) -> dict:
        return {"assessment": assessment, "title": self._title(assessment)}

    def _title(self, assessment: Assessment) -> Words:
        return in_language(assessment.version.content["title"], self.language)
