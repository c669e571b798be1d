"""Acknowledgement styles `moved` and `vanished`: what became of our file in the ERP's folders, kept as a note.

No byte of the ERP says anything here, so we write down what was seen: that note is the answer that the archive keeps
and that is read like any other. A file that is gone was taken, and nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed

TAKEN = "taken"
SAYS: Mapping[str, tuple[Level, Verdict]] = {**MEANINGS, TAKEN: (Level.TAKEN, Verdict.PENDING)}


@dataclass(frozen=True, slots=True)
class PlaceNote:
    """What was seen of one of our files. found: its name in the folder, empty where it is gone from it.

    It tells no time of its own, so that a pass that is repeated writes the same bytes; when it was seen stands in the
    ledger.
    """

    endpoint: str
    rule: str
    file: str
    sequence_number: int
    sha256: str  # of the file as we sent it
    size: int
    folder: str
    found: str
    found_sha256: str  # read back; empty where the server gave no bytes
    changed_at: str  # of what was found, as the server tells it, in UTC
    says: str  # accepted, rejected or taken
    time: int = 1  # 2: it came into this folder once more, after it had been elsewhere

    def content(self) -> bytes:
        """As it is kept: JSON, one key a line."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


class PlaceAcknowledgements:
    """Reads notes."""

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # a note does not grow
        """One result for the whole file."""
        try:
            note = PlaceNote(**json.loads(path.read_bytes()))
            level, verdict = SAYS[note.says]
        except (ValueError, TypeError, KeyError) as error:
            raise malformed(name, "the note", "is not one that erp-bridge wrote") from error
        files = [FileReference(FileKey.NAME, note.file), FileReference(FileKey.DIGEST, note.sha256)]
        return Answer(files, self._results(note, level, verdict), rows_read=1)

    def _results(self, note: PlaceNote, level: Level, verdict: Verdict) -> Iterator[Result]:
        place = f"{note.folder}/{note.found}" if note.found else f"gone from {note.folder}"
        reason = f"moved to the folder {note.folder}" if verdict is Verdict.REJECTED else ""
        yield Result("", verdict, level=level, reason=reason, place=place, whole_file=True)
