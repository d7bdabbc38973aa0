"""Makes a short path with people on it in the server's own database: ``python -m tests.browser.walks KIND WHO``.

A process of its own, as the server is one; prints what the journey has to know as JSON.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - needs the apps
from wagtail.models import Locale  # noqa: E402

from onboarding.models import PathIndexPage, PulseInvitation, StepPage, Supporter  # noqa: E402
from onboarding.services import complete_step, enrol  # noqa: E402
from people.calendar import calendar_for  # noqa: E402
from tests.factories import PathFactory, PhaseFactory, StepFactory, UserFactory  # noqa: E402

Kind = StepPage.Kind
STEPS = [
    (Kind.READ, {"visible_before_start": True}),
    (Kind.DO, {"checklist": [("item", {"text": "Haal je pas op"}), ("item", {"text": "Zeg hallo"})]}),
    (
        Kind.QUIZ,
        {
            "questions": [
                (
                    "question",
                    {"text": "Wat eerst?", "answers": [{"text": "Luisteren", "is_right": True}, {"text": "Praten"}]},
                )
            ]
        },
    ),
    (Kind.SUBMIT, {"form_fields": [("field", {"label": "Wat viel je op?", "kind": "line"})]}),
    (Kind.MEET, {}),
    (Kind.CONFIRM, {}),
]
BUDDY_STEP = (Kind.READ, {"assignee": "buddy"})
QUIZ = next(fields for kind, fields in STEPS if kind == Kind.QUIZ)


def publish(page):
    """Publish as an editor does, and the translation in the place of its alias."""
    page.save_revision().publish()
    page.refresh_from_db()
    twin = page.get_translation(Locale.objects.get(language_code="en"))
    twin.alias_of, twin.title = None, f"{page.title} (English)"
    twin.save_revision().publish()
    return page


def make_path(mark: str, steps):
    """A path of two phases: the first step, and the others."""
    path = publish(PathFactory(parent=PathIndexPage.objects.get(locale__language_code="nl"), title=f"Pad {mark}"))
    first = publish(PhaseFactory(parent=path, title=f"Vooraf {mark}", first_day=-5, last_day=-1))
    second = publish(PhaseFactory(parent=path, title=f"Week {mark}", first_day=1, last_day=5))
    for number, (kind, fields) in enumerate(steps):
        publish(
            StepFactory(
                parent=first if not number else second, title=f"{kind.label} {number} {mark}", kind=kind, **fields
            )
        )
    return path, second


def make_person(mark: str, role: str, language: str = "nl", **more):
    """Somebody who signs in as those of the demo do."""
    names = {"first_name": role.capitalize(), "last_name": mark, "locale": language, **more}
    return UserFactory(email=f"{role}-{mark}@demo.example", password="demo", **names)


def make_finished(mark: str, language: str) -> dict:
    """Somebody who finished, with a quiz left that isn't required; the text that was confirmed is another one since."""
    path, _phase = make_path(mark, [(Kind.CONFIRM, {}), (Kind.QUIZ, {**QUIZ, "is_required": False})])
    newcomer = make_person(mark, "klaar", language)
    start = timezone.localdate() - timedelta(days=14)
    enrolment = enrol(user=newcomer, path=path, start_date=start, supporters={})
    text = StepPage.objects.descendant_of(path).get(kind=Kind.CONFIRM)
    complete_step(enrolment=enrolment, step_key=text.translation_key)
    text.summary = "Dit is anders dan het was."
    text.save_revision().publish()
    quiz = StepPage.objects.descendant_of(path).get(kind=Kind.QUIZ)
    pulse = PulseInvitation.objects.create(enrolment=enrolment, day=30, asked_on=timezone.localdate())
    return {
        "pulse": pulse.pk,
        "newcomer": newcomer.email.split("@")[0],
        "enrolment": enrolment.pk,
        "quiz": quiz.get_translation(Locale.objects.get(language_code=language)).get_url(),
    }


def main(kind: str, mark: str, language: str) -> dict:
    """What is there for a kind of walk.

    ``whole``: a path to walk, nobody on it; ``finished``: see above; ``colleagues``: one of HR and an editor, and somebody who
    finished a path that has changed since; ``running``: somebody who starts on a short one in two
    weeks, with a buddy.
    """
    if kind == "whole":
        path, _phase = make_path(mark, STEPS)
        return {"path": str(path.translation_key)}
    if kind == "finished":
        return make_finished(mark, language)
    if kind == "colleagues":
        make_finished(mark, language)
        groups = {"hr": "HR", "editor": "Editors"}
        made = {role: make_person(mark, role, language, groups=[group]) for role, group in groups.items()}
        return {role: person.email.split("@")[0] for role, person in made.items()}
    path, phase = make_path(mark, [STEPS[0], (Kind.READ, {}), BUDDY_STEP])
    newcomer, buddy = make_person(mark, "starter", language), make_person(mark, "helper", language)
    # Nobody starts on a day off: it depends on today which days those are.
    today, calendar = timezone.localdate(), calendar_for(newcomer)
    start, later = (calendar.next_working_day(today + timedelta(days=days)) for days in (14, 35))
    supporters = {Supporter.Role.BUDDY: buddy}
    enrolment = enrol(user=newcomer, path=path, start_date=start, supporters=supporters)
    return {
        "path": str(path.translation_key),
        "phase": phase.pk,
        "enrolment": enrolment.pk,
        "starts_in": (start - today).days,
        "later": later.isoformat(),
        "later_in": (later - today).days,
        "newcomer": newcomer.email.split("@")[0],
        "buddy": buddy.email.split("@")[0],
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - read by the journey
