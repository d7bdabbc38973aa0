"""``manage.py serve``: the portal on this machine, as readers get it."""

import os
import socket
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Serve on localhost with gunicorn; a taken port is said before anything starts."""

    help = "Serve the portal on this machine. --port 8000, --workers 2; --check only looks whether the port is free."

    def add_arguments(self, parser):
        """Where and how."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--check", action="store_true", help="only check that the port is free")

    def handle(self, *args, port: int, workers: int, check: bool, **options):
        """Replace this process by gunicorn. Raises CommandError where the port is taken or no port at all."""
        if not 0 < port < 65536:
            raise CommandError(f"{port} is not a port; choose one from 1 to 65535, for instance PORT=8001.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken ({error.strerror}). Stop what runs there or choose another one: PORT={port + 1}."
                ) from error
        if check:
            return
        self.stdout.write(f"The portal answers at http://localhost:{port}/ (stop it with Ctrl+C).")
        self.stdout.flush()
        # One machine out of the box: what is due by the clock happens here too, unless said otherwise.
        os.environ.setdefault("RUN_DUE_IN_PROCESS", "1")
        if settings.DEMO:
            # The accounts that were printed stay in view.
            os.environ.setdefault("LOG_LEVEL", "WARNING")
        arguments = ["-c", "python:portal.gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(workers), "--threads", "4"]
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "portal.wsgi", *arguments])  # noqa: S606
