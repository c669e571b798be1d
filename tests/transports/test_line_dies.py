"""The line dies, or goes silent, at every request: nothing is lost, nothing comes twice, and it is noticed in time."""

from __future__ import annotations

import threading
import time
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, Doubtful, Unavailable
from bridge.domain.handover import Handover, Role
from bridge.simulator.sftp.server import Cut
from bridge.testing.handover import sealed_files
from bridge.transports import HandoverFile, Upload, open_transport
from tests.transports.delivering import Carrier
from tests.transports.moments import noon, wait_until
from tests.transports.relay import relayed
from tests.transports.served import Served, served

WITH_ALL = Handover(checksum="sha256", trigger="{file}.ok")
NOT_THE_DEFAULTS_S = 10.0
"""A busy machine is late by this at most; what a library waits by itself is 15 s and more."""
FEWEST_ANSWERS = 8
"""Key exchange, service, login, channel, session, write, rename and look are each asked after the answer before."""
CHECKSUM_FIRST = Handover(checksum="sha256", order=(Role.CHECKSUM, Role.FILE))


def carrier_to(server: Served, files: list[HandoverFile], handover: Handover) -> Carrier:
    carrier = Carrier(partial(open_transport, "acme", server.settings(), noon), handover)
    carrier.take(files)
    return carrier


def expected_contents(files: list[HandoverFile], handover: Handover) -> dict[str, bytes]:
    contents = {file.name: file.source.read_bytes() for file in files}
    contents |= {f"{file.name}.sha256": f"{file.sha256}  {file.name}\n".encode() for file in files}
    if handover.trigger:
        contents |= {f"{file.name}.ok": b"" for file in files}
    return contents


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("handover", [WITH_ALL, CHECKSUM_FIRST], ids=["trigger", "checksum-first"])
@pytest.mark.parametrize("executed", [True, False], ids=["answer-lost", "request-lost"])
def test_cut_at_each_request_every_file_is_placed_once_and_whole(
    tmp_path: Path, handover: Handover, executed: bool
) -> None:
    files = sealed_files(tmp_path, 2)
    with served(tmp_path) as server:
        carrier_to(server, files, handover).run_until_placed()
        requests = len(server.faults.seen)
        assert contents(server.inbound) == expected_contents(files, handover)
        for ordinal in range(1, requests + 1):
            for file in server.inbound.iterdir():
                file.unlink()
            server.faults.cut = Cut("any", ordinal, executed)
            carrier = carrier_to(server, files, handover)
            carrier.run_until_placed()
            assert contents(server.inbound) == expected_contents(files, handover), (ordinal, carrier.troubles)
            assert (len(carrier.troubles) >= 1, carrier.asked) == (True, []), ordinal


@pytest.mark.parametrize("executed", [True, False], ids=["answer-lost", "request-lost"])
def test_cut_at_each_request_an_erp_that_takes_at_once_gets_each_file_once(tmp_path: Path, executed: bool) -> None:
    """Pains 1 and 10: the answer is lost and the file is gone from the folder."""
    files = sealed_files(tmp_path, 2)
    with served(tmp_path) as server:
        server.faults.takes_at_once = True
        carrier_to(server, files, WITH_ALL).run_until_placed()
        requests = len(server.faults.seen)
        for ordinal in range(1, requests + 1):
            server.faults.taken.clear()
            server.faults.cut = Cut("any", ordinal, executed)
            carrier = carrier_to(server, files, WITH_ALL)
            carrier.run_until_placed()
            assert carrier.asked == []
            taken = server.faults.taken
            assert sorted(taken) == sorted(expected_contents(files, WITH_ALL).items()), ordinal
            assert [name for name, _ in taken if name.endswith(".xml")] == ["ORD_000001.xml", "ORD_000002.xml"]
            assert contents(server.inbound) == {}


