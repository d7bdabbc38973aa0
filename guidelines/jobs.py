"""What the clock does to manuals."""

from datetime import time, timedelta

from notifications.jobs import register_job

from .services.changes import tell_followers
from .services.feedback import let_go_of_names
from .services.handing_over import hand_over_leavers
from .services.link_checking import check_links_and_files
from .services.reminding import remind_reviews

register_job("followers of manuals", tell_followers)
register_job("names of old feedback", let_go_of_names, at=time(2, 20))
# First, so that who left isn't reminded.
register_job("manuals of leavers", hand_over_leavers, every=timedelta(hours=1))
register_job("manuals to check", remind_reviews, at=time(6, 0))
register_job("links and files", check_links_and_files, at=time(1, 0))
