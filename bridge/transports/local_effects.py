"""Every change of a mounted share, announced. Nothing leaves the root, nothing is replaced, nothing is told unsynced.

`os.rename` replaces silently. Linux has renameat2(RENAME_NOREPLACE), one indivisible step; NFS and some others lack
it, and there link (which fails on a taken name) and unlink do the same in two steps.
"""

from __future__ import annotations

import ctypes
import errno
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bridge.domain.effects import effect
from bridge.domain.handover import is_hidden, linking_name

FILE_MODE = 0o664  # the ERP's user reads, and in our group moves; the service's umask narrows it
COPY_BYTES = 1 << 20
RENAME_NOREPLACE = 1  # linux/fs.h
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LACKING = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
_libc = ctypes.CDLL(None, use_errno=True)


class RenameUnsupported(OSError):
    """The file system has no rename that refuses."""


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
    with effect("local.create"):
        descriptor = os.open(name, _NEW_FLAGS, FILE_MODE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as target:
            with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as content:
                shutil.copyfileobj(content, target, COPY_BYTES)
            target.flush()
            sync(target.fileno())
            return os.fstat(target.fileno()).st_size
    except OSError:
        unlink(folder, name)  # a full disk gets its space back
        raise


def rename_noreplace(from_folder: int, old: str, to_folder: int, new: str) -> None:
    """Rename between two open folders, synced. Raises FileExistsError and changes nothing where `new` exists."""
    with effect("local.rename"):
        failed = _renameat2(from_folder, old, to_folder, new)
    if failed in _LACKING:
        link_and_unlink(from_folder, old, to_folder, new)
    elif failed:
        raise OSError(failed, os.strerror(failed))
    sync(to_folder)
    if not os.path.sameopenfile(from_folder, to_folder):
        sync(from_folder)


def link_and_unlink(from_folder: int, old: str, to_folder: int, new: str) -> None:
    """The way in two steps. After a kill between them both names are there, with the same whole bytes.

    What becomes visible is put under a name of its own first: lying there alone after a kill, it may have been read.
    """
    source = old
    if is_hidden(old) and not is_hidden(new):
        source = linking_name(old)
    if source != old:
        _rename_own(from_folder, old, source)
    try:
        with effect("local.link"):
            os.link(source, new, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=False)
    except OSError as error:
        if source != old:
            _rename_own(from_folder, source, old)
        if error.errno in _NO_LINKS:
            raise RenameUnsupported(error.errno, os.strerror(error.errno)) from error
        raise
    unlink(from_folder, source)


def _rename_own(folder: int, old: str, new: str) -> None:
    """Rename between two names that nobody else uses."""
    with effect("local.rename"):
        os.rename(old, new, src_dir_fd=folder, dst_dir_fd=folder)


def unlink(folder: int, name: str) -> None:
    """Remove one name."""
    with effect("local.unlink"):
        os.unlink(name, dir_fd=folder)


def sync(descriptor: int) -> None:
    """Make a file or folder durable."""
    with effect("local.fsync"):
        os.fsync(descriptor)


def discard_download(local: Path) -> None:
    """Remove a download of ours that is not whole."""
    local.unlink(missing_ok=True)


def _make_folder(name: str, parent: int) -> None:
    try:
        with effect("local.mkdir"):
            os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return
    sync(parent)


def _renameat2(from_folder: int, old: str, to_folder: int, new: str) -> int:
    """0, or the error number."""
    function = getattr(_libc, "renameat2", None)  # glibc 2.28 and newer
    if function is None:
        return errno.ENOSYS
    done = function(from_folder, os.fsencode(old), to_folder, os.fsencode(new), ctypes.c_uint(RENAME_NOREPLACE))
    return ctypes.get_errno() if done else 0
