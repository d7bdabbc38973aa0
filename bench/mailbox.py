"""A mail server that takes everything and writes down for whom: `python bench/mailbox.py PORT FILE`.

A line of JSON for each mail, on the disk before the mail is taken: a mail that was taken is in the file, whatever is killed.
"""

import json
import os
import sys
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

# As a real one, that looks at a mail before it takes it: so that there is a middle in which something can die.
SECONDS = 0.05


class Mailbox:
    """Writes down what comes in."""

    def __init__(self, path: str):
        self.path = path

    async def handle_DATA(self, server, session, envelope) -> str:
        """Take it, once it is written down."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        line = {"to": envelope.rcpt_tos[0], "id": str(mail["Message-ID"]), "subject": str(mail["Subject"])}
        line["at"] = time.time()
        with open(self.path, "a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        time.sleep(SECONDS)
        return "250 taken"


def main() -> None:
    """Serve until killed."""
    controller = Controller(Mailbox(sys.argv[2]), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
