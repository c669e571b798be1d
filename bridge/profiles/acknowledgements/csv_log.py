"""Acknowledgement style `csv`: a log in rows, whole at once or growing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.rows import Dialect, Row, RowsBroken, rows_of
from bridge.profiles.settings import AnswerRuleSettings, CsvAnswerSettings

Positions = dict[str, int]


class CsvAcknowledgements:
    """The columns of one profile's log."""

    def __init__(self, settings: AnswerRuleSettings, csv: CsvAnswerSettings, extension: str) -> None:
        self._settings, self._csv, self._extension = settings, csv, extension
        self._dialect = Dialect(csv.encoding, csv.delimiter, csv.quote)
        named = csv.columns.model_dump(exclude_none=True)
        self._columns: dict[str, str | int] = named

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """Rows after the first `from_row`; of a log that grows, only those that end with a line end."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, from_row, answer)
        return answer

    def _results(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Result]:
        try:
            rows = rows_of(path, self._dialect, whole_only=self._settings.grows)
            positions = self._positions(rows)
            for row in rows:
                if answer.rows_read >= from_row and (result := self._understood(row, positions, answer)):
                    yield result
                answer.rows_read += 1
        except RowsBroken as error:
            raise malformed(name, f"line {error.line}", str(error)) from error
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} rows, and had {from_row} before; a log that grows never loses rows"
            raise malformed(name, f"line {answer.rows_read + 1}", what)

    def _understood(self, row: Row, positions: Positions, answer: Answer) -> Result | None:
        """One row's result. In a log that grows a bad row stands in nobody's way; a whole file is refused for it."""
        try:
            return self._result(row, positions)
        except RowsBroken as error:
            if not self._settings.grows:
                raise
            answer.bad_row = answer.bad_row or (error.line, str(error))
            answer.bad_rows += 1
            return None

    def _positions(self, rows: Iterator[Row]) -> Positions:
        """Where each column stands. A log without its heading yet has no rows either."""
        if not self._csv.heading:
            return {key: int(column) - 1 for key, column in self._columns.items()}
        heading = next(rows, None)
        if heading is None:
            return {}
        names = [field.strip() for field in heading.fields]
        for column in self._columns.values():
            if column not in names:
                raise RowsBroken(heading.line, f"there is no column {column}")
        return {key: names.index(str(column)) for key, column in self._columns.items()}

    def _result(self, row: Row, positions: Positions) -> Result | None:
        """One row's result; None where it gives no verdict on an order."""
        if len(row.fields) <= max(positions.values()):
            raise RowsBroken(row.line, f"has {len(row.fields)} fields; too few for the columns of the profile")
        words = {key: row.fields[at].strip() for key, at in positions.items()}
        meaning = self._settings.verdicts.get(words["verdict"])
        if meaning is None:
            known = ", ".join(self._settings.verdicts)
            raise RowsBroken(row.line, f"the verdict is a word that the profile does not know (it knows {known})")
        external_id, file = words.get("external_id", ""), words.get("file", "")
        if not external_id and not self._settings.by_position:
            return None  # a row about a whole file has no order
        level, verdict = MEANINGS[meaning]
        return Result(
            external_id=external_id,
            verdict=verdict,
            level=level,
            erp_number=words.get("erp_number") or None,
            reason=words.get("reason", ""),
            code=words.get("code", ""),
            file=FileReference(FileKey.NAME, file) if file else None,
            place=f"line {row.line}",
        )
