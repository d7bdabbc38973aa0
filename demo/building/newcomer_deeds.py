"""What can happen to a newcomer of the demo: each thing is done by the service that the portal does it with."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from django.utils import timezone

from competencies.levels import NOT_YET
from competencies.models import Assessment, Rating
from competencies.services.assessing import finish_assessment, start_assessment
from onboarding.check_ins import others_in
from onboarding.checklists import items_on
from onboarding.models import (
    ChecklistTick,
    Enrolment,
    HelpRequest,
    Meeting,
    PathPage,
    PreboardingInvitation,
    StepPage,
    StepProgress,
)
from onboarding.quizzes import right_answers
from onboarding.roles import Who
from onboarding.services import complete_step, end_enrolment, enrol_again, move_start, pause_enrolment, waive_step
from onboarding.services.asking import answer_question, ask_question
from onboarding.services.check_in import add_point
from onboarding.services.handing_in import hand_in_step
from onboarding.services.meeting import agree_meeting
from onboarding.services.nudging import nudge
from onboarding.services.preboarding import invite_preboarder
from onboarding.services.quizzing import hand_in_attempt, start_attempt
from onboarding.services.signing_off import send_back_step, sign_off_step
from onboarding.services.standing_in import name_stand_in
from onboarding.services.ticking import complete_checklist, confirm_step
from onboarding.services.withdrawing import withdraw_preboarder
from people.calendar import calendar_of_week
from people.models import Team, User

from .content import load
from .errors import ContentError
from .people import first_day_of_week
from .registry import Registry, key_of

Kind = StepPage.Kind


@dataclass
class Walk:
    """Somebody on the path: their name and plan in ``newcomers.yaml``, and the enrolment that runs."""

    name: str
    plan: dict[str, Any]
    enrolment: Enrolment


class NewcomerDeeds:
    """Does what ``newcomers.yaml`` says. Each ``do_...`` takes who walks and the deed; the clock stands at its moment."""

    def __init__(self, registry: Registry, today: date):
        self.registry, self.today = registry, today
        pages = StepPage.objects.live().filter(locale__language_code="nl", alias_of=None)
        self.pages = {page.translation_key: page for page in pages}
        self.impressions = cycle(load("newcomers")["impressions"])

    def do(self, walk: Walk, deed: dict[str, Any]) -> Enrolment | None:
        """Do one thing; returns an enrolment that took the place of the old. Raises ``ContentError``."""
        run = getattr(self, f"do_{deed['do']}", None)
        if run is None:
            raise ContentError(f"{walk.name}: nobody can {deed['do']!r}.")
        return run(walk, deed)

    def invite(self, guest: dict, path: PathPage, supporters: dict[str, list[User]]) -> Enrolment:
        """Invite somebody who has no account yet."""
        enrolment, _invitation = invite_preboarder(
            **{name: guest[name] for name in ("first_name", "last_name", "email", "locale")},
            start_date=first_day_of_week(self.today, guest["start"]),
            path=path,
            supporters=supporters,
            manager=self._person(guest["manager"]),
            team=Team.objects.get(pk=self.registry.team(guest["team"])),
            actor=self._person("fatima"),
        )
        return enrolment

    def supporters_in(self, plan: dict[str, Any]) -> dict[str, list[User]]:
        """Who walks along by this plan: one name or several, the lead first."""
        found = plan.get("supporters", {}).items()
        return {
            role: [self._person(name) for name in ([names] if isinstance(names, str) else names)]
            for role, names in found
        }

    def is_signed_off(self, row: StepProgress) -> bool:
        """Whether a colleague looks at what is handed in with this step."""
        return bool(self.pages[row.step_key].signed_off_by)

    def do_step(self, walk: Walk, row: StepProgress) -> None:
        """Whoever does this step does it, in the way that its kind asks. Nothing during a pause, or after the end."""
        enrolment = Enrolment.objects.with_pause().select_related("user").get(pk=walk.enrolment.pk)
        if enrolment.ended_on or enrolment.paused_since:
            return
        page = self.pages[row.step_key]
        common = {"enrolment": enrolment, "step_key": row.step_key}
        doer = {"actor": self._doer(walk, enrolment, row.assignee), "as_role": row.assignee}
        match page.kind:
            case Kind.DO:
                # All at once: one by one they would be a seventh of all the time that seeding newcomers takes.
                ChecklistTick.objects.bulk_create(ChecklistTick(progress=row, item=item.id) for item in items_on(page))
                complete_checklist(**common, **doer)
            case Kind.CONFIRM:
                confirm_step(**common, **doer)
            case Kind.QUIZ:
                self._take_quiz(enrolment, row.step_key, wrong=0)
            case Kind.SUBMIT:
                self._hand_in(enrolment, row.step_key, **next(self.impressions))
            case Kind.ASSESS:
                self._assess_oneself(enrolment.user, page.profile_key)
            case _:
                complete_step(**common, **doer)

    def sign_off(self, walk: Walk, row: StepProgress) -> None:
        """Whoever looks at what was handed in says that it is in order."""
        role = self.pages[row.step_key].signed_off_by
        row = StepProgress.objects.get(pk=row.pk)
        if row.submitted_at is not None:
            actor = self._doer(walk, walk.enrolment, role)
            sign_off_step(enrolment=walk.enrolment, step_key=row.step_key, actor=actor)

    def do_complete(self, walk, deed):
        """They do a step."""
        self.do_step(walk, StepProgress.objects.get(**self._step(walk, deed)))

    def do_fail_quiz(self, walk, deed):
        """They take a quiz and have two questions wrong."""
        self._take_quiz(walk.enrolment, key_of(f"path/{deed['step']}"), wrong=2)

    def do_hand_in(self, walk, deed):
        """They hand in what a step asks."""
        self._hand_in(walk.enrolment, key_of(f"path/{deed['step']}"), deed["text"], deed["choice"])

    def do_send_back(self, walk, deed):
        """A colleague sends it back, and says why."""
        send_back_step(**self._step(walk, deed), actor=self._person(deed["by"]), reason=deed["reason"])

    def do_waive(self, walk, deed):
        """A colleague says that they needn't do a step."""
        waive_step(**self._step(walk, deed), actor=self._person(deed["by"]), reason=deed["reason"])

    def do_nudge(self, walk, deed):
        """A colleague reminds them."""
        nudge(**self._step(walk, deed), actor=self._person(deed["by"]))

    def do_ask(self, walk, deed):
        """They ask something about a step."""
        ask_question(
            **self._step(walk, deed), about=deed["about"], text=deed["text"], language=walk.enrolment.user.locale
        )

    def do_answer(self, walk, deed):
        """A colleague answers what they asked last."""
        question = HelpRequest.objects.unanswered().filter(enrolment=walk.enrolment).latest("asked_at")
        answer_question(question=question, actor=self._person(deed["by"]), text=deed["text"])

    def do_meet(self, walk, deed):
        """They agree when to meet for a step, some working days ahead."""
        day = calendar_of_week().add_working_days(self.today, deed["in_days"])
        agree_meeting(
            **self._step(walk, deed),
            starts_at=timezone.make_aware(datetime.combine(day, time.fromisoformat(deed["at"]))),
            minutes=deed["minutes"],
            place=deed["place"],
            with_whom=self._person(deed["with"]),
            actor=walk.enrolment.user,
        )

    def do_point(self, walk, deed):
        """One of two puts a point on the agenda of a check-in, or writes down what they agreed."""
        writer, step = self._person(deed["by"]), self._step(walk, deed)
        meeting = Meeting.objects.of_step(walk.enrolment, step["step_key"]).first()
        newcomer = walk.enrolment.user
        others = others_in(walk.enrolment, meeting, Who.NEWCOMER) if writer == newcomer else [newcomer]
        add_point(**step, part=deed["part"], text=deed["text"], writer=writer, others=others, point_id=uuid.uuid4())

    def do_pause(self, walk, deed):
        """HR pauses the path, until they are back."""
        pause_enrolment(enrolment=walk.enrolment, starts_on=timezone.localdate(), actor=self._person(deed["by"]))

    def do_move_start(self, walk, deed):
        """HR moves the first day."""
        start = first_day_of_week(self.today, deed["start"])
        move_start(enrolment=walk.enrolment, start_date=start, actor=self._person(deed["by"]))
        User.objects.filter(pk=walk.enrolment.user_id).update(start_date=start)

    def do_change_team(self, walk, deed):
        """They go to another team, as the HR system says it."""
        team, manager = self.registry.team(deed["team"]), self.registry.person(deed["manager"])
        User.objects.filter(pk=walk.enrolment.user_id).update(team=team, manager=manager)

    def do_leave(self, walk, deed):
        """They leave the organisation before the end of the path."""
        left = Enrolment.Reason.LEFT
        end_enrolment(enrolment=walk.enrolment, on=timezone.localdate(), reason=left, actor=self._person(deed["by"]))
        if deed.get("account") != "stays":
            self._close(walk.enrolment.user_id)

    def do_leave_service(self, walk, deed):
        """A colleague who walks along leaves the organisation."""
        self._close(self.registry.person(deed["who"]))

    def do_stand_in(self, walk, deed):
        """A supporter who goes on leave names who stands in for them."""
        supporter, first = self._person(deed["for"]), timezone.localdate() + timedelta(days=deed["in_days"])
        name_stand_in(
            enrolment=walk.enrolment,
            supporter=supporter,
            stand_in=self._person(deed["who"]),
            starts_on=first,
            ends_on=first + timedelta(days=deed["days"]),
            note=deed["note"],
            actor=supporter,
        )

    def do_come_back(self, walk, deed):
        """They are on the path for the second time; some of what they did before counts."""
        start = first_day_of_week(self.today, deed["start"])
        User.objects.filter(pk=walk.enrolment.user_id).update(start_date=start)
        return enrol_again(
            user=User.objects.get(pk=walk.enrolment.user_id),
            path=PathPage.objects.get(translation_key=walk.enrolment.path_key, locale__language_code="nl"),
            start_date=start,
            counts=[key_of(f"path/{step}") for step in deed["counts"]],
            supporters=self.supporters_in(walk.plan),
            actor=self._person(deed["by"]),
        )

    def do_come_in(self, walk, deed):
        """They follow the link in their mail. The link itself is known to nobody but them, so it is marked as used."""
        links = PreboardingInvitation.objects.filter(user=walk.enrolment.user_id, used_at=None)
        links.update(used_at=timezone.now(), mail=PreboardingInvitation.Mail.SENT)

    def do_withdraw(self, walk, deed):
        """They don't come after all."""
        links = PreboardingInvitation.objects.filter(user=walk.enrolment.user_id)
        links.update(mail=PreboardingInvitation.Mail.SENT)
        withdraw_preboarder(user=walk.enrolment.user, actor=self._person(deed["by"]))

    def _take_quiz(self, enrolment: Enrolment, step_key, *, wrong: int) -> None:
        attempt = start_attempt(enrolment=enrolment, step_key=step_key)
        answers = {}
        for number, question in enumerate(attempt.questions):
            right = right_answers(question)
            others = [answer["id"] for answer in question["answers"] if answer["id"] not in right]
            answers[question["id"]] = others[:1] if number < wrong else sorted(right)
        hand_in_attempt(enrolment=enrolment, step_key=step_key, number=attempt.number, answers=answers)

    def _assess_oneself(self, user: User, profile_key) -> None:
        """They look where they stand, a level lower here and there than is asked; finishing it completes the step."""
        assessment = start_assessment(user=user, profile_key=profile_key)
        before = Assessment.objects.of(user).finished().filter(profile_key=profile_key).count()
        Rating.objects.bulk_create(
            Rating(
                assessment=assessment,
                by=Rating.By.SELF,
                competency_key=row["competency"],
                level=max(row["level"] - (1 if (place + user.pk) % (3 + before) == 0 else 0), NOT_YET),
            )
            for place, row in enumerate(assessment.version.content["rows"])
        )
        finish_assessment(assessment=assessment)

    def _hand_in(self, enrolment: Enrolment, step_key, text: str, choice: int) -> None:
        values = {}
        for block in self.pages[step_key].form_fields:
            if block.value["kind"] == "choice":
                values[str(block.id)] = block.value["choices"][choice]
            elif block.value["kind"] == "text":
                values[str(block.id)] = text
        hand_in_step(enrolment=enrolment, step_key=step_key, values=values)

    def _doer(self, walk: Walk, enrolment: Enrolment, role: str) -> User:
        """Who does what this role does: the supporter with that role, or the manager, or HR."""
        if role == Who.NEWCOMER:
            return enrolment.user
        name = walk.plan["supporters"].get(role)
        if isinstance(name, list):
            name = name[0]
        if role == Who.MANAGER and name is None:
            return enrolment.user.manager
        return self._person(name or "fatima")

    def _step(self, walk: Walk, deed: dict) -> dict[str, Any]:
        return {"enrolment": walk.enrolment, "step_key": key_of(f"path/{deed['step']}")}

    def _person(self, name: str) -> User:
        return User.objects.get(pk=self.registry.person(name))

    def _close(self, pk: int) -> None:
        """As the HR system closes an account: the day was the last one."""
        User.objects.filter(pk=pk).update(is_active=False, end_date=timezone.localdate())
