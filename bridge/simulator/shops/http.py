"""The web server of the simulated store: HTTP/1.1 with kept connections, and the place where faults strike."""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bridge.simulator.clock import Clock
from bridge.simulator.shops.faults import ACTS_FIRST, HEARS_HALF, ArmedFaults, Fault, FaultKind
from bridge.simulator.shops.reply import Reply, Request, html_reply, json_reply

BODY_BYTES_MAX = 16_000_000
SLOW_PIECES = 20
SEEN_MAX = 10_000
_SILENT_LINGER = struct.pack("ii", 1, 0)  # close() then sends a reset

Answer = Callable[[Request], Reply]
Words = Callable[[Request], str]
FaultyReply = Callable[[Fault, Request, datetime], Reply]


def path_of(request: Request) -> str:
    """By what a fault and a list of requests name a request, beside its method."""
    return request.path


class ShopServer(ThreadingHTTPServer):
    """Serves `answer`, with faults in front of it. `seen` lists the requests that came, without their queries.

    words: what a request is named by, where a shop has one path for everything. spoilt: what is answered in the shop's
    place by a fault, in the words of this kind of shop (WooCommerce's where none is given).
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        answer: Answer,
        faults: ArmedFaults,
        clock: Clock,
        words: Words = path_of,
        spoilt: FaultyReply | None = None,
    ) -> None:
        self.answer = answer
        self.spoilt = spoilt or faulty_reply
        self.words = words
        self.faults = faults
        self.clock = clock
        self.stopping = threading.Event()
        self.seen: deque[str] = deque(maxlen=SEEN_MAX)
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, Handler)

    @property
    def base_url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, peer = super().get_request()
        with self._connections_lock:
            self._connections.add(connection)
        return connection, peer

    def close_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().close_request(request)

    def stop(self) -> None:
        """Stop serving and cut the kept connections, as a stopped web server does."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._connections_lock:
            open_ones = list(self._connections)
        for connection in open_ones:
            cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a bug of the simulator and is printed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def cut(connection: socket.socket) -> None:
    """End a connection in both directions; its thread then sees the end and closes it."""
    with suppress(OSError):  # the client was faster, or a fault has taken the descriptor away
        connection.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ShopServer
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 120

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: request lines can hold keys."""

    def _serve(self) -> None:
        request = self._request()
        words = self.server.words(request)
        self.server.seen.append(f"{request.method} {words}")
        own_door = request.path.startswith("/simulator")
        fault = None if own_door else self.server.faults.strike(request.method, words)
        if fault is None:
            self._send(self.server.answer(request))
        elif fault.kind in ACTS_FIRST:
            self._send_spoilt(self.server.answer(request), fault)
        elif fault.kind in HEARS_HALF:
            self._send(self.server.answer(as_it_arrives(fault, request)))
        elif fault.kind is FaultKind.RESET_BEFORE:
            self._reset()
        elif fault.kind is FaultKind.STALL:
            self.server.stopping.wait(fault.seconds)
            self._reset()
        else:
            self._send(self.server.spoilt(fault, request, self.server.clock()))

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), BODY_BYTES_MAX)
        return Request(
            method=self.command,
            path=parts.path,
            parameters=parse_qs(parts.query, keep_blank_values=True),
            query=parts.query,
            authorization=self.headers.get("Authorization", ""),
            body=self.rfile.read(length) if length else b"",
            base_url=self.server.base_url,
            headers={name.lower(): value for name, value in self.headers.items()},
        )

    def _head(self, reply: Reply, length: int) -> bytes:
        lines = [
            f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('',))[0]}",
            f"Date: {format_datetime(self.server.clock(), usegmt=True)}",
            f"Server: {self.server_version}",
            f"Content-Length: {length}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _send(self, reply: Reply, length: int | None = None) -> None:
        """Head and body in one write, so that no kept connection waits for a delayed acknowledgement."""
        self.wfile.write(self._head(reply, len(reply.body) if length is None else length) + reply.body)

    def _send_spoilt(self, reply: Reply, fault: Fault) -> None:
        whole = reply.body
        if fault.kind is FaultKind.RESET_AFTER:
            self._reset()
        elif fault.kind is FaultKind.PHP_NOTICE:
            notice = b"<br />\n<b>Warning</b>:  Undefined array key in <b>/www/plugin.php</b> on line <b>7</b><br />\n"
            self._send(Reply(reply.status, notice + whole, reply.headers))
        elif fault.kind is FaultKind.BOM:
            self._send(Reply(reply.status, b"\xef\xbb\xbf" + whole, reply.headers))
        elif fault.kind is FaultKind.CUT:
            self._send(Reply(reply.status, whole[: len(whole) // 2], reply.headers))
        elif fault.kind is FaultKind.CUT_LYING:
            self._send(Reply(reply.status, whole[: len(whole) // 2], reply.headers), length=len(whole))
            self.close_connection = True
        else:
            self._drip(self._head(reply, len(whole)) + whole, fault.seconds)

    def _drip(self, content: bytes, seconds: float) -> None:
        size = -(-len(content) // SLOW_PIECES)
        for start in range(0, len(content), size):
            self.wfile.write(content[start : start + size])
            self.server.stopping.wait(seconds / SLOW_PIECES)

    def _reset(self) -> None:
        """Close so that the client gets a reset, not an orderly end. The socket object is left without a descriptor."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _SILENT_LINGER)
        os.close(self.connection.detach())


