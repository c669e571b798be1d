"""What is asked of an SFTP server for one file, step by step: each `yield` is a group that travels together.

No job decides from an error code alone: FAILURE means anything, so it looks. Every job gives an outcome (a value or a
BridgeError) and raises nothing but what the local disk raises.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bridge.domain.errors import BridgeError, Missing, NameTaken
from bridge.transports import wire
from bridge.transports.base import RemoteFile, Upload, Written
from bridge.transports.errors import (
    AccessRefused,
    FolderAbsent,
    LookRefused,
    OwnDiskFailed,
    RenameDoubtful,
    ServerFailed,
    SizeDiffers,
)
from bridge.transports.local_effects import discard_download
from bridge.transports.packets import Job
from bridge.transports.wire import Answer, Attributes, Code, Data, Handle, Kind, Request, Status

CHUNK_BYTES = 32_768  # what every server takes, with or without the limits extension
CHUNKS_PER_GROUP = 64  # 2 MB: the session window of OpenSSH; more brought nothing
READDIRS_PER_GROUP = 8

_WORDS = {2: "no such file", 3: "permission denied", 4: "failure", 8: "not supported", 11: "the name exists"}


def words(answer: Answer) -> str:
    """What the server said, as far as its code goes."""
    if isinstance(answer, Status):
        return _WORDS.get(answer.code, f"code {answer.code}")
    return "an answer that does not fit"


def upload(wanted: Upload, owner: str, place: str) -> Job[Written | BridgeError]:
    """OPEN new; WRITEs, FSTAT, CLOSE; then the barrier: every write ok, size equal, close ok."""
    (opened,) = yield [wire.open_new(wanted.path)]
    if not isinstance(opened, Handle):
        return (yield from _why_not_created(wanted.path, opened, owner, place))
    name = _name(wanted.path)
    try:
        with _source(wanted.source) as source:
            failure, size = yield from _write_all(opened.handle, source)
    except OSError as error:
        yield [wire.on_handle(Kind.CLOSE, opened.handle)]
        yield [wire.on_path(Kind.REMOVE, wanted.path)]
        return OwnDiskFailed(owner=owner, name=name, what=error.strerror)
    if failure is None:
        if size is None:  # no FSTAT: look by name, after the close
            found = yield from look(wanted.path, owner)
            size = found.size if isinstance(found, RemoteFile) else None
        if size is None:
            return Written(wanted.path, wanted.size, verified=False)
        if size == wanted.size:
            return Written(wanted.path, size, verified=True)
    yield [wire.on_path(Kind.REMOVE, wanted.path)]  # nothing of it is of use; gives a full disk its space back
    if failure is None:
        return SizeDiffers(owner=owner, name=name, found=size, expected=wanted.size)
    return _refusal(failure, owner, "write", name)


def _write_all(handle: bytes, source: BinaryIO) -> Job[tuple[Answer | None, int | None]]:
    """The first answer that was not ok, and the size that the server then reports (None: it does not say)."""
    failure: Answer | None = None
    offset, more = 0, True
    attributes: Answer = Status(Code.FAILURE)
    while more:
        group: list[Request] = []
        while len(group) < CHUNKS_PER_GROUP and (chunk := source.read(CHUNK_BYTES)):
            group.append(wire.write(handle, offset, chunk))
            offset += len(chunk)
        more = len(group) == CHUNKS_PER_GROUP and failure is None
        if more:
            answers: Sequence[Answer] = yield group
        else:
            ending = [wire.on_handle(Kind.FSTAT, handle), wire.on_handle(Kind.CLOSE, handle)]
            *answers, attributes, closed = yield [*group, *ending]
            answers = [*answers, closed]
        failure = failure or next((answer for answer in answers if answer != Status(Code.OK)), None)
    return failure, attributes.size if isinstance(attributes, Attributes) else None


def _why_not_created(path: str, refused: Answer, owner: str, place: str) -> Job[BridgeError]:
    found = yield from look(path, owner)
    if isinstance(found, RemoteFile):
        return NameTaken(name=_name(path), owner=owner)
    folder = str(PurePosixPath(path).parent)
    if found is None and (yield from look(folder, owner)) is None:
        return FolderAbsent(owner=owner, name=folder, place=place)
    return _refusal(refused, owner, "write", _name(path))


def rename(old: str, new: str, owner: str) -> Job[str | BridgeError]:
    """The plain rename. After anything but ok both names are looked at before the outcome is told."""
    (answer,) = yield [wire.rename(old, new)]
    if answer == Status(Code.OK):
        return new
    found_old = yield from look(old, owner)
    found_new = yield from look(new, owner)
    name = _name(new)
    if isinstance(found_old, RemoteFile) and isinstance(found_new, RemoteFile):
        return NameTaken(name=name, owner=owner)
    if isinstance(found_old, RemoteFile) and found_new is None:
        if _folder(old) != _folder(new) and (yield from _made_folder(_folder(new), owner)):
            return (yield from rename(old, new, owner))
        return _refusal(answer, owner, "rename", name)
    if found_old is None and (answer == Status(Code.NO_SUCH_FILE) or isinstance(found_new, RemoteFile)):
        return Missing(what=f"{_name(old)} in the folder of {owner}")
    if isinstance(found_old, LookRefused) and answer == Status(Code.PERMISSION_DENIED):
        return AccessRefused(owner=owner, verb="rename", name=name)
    return RenameDoubtful(owner=owner, name=name, what=words(answer))


def _made_folder(folder: str, owner: str) -> Job[bool]:
    """Whether the folder of the new name was absent and is there now."""
    if (yield from look(folder, owner)) is not None:
        return False
    (answer,) = yield [wire.make_folder(folder)]
    return answer == Status(Code.OK)


def look(path: str, owner: str) -> Job[RemoteFile | BridgeError | None]:
    """LSTAT: what is there, None where nothing is, LookRefused where the server does not say."""
    (answer,) = yield [wire.on_path(Kind.LSTAT, path)]
    if isinstance(answer, Attributes) and (answer.size is not None or answer.is_folder):
        return RemoteFile(path, answer.size or 0, moment(answer.modified_s))
    if answer == Status(Code.NO_SUCH_FILE):
        return None
    what = "it names no size" if isinstance(answer, Attributes) else words(answer)
    return LookRefused(owner=owner, name=_name(path), what=what)


def remove(path: str, owner: str) -> Job[BridgeError | None]:
    """A name that is not there is fine."""
    (answer,) = yield [wire.on_path(Kind.REMOVE, path)]
    if answer in (Status(Code.OK), Status(Code.NO_SUCH_FILE)):
        return None
    if (yield from look(path, owner)) is None:
        return None
    return _refusal(answer, owner, "remove", _name(path))


def digest(path: str, bytes_max: int) -> Job[str | None]:
    """SHA-256 by reading everything back; None where it cannot be read whole or is larger than bytes_max."""
    (opened,) = yield [wire.open_to_read(path)]
    if not isinstance(opened, Handle):
        return None
    (attributes,) = yield [wire.on_handle(Kind.FSTAT, opened.handle)]
    size = attributes.size if isinstance(attributes, Attributes) else None
    summed, received = hashlib.sha256(), 0
    if size is not None and size <= bytes_max:
        received = yield from _read_all(opened.handle, size, summed.update)
    yield [wire.on_handle(Kind.CLOSE, opened.handle)]
    return summed.hexdigest() if size is not None and received == size <= bytes_max else None


def download(remote: RemoteFile, local: Path, owner: str) -> Job[int | BridgeError]:
    """Read the listed size into a new local file. Shorter gives SizeDiffers, and the local file is removed."""
    name = _name(remote.path)
    (opened,) = yield [wire.open_to_read(remote.path)]
    if not isinstance(opened, Handle):
        if (yield from look(remote.path, owner)) is None:
            return Missing(what=f"{name} in the folder of {owner}")
        return _refusal(opened, owner, "read", name)
    outcome: int | BridgeError | None = None
    is_ours = False
    try:
        with local.open("xb") as target:
            is_ours = True
            outcome = yield from _read_all(opened.handle, remote.size, target.write)
        if outcome != remote.size:
            outcome = SizeDiffers(owner=owner, name=name, found=outcome, expected=remote.size)
    except OSError as error:
        outcome = OwnDiskFailed(owner=owner, name=name, what=error.strerror)
    finally:
        if is_ours and outcome != remote.size:
            discard_download(local)
    yield [wire.on_handle(Kind.CLOSE, opened.handle)]
    return outcome


def _read_all(handle: bytes, size: int, sink: Callable[[bytes], object]) -> Job[int]:
    """Hand `size` bytes to the sink in order; gives how many there were. Short answers are normal: ask for the rest."""
    offset, chunk_bytes = 0, CHUNK_BYTES
    while offset < size:
        end = min(size, offset + CHUNKS_PER_GROUP * chunk_bytes)
        asked = [min(chunk_bytes, end - at) for at in range(offset, end, chunk_bytes)]
        answers = yield [wire.read(handle, offset + index * chunk_bytes, length) for index, length in enumerate(asked)]
        for length, answer in zip(asked, answers, strict=True):
            if not isinstance(answer, Data) or not 0 < len(answer.content) <= length:
                return offset
            sink(answer.content)
            offset += len(answer.content)
            if len(answer.content) < length:
                chunk_bytes = max(len(answer.content), 512)
                break
    return offset


def open_folder(folder: str) -> Job[Answer]:
    """OPENDIR."""
    (answer,) = yield [wire.on_path(Kind.OPENDIR, folder)]
    return answer


def read_folder(handle: bytes) -> Job[Sequence[Answer]]:
    """Some READDIRs at once; the server works on them in order."""
    return (yield [wire.on_handle(Kind.READDIR, handle)] * READDIRS_PER_GROUP)


def close(handle: bytes) -> Job[None]:
    """CLOSE of a folder."""
    yield [wire.on_handle(Kind.CLOSE, handle)]


def moment(seconds: int | None) -> datetime | None:
    """A version 3 time as an instant."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _source(source: Path | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _refusal(answer: Answer, owner: str, verb: str, name: str) -> BridgeError:
    """The error of an answered failure that changed nothing."""
    if answer == Status(Code.PERMISSION_DENIED):
        return AccessRefused(owner=owner, verb=verb, name=name)
    return ServerFailed(owner=owner, verb=verb, name=name, what=words(answer))
