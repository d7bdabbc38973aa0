"""What the clock does to stories."""

from notifications.jobs import register_job

from .services import lapse_unanswered_edits, pass_on_late_stories, release_old_claims
from .services.sharing import take_back_closed_copies

register_job("claims of stories", release_old_claims)
register_job("late stories", pass_on_late_stories)
register_job("unanswered edits", lapse_unanswered_edits)
register_job("public copies", take_back_closed_copies)
