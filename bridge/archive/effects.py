"""The one place where the archive touches the disk: each effect is announced, and trouble gets business words.

No other module of the archive calls fsync, link, rename, unlink or write. A caller sees ArchiveUnavailable, or the few
outcomes that it can act on: FileExistsError and FileNotFoundError of `link` and `create`.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bridge.archive.errors import ArchiveUnavailable
from bridge.domain.effects import effect

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.ENOENT: "a folder is missing",
    errno.ENOTDIR: "a file stands where a folder belongs",
    errno.EMFILE: "too many open files",
    errno.ENAMETOOLONG: "a name is too long for this disk",
}
FILE_MODE = 0o440  # what is archived is not edited by mistake
GROWING_MODE = 0o640
FOLDER_MODE = 0o750


@contextmanager
def disk(act: str, *outcomes: type[OSError]) -> Iterator[None]:
    """Give the disk's refusal its business words. `act` completes "while it had to ..."; outcomes rise bare."""
    try:
        yield
    except outcomes:
        raise
    except OSError as error:
        raise unavailable(error, act) from error


def unavailable(error: OSError, act: str) -> ArchiveUnavailable:
    """The business words for a refusal of the disk."""
    reason = REASONS.get(error.errno or 0, os.strerror(error.errno) if error.errno else "the disk failed")
    return ArchiveUnavailable(reason=reason, act=act)


def create(path: Path, mode: int = FILE_MODE) -> int:
    """A descriptor to write a new file with. Raises FileExistsError."""
    with disk("create a file", FileExistsError), effect("archive.create"):
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)


def write(descriptor: int, content: bytes | memoryview) -> None:
    """All of the content. Not announced chunk by chunk: what is not synced and named does not exist yet."""
    rest = memoryview(content)
    with disk("write a file"):
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def append(descriptor: int, content: bytes) -> None:
    """Add to the end of a growing file and make it durable."""
    with disk("append to an index"), effect("archive.append"):
        write(descriptor, content)
        os.fsync(descriptor)


def truncate(descriptor: int, size: int) -> None:
    """Take back the unfinished end of a growing file."""
    with disk("take back an unfinished line"), effect("archive.truncate"):
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)


def fsync_descriptor(descriptor: int) -> None:
    """Make an open file's bytes durable."""
    with disk("make a file durable"), effect("archive.fsync_file"):
        os.fsync(descriptor)


def fsync_file(path: Path) -> None:
    """Make a closed file's bytes durable. Raises FileNotFoundError."""
    with disk("make a file durable", FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fsync_descriptor(descriptor)
        finally:
            os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Make a folder's entries durable."""
    with disk("make a folder durable"), effect("archive.fsync_folder"):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def protect(path: Path) -> None:
    """Take the right to write from a file that came from outside."""
    with disk("take over a file"), effect("archive.protect"):
        path.chmod(FILE_MODE)


def link(source: Path, target: Path) -> None:
    """A second name for a file. Raises FileExistsError when the name is taken, FileNotFoundError without a source."""
    with disk("put a file in its place", FileExistsError, FileNotFoundError), effect("archive.link"):
        os.link(source, target, follow_symlinks=False)


def touch(path: Path) -> None:
    """Make a file as young as if it had been written now. Raises FileNotFoundError, PermissionError."""
    with disk("keep a file", FileNotFoundError, PermissionError), effect("archive.touch"):
        os.utime(path, follow_symlinks=False)


def rename(source: Path, target: Path, *outcomes: type[OSError]) -> None:
    """A new name, atomically; replaces what has the name. Only for content-named and growing files of our own."""
    with disk("rename a file", *outcomes), effect("archive.rename"):
        source.replace(target)


def rename_folder(source: Path, target: Path) -> None:
    """A finished folder under its name. Where another process was faster with the same content, nothing happens."""
    with disk("rename a folder"), effect("archive.rename"), suppress(FileExistsError):
        try:
            source.rename(target)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise


def remove_folder(path: Path) -> None:
    """Remove an unfinished folder in `incoming/`."""
    with disk("tidy the incoming folder"), effect("archive.unlink"):
        shutil.rmtree(path)


def unlink(path: Path) -> None:
    """Remove a name in `incoming/`; one that is gone is fine."""
    with disk("tidy the incoming folder"), effect("archive.unlink"), suppress(FileNotFoundError):
        path.unlink()


def make_folder(path: Path) -> None:
    """The folder, durable in its parent; parents too. One that is there is fine."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with disk("make a folder"), effect("archive.make_folder"):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    fsync_folder(path.parent)
