"""The local transport keeps every promise of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.config.values import TransportSettings
from bridge.testing.transports import Ground, TransportContract
from bridge.transports import open_transport
from tests.transports.moments import noon


class TestLocalTransport(TransportContract):
    @pytest.fixture
    def ground(self, tmp_path: Path) -> Iterator[Ground]:
        root = tmp_path / "share"
        (root / "inbound").mkdir(parents=True)
        settings = TransportSettings("local", {"folder": str(root)}, "bridge.toml:7", "inbound", None, None, None)
        with open_transport("acme", settings, noon) as transport:
            yield Ground(transport, "inbound", root)
