"""What will move when somebody leaves, for who leads them and for who keeps their account."""

from dataclasses import dataclass

from django.utils import timezone

from people.leaving import Leaving, register
from people.models import User

from .reading.duties import titles_for
from .services.handing_over import Move, owners_and_deputies, plan_hand_over


@dataclass(frozen=True)
class LeavingPerson:
    """Somebody who leaves, with ``(title, who gets it, why)`` of each text that moves."""

    person: User
    moves: list[tuple[str, str, str]]


def leaving_people(leader: User, language: str) -> list[LeavingPerson]:
    """Of this person's own people, those whose last day is known and who answer for something; the first to go first."""
    # Of who leads thousands, few answer for a text; a plan is made for these only.
    people = User.objects.led_by(leader).filter(end_date__gte=timezone.localdate(), pk__in=owners_and_deputies())
    people = people.order_by("end_date", "pk")
    found = [(person, plan_hand_over(person)) for person in people]
    titles = titles_for(leader, {move.key for _person, moves in found for move in moves}, language)
    return [
        LeavingPerson(person, _in_words([move for move in moves if move.key in titles], titles))
        for person, moves in found
        if moves
    ]


def _in_words(moves: list[Move], titles: dict) -> list[tuple[str, str, str]]:
    names = User.objects.in_bulk({move.to for move in moves if move.to})
    return [
        (
            titles[move.key].title if move.key in titles else move.title,
            names[move.to].get_full_name() if move.to else "",
            str(move.why_in_words),
        )
        for move in moves
    ]


def _for_account(person: User) -> list[tuple[str, str, str]]:
    return _in_words(plan_hand_over(person), {})


register(Leaving("manuals", _for_account))
