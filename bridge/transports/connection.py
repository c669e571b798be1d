"""The way to a server: own socket, host key looked at before any login, everything within one deadline.

Nothing of the library is trusted with time: a timer closes the socket when the whole connect takes longer than
`timeout_s`. Whatever happens, no thread and no socket stays behind.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko
from paramiko.ssh_exception import IncompatiblePeer, PasswordRequiredException, SSHException

from bridge.config.values import Secret
from bridge.domain.effects import effect
from bridge.domain.errors import ConfigurationRefused
from bridge.transports.errors import AlgorithmsRefused, HostKeyUnknown, LoginRefused, ServerUnreachable
from bridge.transports.options import KEY_TYPES, SftpOptions, fingerprint
from bridge.transports.packets import Session
from bridge.transports.wire import ProtocolBroken

# GCM first: measured 15 % less CPU on downloads. CBC, 3DES, MD5 and SHA-1 are not offered at all.
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
MACS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
JOIN_S = 5.0
_KEY_CLASSES: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

# Without a handler Python prints the library's tracebacks to stderr; what matters is in our own errors.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass(slots=True)
class Line:
    """An open connection with its SFTP session."""

    session: Session
    software: str
    host_key: str
    window_bytes: int
    _socket: socket.socket
    _transport: paramiko.Transport

    def close(self) -> None:
        """Give back socket and threads."""
        _close(self._transport, self._socket)


def connect(options: SftpOptions, owner: str) -> Line:
    """Connect, compare the host key, log in, start SFTP. Raises Unavailable or Refused kinds; leaves nothing open."""
    key = _private_key(options)
    offered: list[str] = []
    types = list(KEY_TYPES)
    while types:  # a server with several keys shows the type we ask for: the pinned one may be its second
        try:
            return _connect_once(options, owner, key, types)
        except _OtherKey as other:
            offered.append(other.fingerprint)
            types = [one for one in types if other.name not in KEY_TYPES[one] and not one.startswith(other.family)]
        except IncompatiblePeer as error:
            if not offered:
                raise AlgorithmsRefused(owner=owner, server=options.server, what=str(error)) from error
            break
    pinned = ", ".join(options.host_keys) or "none"
    raise HostKeyUnknown(
        owner=owner, server=options.server, offered=", ".join(offered), pinned=pinned, place=options.place
    )


class _OtherKey(Exception):
    """The server showed a key that is not pinned."""

    def __init__(self, key: paramiko.PKey) -> None:
        super().__init__()
        self.name = key.get_name()
        self.family = "ecdsa" if self.name.startswith("ecdsa") else self.name
        self.fingerprint = fingerprint(key.asbytes())


def _connect_once(options: SftpOptions, owner: str, key: paramiko.PKey | None, types: list[str]) -> Line:
    with effect("sftp.connect"):
        began = time.monotonic()
        plain = _socket(options, owner)
        transport: paramiko.Transport | None = None
        try:
            with _deadline(plain, began + options.timeout_s - time.monotonic()):
                transport = _transport(plain, options, types)
                transport.start_client(timeout=options.timeout_s)
                shown = transport.get_remote_server_key()
                if fingerprint(shown.asbytes()) not in options.host_keys:
                    raise _OtherKey(shown)
                _log_in(transport, options, key, owner)
                channel = transport.open_session(timeout=options.timeout_s)
                channel.invoke_subsystem("sftp")
                session = Session(channel, options.timeout_s)
                session.start()
                window = channel.out_window_size
            return Line(session, transport.remote_version, fingerprint(shown.asbytes()), window, plain, transport)
        except BaseException as error:
            _close(transport, plain)
            if isinstance(error, IncompatiblePeer):
                raise
            if isinstance(error, SSHException | EOFError | OSError | ProtocolBroken):
                raise ServerUnreachable(owner=owner, server=options.server, what=_why(error, options)) from error
            raise


def _socket(options: SftpOptions, owner: str) -> socket.socket:
    """The library never sets TCP_NODELAY, which costs a delayed acknowledgement per small request."""
    try:
        plain = socket.create_connection((options.host, options.port), timeout=options.timeout_s)
    except OSError as error:
        raise ServerUnreachable(owner=owner, server=options.server, what=_why(error, options)) from error
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # data that the peer's machine never acknowledges
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(options.timeout_s * 1000))
    return plain


def _transport(plain: socket.socket, options: SftpOptions, types: list[str]) -> paramiko.Transport:
    transport = paramiko.Transport(plain)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = options.timeout_s
    transport.channel_timeout = options.timeout_s
    security = transport.get_security_options()
    security.ciphers = CIPHERS
    security.digests = MACS
    security.key_types = [algorithm for one in types for algorithm in KEY_TYPES[one]]
    return transport


def _log_in(transport: paramiko.Transport, options: SftpOptions, key: paramiko.PKey | None, owner: str) -> None:
    how = "private key" if key else "password"
    try:
        if key is not None:
            left = transport.auth_publickey(options.user, key)
        else:
            left = transport.auth_password(options.user, options.password.value if options.password else "")
    except paramiko.AuthenticationException as error:
        if not transport.is_active():
            raise ServerUnreachable(owner=owner, server=options.server, what="it hung up during the login") from error
        raise LoginRefused(owner=owner, server=options.server, how=how, place=options.place) from error
    if left:
        how = f"{how} alone; it also wants {', '.join(left)}"
        raise LoginRefused(owner=owner, server=options.server, how=how, place=options.place)


@contextmanager
def _deadline(plain: socket.socket, left_s: float) -> Iterator[None]:
    """Shut the socket down when the block takes too long: whatever waits in the library then ends with an error."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        _shut(plain)

    timer = threading.Timer(max(left_s, 0.0), expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (SSHException, EOFError, OSError, ServerUnreachable) as error:
        if expired.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        timer.join()


def _shut(plain: socket.socket) -> None:
    """End both directions: whoever waits for this socket wakes at once."""
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        plain.close()  # the peer was quicker


def _close(transport: paramiko.Transport | None, plain: socket.socket) -> None:
    _shut(plain)
    if transport is not None:
        transport.packetizer.complete_handshake()  # else the library's timer thread lives on until it fires
        transport.close()
    plain.close()
    if transport is not None and transport.ident is not None:
        transport.join(JOIN_S)


def _private_key(options: SftpOptions) -> paramiko.PKey | None:
    """The key of the configuration, in any of the formats that ssh-keygen writes."""
    given = options.private_key
    if given is None:
        return None
    passphrase = options.passphrase.value if options.passphrase else None
    try:
        text = given.value if isinstance(given, Secret) else given.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        cure = "Name a file that the service's user can read."
        raise ConfigurationRefused(place=options.place, what="the private key cannot be read", cure=cure) from error
    for of_type in _KEY_CLASSES:
        try:
            return of_type.from_private_key(io.StringIO(text), passphrase)
        except PasswordRequiredException as error:
            cure = "Name it as passphrase, or use a key without one."
            what = "the private key needs a passphrase"
            raise ConfigurationRefused(place=options.place, what=what, cure=cure) from error
        except (SSHException, ValueError):
            continue  # a key of another type
    what, cure = "the private key cannot be read", "Use an ed25519, ECDSA or RSA key, and the right passphrase."
    raise ConfigurationRefused(place=options.place, what=what, cure=cure)


def _why(error: BaseException, options: SftpOptions) -> str:
    """Plain words for what the library or the system said."""
    if isinstance(error, TimeoutError):
        return f"no answer within {options.timeout_s:g} s"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, ProtocolBroken):
        return str(error)
    if isinstance(error, paramiko.ChannelException):
        return "it refuses to open an SFTP session"
    return "the connection was closed while it was made"
