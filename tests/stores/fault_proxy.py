"""A proxy in front of a real shop: what comes is passed on, and faults of shop, host and network strike on demand.

It is the web server of the simulated shops with the real one behind it, so it knows their faults (`FaultKind`), each
armed for requests that it matches. A request to an API with one path for everything is matched by the name of its
GraphQL operation too: `when="mutation WriteNumber"`.
"""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from bridge.simulator.shops.faults import ArmedFaults, Fault
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.reply import Reply, Request

_OWN = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})
_OPERATION = re.compile(rb"\b(query|mutation)\s+(\w+)")


class FaultProxy:
    """In front of the shop at `upstream` (http://HOST:PORT).

    before: called with the words of a request before it is passed on, so that a test can change something in the shop
    at just that moment.
    """

    def __init__(self, upstream: str) -> None:
        self.faults = ArmedFaults()
        self.ahead = timedelta()  # how far the clock in its Date headers is ahead of ours
        self.before: Callable[[str], None] | None = None
        self.strips = ""  # a header that a cache or a protection on the way takes out of every answer
        self.rewrites: dict[str, str] = {}  # headers whose value is another one on the way
        self._upstream = urlsplit(upstream).netloc
        self._server = ShopServer(("127.0.0.1", 0), self._passed_on, self.faults, self._now, words=words_of)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        return self._server.base_url

    def arm(self, kind: str, when: str = "", times: int = 1, skip: int = 0, seconds: float = 2) -> None:
        """One fault for the requests whose `METHOD path operation` holds all words of `when`."""
        self.faults.arm(Fault(kind, when, times, skip, seconds))

    def seen(self, words: str = "") -> list[str]:
        """The requests that came so far and hold all these words."""
        return [one for one in self._server.seen if all(word in one for word in words.split())]

    def forget(self) -> None:
        """Begin a new list of requests."""
        self._server.seen.clear()

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def _passed_on(self, request: Request) -> Reply:
        if self.before is not None:
            self.before(words_of(request))
        connection = http.client.HTTPConnection(self._upstream, timeout=60)
        try:
            target = f"{request.path}?{request.query}" if request.query else request.path
            connection.request(request.method, target, request.body, _passed(request.headers, also="host"))
            response = connection.getresponse()
            headers = _passed(_joined(response.getheaders()), also=self.strips.lower())
            headers |= {name: text for name, text in self.rewrites.items() if name in headers}
            return Reply(response.status, response.read(), headers)
        finally:
            connection.close()


def words_of(request: Request) -> str:
    """Path and, for GraphQL, the kind and name of the operation."""
    operation = _OPERATION.search(request.body[:4096]) if request.method == "POST" else None
    return f"{request.path} {operation[1].decode()} {operation[2].decode()}" if operation else request.path


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Headers of one name in one line, as HTTP allows and as clients show them (two Set-Cookie)."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _passed(headers: Mapping[str, Any], also: str = "") -> dict[str, str]:
    return {name: str(value) for name, value in headers.items() if name.lower() not in _OWN | {also}}
