"""A relay between client and server that goes silent, as a line does whose other end has gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Relay:
    """Forwards until `answers_max` pieces came from the server; then swallows everything and keeps the line open."""

    port: int
    target: int
    answers_max: int | None = None
    answers: int = 0
    sockets: list[socket.socket] = field(default_factory=list)


@contextmanager
def relayed(target: int, answers_max: int | None = None) -> Iterator[Relay]:
    """Relay one connection after another to a port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(listener.getsockname()[1], target, answers_max)
    threads = [threading.Thread(target=_accept, args=(listener, relay), daemon=True)]
    threads[0].start()
    try:
        yield relay
    finally:
        for one in [listener, *relay.sockets]:
            _hang_up(one)
        threads[0].join(5)


def _accept(listener: socket.socket, relay: Relay) -> None:
    pumps: list[threading.Thread] = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            break
        server = socket.create_connection(("127.0.0.1", relay.target))
        relay.sockets += [client, server]
        for source, sink, counts in ((client, server, False), (server, client, True)):
            pumps.append(threading.Thread(target=_pump, args=(source, sink, relay, counts), daemon=True))
            pumps[-1].start()
    for pump in pumps:
        pump.join(5)


def _pump(source: socket.socket, sink: socket.socket, relay: Relay, counts: bool) -> None:
    while True:
        try:
            piece = source.recv(65_536)
        except OSError:
            break
        if not piece:
            break
        if relay.answers_max is not None and relay.answers >= relay.answers_max:
            continue  # swallowed, in both directions
        relay.answers += counts
        try:
            sink.sendall(piece)
        except OSError:
            break
    _hang_up(sink)


def _hang_up(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        one.close()
    one.close()
