"""A mail server that is a file: several processes may append to it, and it outlives who is killed."""

import os
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

KILL = "kill"


class AppendingBackend(BaseEmailBackend):
    """Appends each mail as one line to ``settings.EMAIL_FILE_PATH``.

    While a file named ``kill`` lies beside it, the process dies right after handing over, as by a pulled plug.
    """

    def send_messages(self, email_messages) -> int:
        """One write a mail, so that lines of two processes never mix."""
        path = Path(settings.EMAIL_FILE_PATH)
        for mail in email_messages:
            line = f"{mail.to[0]} {' '.join(mail.body.split())}\n".encode()
            descriptor = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
            os.write(descriptor, line)
            os.close(descriptor)
            if (path.parent / KILL).exists():
                os._exit(9)
        return len(email_messages)
