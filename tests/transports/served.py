"""The SFTP simulator with one account, as the tests of the transports use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.config.values import Secret, TransportSettings
from bridge.simulator.sftp.server import Account, Faults, SftpServer, host_key

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Served:
    """A running simulator and its folder."""

    server: SftpServer
    root: Path

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def inbound(self) -> Path:
        return self.root / "inbound"

    def settings(self, timeout_s: float = 5.0, **changed: object) -> TransportSettings:
        """As `bridge.toml` would say it. A value of None takes the key away."""
        return sftp_settings(self.server.port, self.server.fingerprint, timeout_s=timeout_s, **changed)


def sftp_settings(on_port: int, fingerprint: str, **changed: object) -> TransportSettings:
    """The settings of one endpoint on this machine. A value of None takes the key away."""
    options: dict[str, object] = {
        "host": "127.0.0.1",
        "port": on_port,
        "user": "acme",
        "password": Secret("env:ACME_PASSWORD", PASSWORD),
        "host_keys": [fingerprint],
        **changed,
    }
    kept = {key: value for key, value in options.items() if value is not None}
    return TransportSettings("sftp", kept, "bridge.toml:7", "inbound", "outbound", None, None)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Run one below the folder, with the folder `inbound`."""
    root = folder / "served"
    (root / "inbound").mkdir(parents=True)
    with SftpServer(root, {"acme": Account(PASSWORD)}, host_key(folder / "host.key")) as server:
        yield Served(server, root)
