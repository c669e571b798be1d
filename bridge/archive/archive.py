"""The archive's door: every byte that is sent or received, kept, indexed, found again, verified.

What lies where is docs/archive-format.md. An Archive holds no open files and may be used by many threads and
processes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bridge.archive import effects, incoming, keeping, numbers, placing, probe, reading, search, sweeping, twins
from bridge.archive.damage import Damage, ExpectedFile
from bridge.archive.incoming import IncomingWriter, Kept
from bridge.archive.index import Remembered
from bridge.archive.names import (
    CONTRACTS,
    DAYS,
    INCOMING,
    NUMBERS,
    PREVIEWS,
    Direction,
    checked_name,
    checked_owner,
    day_folder,
)
from bridge.archive.records import Placement
from bridge.archive.search import ArchivedFile
from bridge.archive.verify import verify
from bridge.domain.finding import Finding


class Archive:
    """One archive folder. Paths that it gives and takes are seen from there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._remembered = Remembered()

    def prepare(self) -> None:
        """Make the folders that are missing."""
        for name in (INCOMING, DAYS, CONTRACTS, PREVIEWS, NUMBERS):
            effects.make_folder(self.folder / name)

    def check(self) -> list[Finding]:
        """Try what the archive needs of its disk; leaves nothing behind."""
        return probe.check(self.folder)

    def incoming(self) -> IncomingWriter:
        """A writer for new bytes: `with archive.incoming() as writer: writer.write(chunk); kept = writer.keep()`."""
        return IncomingWriter(self.folder)

    def adopt(self, source: Path) -> Kept:
        """Take over a finished file from outside, by moving it; it is hashed on the way."""
        with effects.disk("take over a file"):
            return incoming.adopt(self.folder, source)

    @contextmanager
    def at_hand(self, kept: Kept) -> Iterator[Path]:
        """Kept bytes, to be read: another endpoint that places the same bytes meanwhile does not take them away."""
        with twins.at_hand(self.folder, kept.sha256) as path:
            yield path

    def make_durable(self, kept: Iterable[Kept]) -> None:
        """After this a power cut loses none of them: one fsync a file, one for all their names."""
        incoming.make_durable(self.folder, kept)

    def place(self, items: Sequence[Placement]) -> list[Path]:
        """Put kept, durable bytes in their places, with records, and index them. Repeat it freely."""
        with effects.disk("put files in their places"):
            return placing.place(self.folder, items, self._remembered)

    def path_of(self, day: date, owner: str, direction: Direction, name: str) -> Path:
        """Where a sealed file belongs, seen from the archive."""
        return day_folder(day) / checked_owner(owner) / direction / checked_name(name)

    def write_lines(self, day: date, owner: str, lines: Sequence[bytes], name_hint: str) -> tuple[Path, str]:
        """Keep texts, one a line, durably, as one file in `in/`; gives its path and SHA-256. Line numbers begin at 1.

        The name is made of the hint and the digest, so that the same page twice in a day is one file.
        """
        with self.incoming() as writer:
            for line in lines:
                if b"\n" in line:
                    raise ValueError("a text for one line of the archive holds a line end")
                writer.write(line + b"\n")
            kept = writer.keep()
        with suppress(FileNotFoundError):  # another flow put the same page in its place: `place` takes it from there
            effects.fsync_file(self.folder / kept.path)
        name = f"{checked_owner(name_hint)}-{kept.sha256[:12]}.jsonl"
        record = {"why": "fetched from the store", "lines": len(lines), "flow": name_hint}
        (path,) = self.place([Placement(kept.sha256, day, owner, "in", name, record)])
        return path, kept.sha256

    def read_line(self, path: Path | PurePosixPath | str, line_number: int) -> bytes:
        """One kept text. Raises Missing, ArchivePathRefused, ArchiveDamaged."""
        return reading.read_line(self.folder, path, line_number)

    def open_file(self, path: Path | PurePosixPath | str) -> BinaryIO:
        """An archived file, open for reading; none outside, none over a link. Raises Missing, ArchivePathRefused."""
        return reading.open_file(self.folder, path)

    def keep_contract(self, files: Mapping[str, bytes]) -> str:
        """Keep profile, templates, maps and version in force, once under their digest, which is given."""
        with effects.disk("keep a contract"):
            return keeping.keep_contract(self.folder, files)

    def has_preview(self, flow: str, name: str) -> bool:
        """Whether a preview was written already."""
        return (self.folder / keeping.preview_path(flow, name)).is_file()

    def write_preview(self, flow: str, name: str, content: bytes) -> Path:
        """Keep a preview under `previews/FLOW/`."""
        with effects.disk("keep a preview"):
            return keeping.write_preview(self.folder, flow, name, content)

    def highest_sequence(self, endpoint: str) -> int | None:
        """The highest file number of the endpoint in the archive; None where it has none."""
        with effects.disk("look up the highest number"):
            return numbers.highest(self.folder, endpoint)

    def mend(self) -> int:
        """Finish what a kill left of received files and indexes; for the start of each pass. See sweeping.py."""
        with effects.disk("mend an index"):
            return sweeping.mend(self.folder, self._remembered)

    def sweep_incoming(self, known: Callable[[str], bool], older_than: datetime) -> int:
        """Remove old bytes in `incoming/` that no sealed file of any endpoint waits for; gives how many went."""
        with effects.disk("tidy the incoming folder"):
            return sweeping.sweep_incoming(self.folder, known, older_than)

    def find(self, words: str) -> Iterator[ArchivedFile]:
        """The files meant by a digest (8 digits or more) or a part of a name, newest day first; no ledger needed."""
        with effects.disk("search the indexes"):
            yield from search.find(self.folder, words)

    def verify(self, expected: Iterable[ExpectedFile] | None = None) -> Iterator[Damage]:
        """Every difference between what should be there and what is. `expected`: what the ledger knows."""
        with effects.disk("verify the archive"):
            yield from verify(self.folder, expected)
