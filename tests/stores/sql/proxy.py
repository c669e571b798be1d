"""A wire to PostgreSQL that can be cut: before anything, or after a COMMIT was carried out and before its answer."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa


class Wire:
    """Listens in a folder of its own, as the server does, and passes every byte on."""

    def __init__(self, server: sa.URL) -> None:
        self.folder = Path(mkdtemp(prefix="wire-", dir="/tmp"))
        self._target = f"{server.query['host']}/.s.PGSQL.5432"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._open: list[socket.socket] = []
        self.cuts_after_commit = False
        self.commits_cut = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def url(self, server: sa.URL) -> sa.URL:
        """The server's URL by this wire."""
        return server.update_query_dict({"host": str(self.folder)})

    def cut(self) -> None:
        """Break every connection that is open."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        """No connection any more, and none again."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            self._open += [client, server]
            asked = threading.Event()
            threading.Thread(target=self._up, args=(client, server, asked), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client, asked), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket, asked: threading.Event) -> None:
        with suppress(OSError):
            while chunk := client.recv(65536):
                if self.cuts_after_commit and b"COMMIT" in chunk:
                    asked.set()
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, client: socket.socket, asked: threading.Event) -> None:
        with suppress(OSError):
            while chunk := server.recv(65536):
                if asked.is_set():  # the server has answered: it is done, and nobody hears of it
                    self.commits_cut += 1
                    self.cuts_after_commit = False
                    client.shutdown(socket.SHUT_RDWR)
                    server.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(chunk)
            client.shutdown(socket.SHUT_WR)
