"""A mounted folder, touched so that nothing leaves it and nothing is lost: no links, only new files, synced."""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath

from bridge.domain.effects import effect
from bridge.transports.base import RemoteFile

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
FILE_MODE = 0o664  # the ERP's user reads, and in our group moves; the service's umask narrows it
COPY_BYTES = 1 << 20


@contextmanager
def folder_at(root: Path, path: str, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder below the root, reached without following a link. make: its last step may be made."""
    steps = [step for step in PurePosixPath(path).parts if step not in ("/", ".")]
    if ".." in steps:
        raise OSError(errno.ELOOP, "the path has `..`")
    descriptor = os.open(root, _FOLDER_FLAGS & ~os.O_NOFOLLOW)
    try:
        for index, step in enumerate(steps):
            if make and index == len(steps) - 1:
                _make_folder(step, descriptor)
            below = os.open(step, _FOLDER_FLAGS, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def parent_of(root: Path, path: str, make: bool = False) -> Iterator[tuple[int, str]]:
    """The descriptor of a path's folder, and its last name (`.` for the root itself)."""
    whole = PurePosixPath(path)
    if whole.name == "..":
        raise OSError(errno.ELOOP, "the path has `..`")
    with folder_at(root, str(whole.parent), make) as descriptor:
        yield descriptor, whole.name or "."


def write_new(folder: int, name: str, source: Path | bytes) -> int:
    """Create the file, write, sync; gives the size that the file system then reports. Removes what failed."""
    descriptor = os.open(name, _NEW_FLAGS, FILE_MODE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as target:
            with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as content:
                shutil.copyfileobj(content, target, COPY_BYTES)
            target.flush()
            sync(target.fileno())
            return os.fstat(target.fileno()).st_size
    except OSError:
        os.unlink(name, dir_fd=folder)  # a full disk gets its space back
        raise


def copy_new(content: BufferedReader, local: Path, size: int) -> int:
    """At most `size` bytes into a new local file: what a growing file got since the listing is for the next look."""
    received = 0
    with local.open("xb") as target:
        while received < size and (chunk := content.read(min(COPY_BYTES, size - received))):
            target.write(chunk)
            received += len(chunk)
    return received


@contextmanager
def reading(folder: int, name: str) -> Iterator[BufferedReader]:
    """A plain file opened to read; a pipe or device is refused, so that nothing ever waits."""
    with os.fdopen(os.open(name, _READ_FLAGS, dir_fd=folder), "rb") as content:
        if not stat.S_ISREG(os.fstat(content.fileno()).st_mode):
            raise OSError(errno.ELOOP, "no plain file")
        yield content


def _make_folder(name: str, parent: int) -> None:
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return
    sync(parent)


def stat_of(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None where the entry vanished meanwhile."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def sync(descriptor: int) -> None:
    with effect("local.fsync"):
        os.fsync(descriptor)


def remote_file(path: str, found: os.stat_result) -> RemoteFile:
    return RemoteFile(path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
