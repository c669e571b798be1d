"""One SFTP session over one byte stream: many jobs side by side, each a generator that asks and is answered.

A job yields a group of requests that may travel together and is resumed with all their answers, so what must wait for
what is plain to read in the job. The session sends joined requests, matches answers by number, bounds what is under
way, and holds its own deadline: the oldest request must be answered within `timeout_s` of becoming the oldest (the
library's keepalive notices nothing).
"""

from __future__ import annotations

import struct
import time
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from bridge.domain.effects import effect
from bridge.transports import wire
from bridge.transports.wire import PACKET_BYTES_MAX, Answer, ProtocolBroken, Request

SEND_BYTES_MAX = 128 * 1024  # joined requests are sent at this size at the latest
UNDER_WAY_BYTES_MAX = 4 * 1024 * 1024
RECEIVE_BYTES_MAX = 256 * 1024

T = TypeVar("T")
Job = Generator[Sequence[Request], Sequence[Answer], T]


class Stream(Protocol):
    """What a paramiko Channel is to us. `recv` gives b"" at the end; both raise TimeoutError, OSError or EOFError."""

    def sendall(self, content: bytes, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, timeout: float, /) -> None: ...


@dataclass(frozen=True, slots=True)
class LineDied:
    """The outcome of a job that had no end when the line died."""

    what: str
    begun: bool  # one of its requests may have reached the server


@dataclass(slots=True)
class _Running:
    """A job under way and the group of answers that it waits for."""

    slot: int
    job: Job[Any]
    answers: list[Answer] = field(default_factory=list)
    missing: int = 0


class _Dead(Exception):
    """The line has no future; the text says why."""


class Session:
    """See the file's head. After the line died every further job gets LineDied at once."""

    def __init__(self, stream: Stream, timeout_s: float) -> None:
        self._stream = stream
        self._timeout_s = timeout_s
        self._received = bytearray()
        self._to_send = bytearray()
        self._number = 0
        self._under_way: dict[int, tuple[_Running, int, int]] = {}  # number -> job, place in its group, weight
        self._weight = 0
        self._oldest_since = 0.0
        self._is_running = False
        self.died: str | None = None
        self.extensions: dict[str, bytes] = {}

    def start(self) -> None:
        """Say hello and read what the server can do. Raises ProtocolBroken, TimeoutError (also when it hangs up)."""
        self._to_send += wire.init()
        try:
            self._flush()
            while (content := self._next_packet()) is None:
                self._receive(self._oldest_since + self._timeout_s)
        except _Dead as dead:
            raise TimeoutError(str(dead)) from dead
        self.extensions = wire.version(content)

    def run_one(self, job: Job[T]) -> T | LineDied:
        """Run a single job to its end."""
        return self.run([job], 1)[0]

    def run(self, jobs: Iterable[Job[T]], width: int) -> list[T | LineDied]:
        """Run all jobs, at most `width` at once, begun in the order given. One outcome for each, in that order."""
        waiting = [_Running(slot, job) for slot, job in enumerate(jobs)]
        outcomes: dict[int, T | LineDied] = {}
        fresh = deque(waiting)
        ready: deque[_Running] = deque()
        if self._is_running:  # a listing that is forgotten while another verb runs: its handle is the server's to close
            return [LineDied("the connection is in use", begun=False) for _ in waiting]
        if self.died is None:
            try:
                self._is_running = True
                self._drive(fresh, ready, outcomes, width)
            except (_Dead, ProtocolBroken) as trouble:
                self.died = str(trouble)
            except BaseException:  # a job's own trouble (the local disk): answers under way have no owner any more
                self.died = "the connection was given up"
                raise
            finally:
                self._is_running = False
                if self.died is not None:
                    self._under_way.clear()
                    for running in waiting:
                        running.job.close()
        unbegun = {running.slot for running in fresh}
        died = self.died or "the connection is closed"
        return [outcomes.get(slot, LineDied(died, slot not in unbegun)) for slot in range(len(waiting))]

    def _drive(
        self, fresh: deque[_Running], ready: deque[_Running], outcomes: dict[int, T | LineDied], width: int
    ) -> None:
        running = 0
        while fresh or ready or self._under_way:
            while (ready or (fresh and running < width)) and self._may_send():
                is_new = not ready
                job = fresh.popleft() if is_new else ready.popleft()
                running += is_new
                if self._step(job, is_new, outcomes):
                    running -= 1
            self._flush()
            if self._under_way:
                ready.extend(self._collect())

    def _may_send(self) -> bool:
        return self._weight < UNDER_WAY_BYTES_MAX or not self._under_way

    def _step(self, running: _Running, is_new: bool, outcomes: dict[int, T | LineDied]) -> bool:
        """Resume one job with its answers; True when it has ended."""
        try:
            group = next(running.job) if is_new else running.job.send(running.answers)
        except StopIteration as ended:
            outcomes[running.slot] = ended.value
            return True
        running.answers = [wire.Status(-1)] * len(group)
        running.missing = len(group)
        for place, request in enumerate(group):
            self._number = (self._number + 1) & 0xFFFFFFFF
            if not self._under_way:
                self._oldest_since = time.monotonic()
            self._under_way[self._number] = (running, place, request.weight)
            self._weight += request.weight
            self._to_send += wire.packet(request, self._number)
            if len(self._to_send) >= SEND_BYTES_MAX:
                self._flush()
        return False

    def _flush(self) -> None:
        """Send what is gathered. A server that stops reading is noticed by the stream's own time-out."""
        if not self._to_send:
            return
        content, self._to_send = bytes(self._to_send), bytearray()
        self._stream.settimeout(self._timeout_s)
        try:
            with effect("sftp.send"):
                self._stream.sendall(content)
        except TimeoutError as error:
            raise _Dead(f"nothing was taken within {self._timeout_s:g} s") from error
        except (OSError, EOFError) as error:
            raise _Dead("the connection is closed") from error
        self._oldest_since = time.monotonic()  # a long send is no silence of the server

    def _collect(self) -> list[_Running]:
        """Wait for answers; gives the jobs whose group is complete."""
        self._receive(self._oldest_since + self._timeout_s)
        complete: list[_Running] = []
        while (content := self._next_packet()) is not None:
            number, answer = wire.answer(content)
            if number not in self._under_way:
                raise ProtocolBroken("an answer that belongs to no request")
            if number == next(iter(self._under_way)):
                self._oldest_since = time.monotonic()
            running, place, weight = self._under_way.pop(number)
            self._weight -= weight
            running.answers[place] = answer
            running.missing -= 1
            if not running.missing:
                complete.append(running)
        return complete

    def _receive(self, deadline: float) -> None:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise _Dead(f"no answer within {self._timeout_s:g} s")
        self._stream.settimeout(left_s)
        try:
            content = self._stream.recv(RECEIVE_BYTES_MAX)
        except TimeoutError as error:
            raise _Dead(f"no answer within {self._timeout_s:g} s") from error
        except (OSError, EOFError) as error:
            raise _Dead("the connection broke") from error
        if not content:
            raise _Dead("the server closed the connection")
        self._received += content

    def _next_packet(self) -> bytes | None:
        """One whole packet of what was received, without its length."""
        if len(self._received) < 4:
            return None
        (size,) = struct.unpack_from(">I", self._received)
        if size > PACKET_BYTES_MAX:
            raise ProtocolBroken("a packet of impossible size")
        if len(self._received) < 4 + size:
            return None
        content = bytes(self._received[4 : 4 + size])
        del self._received[: 4 + size]
        return content
