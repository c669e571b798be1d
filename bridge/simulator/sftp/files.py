"""The rooted folder of the SFTP simulator: every path stays below it, no link is followed, no rename replaces."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paramiko import ServerInterface, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from bridge.simulator.sftp.faults import Faults

FILE_MODE = 0o660


class RootedFile(SFTPHandle):
    """One open file, with the faults of a disk that lies or is full."""

    def __init__(self, descriptor: int, flags: int, faults: Faults) -> None:
        super().__init__(flags)
        self._descriptor = descriptor
        self._faults = faults

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, offset: int, length: int) -> bytes | int:
        try:
            return os.pread(self._descriptor, min(length, self._faults.short_reads_to or length), offset)
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    def write(self, offset: int, data: Any) -> int:  # bytes
        if self._faults.disk_full_at == "write":
            return SFTP_FAILURE
        end = self._faults.truncate_writes_to
        kept = data if end is None else data[: max(0, end - offset)]
        try:
            while kept:
                written = os.pwrite(self._descriptor, kept, offset)
                kept, offset = kept[written:], offset + written
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK

    def stat(self) -> SFTPAttributes | int:
        if self._faults.refuse_look or self._faults.refuse_fstat:
            return SFTP_PERMISSION_DENIED
        return SFTPAttributes.from_stat(os.fstat(self._descriptor))


class RootedFiles(SFTPServerInterface):
    """What one login may do: everything below the root, nothing outside."""

    def __init__(self, server: ServerInterface, root: Path, faults: Faults) -> None:
        super().__init__(server)
        self._root = root.resolve()
        self._faults = faults

    def _real(self, path: str) -> Path:
        """The path on disk. Raises OSError where it would pass through a link; `..` ends at the root."""
        real = self._root / self.canonicalize(path).lstrip("/")
        if real.parent.resolve() != real.parent and real != self._root:
            raise OSError(errno.EACCES, "through a link")
        return real

    def canonicalize(self, path: str) -> str:
        return posixpath.normpath("/" + path.lstrip("/"))

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        del attr
        try:
            descriptor = os.open(self._real(path), flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return RootedFile(descriptor, flags, self._faults)

    def lstat(self, path: str) -> SFTPAttributes | int:
        if self._faults.refuse_look:
            return SFTP_PERMISSION_DENIED
        try:
            found = self._real(path).lstat()
            if self._faults.hide_files and not stat.S_ISDIR(found.st_mode):
                return SFTP_NO_SUCH_FILE
            return SFTPAttributes.from_stat(found)
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    stat = lstat

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        if self._faults.refuse_look:
            return SFTP_PERMISSION_DENIED
        try:
            with os.scandir(self._real(path)) as entries:
                return [SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name) for entry in entries]
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    def remove(self, path: str) -> int:
        if self._faults.refuse_remove:
            return SFTP_PERMISSION_DENIED
        return self._done(lambda: self._real(path).unlink())

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        del attr
        return self._done(lambda: self._real(path).mkdir())

    def rmdir(self, path: str) -> int:
        return self._done(lambda: self._real(path).rmdir())

    def rename(self, oldpath: str, newpath: str) -> int:
        """As OpenSSH does it for a plain file: link, which fails on a taken name, then unlink."""
        return self._done(lambda: self._rename(self._real(oldpath), self._real(newpath)))

    def _rename(self, old: Path, new: Path) -> None:
        if self._faults.rename_overwrites:
            old.replace(new)
        elif stat.S_ISREG(old.lstat().st_mode):
            new.hardlink_to(old)
            old.unlink()
        elif new.exists() or new.is_symlink():
            raise FileExistsError(errno.EEXIST, "exists")
        else:
            old.rename(new)
        if self._faults.takes_at_once and not new.name.startswith("."):
            self._faults.taken.append((new.name, new.read_bytes()))
            new.unlink()

    def _done(self, act: Callable[[], None]) -> int:
        try:
            act()
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK
