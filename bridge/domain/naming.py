"""How an export file is named: a pattern with {sequence}, {endpoint}, {day}, {time} and {count}. Pure.

A name must be safe on every file system and SFTP server, must hold the sequence number (so that no two files of an
endpoint can ever get the same name), and must not grow when the sequence comes to the end of its width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from bridge.domain.dateforms import DateForm, DateFormRefused, date_form

NAME_LENGTH_MAX = 150  # room for `.NAME.ATTEMPT.tmp` within the 255 bytes of usual file systems
NAME_WORDS = ("sequence", "endpoint", "day", "time", "count")
_SAFE = re.compile(r"[A-Za-z0-9._-]*")
_WIDTH = re.compile(r"0([1-9][0-9]?)")
_OURS = (".tmp", ".void", ".sha256")  # suffixes that the handover gives


class NamePatternRefused(ValueError):
    """The pattern cannot name files safely; the text says why, and what is allowed."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a pattern: which, its width (sequence, count) and its date form (day, time)."""

    word: str
    width: int
    form: DateForm | None


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A compiled pattern. sequence_last: the highest number that fits the width (None: no fixed width)."""

    text: str
    parts: tuple[str | _Word, ...]
    sequence_last: int | None

    def name(self, sequence_number: int, business_day: date, sealed_at: datetime, endpoint: str, count: int) -> str:
        """The file's name. sealed_at is in the zone in which names are given."""
        made = []
        for part in self.parts:
            if isinstance(part, str):
                made.append(part)
            elif part.word == "sequence":
                made.append(f"{sequence_number:0{part.width}}")
            elif part.word == "count":
                made.append(f"{count:0{part.width}}")
            elif part.word == "endpoint":
                made.append(endpoint)
            else:
                moment = business_day if part.word == "day" else sealed_at
                made.append(part.form.of(moment) if part.form else moment.isoformat())
        return "".join(made)


def name_pattern(text: str) -> NamePattern:
    """Compile `ORD_{sequence:06}.xml`. Raises NamePatternRefused."""
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise NamePatternRefused(f"the pattern does not parse: {error}") from error
    parts: list[str | _Word] = []
    for literal, word, form, conversion in pieces:
        if not _SAFE.fullmatch(literal):
            raise NamePatternRefused(
                "only the letters A-Z and a-z, digits, dot, dash and underscore are allowed in a name"
            )
        if literal:
            parts.append(literal)
        if word is not None:
            parts.append(_word(word, form or "", conversion))
    _refuse_unsafe(text, parts)
    widths = [part.width for part in parts if isinstance(part, _Word) and part.word == "sequence"]
    return NamePattern(text, tuple(parts), 10 ** min(widths) - 1 if min(widths) > 1 else None)


def _word(word: str, form: str, conversion: str | None) -> _Word:
    if word not in NAME_WORDS or conversion:
        raise NamePatternRefused(
            f"{{{word}}} is not known; allowed are {', '.join(f'{{{one}}}' for one in NAME_WORDS)}"
        )
    if word in ("sequence", "count"):
        if form and not _WIDTH.fullmatch(form):
            raise NamePatternRefused(f"{{{word}:{form}}} is not a width; write for example {{{word}:06}}")
        return _Word(word, int(form[1:]) if form else 1, None)
    if word == "endpoint":
        if form:
            raise NamePatternRefused("{endpoint} has no form")
        return _Word(word, 0, None)
    try:
        compiled = date_form(form or ("YYYYMMDD" if word == "day" else "HHMMSS"))
    except DateFormRefused as error:
        raise NamePatternRefused(str(error)) from error
    if not _SAFE.fullmatch(compiled.text):
        raise NamePatternRefused(
            f"the date form {compiled.text} puts a character into the name that is not allowed there"
        )
    return _Word(word, 0, compiled)


def _refuse_unsafe(text: str, parts: list[str | _Word]) -> None:
    if not any(isinstance(part, _Word) and part.word == "sequence" for part in parts):
        raise NamePatternRefused("{sequence} is missing: without it two files would get the same name")
    if text.startswith((".", "-")):
        raise NamePatternRefused("a name must not begin with a dot or a dash")
    if text.lower().endswith(_OURS):
        raise NamePatternRefused(f"the endings {', '.join(_OURS)} are used while files are handed over")
    if len(text) > NAME_LENGTH_MAX:
        raise NamePatternRefused(f"the pattern has {len(text)} characters; a name may have {NAME_LENGTH_MAX}")
