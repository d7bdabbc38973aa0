"""``manage.py db_worker``: the library's own, by a worker that outlives a database that is away."""

from django_tasks_db.management.commands import db_worker as library

from operations.patient_worker import PatientWorker


class Command(library.Command):
    """Takes what the library's takes."""

    def handle(self, *args, **options):
        """Work until told to stop."""
        # The library asks for its class by this name, and in no other way.
        library.Worker = PatientWorker
        super().handle(*args, **options)
