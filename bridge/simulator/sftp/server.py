"""An SFTP server for the demo, small sites and tests: a folder, some accounts, and faults on demand.

Known of the other side: the protocol. A login sees the folder as its whole world; renames refuse taken names.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.ssh_exception import SSHException

from bridge.simulator.sftp.faults import Cut, Faults
from bridge.simulator.sftp.session import SftpSession

ACCEPT_S = 0.2
JOIN_S = 5.0

__all__ = ["Account", "Cut", "Faults", "SftpServer", "host_key", "run_sftp"]

logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in: with the password, or with one of the public keys (the base64 text of a .pub file)."""

    password: str | None = None
    public_keys: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Account(...)"


class _Door(paramiko.ServerInterface):
    """Lets known accounts in, for SFTP only."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def get_allowed_auths(self, username: str) -> str:
        del username  # the same for unknown ones: the answer tells nobody which accounts exist
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        account = self._accounts.get(username)
        if account is None or account.password is None:
            return AUTH_FAILED
        same = hmac.compare_digest(account.password.encode(), password.encode())
        return AUTH_SUCCESSFUL if same else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        account = self._accounts.get(username)
        known = account is not None and key.get_base64() in account.public_keys
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del chanid
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class SftpServer:
    """A running server. A context manager; port 0 takes a free one."""

    def __init__(
        self,
        root: Path,
        users: Mapping[str, Account],
        host_key: paramiko.PKey,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        more_keys: tuple[paramiko.PKey, ...] = (),
        faults: Faults | None = None,
    ) -> None:
        self.faults = faults if faults is not None else Faults()
        self._root = root
        self._users = users
        self._host_key = host_key
        self._host_keys = (host_key, *more_keys)
        self._address = (host, port)
        self._over = threading.Event()
        self._listener: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._connections: list[paramiko.Transport] = []

    def start(self) -> Self:
        """Listen, and answer each connection in threads of its own."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._over.clear()
        self._listener = socket.create_server(self._address)
        self._listener.settimeout(ACCEPT_S)
        self._address = self._listener.getsockname()[:2]
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), name="sftp-accept", daemon=True)
        self._accepting.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody. `start` may follow, on the same port."""
        self._over.set()
        self.faults.release()
        if self._accepting is not None:
            self._accepting.join(JOIN_S)
        if self._listener is not None:
            self._listener.close()
        for connection in self._connections:
            connection.close()
            connection.join(JOIN_S)
        self._forget_ended()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._address[1]

    @property
    def fingerprint(self) -> str:
        """Of the host key, as `ssh-keygen -lf` prints it."""
        digest = hashlib.sha256(self._host_key.asbytes()).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def _accept(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            self._forget_ended()
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(self._serve(connection))

    def _forget_ended(self) -> None:
        for ended in [one for one in self._connections if not one.is_alive()]:
            ended.packetizer.complete_handshake()  # else the library's timer thread lives on until it fires
            self._connections.remove(ended)

    def _serve(self, connection: socket.socket) -> paramiko.Transport:
        transport = paramiko.Transport(connection)
        for key in self._host_keys:
            transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", SftpSession, root=self._root, faults=self.faults)
        try:
            transport.start_server(event=threading.Event(), server=_Door(self._users))
        except SSHException:
            transport.close()  # it hung up at once
        return transport


def host_key(path: Path) -> paramiko.PKey:
    """The server's key, made at the first call and kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(made)
    return paramiko.Ed25519Key.from_private_key_file(str(path))


def run_sftp(
    root: Path,
    host: str = "127.0.0.1",
    port: int = 2222,
    user: str = "bridge",
    password: str = "bridge-demo",
    host_key_path: Path | None = None,
    *,
    folders: tuple[str, ...] = ("inbound", "outbound"),
    say: Callable[[str], None] = print,
) -> None:
    """Be an SFTP server until SIGTERM or Ctrl-C: the body of `bridge simulate sftp`. Prints the host key to pin."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
    key = host_key(host_key_path or root.parent / f"{root.name}.host_key")
    with SftpServer(root, {user: Account(password)}, key, port, host=host) as server:
        say(f"SFTP server simulator at {host}:{server.port}, user {user}, files in {root}")
        say(f"  host key {server.fingerprint}")
        over.wait()
