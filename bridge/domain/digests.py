"""Digests of a file's bytes as ERPs ask for them, in one reading. Pure but for the stream that it is given."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any, BinaryIO

CHUNK_BYTES = 1 << 20
DIGESTS = ("sha256", "sha1", "md5", "crc32")


class _Crc32:
    """zlib.crc32 with the face of hashlib."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, chunk: bytes) -> None:
        self._value = zlib.crc32(chunk, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


def new_digest(name: str) -> Any:
    """An empty running digest with `update` and `hexdigest`. md5 and sha1 prove no origin here, only whole bytes."""
    return _Crc32() if name == "crc32" else hashlib.new(name, usedforsecurity=False)


def digests_of(content: BinaryIO, names: Iterable[str]) -> dict[str, str]:
    """The digests of these names over all that the stream has, hexadecimal."""
    running = {name: new_digest(name) for name in names}
    while chunk := content.read(CHUNK_BYTES):
        for digest in running.values():
            digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in running.items()}
