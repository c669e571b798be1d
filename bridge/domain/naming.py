"""How an export file is named: a pattern of {sequence}, {daily}, {endpoint}, {day}, {time}, {count}, digests. Pure.

A name must be safe on every file system and SFTP server, must hold the sequence number or the day with the number of
the day (so that no two files of an endpoint can ever get the same name), and must not grow when a number comes to the
end of its width. Names are compared case-blind, as many file systems do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from string import Formatter

from bridge.domain.dateforms import DateForm, DateFormRefused, date_form

NAME_LENGTH_MAX = 150  # room for `.NAME.ATTEMPT.tmp` within the 255 bytes of usual file systems
NUMBER_WORDS = ("sequence", "daily", "count")
DIGEST_WORDS = ("sha256", "md5", "crc32")
NAME_WORDS = (*NUMBER_WORDS, "endpoint", "day", "time", *DIGEST_WORDS)
DIGEST_LENGTHS = {"sha256": 64, "md5": 32, "crc32": 8}
NO_DIGESTS: Mapping[str, str] = {word: "0" * length for word, length in DIGEST_LENGTHS.items()}  # before the bytes are
_SAFE = re.compile(r"[A-Za-z0-9._-]*")
_WIDTH = re.compile(r"0([1-9][0-9]?)")
_LENGTH = re.compile(r"[1-9][0-9]?")
_OURS = (".tmp", ".void", ".gone", ".linking")  # suffixes that the handover gives


class NamePatternRefused(ValueError):
    """The pattern cannot name files safely; the text says why, and what is allowed."""


class NameCase(StrEnum):
    """In which letters a name goes out."""

    KEEP = "keep"
    UPPER = "upper"
    LOWER = "lower"


class NameShape(StrEnum):
    """What the ERP's file system can hold."""

    FREE = "free"
    DOS = "8.3"  # eight characters, a dot, three


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a name can tell. sealed_at is in the zone in which names are given; digests: hexadecimal, by algorithm."""

    sequence_number: int
    business_day: date
    sealed_at: datetime
    endpoint: str
    count: int
    daily_number: int = 1  # of the file among those of its endpoint and business day
    digests: Mapping[str, str] = field(default_factory=lambda: NO_DIGESTS)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a pattern: which, its width (numbers, digests) and its date form (day, time)."""

    word: str
    width: int
    form: DateForm | None


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A compiled pattern. sequence_last, daily_last: the highest number that fits the width (None: no fixed width)."""

    text: str
    parts: tuple[str | _Word, ...]
    case: NameCase = NameCase.KEEP
    shape: NameShape = NameShape.FREE

    @property
    def sequence_last(self) -> int | None:
        """The highest file number that the name holds."""
        return self._last("sequence")

    @property
    def daily_last(self) -> int | None:
        """The highest number of a day that the name holds."""
        return self._last("daily")

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests that stand in the name, which is then known only when the bytes are."""
        return tuple(part.word for part in self.parts if isinstance(part, _Word) and part.word in DIGEST_WORDS)

    @property
    def tells_day(self) -> bool:
        """Whether the whole business day stands in the name, so that names of two days differ."""
        return _tells_day([part for part in self.parts if isinstance(part, _Word)])

    def has(self, word: str) -> bool:
        """Whether the name tells this."""
        return any(isinstance(part, _Word) and part.word == word for part in self.parts)

    def name(self, facts: NameFacts) -> str:
        """The file's name."""
        made = "".join(part if isinstance(part, str) else _told(part, facts) for part in self.parts)
        return {NameCase.KEEP: made, NameCase.UPPER: made.upper(), NameCase.LOWER: made.lower()}[self.case]

    def _last(self, word: str) -> int | None:
        widths = [part.width for part in self.parts if isinstance(part, _Word) and part.word == word]
        return 10 ** min(widths) - 1 if widths and min(widths) > 1 else None


def _told(part: _Word, facts: NameFacts) -> str:
    numbers = {"sequence": facts.sequence_number, "daily": facts.daily_number, "count": facts.count}
    if part.word in numbers:
        return f"{numbers[part.word]:0{part.width}}"
    if part.word in DIGEST_WORDS:
        return facts.digests[part.word][: part.width]
    if part.word == "endpoint":
        return facts.endpoint
    moment = facts.business_day if part.word == "day" else facts.sealed_at
    return part.form.of(moment) if part.form else moment.isoformat()


