"""The sftp transport keeps every promise of the contract against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.testing.transports import Ground, TransportContract
from bridge.transports import open_transport
from tests.transports.moments import noon
from tests.transports.served import served


class TestSftpAgainstTheSimulator(TransportContract):
    @pytest.fixture
    def ground(self, tmp_path: Path) -> Iterator[Ground]:
        with served(tmp_path) as server, open_transport("acme", server.settings(), noon) as transport:
            yield Ground(transport, "inbound", server.root)
