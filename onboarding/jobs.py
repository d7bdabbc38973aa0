"""What the clock does to onboarding."""

from datetime import time, timedelta

from notifications.jobs import register_job

from .services import end_for_leavers, make_missing_plans
from .services.asking import pass_on_questions
from .services.changing_manager import tell_managers_changed
from .services.closing import keep_dates_in_line
from .services.editions import ask_again
from .services.feedback import invite_to_pulses
from .services.preboarding import send_wanted_links
from .services.reminding import send_reminders
from .services.reminding_signers import remind_signers
from .services.retention import retain
from .services.taking_over import hand_on_when_over, tell_supporters_left
from .services.withdrawing import erase

register_job("onboarding plans", make_missing_plans)
register_job("onboarding leavers", end_for_leavers, every=timedelta(hours=1))
register_job("onboarding calendar", keep_dates_in_line, at=time(3, 0))
register_job("onboarding retention", retain, at=time(2, 0))
register_job("onboarding reminders", send_reminders, every=timedelta(minutes=5))
register_job("onboarding sign-offs", remind_signers, every=timedelta(minutes=5))
register_job("onboarding supporters", tell_supporters_left, every=timedelta(hours=1))
register_job("onboarding managers", tell_managers_changed, every=timedelta(hours=1))
register_job("onboarding roles that are over", hand_on_when_over, every=timedelta(hours=1))
register_job("preboarding links", send_wanted_links)
register_job("preboarding erasure", erase, at=time(2, 30))
register_job("onboarding questions", pass_on_questions, every=timedelta(minutes=15))
register_job("onboarding pulses", invite_to_pulses, at=time(8, 0))
register_job("onboarding editions", ask_again)
