"""The file with colleagues that HR's system puts down every night: picked up, taken over, and what came of it told."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from base.csv_files import UnreadableFile
from notifications.services import Telling, notify_many
from people.models import ColleaguesSync
from people.syncing.applying import TooManyChanges, note_run, on_run, sync_colleagues
from people.syncing.plan import Options
from people.syncing.table import read_table
from search.message_kinds import holders_of

READ = "people.read_colleagues"
logger = logging.getLogger(__name__)
OUTCOME = "operations.colleagues"
State = ColleaguesSync.State
# A weekend with a holiday on either side; after that somebody should look why there is no new one.
FRESH_FOR = timedelta(days=5)
# The record of what came of files, which holds no name.
KEPT_FOR = timedelta(days=400)


def pick_up_colleagues(now: datetime) -> int:
    """Take over ``COLLEAGUES_FILE``; returns how many accounts changed. What can't be done is kept, told and logged.

    Too many changes wait for an administrator, who chooses the file in the admin. The same file again changes nothing.
    """
    if not settings.COLLEAGUES_FILE:
        return 0
    ColleaguesSync.objects.filter(at__lt=now - KEPT_FOR).delete()
    options = Options(settings.COLLEAGUES_FILE_COMPLETE, settings.COLLEAGUES_FILE_CREATE_TEAMS)
    # What is kept of a run is read by several people: in the organisation's language.
    with override(settings.LANGUAGE_CODE):
        try:
            path = Path(settings.COLLEAGUES_FILE)
            written = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone())
            if now - written > FRESH_FOR:
                note_run(state=State.OLD)
                return 0
            plan, _run = sync_colleagues(table=read_table(path.read_bytes()), options=options)
        except OSError as error:
            logger.warning("The file with colleagues can't be opened: %s.", error.strerror)
            note_run(state=State.MISSING)
        except UnreadableFile as error:
            note_run(state=State.UNREADABLE, problems=[[0, "", str(error)]])
        except TooManyChanges as stopped:
            note_run(state=State.BRAKED, plan=stopped.args[0])
        else:
            return len(plan.changes)
    return 0


@on_run
def tell_outcome(run: ColleaguesSync) -> None:
    """Tell HR and administrators what came of the night's file, and administrators who wait for a second one.

    Not what went without a mistake and changed nothing, nor what an administrator did and saw themselves.
    """
    is_quiet = run.state == State.NOTHING and not run.problems
    if is_quiet or (run.by_id is not None and run.state != State.ASKED):
        return
    people = holders_of(READ).filter(is_preboarder=False).exclude(pk=run.by_id)
    notify_many(kind=OUTCOME, tellings=[Telling(person, str(run.pk), {"run": run.pk}) for person in people])
