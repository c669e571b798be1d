"""Many jobs on one stream: answers in any order, joined sends, bounds, and a line that dies."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from bridge.transports import wire
from bridge.transports.packets import UNDER_WAY_BYTES_MAX, Job, LineDied, Session
from bridge.transports.wire import Answer, Kind, ProtocolBroken, Request, Status

HELLO = struct.pack(">IBI", 5, Kind.VERSION, 3)


def status(number: int, code: int = 0) -> bytes:
    return struct.pack(">IBII", 9, Kind.STATUS, number, code)


class Scripted:
    """A stream whose other end answers as a function says; b"" is the end of the line."""

    def __init__(self, answering: Callable[[list[int]], bytes]) -> None:
        self._answering = answering
        self._pending = HELLO
        self.sends: list[list[int]] = []  # the numbers of the requests that came in one send

    def sendall(self, content: bytes, /) -> None:
        numbers = []
        while content:
            size, kind = struct.unpack_from(">IB", content)
            if kind != Kind.INIT:
                numbers.append(struct.unpack_from(">I", content, 5)[0])
            content = content[4 + size :]
        if numbers:
            self.sends.append(numbers)
            self._pending += self._answering(numbers)

    def recv(self, size: int, /) -> bytes:
        if not self._pending:
            raise TimeoutError
        taken, self._pending = self._pending[:size], self._pending[size:]
        return taken

    def settimeout(self, timeout: float, /) -> None:
        assert timeout > 0


def ask(path: str) -> Job[Answer]:
    (answer,) = yield [wire.on_path(Kind.REMOVE, path)]
    return answer


def ask_twice(path: str) -> Job[tuple[Answer, Answer]]:
    (first,) = yield [wire.on_path(Kind.REMOVE, path)]
    (second,) = yield [wire.on_path(Kind.REMOVE, path)]
    return first, second


def started(stream: Scripted) -> Session:
    session = Session(stream, timeout_s=1.0)
    session.start()
    return session


def test_answers_in_any_order_reach_the_job_that_asked() -> None:
    stream = Scripted(lambda numbers: b"".join(status(number, number) for number in reversed(numbers)))
    outcomes = started(stream).run([ask("a"), ask("b"), ask("c")], 8)
    assert outcomes == [Status(1), Status(2), Status(3)]


def test_requests_of_many_jobs_travel_together() -> None:
    stream = Scripted(lambda numbers: b"".join(map(status, numbers)))
    started(stream).run([ask_twice("a"), ask_twice("b"), ask_twice("c")], 8)
    assert stream.sends == [[1, 2, 3], [4, 5, 6]]


def test_no_more_jobs_than_the_width_are_under_way() -> None:
    stream = Scripted(lambda numbers: b"".join(map(status, numbers)))
    started(stream).run([ask(name) for name in "abcde"], 2)
    assert stream.sends == [[1, 2], [3, 4], [5]]


def test_the_bytes_under_way_are_bounded() -> None:
    stream = Scripted(lambda numbers: b"".join(map(status, numbers)))

    def heavy() -> Job[None]:
        yield [Request(Kind.WRITE, b"", UNDER_WAY_BYTES_MAX)]

    started(stream).run([heavy(), heavy(), heavy()], 8)
    assert stream.sends == [[1], [2], [3]]


def test_a_request_that_gets_no_answer_ends_its_job_and_no_other() -> None:
    stream = Scripted(lambda numbers: status(numbers[0]))  # b stays without
    outcomes = started(stream).run([ask("a"), ask("b"), ask("c")], 2)
    silent = "no answer within 1 s"
    assert outcomes == [Status(0), LineDied(silent, begun=True), Status(0)]


def test_what_was_not_begun_when_the_line_died_was_not_sent() -> None:
    outcomes = started(Scripted(lambda _: b"")).run([ask("a"), ask("b")], 1)
    assert outcomes == [LineDied("no answer within 1 s", True), LineDied("no answer within 1 s", False)]


def test_after_the_line_died_nothing_is_sent_any_more() -> None:
    stream = Scripted(lambda _: b"")
    session = started(stream)
    session.run_one(ask("a"))
    assert session.run_one(ask("b")) == LineDied("no answer within 1 s", begun=False)
    assert stream.sends == [[1]]


@pytest.mark.parametrize(
    ("nonsense", "what"),
    [
        (status(99), "an answer that belongs to no request"),
        (b"\xff\xff\xff\xff rest", "a packet of impossible size"),
        (struct.pack(">IBI", 5, 77, 1), "unknown answer type 77"),
    ],
)
def test_a_server_that_talks_nonsense_ends_the_line(nonsense: bytes, what: str) -> None:
    assert started(Scripted(lambda _: nonsense)).run_one(ask("a")) == LineDied(what, begun=True)


def test_a_server_of_another_version_is_refused_at_the_start() -> None:
    stream = Scripted(lambda _: b"")
    stream._pending = struct.pack(">IBI", 5, Kind.VERSION, 2)
    with pytest.raises(ProtocolBroken):
        Session(stream, 1.0).start()


def test_a_run_within_a_run_is_turned_away_and_disturbs_nothing() -> None:
    session = started(Scripted(lambda numbers: b"".join(map(status, numbers))))

    def asks_again() -> Job[tuple[Answer, Answer | LineDied]]:
        (answer,) = yield [wire.on_path(Kind.REMOVE, "a")]
        return answer, session.run_one(ask("b"))

    assert session.run_one(asks_again()) == (Status(0), LineDied("the connection is in use", begun=False))
    assert session.run_one(ask("c")) == Status(0)


def test_trouble_of_a_job_rises_and_ends_the_line() -> None:
    def fails() -> Job[None]:
        yield [wire.on_path(Kind.REMOVE, "a")]
        raise ZeroDivisionError

    session = started(Scripted(lambda numbers: b"".join(map(status, numbers))))
    with pytest.raises(ZeroDivisionError):
        session.run([fails(), ask("b")], 2)
    assert session.run_one(ask("c")) == LineDied("the connection was given up", begun=False)
