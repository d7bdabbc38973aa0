"""What the clock does in this app, and in the apps below it, which know nothing of jobs."""

from datetime import time

from base.translation import sync_languages
from people.retention import count_due, current_periods

from .jobs import register_job
from .models import Message
from .sending import send_due
from .services import delete_old


def _repair_languages(now) -> int:
    outcome = sync_languages()
    return outcome["made"] + outcome["matched"]


def _past_their_period(now) -> int:
    return Message.objects.outlived(current_periods().before("messages", now)).count()


count_due("messages", _past_their_period)
register_job("mail", send_due)
register_job("old messages", delete_old, at=time(2, 30))
register_job("languages", _repair_languages, at=time(3, 0))
