"""What an acknowledgement style must be able to do: give the results of one answer, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bridge.domain.answers import Result
from bridge.domain.problems import Problem
from bridge.profiles.errors import AnswerMalformed
from bridge.profiles.settings import AnswerSettings

NAME_SHOWN_MAX = 150


@dataclass(slots=True)
class Answer:
    """One answer. `results` can be taken once; rows_read and problems are right once they are all taken.

    file_reference: our file's name (or its number) as the answer says it; None where it speaks of no single file.
    problems: rows of a log that grows which cannot be understood; those before and after them count.
    """

    file_reference: str | None
    results: Iterator[Result]
    rows_read: int = 0
    problems: list[Problem] = field(default_factory=list)


class Acknowledgements(Protocol):
    """One profile's way of reading answers, compiled once."""

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """The answer in `path`, which the ERP called `name`. Raises AnswerMalformed."""


def malformed(name: str, place: str, what: str) -> AnswerMalformed:
    """The error for an answer that cannot be read. The name is the ERP's: what cannot be printed is not printed."""
    shown = "".join(character if character.isprintable() else "?" for character in name[:NAME_SHOWN_MAX])
    return AnswerMalformed(name=shown, place=place, what=what)


def file_of(name: str, settings: AnswerSettings, extension: str) -> str | None:
    """The export file that an answer's own name tells of, by {stem} or {file} in the profile's pattern."""
    if "{stem}" not in settings.names and "{file}" not in settings.names:
        return None
    expression = re.escape(settings.names).replace(r"\*", ".*").replace(r"\?", ".")
    expression = expression.replace(r"\{stem\}", "(?P<stem>.+?)").replace(r"\{file\}", "(?P<file>.+?)")
    found = re.fullmatch(expression, name)
    if found is None:
        return None
    words = found.groupdict()
    return words.get("file") or f"{words['stem']}{extension}"
