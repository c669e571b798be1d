"""The verbs on an ERP's folders. A transport is found through the entry point group `erp_bridge.transports`.

The entry point is a factory `(name: str, settings: TransportSettings, clock: Clock) -> Transport`. Every verb takes a
batch and gives one outcome for each item, in order, so that a transport may keep many requests in flight. An outcome
is a value or a BridgeError (returned, not raised): Unavailable (nothing happened), Refused/NameTaken (nothing
happened), Doubtful (sent, no answer). A dead connection gives Unavailable or Doubtful for each item concerned; only
`connect` trouble is raised. Paths are relative to the account's root, with `/`. The contract suite that every
transport inherits is `bridge/testing/transports.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Properties:
    """What the server was found to do (probed, never believed)."""

    rename_refuses_existing: bool | None  # a rename onto a taken name fails and changes nothing; None: not probed yet
    can_look: bool  # stat is answered
    software: str = ""  # the server's identification, for the record


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to put under a new temporary name. The file's size and SHA-256 are known beforehand."""

    source: Path | bytes
    path: str  # temporary, used once: created exclusively, never truncated
    size: int


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One entry of a remote folder."""

    path: str
    size: int
    modified_at: datetime | None  # UTC; None where the server does not say


@dataclass(frozen=True, slots=True)
class Written:
    """All bytes are on the other side under the temporary name: every write, the size and the close were answered."""

    path: str
    size: int
    verified: bool  # False where the server refuses every look at the size


class Transport(Protocol):
    """One connection to one ERP endpoint's folders. A context manager; `connect` happens on enter."""

    def __enter__(self) -> Transport: ...
    def __exit__(self, *exc: object) -> None: ...

    @property
    def owner(self) -> str:
        """The endpoint's name, for messages."""

    @property
    def properties(self) -> Properties: ...

    def write(self, uploads: Sequence[Upload]) -> Sequence[Written | BridgeError]:
        """Create each temporary file and verify it. A name in use gives NameTaken: take the next attempt number."""

    def rename(self, pairs: Sequence[tuple[str, str]]) -> Iterator[str | BridgeError]:
        """Rename in the given order, never overwriting; yields the new path or the error of each, in order.

        After a pair's error no later pair is sent. Those not sent yield `NotSent`. Where old and new lie in different
        folders and only the new one's folder is absent, it is made (the folder for answers that were read).
        Missing: the old name was certainly not there.
        """

    def look(self, paths: Sequence[str]) -> Sequence[RemoteFile | BridgeError | None]:
        """Size and time of each (a folder too); None where certainly nothing is under the name, else an error."""

    def digest(self, path: str, bytes_max: int) -> str | None:
        """SHA-256 of a remote file by reading it back, None where reading is refused or it is larger."""

    def list(self, folder: str, entries_max: int) -> Iterator[RemoteFile]:
        """The plain files of one folder (no folders, no links), streamed. Raises Missing for an absent folder."""

    def fetch(self, files: Sequence[tuple[RemoteFile, Path]]) -> Sequence[int | BridgeError]:
        """Download each into a new local file; gives the bytes received, which must equal the listed size."""

    def remove(self, paths: Iterable[str]) -> Sequence[BridgeError | None]:
        """Remove each; a name that is not there is fine (None)."""

    def check(self, folders: Sequence[str]) -> Sequence[Finding]:
        """Try connection, host key, folders and, in the first folder, the rename probe with two names of our own.

        Leaves nothing behind. May be called without entering: a connection that fails is a finding.
        """

    def wake_paths(self) -> Sequence[str]:
        """Local folders whose change means 'look soon' (empty for a remote server)."""
