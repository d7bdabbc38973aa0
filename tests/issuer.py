"""An issuer of OpenID Connect to sign in by, on this machine: oidc-provider-mock, and what it lacks."""

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import oidc_provider_mock
import requests
import werkzeug.serving

# It speaks plain HTTP, on this machine only.
os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
CLIENT = "portal"


class Issuer:
    """Knows people by subject. ``here`` is whose session it has in the browser: it answers ``prompt=none`` by that.

    ``is_down`` answers 503 to everything, ``refuses`` every question to sign in with that error; ``asked`` are the queries
    of the questions so far. ``says`` changes what it says about itself.
    """

    def __init__(self):
        self.app = oidc_provider_mock.app(require_nonce=True)
        self.here: str | None = None
        self.is_down = False
        self.refuses: str | None = None
        self.says: dict = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def knows(self, subject: str, **claims) -> None:
        """From now on it says this about ``subject``."""
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def __call__(self, environ, start_response):
        """The answer to one request, as WSGI has it."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if self.is_down:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        if path == "/.well-known/openid-configuration" and self.says:
            return self._says(environ, start_response)
        if path == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "GET":
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            self.asked.append(asked)
            error = self.refuses or ("login_required" if asked.get("prompt") == "none" and not self.here else None)
            if error:
                back = f"{asked['redirect_uri']}?{urlencode({'error': error, 'state': asked['state']})}"
                start_response("302 Found", [("Location", back)])
                return [b""]
            if asked.get("prompt") == "none":
                self._answer_for(environ, self.here, asked)
        return self.app(environ, start_response)

    def _answer_for(self, environ, subject: str, asked: dict) -> None:
        body = urlencode({"sub": subject}).encode()
        environ |= {
            "QUERY_STRING": urlencode({name: value for name, value in asked.items() if name != "prompt"}),
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }

    def _says(self, environ, start_response):
        with self.app.request_context(environ):
            answer = self.app.full_dispatch_request()
        body = self.app.json.dumps({**answer.get_json(), **self.says}).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]


@contextlib.contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that answers at its ``url``."""
    issuer = Issuer()
    server = werkzeug.serving.make_server("localhost", 0, issuer, threaded=True)
    issuer.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
