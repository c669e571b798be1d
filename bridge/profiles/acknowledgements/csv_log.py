"""Acknowledgement style `csv`: a log in rows, whole at once or growing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from bridge.domain.answers import Result
from bridge.profiles.acknowledgements.base import Answer, malformed, named_file
from bridge.profiles.acknowledgements.row_results import KEYS, RowResults
from bridge.profiles.rows import Dialect, Row, RowsBroken, blocks_of
from bridge.profiles.settings import AnswerRuleSettings, CsvAnswerSettings


class CsvAcknowledgements:
    """The columns of one profile's log."""

    def __init__(self, settings: AnswerRuleSettings, csv: CsvAnswerSettings, extension: str) -> None:
        self._settings, self._csv, self._extension = settings, csv, extension
        self._dialect = Dialect(csv.encoding, csv.delimiter, csv.quote)
        named = csv.columns.model_dump(exclude_none=True)
        self._columns: dict[str, str | int] = named
        self._rows = RowResults(settings, "line")

    def read(self, path: Path, name: str, from_row: int) -> Answer:
        """Rows after the first `from_row`; of a log that grows, only those that end with a line end."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        answer.results = chain.from_iterable(self._blocks(path, name, from_row, answer))
        return answer

    def _blocks(self, path: Path, name: str, from_row: int, answer: Answer) -> Iterator[Iterable[Result]]:
        """In a log that grows a bad row stands in nobody's way; a whole file is refused for it."""
        places: _Places | None = None
        try:
            for lines, records in blocks_of(path, self._dialect, whole_only=self._settings.grows):
                if places is None and records:
                    places = self._places(lines[0], records[0])
                    begun = int(self._csv.heading)
                    lines, records = lines[begun:], records[begun:]
                known = max(from_row - answer.rows_read, 0)
                answer.rows_read += len(records)
                if places is not None and records[known:]:
                    yield self._said(lines[known:], records[known:], places, answer, name)
        except RowsBroken as error:
            raise malformed(name, f"line {error.line}", str(error)) from error
        if answer.rows_read < from_row:
            what = f"has {answer.rows_read} rows, and had {from_row} before; a log that grows never loses rows"
            raise malformed(name, f"line {answer.rows_read + 1}", what)

    def _said(
        self, lines: Sequence[int], records: Sequence[list[str]], places: _Places, answer: Answer, name: str
    ) -> Iterable[Result]:
        """The results of some records, all at once where none of them is odd."""
        columns = [*zip(*records, strict=False)]  # as many as the shortest record has
        if len(columns) > places.last:
            none = ("",) * len(records)
            results = self._rows.of_rows(lines, [none if at is None else columns[at] for at in places.columns])
            if results is not None:
                return results
        return self._one_by_one(zip(lines, records, strict=True), places, answer, name)

    def _one_by_one(self, records: Iterable[Row], places: _Places, answer: Answer, name: str) -> Iterator[Result]:
        for line, fields in records:
            try:
                result = self._understood(line, fields, places)
            except RowsBroken as error:
                if not self._settings.grows:
                    raise malformed(name, f"line {error.line}", str(error)) from error
                answer.bad_row = answer.bad_row or (error.line, str(error))
                answer.bad_rows += 1
                continue
            if result is not None:
                yield result

    def _understood(self, line: int, fields: Sequence[str], places: _Places) -> Result | None:
        """What one record says. Raises RowsBroken."""
        if len(fields) <= places.last:
            raise RowsBroken(line, f"has {len(fields)} fields; too few for the columns of the profile")
        return self._rows.of_row(line, ["" if at is None else fields[at] for at in places.columns])

    def _places(self, line: int, first: Sequence[str]) -> _Places:
        """Where each column stands, by the first record if it is a heading."""
        if not self._csv.heading:
            return _Places({key: int(column) - 1 for key, column in self._columns.items()})
        names = [field.strip() for field in first]
        for column in self._columns.values():
            if column not in names:
                raise RowsBroken(line, f"there is no column {column}")
        return _Places({key: names.index(str(column)) for key, column in self._columns.items()})


class _Places:
    """Where the columns of a log stand: that of each key, None for one that the log does not have; and the last."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.columns = [known.get(key) for key in KEYS]
        self.last = max(known.values(), default=0)
