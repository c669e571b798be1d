"""The local transport: the verbs of `base.py` on a mounted folder.

What changes the share stands in local_effects.py: paths are walked without following links, renames refuse a taken
name or are not done at all, files and folders are synced before an outcome is told.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path, PurePosixPath

from bridge.config.values import TransportSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, Missing, NameTaken, NotSent
from bridge.domain.finding import Finding
from bridge.transports import local_effects
from bridge.transports.base import Properties, RemoteFile, Upload, Written
from bridge.transports.errors import (
    AccessRefused,
    CannotRefuse,
    FolderAbsent,
    FolderTooFull,
    LookRefused,
    PathRefused,
    ServerFailed,
    SizeDiffers,
)
from bridge.transports.local_effects import RenameUnsupported, folder_at, parent_of
from bridge.transports.options import LocalOptions, local_options
from bridge.transports.probe import folder_findings, rename_finding

_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_transport(name: str, settings: TransportSettings, clock: Clock) -> Local:
    """The entry point `local`. Raises ConfigurationRefused."""
    return Local(name, local_options(settings), clock)


class Local:
    """One endpoint's folders on a mounted share. See base.Transport for what each verb promises."""

    def __init__(self, name: str, options: LocalOptions, clock: Clock) -> None:
        self._name = name
        self._options = options
        self._root = options.folder
        self._clock = clock
        self._refuses_existing: bool | None = None

    def __enter__(self) -> Local:
        if not self._root.is_dir():
            raise FolderAbsent(owner=self._name, name=str(self._root), place=self._options.place)
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held between two verbs."""

    @property
    def owner(self) -> str:
        return self._name

    @property
    def properties(self) -> Properties:
        return Properties(self._refuses_existing, can_look=True, software="mounted folder")

    def write(self, uploads: Sequence[Upload]) -> Sequence[Written | BridgeError]:
        outcomes = [self._write_one(upload) for upload in uploads]
        for folder in {str(PurePosixPath(upload.path).parent) for upload in uploads}:
            try:
                with folder_at(self._root, folder) as descriptor:
                    local_effects.sync(descriptor)
            except OSError as error:
                refused = self._refusal(error, "write", folder)
                return [one if isinstance(one, BridgeError) else refused for one in outcomes]
        return outcomes

    def _write_one(self, upload: Upload) -> Written | BridgeError:
        try:
            with parent_of(self._root, upload.path) as (folder, name):
                size = local_effects.write_new(folder, name, upload.source)
                if size == upload.size:
                    return Written(upload.path, size, verified=True)
                local_effects.unlink(folder, name)
        except OSError as error:
            return self._refusal(error, "write", upload.path)
        return SizeDiffers(owner=self._name, name=_name(upload.path), found=size, expected=upload.size)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> Iterator[str | BridgeError]:
        stopped = False
        for old, new in pairs:
            outcome = NotSent(name=_name(new)) if stopped else self._rename_one(old, new)
            stopped = isinstance(outcome, BridgeError)
            yield outcome

    def _rename_one(self, old: str, new: str) -> str | BridgeError:
        try:
            with (
                parent_of(self._root, old) as (from_folder, from_name),
                parent_of(self._root, new, make=_folder_of(old) != _folder_of(new)) as (to_folder, to_name),
            ):
                local_effects.rename_noreplace(from_folder, from_name, to_folder, to_name)
        except RenameUnsupported as error:
            what = os.strerror(error.errno or 0)
            return CannotRefuse(owner=self._name, name=str(self._root), what=what, place=self._options.place)
        except OSError as error:
            if self._look_one(old) is None:
                return Missing(what=f"{_name(old)} in the folder of {self._name}")
            return self._refusal(error, "rename", new)
        return new

    def look(self, paths: Sequence[str]) -> Sequence[RemoteFile | BridgeError | None]:
        return [self._look_one(path) for path in paths]

    def _look_one(self, path: str) -> RemoteFile | BridgeError | None:
        try:
            with parent_of(self._root, path) as (folder, name):
                return _remote_file(path, os.stat(name, dir_fd=folder, follow_symlinks=False))
        except FileNotFoundError:
            return None
        except OSError as error:
            if isinstance(refused := self._refusal(error, "look", path), PathRefused):
                return refused
            return LookRefused(owner=self._name, name=_name(path), what=os.strerror(error.errno or 0))

    def digest(self, path: str, bytes_max: int) -> str | None:
        try:
            with parent_of(self._root, path) as (folder, name), _reading(folder, name) as content:
                if os.fstat(content.fileno()).st_size > bytes_max:
                    return None
                return hashlib.file_digest(content, "sha256").hexdigest()
        except OSError:
            return None

    def list(self, folder: str, entries_max: int) -> Iterator[RemoteFile]:
        try:
            with folder_at(self._root, folder) as descriptor, os.scandir(descriptor) as entries:
                seen = 0
                for entry in entries:
                    found = _stat_of(entry)
                    if found is None or not stat.S_ISREG(found.st_mode):
                        continue
                    seen += 1
                    if seen > entries_max:
                        raise FolderTooFull(owner=self._name, name=folder, entries_max=entries_max)
                    yield _remote_file(str(PurePosixPath(folder) / entry.name), found)
        except FileNotFoundError as error:
            raise Missing(what=f"the folder {folder} of {self._name}") from error
        except OSError as error:
            raise self._refusal(error, "list", folder) from error

    def fetch(self, files: Sequence[tuple[RemoteFile, Path]]) -> Sequence[int | BridgeError]:
        return [self._fetch_one(remote, local) for remote, local in files]

    def _fetch_one(self, remote: RemoteFile, local: Path) -> int | BridgeError:
        name = _name(remote.path)
        try:
            with parent_of(self._root, remote.path) as (folder, base), _reading(folder, base) as content:
                received = _copy_new(content, local, remote.size)
        except FileNotFoundError:
            return Missing(what=f"{name} in the folder of {self._name}")
        except OSError as error:
            return self._refusal(error, "read", remote.path)
        if received == remote.size:
            return received
        local_effects.discard_download(local)
        return SizeDiffers(owner=self._name, name=name, found=received, expected=remote.size)

    def remove(self, paths: Iterable[str]) -> Sequence[BridgeError | None]:
        return [self._remove_one(path) for path in paths]

    def _remove_one(self, path: str) -> BridgeError | None:
        try:
            with parent_of(self._root, path) as (folder, name):
                local_effects.unlink(folder, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            return self._refusal(error, "remove", path)
        return None

    def check(self, folders: Sequence[str]) -> Sequence[Finding]:
        try:
            self.__enter__()
        except BridgeError as error:
            return [Finding(f"folder {self._root}", False, error.problem.message, error.problem.action)]
        findings = [Finding(f"folder {self._root}", True, "there"), *folder_findings(self, folders)]
        if folders and all(finding.fine for finding in findings):
            probed = rename_finding(self, folders[0], self._clock)
            self._refuses_existing = probed.fine
            findings.append(probed)
        return findings

    def wake_paths(self) -> Sequence[str]:
        """Where the ERP's answers come; not the inbound folder, where our own files would wake us."""
        if self._options.outbound is None:
            return ()
        return (str(self._root / self._options.outbound.lstrip("/")),)

    def _refusal(self, error: OSError, verb: str, path: str) -> BridgeError:
        """Our error for what the operating system said; nothing was changed."""
        name, place = _name(path), self._options.place
        if error.errno == errno.EEXIST:
            return NameTaken(name=name, owner=self._name)
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            return PathRefused(owner=self._name, name=path, what=error.strerror or "a link", place=place)
        if error.errno == errno.ENOENT:
            return FolderAbsent(owner=self._name, name=_folder_of(path), place=place)
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return AccessRefused(owner=self._name, verb=verb, name=name)
        return ServerFailed(owner=self._name, verb=verb, name=name, what=error.strerror or "failure")


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _folder_of(path: str) -> str:
    return str(PurePosixPath(path).parent)


@contextmanager
def _reading(folder: int, name: str) -> Iterator[BufferedReader]:
    """A plain file opened to read; a pipe or device is refused, so that nothing ever waits."""
    with os.fdopen(os.open(name, _READ_FLAGS, dir_fd=folder), "rb") as content:
        if not stat.S_ISREG(os.fstat(content.fileno()).st_mode):
            raise OSError(errno.ELOOP, "no plain file")
        yield content


def _copy_new(content: BufferedReader, local: Path, size: int) -> int:
    """At most `size` bytes into a new local file: what a growing file got since the listing is for the next look."""
    received = 0
    with local.open("xb") as target:
        while received < size and (chunk := content.read(min(local_effects.COPY_BYTES, size - received))):
            target.write(chunk)
            received += len(chunk)
    return received


def _stat_of(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None where the entry vanished meanwhile."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def _remote_file(path: str, found: os.stat_result) -> RemoteFile:
    return RemoteFile(path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