def as_it_arrives(fault: Fault, request: Request) -> Request:
    """The request without what gets lost on its way to the shop."""
    if fault.kind is FaultKind.STRIPS_KEY:
        headers = {name: text for name, text in request.headers.items() if name != "authorization"}
        return replace(request, authorization="", headers=headers)
    lost = fault.names.split()
    return replace(request, parameters={name: texts for name, texts in request.parameters.items() if name not in lost})


def faulty_reply(fault: Fault, request: Request, now: datetime) -> Reply:
    """What the host, a proxy or a broken shop answers in the shop's place."""
    seconds = int(fault.seconds)
    date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    wait = "Too many requests from your address."
    here = f"{request.path}?{request.query}" if request.query else request.path
    secure = request.base_url.replace("http://", "https://") + here
    replies: dict[str, Reply] = {
        FaultKind.WRONG_SECRET: _error(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."),
        FaultKind.NO_RIGHT: _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
        FaultKind.FORBIDDEN: html_reply(403, "403 Forbidden", "Your request was blocked by a security rule."),
        FaultKind.NO_ROUTE: _error(404, "rest_no_route", "No route was found matching the URL and request method."),
        FaultKind.WAIT_SECONDS: html_reply(429, "429 Too Many Requests", wait, {"Retry-After": str(seconds)}),
        FaultKind.WAIT_DATE: html_reply(429, "429 Too Many Requests", wait, {"Retry-After": date}),
        FaultKind.WAIT_SILENT: html_reply(429, "429 Too Many Requests", wait),
        FaultKind.BROKEN_JSON: _error(
            500, "internal_server_error", "<p>There has been a critical error on this website.</p>"
        ),
        FaultKind.BROKEN_HTML: html_reply(500, "Internal Server Error", "The server met an error."),
        FaultKind.BAD_GATEWAY: html_reply(502, "502 Bad Gateway", "nginx"),
        FaultKind.MAINTENANCE: html_reply(503, "Maintenance", "Briefly unavailable for scheduled maintenance."),
        FaultKind.GATEWAY_TIMEOUT: html_reply(504, "504 Gateway Time-out", "nginx"),
        FaultKind.HTML: html_reply(200, "One moment", "Checking your browser before accessing the shop."),
        FaultKind.REDIRECT_HTTPS: html_reply(301, "Moved", "Moved Permanently", {"Location": secure}),
        FaultKind.REDIRECT_AWAY: html_reply(302, "Found", "Moved", {"Location": f"http://elsewhere.example{here}"}),
    }
    return replies[fault.kind]


def _error(status: int, code: str, message: str) -> Reply:
    return json_reply({"code": code, "message": message, "data": {"status": status}}, status)