def name_pattern(text: str, case: NameCase = NameCase.KEEP, shape: NameShape = NameShape.FREE) -> NamePattern:
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
    pattern = NamePattern(text, tuple(parts), case, shape)
    if shape is NameShape.DOS:
        _refuse_longer_than_dos(pattern)
    return pattern


def is_safe_name(name: str) -> bool:
    """Whether every file system and server can hold the name as it is."""
    return bool(_SAFE.fullmatch(name)) and not name.startswith((".", "-")) and len(name) <= NAME_LENGTH_MAX


def is_dos_name(name: str) -> bool:
    """Eight characters, a dot, three."""
    stem, _, ending = name.partition(".")
    return 1 <= len(stem) <= 8 and len(ending) <= 3 and "." not in ending


def _word(word: str, form: str, conversion: str | None) -> _Word:
    if word not in NAME_WORDS or conversion:
        raise NamePatternRefused(
            f"{{{word}}} is not known; allowed are {', '.join(f'{{{one}}}' for one in NAME_WORDS)}"
        )
    if word in NUMBER_WORDS:
        if form and not _WIDTH.fullmatch(form):
            raise NamePatternRefused(f"{{{word}:{form}}} is not a width; write for example {{{word}:06}}")
        return _Word(word, int(form[1:]) if form else 1, None)
    if word in DIGEST_WORDS:
        longest = DIGEST_LENGTHS[word]
        if form and not (_LENGTH.fullmatch(form) and int(form) <= longest):
            raise NamePatternRefused(f"{{{word}:{form}}} is no length; write for example {{{word}:8}}")
        return _Word(word, int(form) if form else longest, None)
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
    words = [part for part in parts if isinstance(part, _Word)]
    if not any(part.word == "sequence" for part in words) and not _tells_day_and_number(words):
        raise NamePatternRefused(
            "{sequence} is missing, or the whole {day} with {daily}: without them two files would get the same name"
        )
    _refuse_numbers_that_run_together(parts)
    if text.startswith((".", "-")):
        raise NamePatternRefused("a name must not begin with a dot or a dash")
    if text.lower().endswith(_OURS):
        raise NamePatternRefused(f"the endings {', '.join(_OURS)} are used while files are handed over")
    if len(text) > NAME_LENGTH_MAX:
        raise NamePatternRefused(f"the pattern has {len(text)} characters; a name may have {NAME_LENGTH_MAX}")


def _tells_day(words: list[_Word]) -> bool:
    """In one piece or in several: `{day:YYYY}-{day:MMDD}`; with month and day, or with the day of the year."""
    told = frozenset[str]().union(*(part.form.tells for part in words if part.word == "day" and part.form))
    return "year" in told and ({"month", "day"} <= told or "ordinal" in told)


def _tells_day_and_number(words: list[_Word]) -> bool:
    """Whether the name holds the whole business day and the file's number within it, which is as good as a number."""
    return _tells_day(words) and any(part.word == "daily" for part in words)


def _refuse_numbers_that_run_together(parts: list[str | _Word]) -> None:
    """Two numbers of any length side by side: file 1 of 11 orders and file 11 of one would get the same name."""
    open_number = ""
    for part in parts:
        if isinstance(part, str):
            open_number = open_number if part.isdecimal() else ""
        elif part.word == "count" or (part.word in NUMBER_WORDS and part.width == 1):
            if open_number:
                raise NamePatternRefused(
                    f"{{{open_number}}} and {{{part.word}}} run together, so that two files could get the same name; "
                    "write a dash between them, or give the numbers a width, for example {sequence:06}"
                )
            open_number = part.word


def _refuse_longer_than_dos(pattern: NamePattern) -> None:
    if any(isinstance(part, _Word) and part.width == 1 and part.word in NUMBER_WORDS for part in pattern.parts):
        raise NamePatternRefused("an 8.3 name needs numbers of a fixed width, for example {sequence:06}")
    if pattern.has("endpoint"):
        raise NamePatternRefused("an 8.3 name has no room for {endpoint}")
    longest = pattern.name(NameFacts(1, date(2026, 12, 31), datetime(2026, 12, 31, tzinfo=UTC), "", 1, 1, NO_DIGESTS))
    if not is_dos_name(longest):
        what = f"{longest} is no 8.3 name: eight characters, a dot, and three at the most"
        raise NamePatternRefused(what)
