"""A rename in a mounted folder that fails where the new name is taken, and never replaces.

`os.rename` replaces silently. Linux has renameat2(RENAME_NOREPLACE), one indivisible step; NFS and some others lack
it, and there link (which fails on a taken name) and unlink do the same in two steps.
"""

from __future__ import annotations

import ctypes
import errno
import os

RENAME_NOREPLACE = 1  # linux/fs.h
_LACKING = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
_libc = ctypes.CDLL(None, use_errno=True)


class RenameUnsupported(OSError):
    """The file system has neither way."""


def rename_noreplace(from_folder: int, old: str, to_folder: int, new: str) -> None:
    """Rename between two open folders. Raises FileExistsError and changes nothing where `new` exists."""
    failed = _renameat2(from_folder, old, to_folder, new)
    if failed == 0:
        return
    if failed not in _LACKING:
        raise OSError(failed, os.strerror(failed))
    link_and_unlink(from_folder, old, to_folder, new)


def link_and_unlink(from_folder: int, old: str, to_folder: int, new: str) -> None:
    """The way in two steps: after a kill between them both names are there, with the same whole bytes."""
    try:
        os.link(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            raise RenameUnsupported(error.errno, os.strerror(error.errno)) from error
        raise
    os.unlink(old, dir_fd=from_folder)


def _renameat2(from_folder: int, old: str, to_folder: int, new: str) -> int:
    """0, or the error number."""
    function = getattr(_libc, "renameat2", None)  # glibc 2.28 and newer
    if function is None:
        return errno.ENOSYS
    done = function(from_folder, os.fsencode(old), to_folder, os.fsencode(new), ctypes.c_uint(RENAME_NOREPLACE))
    return ctypes.get_errno() if done else 0
