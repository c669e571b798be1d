"""Bytes on their way: written once into `incoming/`, hashed as they pass, named by their digest.

Nothing in `incoming/` is evidence yet, so this is the only folder that is ever swept.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.archive import effects
from bridge.archive.names import INCOMING, PART

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that lie whole under their digest. `path` is seen from the archive's folder."""

    sha256: str
    size: int
    path: str


class IncomingWriter:
    """Writes one file. Leave the `with` without `keep()` and nothing of it stays."""

    def __init__(self, archive: Path) -> None:
        self._folder = archive / INCOMING
        self._digest = hashlib.sha256()
        self._size = 0
        self._part: Path | None = None
        self._descriptor = -1

    def __enter__(self) -> IncomingWriter:
        self._part, self._descriptor = new_part(self._folder)
        return self

    def write(self, chunk: bytes) -> None:
        """Add to the file and to its digest."""
        self._digest.update(chunk)
        self._size += len(chunk)
        effects.write(self._descriptor, chunk)

    def keep(self) -> Kept:
        """Name the bytes by their digest; the same bytes twice are one file. Durable only after `make_durable`."""
        assert self._part is not None
        sha256 = self._digest.hexdigest()
        self._close()
        give_name(self._part, self._folder / sha256)
        self._part = None
        return Kept(sha256, self._size, f"{INCOMING}/{sha256}")

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __exit__(self, *exc: object) -> None:
        self._close()
        if self._part is not None:
            effects.unlink(self._part)


def give_name(part: Path, target: Path) -> None:
    """Name whole bytes by their digest; `part` is gone then.

    A file that has the name already stays: whoever kept it made just this one durable, and may be placing it. Only what
    a power cut left torn, or another user's file, makes room.
    """
    try:
        with effects.disk("keep a file", FileExistsError):
            effects.link(part, target)
    except FileExistsError:
        if not is_kept(target):
            effects.rename(part, target)
            return
    effects.unlink(part)


def is_kept(target: Path) -> bool:
    """Whether the file has the bytes of its name; from now on it is as young as if it had been written now."""
    try:
        effects.touch(target)
        return sha256_of(target) == target.name
    except (FileNotFoundError, PermissionError):  # a twin was placed just now; or it is not ours
        return False


def new_part(folder: Path, mode: int = effects.FILE_MODE) -> tuple[Path, int]:
    """A new file of a name that nobody else has, and a descriptor to write it with."""
    while True:
        part = folder / (PART + secrets.token_hex(8))
        try:
            return part, effects.create(part, mode)
        except FileExistsError:
            continue


def replace_whole(archive: Path, target: Path, content: bytes, mode: int = effects.GROWING_MODE) -> None:
    """Replace a small file of our own, durably: the old content or the new is there, never a part."""
    part, descriptor = new_part(archive / INCOMING, mode)
    try:
        effects.write(descriptor, content)
        effects.fsync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    effects.rename(part, target)


def adopt(archive: Path, source: Path) -> Kept:
    """Take over a finished file from outside: hashed, then moved (copied from another disk)."""
    sha256 = digest_of(source)
    kept = Kept(sha256, source.stat().st_size, f"{INCOMING}/{sha256}")
    if source.stat().st_dev != (archive / INCOMING).stat().st_dev:
        kept = copy_in(archive, source)
        effects.unlink(source)
        return kept
    effects.protect(source)
    give_name(source, archive / kept.path)
    return kept


def copy_in(archive: Path, source: Path) -> Kept:
    """A copy of the file's bytes under their digest."""
    with IncomingWriter(archive) as writer, source.open("rb", buffering=0) as content:
        while chunk := content.read(CHUNK_BYTES):
            writer.write(chunk)
        return writer.keep()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in flat memory. Raises ArchiveUnavailable."""
    with effects.disk("read a file"):
        return sha256_of(path)


def sha256_of(path: Path) -> str:
    """The same, with the disk's own errors."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def make_durable(archive: Path, kept: Iterable[Kept]) -> None:
    """Each file's bytes, then the folder's entries, once for all: after this a power cut loses none of them.

    A file that is gone had a twin (the same bytes by another endpoint) that was put in its place meanwhile, durably;
    `place` takes the bytes from there.
    """
    some = False
    for one in kept:
        with suppress(FileNotFoundError):
            effects.fsync_file(archive / one.path)
        some = True
    if some:
        effects.fsync_folder(archive / INCOMING)
