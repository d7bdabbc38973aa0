"""Doing what a file with colleagues says: the whole plan, as it was seen, or nothing of it."""

import logging
from collections.abc import Callable

from django.db import connection, transaction
from wagtail.log_actions import log

from base.stamp import touch_content, touched_once

from ..closing import FILE, NOT_IN_FILE, close_accounts, open_account
from ..models import ColleaguesSync, Location, Team, User
from .plan import LINKS, Change, Kind, Options, Plan
from .planning import make_plan
from .table import Table

logger = logging.getLogger(__name__)
ACTION = "people.sync"
State = ColleaguesSync.State
# Any number, the same in every process: of two that take colleagues over at once the second waits, and looks anew.
LOCK = 8_405_307
# Kept of each run; a file of nothing but mistakes has no more to say after so many.
KEPT_PROBLEMS = 200
BATCH = 500
_listeners: list[Callable[[ColleaguesSync], None]] = []


def on_run(tell: Callable[[ColleaguesSync], None]) -> Callable[[ColleaguesSync], None]:
    """Have ``tell(run)`` called, in the same transaction, for whatever came of a file. Usable as a decorator."""
    if tell not in _listeners:
        _listeners.append(tell)
    return tell


class TooManyChanges(Exception):
    """The brake: ``args[0]`` is the plan."""


class PlanChanged(Exception):
    """Something changed since the plan was seen: ``args[0]`` is the plan as it is now."""


@transaction.atomic
def sync_colleagues(
    *, table: Table, options: Options, by: User | None = None, seal: str | None = None, is_forced: bool = False
) -> tuple[Plan, ColleaguesSync]:
    """Take colleagues over from a file, all of it or nothing; returns what was done and the record of it.

    Run again it finds nothing to do. With a ``seal`` only the plan that was seen is done, else ``PlanChanged`` is raised;
    ``TooManyChanges`` where it takes ``is_forced``; ``UnreadableFile`` as ``planning.make_plan`` says. ``by`` is None for the clock
    or the server. Some ten queries for each account that changes, none for one that doesn't.
    """
    _wait_for_others()
    plan = make_plan(table, options, by=by)
    if seal is not None and plan.seal != seal:
        raise PlanChanged(plan)
    if plan.is_braked and not is_forced:
        raise TooManyChanges(plan)
    with touched_once():
        _apply(plan, by)
    run = note_run(state=State.DONE if plan.changes else State.NOTHING, plan=plan, by=by)
    return plan, run


@transaction.atomic
def note_run(
    *, state: str, plan: Plan | None = None, by: User | None = None, problems: list | None = None
) -> ColleaguesSync:
    """Keep what came of a file, without a name in it, and say it in the log of the server."""
    if plan is not None:
        problems = [[problem.line, problem.column, problem.message] for problem in plan.problems[:KEPT_PROBLEMS]]
    run = ColleaguesSync.objects.create(
        state=state,
        by=by,
        counts=plan.counts if plan else {},
        problems=problems or [],
        seal=plan.seal if plan else "",
    )
    logger.info("Colleagues from a file: %s %s.", run.state, run.counts)
    for tell in _listeners:
        tell(run)
    return run


def _wait_for_others() -> None:
    # SQLite has one writer anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _apply(plan: Plan, by: User | None) -> None:
    places = {"team": _make_places(Team, plan, "team"), "location": _make_places(Location, plan, "location")}
    known = {change.pk: change for change in plan.changes if change.pk is not None}
    _free_addresses(plan)
    for batch in _batches([change for change in plan.changes if change.pk is None]):
        for change in batch:
            _join(change, places, by)
    for keys in _batches(list(known)):
        people = User.objects.select_for_update(of=("self",)).in_bulk(keys)
        for pk in keys:
            _move(people[pk], known[pk], places, by)
        closing = [people[pk] for pk in keys if known[pk].kind is Kind.LEAVE]
        for why, is_in_file in ((FILE, True), (NOT_IN_FILE, False)):
            close_accounts(people=[p for p in closing if bool(known[p.pk].line) is is_in_file], by=by, why=why)
    _give_managers(plan)


def _batches(items: list):
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _make_places(model, plan: Plan, column: str) -> dict[str, int]:
    for name in plan.new_places.get(column, []):
        place = model.objects.create(name=name)
        log(instance=place, action="wagtail.create", user=None)
    return {name.casefold(): pk for pk, name in model.objects.values_list("pk", "name")}


def _free_addresses(plan: Plan) -> None:
    """Of two who get each other's address the first one lets go of it first."""
    wanted = {change.fields["email"][1].lower() for change in plan.changes if "email" in change.fields}
    for change in plan.changes:
        if change.pk is not None and "email" in change.fields and change.fields["email"][0].lower() in wanted:
            User.objects.filter(pk=change.pk).update(email=f"moving-{change.pk}@portal.invalid")


def _join(change: Change, places: dict, by: User | None) -> None:
    person = User(staff_number=change.staff_number)
    _set(person, change, places)
    person.set_unusable_password()
    person.save()
    log(instance=person, action=ACTION, user=by, data={"kind": change.kind.value, "fields": sorted(change.fields)})


def _move(person: User, change: Change, places: dict, by: User | None) -> None:
    if change.kind is Kind.RETURN:
        open_account(person=person, by=by)
    if not change.fields:
        return
    _set(person, change, places)
    # A manager is set when everybody is there.
    names = [LINKS.get(name, name) for name in change.fields if name != "manager"]
    if names:
        person.save(update_fields=[name.removesuffix("_id") for name in names])
    if "email" in change.fields:
        # A former address lets nobody in, and gets no link to choose a password.
        person.emailaddress_set.all().delete()
    log(instance=person, action=ACTION, user=by, data={"kind": change.kind.value, "fields": sorted(change.fields)})


def _set(person: User, change: Change, places: dict) -> None:
    for name, (_before, after) in change.fields.items():
        if name in places:
            setattr(person, LINKS[name], places[name][after.casefold()] if after else None)
        elif name != "manager":
            setattr(person, name, after)


def _give_managers(plan: Plan) -> None:
    """By staff number, once everybody has theirs; one query for each manager who gets somebody."""
    wanted: dict[str, list[str]] = {}
    for change in plan.changes:
        if "manager" in change.fields:
            wanted.setdefault(change.fields["manager"][1], []).append(change.staff_number)
    managers = dict(User.objects.filter(staff_number__in=[n for n in wanted if n]).values_list("staff_number", "pk"))
    for number, people in wanted.items():
        for batch in _batches(people):
            User.objects.filter(staff_number__in=batch).update(manager=managers.get(number))
    if wanted:
        touch_content()
