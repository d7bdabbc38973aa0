"""When an owner leaves: their texts go on to somebody who is here. Nothing is deleted, and nothing unpublished.

First the deputy, then who leads the team that answers for the text, then who leads the leaver's own team, then whoever answers
for the page above; of all these only who may read it. What is left has nobody: editors are told, and again after ``ORPHAN_DAYS``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from base.access import closed_paths
from notifications.services import Telling, notify_many
from people.models import User

from ..models import ChapterPage, Delegation, ManualPage, Review
from ..reading.duties import governors
from ..reading.register import Register, leads_of_teams, working
from .governing import write_governance

HANDED_OVER, ORPHANED, LEAVING = "manuals.handed_over", "manuals.orphaned", "manuals.leaving"
ORPHAN_DAYS = timedelta(days=14)
# How long before somebody's last day whoever leads them is told what will move.
AHEAD = timedelta(days=28)
WHY = {
    "deputy": _("is the deputy"),
    "team": _("leads the team that answers for it"),
    "own_team": _("leads the team of who leaves"),
    "above": _("answers for the page above"),
    "nobody": _("nobody yet: editors choose within 14 days"),
    "as_deputy": _("has no deputy any more"),
}


@dataclass(frozen=True)
class Move:
    """Where one text goes; ``to`` is the id of who gets it, None for nobody. Of a deputy only the deputy goes."""

    key: UUID
    page: int
    title: str
    to: int | None
    why: str

    @property
    def why_in_words(self) -> str | Promise:
        """Why that person."""
        return WHY[self.why]


def plan_hand_over(person: User, *, today: date | None = None) -> list[Move]:
    """What would move where if this person left today; changes nothing. In the order of the tree."""
    today = today or timezone.localdate()
    rows = _rows_of(person)
    if not rows:
        return []
    register = Register(today=today, without=person.pk)
    leads = leads_of_teams(today, without=person.pk)
    deputies = _here({row["deputy"] for row in rows} - {None}, person, today)
    above = {row["path"]: register.standing(row["path"][: -Page.steplen]) for row in rows}
    may_read = _readers(deputies.union(*leads.values(), *(one.answers for one in above.values())))
    moves = []
    for row in rows:
        if row["owner_colleague"] != person.pk:
            moves.append(Move(row["translation_key"], row["pk"], row["title"], None, "as_deputy"))
            continue
        standing = above[row["path"]]
        team = row["owning_team"] or standing.team
        named = (row["deputy"],) if row["deputy"] in deputies else ()
        in_turn = [
            ("deputy", named),
            ("team", leads.get(team, ())),
            ("own_team", leads.get(person.team_id, ())),
            ("above", standing.answers),
        ]
        choices = [(why, next((pk for pk in people if may_read(pk, row["path"])), None)) for why, people in in_turn]
        why, to = next(((why, to) for why, to in choices if to is not None), ("nobody", None))
        moves.append(Move(row["translation_key"], row["pk"], row["title"], to, why))
    return moves


def _readers(keys: Iterable[int]) -> Callable[[int, str], bool]:
    """Tells of one of these people whether the page at a path is open to them: nobody keeps up what they can't read."""
    closed = {one.pk: closed_paths(one) for one in User.objects.filter(pk__in=keys).prefetch_related("groups")}
    return lambda pk, path: not path.startswith(closed.get(pk, ()))


def _rows_of(person: User) -> list[dict]:
    """Each text this person is the owner or deputy of, once, by its original where there is one."""
    fields = ("pk", "translation_key", "path", "title", "owner_colleague", "deputy", "owning_team", "alias_of")
    found: dict[UUID, dict] = {}
    for model in (ManualPage, ChapterPage):
        named = model.objects.filter(Q(owner_colleague=person) | Q(deputy=person))
        # Theirs before what they are only the deputy of, originals before what stands in for them.
        for row in sorted(
            named.values(*fields, "locale__language_code"),
            key=lambda row: (
                row["owner_colleague"] != person.pk,
                row["alias_of"] is not None,
                row["locale__language_code"] != "nl",
                row["path"],
            ),
        ):
            found.setdefault(row["translation_key"], row)
    return sorted(found.values(), key=lambda row: row["path"])


def _here(keys: set[int], person: User, today: date) -> set[int]:
    return working(keys, today) - {person.pk} if keys else set()


