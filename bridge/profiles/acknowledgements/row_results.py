"""What the rows of a log say of orders, the same for rows of a CSV file and records of fixed width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles.acknowledgements.base import MEANINGS
from bridge.profiles.rows import NUMBER_MAX, RowsBroken
from bridge.profiles.settings import AnswerRuleSettings

KEYS = ("external_id", "verdict", "erp_number", "reason", "code", "file")  # the columns that a profile can name


class RowResults:
    """One profile's way of understanding rows. unit: what the ERP's people call a row when they look it up."""

    def __init__(self, settings: AnswerRuleSettings, unit: str) -> None:
        self._meanings = {word: MEANINGS[meaning] for word, meaning in settings.verdicts.items()}
        self._by_position, self._unit = settings.by_position, unit

    def of_row(self, number: int, words: Sequence[str]) -> Result | None:
        """What a row says, given by the words in its columns; None where it names no order. Raises RowsBroken."""
        meaning = self._meaning(words[1])
        if meaning is None:
            known = ", ".join(self._meanings)
            raise RowsBroken(number, f"the verdict is a word that the profile does not know (it knows {known})")
        external_id, _, theirs, reason, code, file = (word.strip() for word in words)
        if not external_id and not self._by_position:
            return None  # a row about a whole file has no order
        if len(theirs) > NUMBER_MAX or len(external_id) > NUMBER_MAX:
            raise RowsBroken(number, f"an id or number is longer than {NUMBER_MAX} characters")
        level, verdict = meaning
        place = f"{self._unit} {number}"
        return Result(external_id, verdict, theirs or None, reason, place, level, code, _named(file))

    def of_rows(self, numbers: Iterable[int], columns: Sequence[Sequence[str]]) -> Iterator[Result] | None:
        """What many rows say, a column at a time, which is quicker. None where one of them wants a closer look."""
        ids, words, theirs, reasons, codes, files = columns
        if not words:
            return iter(())
        said = {word: self._meaning(word) for word in set(words)}
        levels = {word: meaning[0] for word, meaning in said.items() if meaning}
        verdicts = {word: meaning[1] for word, meaning in said.items() if meaning}
        ids = [*map(str.strip, ids)]
        if (
            len(levels) < len(said)
            or "" in ids
            or max(map(len, ids)) > NUMBER_MAX
            or max(map(len, theirs)) > NUMBER_MAX
        ):
            return None
        named = {file: _named(file.strip()) for file in set(files)}
        unit = self._unit
        one_level = len(set(levels.values())) == 1
        columns_of_results = zip(
            ids,
            map(verdicts.__getitem__, words),
            [number.strip() or None for number in theirs],
            map(str.strip, reasons) if any(reasons) else repeat(""),
            [f"{unit} {number}" for number in numbers],
            repeat(*set(levels.values())) if one_level else map(levels.__getitem__, words),
            map(str.strip, codes) if any(codes) else repeat(""),
            repeat(*named.values()) if len(named) == 1 else map(named.__getitem__, files),
            repeat(None),
            repeat(False),
            repeat(()),
            strict=False,
        )
        return map(tuple.__new__, repeat(Result), columns_of_results)  # as _make does, with no step of Python for each

    def _meaning(self, word: str) -> tuple[Level, Verdict] | None:
        return self._meanings.get(word) or self._meanings.get(word.strip())


def _named(file: str) -> FileReference | None:
    return FileReference(FileKey.NAME, file) if file else None