def test_a_stale_rename_of_a_dead_connection_publishes_nothing_half(tmp_path: Path) -> None:
    """The server sleeps with our rename in its input, we reconnect and settle, it wakes: whole bytes, once."""
    (file,) = files = sealed_files(tmp_path, 1)
    with served(tmp_path) as server:
        server.faults.hold_renames = True
        carrier = Carrier(partial(open_transport, "acme", server.settings(), noon), Handover())
        carrier.take(files)
        carrier.run_pass()  # the rename is held and the client gives up
        assert isinstance(carrier.troubles[-1], Doubtful)
        wait_until(lambda: server.faults.is_holding)
        server.faults.hold_renames = False
        with open_transport("acme", server.settings(), noon) as transport:
            carrier.settle(transport)
            server.faults.release()  # it wakes after the file was put aside
            wait_until(lambda: not server.faults.is_holding)
            carrier.deliver(transport)
        assert contents(server.inbound) == {file.name: file.source.read_bytes()}


def test_a_stale_rename_that_fires_before_the_look_is_found(tmp_path: Path) -> None:
    (file,) = files = sealed_files(tmp_path, 1)
    with served(tmp_path) as server:
        server.faults.hold_renames = True
        carrier = Carrier(partial(open_transport, "acme", server.settings(), noon), WITH_ALL)
        carrier.take(files)
        carrier.run_pass()
        wait_until(lambda: server.faults.is_holding)
        server.faults.hold_renames = False
        server.faults.release()
        wait_until(lambda: not server.faults.is_holding)
        carrier.run_pass()
        assert contents(server.inbound) == expected_contents(files, WITH_ALL)
        assert carrier.files[file.name].attempt == 1


def test_a_server_that_goes_silent_after_any_message_is_noticed_in_time(tmp_path: Path) -> None:
    """Pain 25: connect, banner, key exchange, login, session, each request: at most timeout_s and a little more."""
    timeout_s = 0.4
    with served(tmp_path) as server:
        for answers_max in count():  # TCP joins answers as it likes, so how many there are is known at the end only
            before = threading.active_count()
            with relayed(server.server.port, answers_max) as silent:
                began = time.monotonic()
                error = carry_one(server, silent.port, timeout_s, str(answers_max))
                took_s = time.monotonic() - began
            wait_until(partial(threads_are_at_most, before + 2))  # two of the simulator, which the relay still holds
            if error is None:
                break
            assert isinstance(error, Unavailable | Doubtful), answers_max
            assert took_s < 2 * timeout_s + NOT_THE_DEFAULTS_S, (answers_max, took_s)
        assert (server.inbound / f"{answers_max}.xml").read_bytes() == b"ours"
        assert answers_max >= FEWEST_ANSWERS


def threads_are_at_most(count: int) -> bool:
    return threading.active_count() <= count


def carry_one(server: Served, port: int, timeout_s: float, name: str) -> BridgeError | None:
    """Write, rename, look; the first trouble."""
    try:
        with open_transport("acme", server.settings(timeout_s, port=port), noon) as transport:
            (written,) = transport.write([Upload(b"ours", f"inbound/{name}.tmp", 4)])
            if isinstance(written, BridgeError):
                return written
            (renamed,) = transport.rename([(f"inbound/{name}.tmp", f"inbound/{name}.xml")])
            if isinstance(renamed, BridgeError):
                return renamed
            (found,) = transport.look([f"inbound/{name}.xml"])
            return found if isinstance(found, BridgeError) else None
    except BridgeError as error:
        return error


def test_a_large_upload_interrupted_at_every_piece_arrives_whole_or_not_at_all(tmp_path: Path) -> None:
    """Pain 8: what an interrupted upload left is never appended to, and never shines through."""
    (file,) = files = sealed_files(tmp_path, 1, size=200_000)
    with served(tmp_path) as server:
        for piece in range(1, 8):  # 200,000 bytes are 7 writes
            server.faults.cut = Cut("write", piece)
            carrier = carrier_to(server, files, Handover())
            assert carrier.run_until_placed() == 2, piece
            assert contents(server.inbound) == {file.name: file.source.read_bytes()}, piece
            (server.inbound / file.name).unlink()
