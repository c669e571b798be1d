"""Acknowledgement style `lines`: a log of plain lines, of which regular expressions pick those that say something.

A pattern must fit the whole line. So that no line can keep the reader busy for hours, lines are bounded and patterns
that try too many ways to fit are refused when the profile is loaded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bridge.domain.answers import Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.answer_settings import LinePatternSettings, LinesSettings
from bridge.profiles.patterns import TooManyWays, refuse_too_many_ways
from bridge.profiles.settings import AnswerRuleSettings

LINE_BYTES_MAX = 1 << 20
FITTED_MAX = 1_000  # characters of a line that a pattern is tried on; longer ones fit none
TEXT_MAX = 500
GROUPS = frozenset({"external_id", "position", "erp_number", "reason", "code", "verdict"})


class PatternRefused(ValueError):
    """A pattern that does not compile, or could try too many ways; number: which one."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


class LineAcknowledgements:
    """One profile's patterns, compiled."""

    def __init__(self, settings: AnswerRuleSettings, lines: LinesSettings, extension: str) -> None:
        self._settings, self._lines, self._extension = settings, lines, extension
        self._patterns = [(_compiled(number, one, settings), one.verdict) for number, one in enumerate(lines.patterns)]
        named = codecs.lookup(lines.encoding).name
        self._first, self._later = lines.encoding, "utf-8" if named == "utf-8-sig" else lines.encoding

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """The lines after the first `from_row`; of a log that grows, only those that end with a line end."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, from_row, answer)
        return answer

    def _results(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Result]:
        fitted = False
        with path.open("rb") as content:
            for number, line in self._lines_of(content, name):
                if number > from_row and (result := self._understood(line, number, name, answer)) is not None:
                    fitted = True
                    yield result
                answer.rows_read = number
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} lines, and had {from_row} before; a log that grows never loses lines"
            raise malformed(name, f"line {answer.rows_read + 1}", what)
        if not fitted and not self._settings.grows:
            raise malformed(name, "line 1", "holds no line that a pattern of the profile fits")

    def _lines_of(self, content: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
        number = 0
        while line := content.readline(LINE_BYTES_MAX + 1):
            number += 1
            if len(line) > LINE_BYTES_MAX:
                raise malformed(name, f"line {number}", f"is longer than {LINE_BYTES_MAX} bytes")
            if self._settings.grows and not line.endswith(b"\n"):
                return  # still being written
            try:
                text = line.decode(self._first if number == 1 else self._later)
            except UnicodeDecodeError as error:
                what = f"byte {error.start + 1} is not {self._lines.encoding}"
                raise malformed(name, f"line {number}", what) from error
            if "\x00" in text:
                raise malformed(name, f"line {number}", "holds a NUL; the file is damaged or in another encoding")
            yield number, text.strip()

    def _understood(self, line: str, number: int, name: str, answer: Answer) -> Result | None:
        """What a line says; None for one that says nothing. In a log that grows a bad line stands in nobody's way."""
        try:
            return self._result(line, number)
        except ValueError as error:
            if not self._settings.grows:
                raise malformed(name, f"line {number}", str(error)) from error
            answer.bad_row = answer.bad_row or (number, str(error))
            answer.bad_rows += 1
            return None

    def _result(self, line: str, number: int) -> Result | None:
        found = self._fitting(line)
        if found is None:
            if line and self._lines.other_lines == "refuse":
                raise ValueError("fits no pattern of the profile")
            return None
        groups, word = found
        meaning = word or self._settings.verdicts.get(groups.get("verdict", ""))
        if meaning is None:
            known = ", ".join(self._settings.verdicts)
            raise ValueError(f"the verdict is a word that the profile does not know (it knows {known})")
        level, verdict = MEANINGS[meaning]
        external_id, position = groups.get("external_id", ""), groups.get("position", "")
        placed = int(position) if position.isascii() and position.isdecimal() and len(position) < 10 else None
        if position and not placed:
            raise ValueError("the position is no number from 1")
        return Result(
            external_id=external_id,
            verdict=verdict,
            level=level,
            erp_number=groups.get("erp_number") or None,
            reason=groups.get("reason", ""),
            code=groups.get("code", ""),
            position=placed,
            whole_file=not external_id and placed is None and not self._settings.by_position,
            place=f"line {number}",
        )

    def _fitting(self, line: str) -> tuple[dict[str, str], str | None] | None:
        """The groups of the first pattern that fits, and its verdict."""
        if len(line) > FITTED_MAX:
            return None
        for pattern, word in self._patterns:
            if match := pattern.fullmatch(line):
                return {key: (text or "").strip()[:TEXT_MAX] for key, text in match.groupdict().items()}, word
        return None


def _compiled(number: int, one: LinePatternSettings, settings: AnswerRuleSettings) -> re.Pattern[str]:
    """Raises PatternRefused."""
    try:
        pattern = re.compile(one.pattern)
        refuse_too_many_ways(one.pattern)
    except re.error as error:
        raise PatternRefused(number, f"is no regular expression: {error}") from error
    except TooManyWays as refused:
        raise PatternRefused(number, str(refused)) from refused
    unknown = sorted(set(pattern.groupindex) - GROUPS)
    if unknown:
        raise PatternRefused(number, f"the group {unknown[0]} is not known; there are {', '.join(sorted(GROUPS))}")
    if one.verdict is None and ("verdict" not in pattern.groupindex or not settings.verdicts):
        raise PatternRefused(number, "says no verdict: give it one, or a group verdict and the table verdicts")
    if one.verdict is not None and "verdict" in pattern.groupindex:
        raise PatternRefused(number, "has a verdict of its own and a group verdict")
    return pattern
