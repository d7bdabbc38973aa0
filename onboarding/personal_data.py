"""What onboarding keeps about somebody: their paths, what they did and said on them, whom they help, and the record."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from base.access import visible_pages
from people.personal_data import OwnFile, Part, register

from .models import (
    CheckInPoint,
    Enrolment,
    HandOverNote,
    HelpRequest,
    OnboardingEvent,
    PreboardingInvitation,
    StepAnswer,
    Supporter,
)
from .reading import all_path_titles
from .reading_outlines import running_path
from .waivers import reason_in_words

LABELS = {
    "enrolments": _("paths"),
    "path": _("path"),
    "start_date": _("start date"),
    "day_one": _("day 1"),
    "probation_end": _("end of the probation period"),
    "cohort": _("cohort"),
    "completed_at": _("completed on"),
    "ended_on": _("ended on"),
    "end_reason": _("why"),
    "pauses": _("pauses"),
    "supporters": _("who walks along"),
    "stands_in": _("stands in for somebody"),
    "hand_over_notes": _("notes at a hand-over"),
    "hand_over_notes_of_others": _("notes at a hand-over, about others"),
    "steps": _("steps"),
    "step": _("step"),
    "due_on": _("due on"),
    "opened_at": _("opened on"),
    "submitted_at": _("handed in on"),
    "waived_at": _("waived on"),
    "waiver_reason": _("why it is waived"),
    "earlier_attempts": _("earlier attempts"),
    "checklist_ticks": _("ticks"),
    "quizzes": _("quizzes"),
    "answers": _("answers"),
    "draft": _("typed and not handed in"),
    "meeting": _("meeting"),
    "check_in": _("check-in"),
    "check_ins_of_others": _("what you wrote for check-ins of others"),
    "part": _("part"),
    "text": _("text"),
    "written_by": _("written by"),
    "written_at": _("written on"),
    "discussed_at": _("discussed on"),
    "question": _("question"),
    "questions": _("questions"),
    "useful": _("useful"),
    "comment": _("comment"),
    "pulses": _("when you were asked how it goes"),
    "supports": _("whom you help"),
    "questions_to_you": _("questions you answered"),
    "events": _("record"),
    "invitations": _("invitations"),
    "own_steps": _("added yourself"),
    "page": _("page"),
    "place": _("place on the page"),
    "added_at": _("added on"),
    "done_at": _("done on"),
}


def collect(person) -> dict:
    """Everything, by path; what was said without a name isn't in it."""
    titles = all_path_titles(person, get_language() or settings.LANGUAGE_CODE)
    enrolments = Enrolment.objects.of(person).prefetch_related(
        "pauses",
        "supporters__colleague",
        "progress__attempts",
        "progress__ticks",
        "progress__quiz_attempts",
        "progress__answers",
        "progress__draft",
        "progress__meeting",
        "progress__check_in_points__written_by",
        "questions",
        "feedback",
        "pulses",
        "events",
        "hand_over_notes__written_by",
        "own_steps",
    )
    answered = HelpRequest.objects.filter(answered_by=person)
    notes = HandOverNote.objects.filter(written_by=person).exclude(enrolment__user=person)
    points = CheckInPoint.objects.filter(written_by=person).exclude(progress__enrolment__user=person)
    invitations = PreboardingInvitation.objects.filter(user=person)
    pages = _page_titles(person, (step.page_key for enrolment in enrolments for step in enrolment.own_steps.all()))
    return {
        "enrolments": [_enrolment(enrolment, titles, pages) for enrolment in enrolments],
        "supports": [
            {
                "role": row.get_role_display(),
                "path": titles.get(str(row.enrolment.path_key)),
                "stands_in": row.stands_in_for_id is not None,
                "from": row.starts_on,
                "until": row.ends_on,
            }
            for row in Supporter.objects.filter(colleague=person).select_related("enrolment")
        ],
        "questions_to_you": [{"answer": row.answer, "answered_at": row.answered_at} for row in answered],
        "check_ins_of_others": [{"text": point.text, "written_at": point.written_at} for point in points],
        "hand_over_notes_of_others": [{"text": note.text, "written_at": note.written_at} for note in notes],
        "did_for_others": [
            {"what": event.kind, "at": event.at}
            for event in OnboardingEvent.objects.filter(actor=person).exclude(enrolment__user=person)
        ],
        "invitations": list(invitations.values("sent_at", "expires_at", "used_at", "revoked_at")),
    }


def _page_titles(person, keys: Iterable[UUID]) -> dict[UUID, str]:
    """What these pages are called in the active language, or else in the other, where the person may still see them.

    One query, none without keys.
    """
    keys, language, titles = set(keys), get_language() or settings.LANGUAGE_CODE, {}
    pages = visible_pages(person).filter(translation_key__in=keys, alias_of=None).order_by("pk")
    for key, code, title in pages.values_list("translation_key", "locale__language_code", "title") if keys else ():
        if code == language or key not in titles:
            titles[key] = title
    return titles


