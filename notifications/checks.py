"""What Django's system check says about the settings of messages."""

from django.conf import settings
from django.core.checks import Error


def check_mail_hours(app_configs=None, **kwargs) -> list[Error]:
    """Hours that end before they begin would hold every mail for ever."""
    hours = settings.MAIL_HOURS
    if len(hours) == 2 and hours[0] < hours[1]:
        return []
    return [
        Error(
            "MAIL_HOURS has to be two hours of a day, the earlier one first.",
            hint="For instance 08:00-18:00.",
            id="notifications.E001",
        )
    ]
