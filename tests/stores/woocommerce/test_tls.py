"""A shop whose certificate nobody vouches for gets no key of ours. Over real TLS."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bridge.stores.problems import StoreUnreachable
from bridge.stores.woocommerce.store import open_store
from tests.stores.shops import SetClock, settings

FROM = datetime(2026, 1, 1, tzinfo=UTC)


class Silent(HTTPServer):
    """Keeps what it was asked, and says nothing about failed handshakes."""

    asked: list[str]

    def handle_error(self, request: object, client_address: object) -> None:
        """A refused handshake is what the test is about."""


class Listener(BaseHTTPRequestHandler):
    server: Silent

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Authorization", ""))
        self.send_response(200)
        self.end_headers()


def self_signed(folder: Path) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "shop.pem"
    file.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Silent]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    server = Silent(("127.0.0.1", 0), Listener)
    server.asked = []
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_untrusted_certificate_ends_the_talk_before_the_key_is_sent(server: Silent) -> None:
    store = open_store("shop", settings(f"https://127.0.0.1:{server.server_address[1]}"), SetClock())
    with pytest.raises(StoreUnreachable, match="its certificate is not trusted"):
        list(store.changed_since(None, FROM))
    store.close()
    assert server.asked == []
