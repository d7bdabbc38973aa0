"""A little ClamAV daemon: speaks INSTREAM as the real one does, and knows one virus, the EICAR test file."""

import socketserver
import struct
import threading
from contextlib import contextmanager

# Written backwards, so that no scanner takes this file for one.
EICAR = rb"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X"[::-1]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if self.server.is_silent:
            self.server.stopped.wait(10)
            return
        command = self.rfile.readline()
        if command == b"nPING\n":
            self.wfile.write(b"PONG\n")
            return
        if command != b"nINSTREAM\n":
            self.wfile.write(b"UNKNOWN COMMAND\n")
            return
        received = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
            if len(received) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")
                return
        self.server.received.append(received)
        found = b"Eicar-Test-Signature FOUND" if EICAR in received else b"OK"
        self.wfile.write(b"stream: " + found + b"\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def running_clamd(*, is_silent: bool = False, most: int = 25 * 1024 * 1024):
    """The daemon on a free port: has ``address`` for ``UPLOAD_SCANNER``, and what it ``received``."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.is_silent, server.most, server.received, server.stopped = is_silent, most, [], threading.Event()
        server.address = f"clamd://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()


def dead_address() -> str:
    """Where nobody answers."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        return f"clamd://127.0.0.1:{server.server_address[1]}"
