"""What a page shows of its reactions: counts for all, and which are the reader's own."""

from dataclasses import dataclass

from .models import Reaction
from .targets import target_for

ICONS = {Reaction.Kind.THANKS: "clap", Reaction.Kind.LEARNED: "seed", Reaction.Kind.FAMILIAR: "chat"}


@dataclass(frozen=True)
class ReactionRow:
    """One kind of reaction below a text."""

    kind: str
    label: str
    icon: str
    count: int
    is_own: bool


@dataclass(frozen=True)
class ReactionBar:
    """The reactions below a text; ``may_react`` is False for who only sees the counts."""

    page: object
    rows: list[ReactionRow]
    may_react: bool

    @property
    def total(self) -> int:
        """All reactions together."""
        return sum(row.count for row in self.rows)


def reactions_to(page, user) -> ReactionBar:
    """The bar below ``page`` for ``user``: one query."""
    counts = Reaction.objects.counts(page.translation_key, user)
    rows = [
        ReactionRow(kind.value, str(kind.label), ICONS[kind], *counts.get(kind.value, (0, False)))
        for kind in Reaction.Kind
    ]
    target = target_for(type(page))
    return ReactionBar(page, rows, may_react=target is not None and target.may_react(page, user))
