"""Quizzes as plain data: the questions of a page as they are asked once, and what answers are worth.

A question is ``{"id", "text", "answers": [{"id", "text", "is_right", "explanation"}, ...]}``; what was answered is
``{question id: [answer ids]}``. Nothing here asks the database.
"""

import random
from collections.abc import Iterable

from .models import StepPage

Questions = list[dict]
Answers = dict[str, list[str]]


def questions_of(page: StepPage) -> Questions:
    """The questions of the page as they are now, in the editor's order."""
    return [
        {
            "id": str(block.id),
            "text": block.value["text"],
            "answers": [
                {
                    "id": str(child.id),
                    "text": child.value["text"],
                    "is_right": bool(child.value["is_right"]),
                    "explanation": child.value["explanation"] or "",
                }
                for child in block.value["answers"].bound_blocks
            ],
        }
        for block in page.questions
    ]


def shuffled(questions: Questions) -> Questions:
    """The same questions, each with its answers in an order of its own."""
    return [
        {**question, "answers": random.sample(question["answers"], len(question["answers"]))} for question in questions
    ]


def right_answers(question: dict) -> set[str]:
    """The ids of what is right."""
    return {answer["id"] for answer in question["answers"] if answer["is_right"]}


def takes_several(question: dict) -> bool:
    """Whether more than one answer is right, so that several can be chosen."""
    return len(right_answers(question)) > 1


def counting(questions: Questions) -> Questions:
    """The questions that can be answered rightly; one without a right answer counts for nobody."""
    return [question for question in questions if right_answers(question)]


def is_right(question: dict, chosen: Iterable[str]) -> bool:
    """Whether exactly what is right was chosen; any of it where only one could be chosen (see ``with_key_of``)."""
    chosen, right = set(chosen), right_answers(question)
    if question.get("took_one"):
        return bool(chosen & right)
    return bool(right) and chosen == right


def score_of(questions: Questions, answers: Answers) -> int | None:
    """Right answers in hundredths, rounded down; None where no question counts."""
    asked = counting(questions)
    if not asked:
        return None
    right = sum(is_right(question, answers.get(question["id"], [])) for question in asked)
    return right * 100 // len(asked)


def with_key_of(asked: Questions, now: Questions) -> Questions:
    """The questions as they were asked, with what is right by the page as it is now.

    A question or an answer that isn't there any more keeps what it had. Where one answer could be chosen when it was asked,
    ``took_one`` says so: an editor who finds that another one is right as well takes nothing from who chose either.
    """
    key = {(question["id"], answer["id"]): answer["is_right"] for question in now for answer in question["answers"]}
    return [
        {
            **question,
            "took_one": question.get("took_one", not takes_several(question)),
            "answers": [
                {**answer, "is_right": key.get((question["id"], answer["id"]), answer["is_right"])}
                for answer in question["answers"]
            ],
        }
        for question in asked
    ]
