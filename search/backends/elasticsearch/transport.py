"""The way to the servers: time limits, the breaker, and what goes wrong said in search's own words."""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

from elastic_transport import TransportError, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch
from elasticsearch import UnsupportedProductError as WrongProduct
from urllib3 import Timeout

from base.breaker import Breaker

from ...engine import EngineDown, IndexBusy, IndexMissing
from .address import Address

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
# Less than a lease lasts, so that nobody else writes while a server is still busy with what was sent.
WRITE_SECONDS = 30.0
# 429 is a server that has too much to do; who isn't let in now may be when the password is right again.
_NOT_NOW = {401, 403, 408, 429}


class Conflict(IndexBusy):
    """Somebody else changed what was to be written."""


class _Node(Urllib3HttpNode):
    """Gives connecting less time than answering: a machine that is gone doesn't refuse, it says nothing."""

    def perform_request(self, method, target, body=None, headers=None, request_timeout=None):
        if isinstance(request_timeout, int | float):
            request_timeout = Timeout(connect=min(CONNECT_SECONDS, request_timeout), read=request_timeout)
        return super().perform_request(method, target, body, headers, request_timeout)


class Servers:
    """One client for each process. Every call goes through ``reading`` or ``writing`` of this."""

    def __init__(self, address: Address, retry_seconds: float):
        self.address, self.breaker = address, Breaker(retry_seconds)
        self._client = Elasticsearch(
            list(address.nodes),
            node_class=_Node,
            basic_auth=(address.user, address.password) if address.user else None,
            # Another machine is tried where one can't be reached, never the only one a second time.
            max_retries=len(address.nodes) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
            http_compress=False,
            **({"ca_certs": address.ca} if address.ca else {}),
        )

    def read(self, call: str, **parameters) -> Any:
        """What a server answers to ``call``, the dotted name of a method of the client.

        Raises EngineDown, at once where the last call failed a moment ago, IndexMissing and Conflict.
        """
        return self._ask(call, self.address.timeout, parameters)

    def write(self, call: str, *, seconds: float = WRITE_SECONDS, **parameters) -> Any:
        """The same for what may take longer."""
        return self._ask(call, seconds, parameters)

    def search_all(self, searches: Sequence[tuple[str, dict]], seconds: float | None = None) -> list[dict]:
        """Several searches, ``(index, body)``, in one trip; within the time limit of reads unless another is given."""
        lines: list[dict] = []
        for index, body in searches:
            lines += [{"index": index, "allow_partial_search_results": False}, body]
        answers = self._ask("msearch", seconds or self.address.timeout, {"searches": lines})["responses"]
        for answer in answers:
            self._raise_for(answer.get("status", 200), answer.get("error"))
        return answers

    def send(self, actions: Iterable[dict], **parameters) -> None:
        """Write one bulk of actions. A document that the server refuses is logged and left out: the others go on."""
        wanted = "errors,items.*.error,items.*.status,items.*._id"
        answer = self.write("bulk", operations=list(actions), filter_path=wanted, **parameters)
        for item in answer.get("items", ()) if answer.get("errors") else ():
            ((_action, outcome),) = item.items()
            error, status = outcome.get("error"), outcome.get("status", 200)
            if error and status == 400:
                logger.error("The search server refuses document %s: %s", outcome.get("_id"), error)
            elif error:
                self._raise_for(status, error)

    def _ask(self, call: str, seconds: float, parameters: dict) -> Any:
        if not self.breaker.lets_through():
            raise EngineDown("The search server did not answer a moment ago; it is asked again soon.")
        method: Any = self._client.options(request_timeout=seconds)
        for name in call.split("."):
            method = getattr(method, name)
        started = time.monotonic()
        try:
            answer = method(**parameters)
        except (WrongProduct, TransportError) as error:
            self.breaker.failed()
            raise EngineDown(f"The search server can't be reached: {_said(error)}.") from error
        except ApiError as error:
            self._raise_for(error.meta.status, error.body)
            self.breaker.succeeded()
            # It works, but what was asked made no sense to it.
            raise EngineDown(f"The search server refuses: {_said(error)}.") from error
        if not isinstance(answer.body, dict):
            self.breaker.failed()
            raise EngineDown("The search server's answer can't be understood.")
        self.breaker.succeeded(slowly=time.monotonic() - started > seconds / 2)
        return answer.body

    def _raise_for(self, status: int, error: Any) -> None:
        kind = _type_of(error)
        if kind in ("index_not_found_exception", "alias_not_found_exception") or "aliases_not_found" in kind:
            self.breaker.succeeded()
            raise IndexMissing(f"There is no search index called {self.address.prefix}.")
        if status == 409 or kind == "resource_already_exists_exception":
            self.breaker.succeeded()
            raise Conflict(kind)
        if status >= 500 or status in _NOT_NOW:
            self.breaker.failed()
            raise EngineDown(f"The search server can't answer: {status} {kind}.")
        if error and status == 400:
            raise EngineDown(f"The search server refuses: {kind}.")


def _type_of(body: Any) -> str:
    """``index_not_found_exception`` and the like, whatever the answer is wrapped in."""
    while isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    return str(body.get("type", "")) if isinstance(body, dict) else ""


def _said(error: Exception) -> str:
    return str(getattr(error, "message", "") or error)[:300]
