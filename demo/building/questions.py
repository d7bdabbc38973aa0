"""Questions to the desk, answered for everybody or still waiting."""

from datetime import date

from django.utils import translation

from conversations.desk import answer_question, ask_question
from people.models import User

from .clock import clock_at, working_moment
from .content import load
from .registry import Registry, key_of


def add_questions(registry: Registry, today: date) -> int:
    """Ask and answer what was never asked before, in working days before ``today``; returns how many.

    Raises ``ContentError`` for a person that isn't there.
    """
    count = 0
    for entry in load("questions"):
        name = f"question/{entry['key']}"
        if not registry.is_new(name):
            continue
        asked = working_moment(today, entry["asked"], "09:40")
        with translation.override(entry["language"]), clock_at(asked):
            question = ask_question(
                asker=_person(registry, entry["asker"]),
                text=entry["text"],
                language=entry["language"],
                key=key_of(name),
            )
        if "answer" in entry:
            answered = working_moment(today, entry["answered"], "14:10")
            with translation.override(entry["language"]), clock_at(answered):
                answer_question(
                    question=question,
                    by=_person(registry, entry["answered_by"]),
                    answer=entry["answer"],
                    is_public=True,
                    public_text=entry["public"],
                )
        registry.note(name)
        count += 1
    return count


def _person(registry: Registry, name: str) -> User:
    return User.objects.get(pk=registry.person(name))