@transaction.atomic
def hand_over(*, person: User, now: datetime | None = None) -> list[Move]:
    """Move what this person answers for, as ``plan_hand_over`` says; returns the moves that were made.

    What they get is told to whoever gets it, what nobody gets to the editors. What was asked of them or by them is taken
    back. Run again it changes nothing: there is nothing of theirs left.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    # Two runs at once wait for each other here; the second finds nothing left.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    moves = plan_hand_over(person, today=today)
    for move in moves:
        _move(move, person, now, today)
    questions = Delegation.objects.filter(Q(by=person) | Q(to=person), state=Delegation.State.OPEN)
    questions.update(state=Delegation.State.WITHDRAWN, answered_at=now)
    _tell(moves, person, now, today)
    return moves


def _move(move: Move, person: User, now: datetime, today: date) -> None:
    kinds = {"nobody": Review.Kind.ORPHANED, "as_deputy": Review.Kind.DEPUTY_LEFT}
    if move.why != "as_deputy":
        # Who answers for the page above does so as soon as there is nobody here.
        owner = None if move.why in ("above", "nobody") else User.objects.get(pk=move.to)
        values = {"owner_colleague": owner} | ({"deputy": None} if move.why == "deputy" else {})
        write_governance(key=move.key, values=values, only_where={"owner_colleague": person})
    write_governance(key=move.key, values={"deputy": None}, only_where={"deputy": person})
    Review.objects.create(
        page_key=move.key,
        kind=kinds.get(move.why, Review.Kind.HANDED_OVER),
        by=person,
        to_id=move.to,
        at=now,
        on=today,
    )


def _tell(moves: list[Move], person: User, now: datetime, today: date) -> None:
    key = f"{person.pk}:{today.isoformat()}"
    by_receiver: dict[int, list[str]] = {}
    for move in moves:
        if move.to is not None:
            by_receiver.setdefault(move.to, []).append(str(move.key))
    receivers = User.objects.select_related("quiet_hours").in_bulk(by_receiver)
    notify_many(
        kind=HANDED_OVER,
        tellings=[Telling(receivers[pk], key, {"person": person.pk, "keys": keys}) for pk, keys in by_receiver.items()],
        now=now,
    )
    orphans = [str(move.key) for move in moves if move.why == "nobody"]
    if orphans:
        payload = {"person": person.pk, "keys": orphans}
        notify_many(kind=ORPHANED, tellings=[Telling(one, key, payload) for one in governors()], now=now)


def hand_over_leavers(now: datetime) -> int:
    """Move the texts of everybody who left: the account is closed, or their last day has passed. Returns how many texts.

    Then editors hear of what has had nobody for ``ORPHAN_DAYS``, and managers what will move when one of theirs leaves.
    """
    today = timezone.localdate(now)
    left = User.objects.filter(Q(is_active=False) | Q(end_date__lt=today), pk__in=owners_and_deputies())
    moved = sum(len(hand_over(person=person, now=now)) for person in left.order_by("pk"))
    _remind_of_orphans(now)
    _tell_managers(now, today)
    return moved


def owners_and_deputies() -> set[int]:
    """The ids of all owners and deputies."""
    return {
        pk
        for model in (ManualPage, ChapterPage)
        for field in ("owner_colleague", "deputy")
        for pk in model.objects.filter(**{f"{field}__isnull": False}).values_list(field, flat=True).distinct()
    }


def orphaned_since(keys) -> dict[UUID, datetime]:
    """Since when each of these texts has nobody because its owner left; the others aren't in it."""
    rows = Review.objects.filter(kind=Review.Kind.ORPHANED, page_key__in=list(keys)).order_by("at")
    return dict(rows.values_list("page_key", "at"))


@transaction.atomic
def _remind_of_orphans(now: datetime) -> None:
    late = Review.objects.filter(kind=Review.Kind.ORPHANED, at__lte=now - ORPHAN_DAYS)
    rows = list(late.values_list("pk", "page_key"))
    if not rows:
        return
    nobodys = {text.row.key for text in Register(today=timezone.localdate(now)).unanswered}
    told = governors()
    tellings = [
        Telling(one, f"late:{pk}", {"keys": [str(key)], "late": True}, "late")
        for pk, key in rows
        if key in nobodys
        for one in told
    ]
    notify_many(kind=ORPHANED, tellings=tellings, now=now)


@transaction.atomic
def _tell_managers(now: datetime, today: date) -> None:
    leaving = User.objects.active().filter(end_date__range=(today, today + AHEAD), pk__in=owners_and_deputies())
    tellings = [
        Telling(lead, f"{person.pk}:{person.end_date.isoformat()}", {"person": person.pk})
        for person in leaving
        for lead in User.objects.leading(person).select_related("quiet_hours")
    ]
    notify_many(kind=LEAVING, tellings=tellings, now=now)
