"""An index on a large table, made while people go on writing to it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import AddIndex


class AddIndexLive(AddIndexConcurrently):
    """``AddIndex`` that keeps nobody from writing. Its migration is not ``atomic`` and does nothing else.

    PostgreSQL goes through the table twice for it. Cut off half-way it leaves an index that nothing reads: that one goes
    first, so running the migration again mends it. Other databases make an index as ever.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Make it, and no other of its name."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Take it away."""
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        operation = AddIndexConcurrently if is_postgresql else AddIndex
        operation.database_backwards(self, app_label, schema_editor, from_state, to_state)
