"""Format `csv`: rows made from tables of columns, several kinds of rows in one file, any dialect."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Literal

from bridge.domain.characters import UNHOLDABLE, CharacterRules
from bridge.profiles.formats.base import Control, FileContext, file_words, refuse_other_than_promised
from bridge.profiles.formats.columns import VALUE_ERRORS, Column, Place, Row, compile_row, is_written
from bridge.profiles.formats.csv_faults import careful_rows, explained
from bridge.profiles.settings import CsvSettings, FileSettings

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "none": ""}
_QUOTING: Mapping[str, Literal[0, 1, 3]] = {"needed": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "never": csv.QUOTE_NONE}
Plan = tuple[str, Sequence[Column], Row, Place | None]
Record = tuple[str, Sequence[Column], Place | None]  # for each what, its columns, the path that must not be empty


class CsvFormat:
    """One profile's records, compiled."""

    def __init__(
        self,
        profile: str,
        settings: CsvSettings,
        file: FileSettings,
        characters: CharacterRules,
        records: Sequence[Record],
    ) -> None:
        self.profile, self.settings, self.file, self.characters = profile, settings, file, characters
        self.records = records
        self._plans: dict[tuple[int, tzinfo], list[Plan]] = {}

    @property
    def carries(self) -> tuple[str, ...]:
        """Every canonical field that stands unchanged in a column."""
        carried = (column.carried for _, columns, _ in self.records for column in columns)
        return tuple(dict.fromkeys(path for path in carried if path))

    def renderer(self, context: FileContext) -> CsvRenderer:
        """A new file."""
        return CsvRenderer(self, context)

    def plans(self, digits: int, zone: tzinfo) -> list[Plan]:
        """The records compiled for a currency's minor digits and a zone; kept, there are few."""
        if (kept := self._plans.get((digits, zone))) is None:
            kept = [
                (each, columns, compile_row(columns, self.settings, digits, zone), when)
                for each, columns, when in self.records
            ]
            self._plans[digits, zone] = kept
        return kept

    def text_of(self, rows: Sequence[Sequence[Any]]) -> str:
        """The rows in the profile's dialect. Raises csv.Error where quoting is forbidden and needed."""
        pieces: list[str] = []
        settings = self.settings
        never = settings.quoting == "never"
        writer = csv.writer(
            _Pieces(pieces),
            delimiter=settings.delimiter,
            quotechar=None if never else settings.quote,
            quoting=_QUOTING[settings.quoting],
            lineterminator=LINE_ENDS[self.file.line_end],
        )
        writer.writerows(rows)
        return "".join(pieces)


class CsvRenderer:
    """One csv file."""

    def __init__(self, format_: CsvFormat, context: FileContext) -> None:
        self._format, self._context, self._control = format_, context, Control()
        self._file = file_words(context, self._control)
        self._line_end = LINE_ENDS[format_.file.line_end]

    def head(self) -> bytes:
        """Byte order mark, heading row and the records written once a file, as the profile has them."""
        rows: list[Sequence[Any]] = []
        if self._format.settings.heading_row:
            rows.append([column.heading for column in self._format.records[0][1]])
        rows += self._rows("file")
        mark = "\ufeff" if self._format.file.byte_order_mark else ""
        return (mark + self._format.text_of(rows)).encode(self._format.file.encoding)

    def order(self, order: dict[str, Any]) -> bytes:
        """The rows of one order, all or none."""
        plans = self._format.plans(order["currency_digits"], self._context.zone)
        order["position"] = self._control.orders + 1
        try:
            rows = []
            for each, _, row, when in plans:
                if each == "order" and is_written(when, (order, None, self._file)):
                    rows.append(row((order, None, self._file)))
                elif each == "line":
                    roots = ((order, line, self._file) for line in order["lines"])
                    rows += [row(one) for one in roots if is_written(when, one)]
            content = self._encoded(rows)
        except VALUE_ERRORS as error:
            raise explained(self._format, order, self._file, self._context.zone) from error
        if content is None:
            careful = careful_rows(self._format, order, rows)
            content = self._format.text_of(careful).encode(self._format.file.encoding)
        self._control.add(order)
        return content

    def tail(self) -> bytes:
        """The records written at the end, with what was rendered summed up. Raises Fault when it is not as promised."""
        refuse_other_than_promised(self._context, self._control)
        self._file = file_words(self._context, self._control)
        return self._format.text_of(self._rows("end")).encode(self._format.file.encoding)

    def _rows(self, when: str) -> list[Sequence[Any]]:
        plans = self._format.plans(2, self._context.zone)
        return [row((None, None, self._file)) for each, _, row, _ in plans if each == when]

    def _encoded(self, rows: Sequence[Sequence[Any]]) -> bytes | None:
        """The bytes, None where a value holds a line break, or a character that does not fit: then look closer."""
        try:
            text = self._format.text_of(rows)
            breaks = text.count("\n"), text.count("\r")
            usual = (len(rows), len(rows) if self._line_end == "\r\n" else 0)
            if breaks != usual or UNHOLDABLE.search(text):
                return None
            return text.encode(self._format.file.encoding)
        except (UnicodeEncodeError, csv.Error):
            return None


class _Pieces:
    """What csv.writer writes to: a list's append."""

    __slots__ = ("write",)

    def __init__(self, pieces: list[str]) -> None:
        self.write = pieces.append
