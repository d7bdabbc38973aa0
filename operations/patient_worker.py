"""A task worker that waits while the database is away, and does again what that cut off."""

import logging
import time

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from .task_results import give_back_of

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0


class PatientWorker(Worker):
    """The library's ends with the first question that gets no answer, and leaves the task it was doing "running".

    With ``--batch`` it ends as well: who asked for that wants to know.
    """

    def run(self) -> None:
        """Work until told to stop."""
        while self.running:
            try:
                super().run()
            except (OperationalError, InterfaceError) as error:
                if self.batch:
                    raise
                logger.warning("Tasks wait for the database: %s", error)
                self._wait()
            else:
                return

    def _wait(self) -> None:
        """Until the database answers; the task that was cut off is given back, to be done some minutes later."""
        while self.running:
            try:
                # One that broke would go on being used otherwise.
                connection.close()
                give_back_of(self.worker_id, timezone.now())
            except (OperationalError, InterfaceError):
                time.sleep(PAUSE_SECONDS)
            else:
                return
