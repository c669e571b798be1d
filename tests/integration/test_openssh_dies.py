"""A real OpenSSH server that is stopped, killed, or slow to wake while our rename is on its way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, Doubtful, Unavailable
from bridge.domain.handover import Handover
from bridge.testing.handover import sealed_files
from bridge.transports import Upload, open_transport
from tests.integration.openssh import OpenSsh, openssh
from tests.transports.delivering import Carrier, State
from tests.transports.moments import noon, wait_until

pytestmark = pytest.mark.integration
HANDOVER = Handover(checksum="sha256", trigger="{file}.ok")
TIMEOUT_S = 5.0
"""What a sleeping server costs; a machine under load still shakes hands in that time."""


@pytest.fixture
def server() -> Iterator[OpenSsh]:
    with openssh("inbound") as running:
        yield running


def contents(server: OpenSsh) -> list[str]:
    return sorted(file.name for file in (server.root / "inbound").iterdir())


def test_a_rename_that_sleeps_in_a_stopped_server_publishes_nothing_after_the_settling(
    server: OpenSsh, tmp_path: Path
) -> None:
    """The stale rename, on the real thing: the server wakes after we have reconnected and put the file aside."""
    files = sealed_files(tmp_path, 1)
    carrier = Carrier(partial(open_transport, "acme", server.settings(timeout_s=TIMEOUT_S), noon), HANDOVER)
    carrier.take(files)
    with carrier.connect() as transport:
        asleep = server.session_processes()
        real_rename = transport.rename

        def rename_into_sleep(pairs: Sequence[tuple[str, str]]) -> Iterator[str | BridgeError]:
            for process in asleep:
                os.kill(process, signal.SIGSTOP)
            yield from real_rename(pairs)

        transport.rename = rename_into_sleep  # type: ignore[method-assign]  # the moment just before the rename
        carrier.deliver(transport)
    assert isinstance(carrier.troubles[0], Doubtful)
    assert carrier.states == {"ORD_000001.xml": State.STAGED}
    with carrier.connect() as transport:
        carrier.settle(transport)
        for process in asleep:
            os.kill(process, signal.SIGCONT)
        wait_until(lambda: not set(asleep) & set(server.session_processes()))
        assert contents(server) == []  # it woke, tried its rename, and found nothing
        carrier.deliver(transport)
    assert carrier.states == {"ORD_000001.xml": State.PLACED}
    assert contents(server) == ["ORD_000001.xml", "ORD_000001.xml.ok", "ORD_000001.xml.sha256"]
    assert (server.root / "inbound" / "ORD_000001.xml").read_bytes() == files[0].source.read_bytes()


def test_a_killed_server_process_is_noticed_and_the_next_pass_goes_on(server: OpenSsh, tmp_path: Path) -> None:
    carrier = Carrier(partial(open_transport, "acme", server.settings(), noon), HANDOVER)
    carrier.take(sealed_files(tmp_path, 3))
    with carrier.connect() as transport:
        assert transport.look(["inbound/absent"]) == [None]
        for process in server.session_processes():
            os.kill(process, signal.SIGKILL)
        carrier.deliver(transport)
    assert isinstance(carrier.troubles[0], Unavailable)
    assert contents(server) == []
    assert carrier.run_until_placed() == 1
    assert len(contents(server)) == 9


def test_the_login_is_locked_into_its_folder_when_root(server: OpenSsh) -> None:
    with open_transport("acme", server.settings(), noon) as transport:
        (written,) = transport.write([Upload(b"ours", "/inbound/318.tmp", 4)])
    assert ((server.root / "inbound" / "318.tmp").exists()) is (os.geteuid() == 0), written


def test_a_check_names_the_server_and_its_pinned_key(server: OpenSsh) -> None:
    first, key, *_ = open_transport("acme", server.settings(), noon).check(["inbound"])
    assert (first.fine, key.fine) == (True, True)
    assert "OpenSSH" in first.detail
    assert key.detail == f"{server.fingerprint} is pinned at bridge.toml:7"
    assert contents(server) == []
