"""A shop that sends us elsewhere is not followed, not even in thought: neither its address nor its page is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bridge.stores.problems import StoreAddressWrong
from bridge.stores.woocommerce.store import open_store
from tests.stores.shops import MORNING, settings


@contextmanager
def sent_on(location: str) -> Iterator[str]:
    """A web server whose every answer leads to `location`, and whose page never comes."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", location)
            self.send_header("Content-Length", "1000000000")
            self.end_headers()
            done.wait(20)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        done.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("location", "named"),
    [("https://evil.example/login", "evil.example"), ("http://[", "127.0.0.1"), ("/wp-login.php", "127.0.0.1")],
)
def test_a_redirect_is_told_whatever_stands_in_it(location: str, named: str) -> None:
    with sent_on(location) as url:
        store = open_store("shop", settings(url, read_timeout_s=5), lambda: MORNING)
        with pytest.raises(StoreAddressWrong) as refused:
            store.clock()
        store.close()
    assert f"it sends us on to {named}" in refused.value.problem.message
