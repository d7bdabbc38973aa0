"""New migrations leave the code that runs alone."""

import pytest
from django.conf import settings
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from .migration_rules import BASELINE, BIG, faults, is_new, reason_of


@pytest.mark.django_db
def test_new_migrations_can_run_under_the_code_of_before():
    loader = MigrationLoader(None)
    wrong = {
        ".".join(key): found
        for key, migration in loader.disk_migrations.items()
        if key[0] in settings.OWN_APPS and is_new(*key) and not reason_of(migration)
        if (found := faults(migration, loader.project_state(key, at_end=False)))
    }
    assert wrong == {}, "see docs/upgrading.md"


@pytest.mark.django_db
def test_the_baseline_and_the_large_tables_are_of_this_portal():
    loader = MigrationLoader(None)
    newest = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(newest.get(app, 0), int(name[:4]) if name[:4].isdigit() else 0)
    assert {app: number for app, number in BASELINE.items() if newest.get(app, 0) < number} == {}
    assert set(loader.project_state().models) >= BIG


def planned(*ops) -> list[str]:
    """The faults of these operations on a table that is there."""
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20, null=True))]
    state = ProjectState()
    state.add_model(ModelState("notifications", "Message", fields))
    state.add_model(ModelState("notifications", "Small", fields))
    migration = Migration("0099_test", "notifications")
    migration.operations = list(ops)
    return faults(migration, state)


CHAR = models.CharField
FIELD = {"model_name": "message", "name": "name"}
BREAKING = {
    "a column goes": operations.RemoveField("message", "name"),
    "a column is renamed": operations.RenameField("message", "name", "title"),
    "a table goes": operations.DeleteModel("Small"),
    "a table is renamed": operations.RenameModel("Small", "Tiny"),
    "a column without a default": operations.AddField("message", "kind", CHAR(max_length=9, default="x")),
    "an index on a large table": operations.AddIndex("message", models.Index(fields=["name"], name="i")),
    "an indexed column on a large table": operations.AddField(
        "message", "k", CHAR(max_length=9, null=True, db_index=True)
    ),
    "a constraint": operations.AddConstraint("small", models.UniqueConstraint(fields=["name"], name="c")),
    "no longer empty": operations.AlterField(**FIELD, field=CHAR(max_length=20)),
    "shorter": operations.AlterField(**FIELD, field=CHAR(max_length=10, null=True)),
    "another type": operations.AlterField(**FIELD, field=models.IntegerField(null=True)),
    "unique": operations.AlterField(**FIELD, field=CHAR(max_length=20, null=True, unique=True)),
}


@pytest.mark.parametrize("op", BREAKING.values(), ids=BREAKING)
def test_what_breaks_the_code_of_before_is_found(op):
    assert len(planned(op)) == 1


@pytest.mark.parametrize(
    "op",
    [
        operations.AddField("message", "kind", CHAR(max_length=9, null=True)),
        operations.AddField("message", "kind", CHAR(max_length=9, db_default="")),
        operations.AlterField(**FIELD, field=CHAR(max_length=40, null=True)),
        operations.AddIndex("small", models.Index(fields=["name"], name="i")),
        operations.RunPython(operations.RunPython.noop),
        operations.SeparateDatabaseAndState(state_operations=[operations.RemoveField("message", "name")]),
    ],
    ids=["may be empty", "default of the database", "longer", "a small index", "data alone", "forgotten by the code"],
)
def test_what_the_code_of_before_bears_passes(op):
    assert planned(op) == []


def test_data_and_schema_are_apart():
    added = operations.AddField("message", "kind", CHAR(max_length=9, null=True))
    assert len(planned(added, operations.RunPython(operations.RunPython.noop))) == 1


def test_a_new_table_may_have_anything():
    table = operations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    assert planned(table, operations.AddField("new", "kind", CHAR(max_length=9))) == []


def test_a_reason_has_to_say_something(monkeypatch):
    source = {}
    monkeypatch.setattr("inspect.getsource", lambda module: source["text"])
    migration = Migration("0099_test", "notifications")
    for text, allowed in (
        ("operations = []", False),
        ("# zero-downtime:", False),
        ("# zero-downtime: ok", False),
        ("# zero-downtime: the column was never written by any release", True),
    ):
        source["text"] = text
        assert bool(reason_of(migration)) == allowed
