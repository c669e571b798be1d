"""The sftp transport keeps every promise of the contract against a real OpenSSH server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.testing.transports import Ground, TransportContract
from bridge.transports import open_transport
from tests.integration.openssh import OpenSsh, openssh
from tests.transports.moments import noon

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[OpenSsh]:
    with openssh() as running:
        yield running


class TestSftpAgainstOpenSsh(TransportContract):
    @pytest.fixture
    def ground(self, server: OpenSsh, request: pytest.FixtureRequest) -> Iterator[Ground]:
        folder = f"inbound-{abs(hash(request.node.name))}"
        (server.root / folder).mkdir()
        with open_transport("acme", server.settings(), noon) as transport:
            yield Ground(transport, folder, server.root)
