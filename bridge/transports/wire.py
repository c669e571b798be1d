"""The packets of SFTP version 3: requests as bytes, answers as values. Nothing here sends or waits.

Source: draft-ietf-secsh-filexfer-02. Version 3 is what every server speaks; attributes are never sent (hosted services
refuse SETSTAT) and posix-rename is not here at all: it overwrites.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION = 3
PACKET_BYTES_MAX = 1 << 20  # an answer larger than this is no SFTP: names of one READDIR stay far below


class Kind(IntEnum):
    """Packet types that we send or understand."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    REALPATH = 16
    STAT = 17
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105


class Code(IntEnum):
    """Status codes of version 3. FAILURE means anything at all: nothing is decided from it alone."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    NO_CONNECTION = 6
    CONNECTION_LOST = 7
    OP_UNSUPPORTED = 8


OPEN_READ = 0x01
OPEN_NEW = 0x02 | 0x08 | 0x20  # WRITE | CREAT | EXCL: a name in use is an error, never truncated


class ProtocolBroken(Exception):
    """The peer sent something that is no SFTP version 3."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request without its id. weight: bytes that it keeps in memory or on the way until answered."""

    kind: Kind
    body: bytes
    weight: int


@dataclass(frozen=True, slots=True)
class Status:
    """The answer of most requests. `code` may be one that version 3 does not know (ProFTPD says 11)."""

    code: int


@dataclass(frozen=True, slots=True)
class Attributes:
    """Size, permissions and times, each None where the server does not say."""

    size: int | None = None
    mode: int | None = None
    modified_s: int | None = None

    @property
    def is_folder(self) -> bool:
        """True where the server says so."""
        return self.mode is not None and stat.S_ISDIR(self.mode)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a folder. long_name is like a line of `ls -l`."""

    name: str
    long_name: str
    attributes: Attributes

    @property
    def is_plain_file(self) -> bool:
        """True unless the server says that it is a folder, link or device."""
        if self.attributes.mode is not None:
            return stat.S_ISREG(self.attributes.mode)
        return self.long_name[:1] in ("", "-")


@dataclass(frozen=True, slots=True)
class Handle:
    """An open file or folder."""

    handle: bytes


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a file."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Names:
    """Some entries of a folder, or the one answer of REALPATH."""

    entries: tuple[Entry, ...]


Answer = Status | Handle | Data | Names | Attributes


def _text(value: str) -> bytes:
    return _string(value.encode("utf-8", "surrogateescape"))


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def init() -> bytes:
    """The first packet, complete."""
    return struct.pack(">IBI", 5, Kind.INIT, VERSION)


def open_new(path: str) -> Request:
    """Create a file that must not exist yet, for writing only (some hosted services refuse read and write)."""
    return _request(Kind.OPEN, _text(path) + struct.pack(">II", OPEN_NEW, 0))


def open_to_read(path: str) -> Request:
    """Open an existing file."""
    return _request(Kind.OPEN, _text(path) + struct.pack(">II", OPEN_READ, 0))


def write(handle: bytes, offset: int, content: bytes) -> Request:
    """Put bytes at an offset."""
    return _request(Kind.WRITE, _string(handle) + struct.pack(">Q", offset) + _string(content))


def read(handle: bytes, offset: int, length: int) -> Request:
    """Ask for bytes at an offset; the answer may be shorter."""
    return Request(Kind.READ, _string(handle) + struct.pack(">QI", offset, length), length + 64)


def on_handle(kind: Kind, handle: bytes) -> Request:
    """CLOSE, FSTAT, READDIR."""
    return _request(kind, _string(handle))


def on_path(kind: Kind, path: str) -> Request:
    """LSTAT, STAT, REMOVE, OPENDIR, REALPATH."""
    return _request(kind, _text(path))


def make_folder(path: str) -> Request:
    """MKDIR with the server's own permissions."""
    return _request(Kind.MKDIR, _text(path) + struct.pack(">I", 0))


def rename(old: str, new: str) -> Request:
    """The plain rename, which must fail where the new name exists."""
    return _request(Kind.RENAME, _text(old) + _text(new))


def _request(kind: Kind, body: bytes) -> Request:
    return Request(kind, body, len(body) + 9)


def packet(request: Request, number: int) -> bytes:
    """The request as it goes over the line."""
    return struct.pack(">IBI", len(request.body) + 5, request.kind, number) + request.body


class _Reader:
    """Reads the fields of one packet. Raises ProtocolBroken past its end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def number(self, form: str) -> int:
        size = struct.calcsize(form)
        value: int = struct.unpack(form, self.take(size))[0]
        return value

    def take(self, size: int) -> bytes:
        if self._at + size > len(self._content):
            raise ProtocolBroken("a packet ends in the middle of a field")
        taken = self._content[self._at : self._at + size]
        self._at += size
        return taken

    def string(self) -> bytes:
        return self.take(self.number(">I"))

    def text(self) -> str:
        return self.string().decode("utf-8", "surrogateescape")

    @property
    def more(self) -> bool:
        return self._at < len(self._content)

    def attributes(self) -> Attributes:
        flags = self.number(">I")
        size = self.number(">Q") if flags & 1 else None
        if flags & 2:
            self.take(8)  # user and group ids
        mode = self.number(">I") if flags & 4 else None
        modified_s = None
        if flags & 8:
            self.take(4)  # time of last access
            modified_s = self.number(">I")
        if flags & 0x80000000:
            for _ in range(self.number(">I")):
                self.string()
                self.string()
        return Attributes(size, mode, modified_s)


def version(content: bytes) -> dict[str, bytes]:
    """The extensions of the VERSION packet, by name. Raises ProtocolBroken."""
    reader = _Reader(content)
    if reader.number(">B") != Kind.VERSION or reader.number(">I") < VERSION:
        raise ProtocolBroken("the server does not speak SFTP version 3")
    extensions = {}
    while reader.more:
        name = reader.text()
        extensions[name] = reader.string()
    return extensions


def answer(content: bytes) -> tuple[int, Answer]:
    """The request's number and the answer. Raises ProtocolBroken."""
    reader = _Reader(content)
    kind, number = reader.number(">B"), reader.number(">I")
    if kind == Kind.STATUS:
        return number, Status(reader.number(">I"))
    if kind == Kind.HANDLE:
        return number, Handle(reader.string())
    if kind == Kind.DATA:
        return number, Data(reader.string())
    if kind == Kind.ATTRS:
        return number, reader.attributes()
    if kind == Kind.NAME:
        count = reader.number(">I")
        return number, Names(tuple(Entry(reader.text(), reader.text(), reader.attributes()) for _ in range(count)))
    raise ProtocolBroken(f"unknown answer type {kind}")
