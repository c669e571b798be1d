"""What an acknowledgement style must be able to do: give the results of one answer, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.domain.problems import Problem
from bridge.profiles.errors import AnswerMalformed
from bridge.profiles.settings import NAME_PLACES, AnswerRuleSettings

NAME_SHOWN_MAX = 150


@dataclass(slots=True)
class Answer:
    """One answer. `results` can be taken once; the other fields are right once they are all taken.

    files: how the answer and its own name tell which of our files it is about, the surest first; empty where it
    speaks of no single file. All of them must mean the same file.
    bad_row, bad_rows: of a log that grows, the first row that cannot be understood (its line, and what is wrong)
    and how many there are; the rows before and after them count.
    """

    files: list[FileReference]
    results: Iterator[Result]
    rows_read: int = 0
    bad_row: tuple[int, str] | None = None
    bad_rows: int = 0

    def problem(self, name: str) -> Problem | None:
        """What a person reads of the bad rows; None where there are none. One for all: there may be thousands."""
        if self.bad_row is None:
            return None
        line, what = self.bad_row
        more = f"; {self.bad_rows - 1} more rows cannot be read" if self.bad_rows > 1 else ""
        return malformed(name, f"line {line}", what + more).problem


class Acknowledgements(Protocol):
    """One profile's way of reading answers, compiled once."""

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """The answer in `path`, which the ERP called `name`. Raises AnswerMalformed."""


def malformed(name: str, place: str, what: str) -> AnswerMalformed:
    """The error for an answer that cannot be read. The name is the ERP's: what cannot be printed is not printed."""
    shown = "".join(character if character.isprintable() else "?" for character in name[:NAME_SHOWN_MAX])
    return AnswerMalformed(name=shown, place=place, what=what)


# An answer's word for an order: how far it reaches, and what it says.
MEANINGS: dict[str, tuple[Level, Verdict]] = {
    "accepted": (Level.VERDICT, Verdict.ACCEPTED),
    "rejected": (Level.VERDICT, Verdict.REJECTED),
    "in work": (Level.IN_WORK, Verdict.PENDING),
    "syntax accepted": (Level.SYNTAX_ACCEPTED, Verdict.PENDING),
    "syntax received": (Level.SYNTAX_RECEIVED, Verdict.PENDING),
}


def as_expression(names: str) -> str:
    """A pattern of names, with * and ?, as a regular expression."""
    return re.escape(names).replace(r"\*", ".*").replace(r"\?", ".")


def named_file(name: str, settings: AnswerRuleSettings, extension: str) -> list[FileReference]:
    """The export file that an answer's own name tells of, by {stem} or {file} in the profile's pattern.

    Where a * or ? follows, the ERP adds something to our name, so only its beginning is known.
    """
    place = next((one for one in NAME_PLACES if one in settings.names), None)
    if place is None:
        return []
    before, _, after = settings.names.partition(place)
    free = as_expression(before)
    if "*" in after or "?" in after:
        begun = re.match(free, name, re.IGNORECASE)
        return [FileReference(FileKey.PREFIX, name[begun.end() :])] if begun else []
    found = re.fullmatch(f"{free}(.+?){re.escape(after)}", name, re.IGNORECASE)
    if found is None:
        return []
    return [FileReference(FileKey.NAME, found[1] if place == "{file}" else f"{found[1]}{extension}")]
