"""The simulated ERP's inbound folder: which files are there, whole, and whose turn it is; and where they go."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIDECAR = ".sha256"
_SIDECAR_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)\n?")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file whose name fits. `sequence_number` is from its name, where the pattern has one."""

    name: str
    path: Path
    sequence_number: int | None


@dataclass(frozen=True, slots=True)
class Door:
    """The inbound folder and the ERP's own folders beside its books.

    pattern: names that are looked at; its group `number` is the sequence number. checksum: a `.sha256` sidecar must
    lie beside the file. trigger_suffix: the file is not touched before NAME + suffix is there.
    """

    inbound: Path
    archive: Path
    pattern: re.Pattern[str]
    checksum: bool = True
    trigger_suffix: str | None = None

    @property
    def claimed(self) -> Path:
        """Where an impatient import job puts what it takes away at first sight."""
        return self.archive / "claimed"

    @property
    def refused(self) -> Path:
        """Where refused files lie for a person to look at."""
        return self.archive / "refused"

    def make_folders(self) -> None:
        """All folders the ERP works in."""
        for folder in (self.inbound, self.archive, self.claimed, self.refused):
            folder.mkdir(parents=True, exist_ok=True)

    def waiting(self) -> list[Waiting]:
        """Files whose names fit, in sequence order."""
        found = {path.name: path for folder in (self.inbound, self.claimed) for path in folder.iterdir()}
        files = [file for name, path in found.items() if (file := self._fitting(name, path)) is not None]
        return sorted(files, key=lambda file: (file.sequence_number or 0, file.name))

    def claim(self) -> None:
        """Take everything that fits out of the inbound folder, at once."""
        for path in list(self.inbound.iterdir()):
            if self._fitting(path.name, path) is not None:
                shutil.move(path, self.claimed / path.name)

    def is_complete(self, file: Waiting) -> bool:
        """Whether all that belongs to the file has come."""
        return all(self._beside(file, suffix) is not None for suffix in self._suffixes())

    def checksum_fault(self, file: Waiting, content: bytes) -> str:
        """What is wrong with the sidecar; empty when it vouches for the content."""
        sidecar = self._beside(file, SIDECAR)
        if not self.checksum or sidecar is None:
            return ""
        found = _SIDECAR_LINE.fullmatch(sidecar.read_text(encoding="utf-8", errors="replace"))
        if found is None:
            return "the checksum file is not in sha256sum form"
        if found[2] != file.name:
            return "the checksum file speaks of another name"
        if found[1] != hashlib.sha256(content).hexdigest():
            return "the checksum does not agree with the content"
        return ""

    def move_away(self, file: Waiting, folder: Path) -> None:
        """The file and what belongs to it go into one of the ERP's folders; nothing there is overwritten."""
        for suffix in (*self._suffixes(), ""):  # the file itself last: a cut move is then seen and finished
            path = self._beside(file, suffix)
            if path is not None:
                shutil.move(path, _free_name(folder, path.name))

    def _suffixes(self) -> Iterator[str]:
        if self.checksum:
            yield SIDECAR
        if self.trigger_suffix:
            yield self.trigger_suffix

    def _beside(self, file: Waiting, suffix: str) -> Path | None:
        places = (folder / f"{file.name}{suffix}" for folder in (self.inbound, self.claimed))
        return next((path for path in places if path.exists()), None)

    def _fitting(self, name: str, path: Path) -> Waiting | None:
        found = self.pattern.fullmatch(name)
        if found is None:
            return None
        number = found.groupdict().get("number")
        return Waiting(name, path, int(number) if number else None)


def _free_name(folder: Path, name: str) -> Path:
    path, attempt = folder / name, 1
    while path.exists():
        attempt += 1
        path = folder / f"{name}.{attempt}"
    return path
