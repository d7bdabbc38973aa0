"""Whether this container's web process may get readers: ends with status 0 or 1. Knows nothing of Django, so it is quick."""

import os
import sys
import urllib.error
import urllib.request

port = os.environ.get("WEB_BIND", "127.0.0.1:8000").rpartition(":")[2]
# A host that the portal answers to; a leading dot stands for every name below it.
host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
request = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready/", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - an address of our own
        sys.stdout.write(answer.read(200).decode())
except urllib.error.HTTPError as refusal:
    sys.exit(refusal.read(200).decode())
except OSError as error:
    sys.exit(str(error))