def _enrolment(enrolment: Enrolment, titles: dict, pages: dict[UUID, str]) -> dict:
    outline = running_path(enrolment.path_key)
    steps = {step.key: step.title for step in outline.steps} if outline else {}
    names = ("start_date", "day_one", "probation_end", "cohort", "cycle", "created_at", "completed_at", "ended_on")
    return {
        "path": titles.get(str(enrolment.path_key), str(enrolment.path_key)),
        **{name: getattr(enrolment, name) for name in names},
        "end_reason": enrolment.get_end_reason_display(),
        "pauses": [{"from": pause.starts_on, "until": pause.ends_on} for pause in enrolment.pauses.all()],
        "supporters": [
            {
                "role": row.get_role_display(),
                "name": row.colleague.get_full_name(),
                "stands_in": row.stands_in_for_id is not None,
                "from": row.starts_on,
                "until": row.ends_on,
            }
            for row in enrolment.supporters.all()
        ],
        "steps": [_step(row, steps) for row in enrolment.progress.all()],
        "questions": [
            {"step": _title(row, steps), "question": row.text, "asked_at": row.asked_at, "answer": row.answer}
            for row in enrolment.questions.all()
        ],
        "useful": [
            {"step": _title(row, steps), "useful": row.is_useful, "comment": row.comment}
            for row in enrolment.feedback.all()
        ],
        "hand_over_notes": [
            {
                "role": note.get_role_display(),
                "text": note.text,
                "written_by": note.written_by.get_full_name() if note.written_by else None,
                "written_at": note.written_at,
            }
            for note in enrolment.hand_over_notes.all()
        ],
        "own_steps": [
            {
                "page": pages.get(row.page_key, str(row.page_key)),
                "place": row.anchor,
                "added_at": row.added_at,
                "done_at": row.done_at,
            }
            for row in enrolment.own_steps.all()
        ],
        "pulses": [{"day": row.day, "asked_on": row.asked_on} for row in enrolment.pulses.all()],
        "events": [
            {"what": row.kind, "step": _title(row, steps) if row.step_key else None, "at": row.at, "data": row.data}
            for row in enrolment.events.all()
        ],
    }


def _title(row, steps: dict) -> str:
    return steps.get(row.step_key, str(row.step_key))


def _step(row, steps: dict) -> dict:
    names = ("due_on", "opened_at", "submitted_at", "completed_at", "language", "waived_at")
    draft, meeting = getattr(row, "draft", None), getattr(row, "meeting", None)
    found = {
        "step": _title(row, steps),
        **{name: getattr(row, name) for name in names},
        "waiver_reason": reason_in_words(row.waiver_reason),
        "revision": row.revision_id,
        "earlier_attempts": [
            {"number": attempt.number, "completed_at": attempt.completed_at, "note": attempt.note}
            for attempt in row.attempts.all()
        ],
        "checklist_ticks": [tick.ticked_at for tick in row.ticks.all()],
        "quizzes": [
            {"number": quiz.number, "score": quiz.score, "passed": quiz.is_passed, "answers": quiz_answers(quiz)}
            for quiz in row.quiz_attempts.all()
        ],
        "answers": [
            {"question": answer.question, "answer": answer.value or answer.file_name, "given_at": answer.given_at}
            for answer in row.answers.all()
        ],
        "draft": list(draft.data.values()) if draft else None,
        "check_in": [
            {
                "part": point.get_part_display(),
                "text": point.text,
                "written_by": point.written_by.get_full_name() if point.written_by else None,
                "written_at": point.written_at,
                "discussed_at": point.discussed_at,
            }
            for point in row.check_in_points.all()
        ],
        "meeting": {"starts_at": meeting.starts_at, "place": meeting.place} if meeting else None,
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def quiz_answers(quiz) -> list[dict]:
    """What was answered to each question, in words."""
    return [
        {
            "question": question.get("text"),
            "answer": [
                answer.get("text")
                for answer in question.get("answers", ())
                if answer.get("id") in (quiz.answers.get(question.get("id")) or ())
            ],
        }
        for question in quiz.questions
    ]


def files(person) -> Iterable[OwnFile]:
    """What they handed in."""
    rows = StepAnswer.objects.filter(progress__enrolment__user=person).exclude(file="")
    for answer in rows:
        yield OwnFile(answer.file_name, answer.file.name, answer.file.storage)


register(Part("onboarding", _("Your onboarding"), collect, labels=LABELS, files=files))
