"""What waits for HR to accept or decline, over everybody on a path: the kinds of proposal, and one list of them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from people.models import User

from .models import Enrolment

# Of these enrolments: ``{enrolment id: what is proposed, a sentence each, in the active language}``.
Find = Callable[[QuerySet[Enrolment], User], Mapping[int, list[str]]]


@dataclass(frozen=True)
class ProposalKind:
    """One kind of change that the portal proposes and HR decides on.

    ``find(enrolments, reader)`` gives what is open, in as many queries for any number of enrolments. ``look``, ``accept`` and
    ``decline`` are names of deeds (see ``admin.deed``): to look at one and choose, and to decide about one or many.
    """

    name: str
    label: str | Promise
    find: Find
    look: str
    accept: str
    decline: str


_kinds: dict[str, ProposalKind] = {}


def register(kind: ProposalKind) -> ProposalKind:
    """Add a kind; a second one of the same name replaces the first."""
    _kinds[kind.name] = kind
    return kind


def all_kinds() -> list[ProposalKind]:
    """Every kind, in the order of registering."""
    return list(_kinds.values())


@dataclass(frozen=True)
class OpenProposal:
    """What one kind proposes for one enrolment."""

    kind: ProposalKind
    sentences: tuple[str, ...]


def open_proposals(reader: User, kind: str = "") -> dict[int, list[OpenProposal]]:
    """``{enrolment id: [OpenProposal, ...]}`` of everybody, or of one kind; a fixed number of queries for each kind."""
    found: dict[int, list[OpenProposal]] = {}
    for each in all_kinds():
        if kind in ("", each.name):
            for pk, sentences in each.find(Enrolment.objects.not_ended(), reader).items():
                found.setdefault(pk, []).append(OpenProposal(each, tuple(sentences)))
    return found
