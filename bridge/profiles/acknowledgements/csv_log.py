"""Acknowledgement style `csv`: a log in rows, whole at once or growing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

from bridge.domain.answers import FileKey, FileReference, Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.rows import NUMBER_MAX, Dialect, Row, RowsBroken, rows_of
from bridge.profiles.settings import AnswerRuleSettings, CsvAnswerSettings

KEYS = ("external_id", "verdict", "erp_number", "reason", "code", "file")


class CsvAcknowledgements:
    """The columns of one profile's log."""

    def __init__(self, settings: AnswerRuleSettings, csv: CsvAnswerSettings, extension: str) -> None:
        self._settings, self._csv, self._extension = settings, csv, extension
        self._dialect = Dialect(csv.encoding, csv.delimiter, csv.quote)
        named = csv.columns.model_dump(exclude_none=True)
        self._columns: dict[str, str | int] = named
        self._meanings = {word: MEANINGS[meaning] for word, meaning in settings.verdicts.items()}

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """Rows after the first `from_row`; of a log that grows, only those that end with a line end."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = self._results(path, name, from_row, answer)
        return answer

    def _results(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Result]:
        """In a log that grows a bad row stands in nobody's way; a whole file is refused for it."""
        try:
            rows = rows_of(path, self._dialect, whole_only=self._settings.grows)
            understood = self._reader(rows)
            for row in rows:
                try:
                    result = understood(row) if answer.rows_read >= from_row else None
                except RowsBroken as error:
                    if not self._settings.grows:
                        raise
                    answer.bad_row = answer.bad_row or (error.line, str(error))
                    answer.bad_rows += 1
                    result = None
                if result is not None:
                    yield result
                answer.rows_read += 1
        except RowsBroken as error:
            raise malformed(name, f"line {error.line}", str(error)) from error
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} rows, and had {from_row} before; a log that grows never loses rows"
            raise malformed(name, f"line {answer.rows_read + 1}", what)

    def _positions(self, rows: Iterator[Row]) -> dict[str, int]:
        """Where each column stands. A log without its heading yet has no rows either."""
        if not self._csv.heading:
            return {key: int(column) - 1 for key, column in self._columns.items()}
        heading = next(rows, None)
        if heading is None:
            return {}
        line, fields = heading
        names = [field.strip() for field in fields]
        for column in self._columns.values():
            if column not in names:
                raise RowsBroken(line, f"there is no column {column}")
        return {key: names.index(str(column)) for key, column in self._columns.items()}

    def _reader(self, rows: Iterator[Row]) -> Callable[[Row], Result | None]:
        """What makes a result of a row; None of one that gives no verdict on an order."""
        positions = self._positions(rows)
        last, meanings, unnamed_too = max(positions.values(), default=0), self._meanings, self._settings.by_position
        picked = itemgetter(*(positions.get(key, -1) for key in KEYS))
        files: dict[str, FileReference | None] = {}

        def understood(row: Row) -> Result | None:
            line, fields = row
            if len(fields) <= last:
                raise RowsBroken(line, f"has {len(fields)} fields; too few for the columns of the profile")
            fields.append("")  # which a column says that the log does not have
            external_id, word, number, reason, code, name = picked(fields)
            meaning = meanings.get(word) or meanings.get(word.strip())
            if meaning is None:
                known = ", ".join(meanings)
                raise RowsBroken(line, f"the verdict is a word that the profile does not know (it knows {known})")
            external_id = external_id.strip()
            if not external_id and not unnamed_too:
                return None  # a row about a whole file has no order
            level, verdict = meaning
            if name not in files:
                files.clear()  # rows about one file follow each other
                files[name] = FileReference(FileKey.NAME, name.strip()) if name.strip() else None
            place = f"line {line}"
            if len(number) > NUMBER_MAX or len(external_id) > NUMBER_MAX:
                raise RowsBroken(line, f"an id or number is longer than {NUMBER_MAX} characters")
            return Result(
                external_id, verdict, number.strip() or None, reason.strip(), place, level, code.strip(), files[name]
            )

        return understood
