"""What a migration may not do while the code of before goes on running: expand first, contract a release later.

See docs/upgrading.md. Migrations up to ``BASELINE`` are from before this rule. A comment ``# zero-downtime: why it is fine`` in
a migration, with a reason, lets it pass.
"""

import inspect
import re
import sys

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The newest migration of each app when the rule came.
BASELINE = {
    "base": 5,
    "competencies": 4,
    "conversations": 2,
    "demo": 1,
    "guidelines": 5,
    "home": 2,
    "notifications": 4,
    "onboarding": 19,
    "operations": 1,
    "people": 11,
    "search": 5,
    "stories": 5,
}
# Tables that grow with use: making an index keeps everybody from writing for as long as it takes.
BIG = {
    ("notifications", "message"),
    ("onboarding", "stepprogress"),
    ("onboarding", "onboardingevent"),
    ("search", "querylog"),
    ("search", "outboxentry"),
    ("people", "user"),
    ("competencies", "rating"),
    ("stories", "storyreach"),
}
ALLOWED = re.compile(r"#\s*zero-downtime:\s*(?P<reason>\S.{14,})")
DATA = (operations.RunPython, operations.RunSQL)
GONE = (
    operations.RemoveField,
    operations.RenameField,
    operations.RenameModel,
    operations.DeleteModel,
    operations.AlterModelTable,
)


def is_new(app: str, name: str) -> bool:
    """Whether this migration came after the rule."""
    return int(name[:4]) > BASELINE.get(app, 0)


def reason_of(migration: Migration) -> str:
    """The reason in the migration's comment, empty where there is none that says something."""
    found = ALLOWED.search(inspect.getsource(sys.modules[type(migration).__module__]))
    return found["reason"] if found else ""


def faults(migration: Migration, before: ProjectState) -> list[str]:
    """What the code of before, running on the new schema, would stumble over; ``before`` is the state it starts from."""
    app, found = migration.app_label, []
    fresh = {op.name_lower for op in _flat(migration.operations) if isinstance(op, operations.CreateModel)}
    kinds = {isinstance(op, DATA) for op in _flat(migration.operations) if not _only_words(op)}
    if kinds == {True, False}:
        found.append("changes data and schema in one transaction: make it two migrations")
    state = before.clone()
    for op in migration.operations:
        for part in _flat([op]):
            model = getattr(part, "model_name_lower", getattr(part, "name_lower", ""))
            if model not in fresh:
                found += _faults_of(part, app, model, state)
        op.state_forwards(app, state)
    return found


def _flat(ops: list[Operation]) -> list[Operation]:
    flat = []
    for op in ops:
        if isinstance(op, operations.SeparateDatabaseAndState):
            # What only the state forgets stays in the table: that is how a column goes in two steps.
            flat += _flat(op.database_operations)
        else:
            flat.append(op)
    return flat


def _only_words(op: Operation) -> bool:
    return isinstance(op, operations.AlterModelOptions | operations.AlterModelManagers)


def _faults_of(op: Operation, app: str, model: str, state: ProjectState) -> list[str]:
    if isinstance(op, GONE):
        return [f"{op.describe()}: the code of before still uses it"]
    if isinstance(op, operations.AddConstraint):
        return [f"{op.describe()}: the code of before may write what it forbids"]
    if isinstance(op, operations.AddIndex):
        return [] if isinstance(op, AddIndexConcurrently) else _index(op, app, model)
    if isinstance(op, operations.AddField):
        return _added(op, app, model)
    if isinstance(op, operations.AlterField):
        return _altered(op, state.models[app, model].fields[op.name])
    return []


def _index(op: Operation, app: str, model: str) -> list[str]:
    return [f"{op.describe()}: {model} is large, and nobody can write meanwhile"] if (app, model) in BIG else []


def _added(op: operations.AddField, app: str, model: str) -> list[str]:
    field = op.field
    if field.many_to_many:
        return []
    found = []
    if not field.null and field.db_default is models.NOT_PROVIDED and not field.generated:
        found.append(f"{op.describe()}: the code of before can add no row; give it null=True or a db_default")
    if field.unique or field.db_index:
        found += _index(op, app, model)
    return found


def _altered(op: operations.AlterField, old: models.Field) -> list[str]:
    new, found = op.field, []
    if old.null and not new.null and new.db_default is models.NOT_PROVIDED:
        found.append("empty is no longer allowed, which the code of before writes")
    if old.get_internal_type() != new.get_internal_type():
        found.append("another type of column writes the whole table anew")
    if old.max_length and new.max_length and new.max_length < old.max_length:
        found.append("the code of before writes longer values")
    if new.unique and not old.unique:
        found.append("the code of before may write it twice")
    return [f"{op.describe()}: {fault}" for fault in found]
