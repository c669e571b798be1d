"""From `[csv]` to its records of columns; what is wrong is noted with its key."""

from __future__ import annotations

from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.profiles.answering import Wrong
from bridge.profiles.formats.base import ControlPlan
from bridge.profiles.formats.columns import Column, ColumnRefused, Place
from bridge.profiles.formats.csv_dialect import dialect_mistakes
from bridge.profiles.formats.csv_rows import CsvFormat
from bridge.profiles.reading import Source
from bridge.profiles.settings import ProfileSettings
from bridge.profiles.table_settings import CsvSettings, RecordSettings

Path = tuple[str | int, ...]


class Noted:
    """Notes mistakes and counts them."""

    def __init__(self, wrong: Wrong) -> None:
        self._wrong, self.count = wrong, 0

    def __call__(self, path: Path, what: str, cure: str = "") -> None:
        """One mistake at a key."""
        self.count += 1
        self._wrong(path, what, cure)


def csv_format(
    name: str, settings: ProfileSettings, source: Source, characters: CharacterRules, control: ControlPlan, wrong: Wrong
) -> CsvFormat | None:
    """The compiled records; None where a mistake was noted."""
    csv, noted = settings.csv, Noted(wrong)
    assert csv is not None
    _check_quotes(csv, characters, noted)
    records = []
    for number, record in enumerate(csv.records):
        columns = []
        for index, given in enumerate(record.columns):
            path: Path = ("csv", "records", number, "columns", index)
            try:
                columns.append(Column(given, record.each, source.place(*path)))
            except ColumnRefused as error:
                noted(path, str(error))
        records.append((record.each, columns, when_place(record, ("csv", "records", number, "when"), noted)))
    if not {"order", "line"} & {each for each, _, _ in records}:
        noted(("csv", "records"), "no record is written for an order or its lines")
    if not noted.count:
        for path, what in dialect_mistakes(csv, records, characters.encoding):
            noted(path, what)
    return None if noted.count else CsvFormat(name, csv, settings.file, characters, records, control)


def when_place(record: RecordSettings, path: Path, wrong: Wrong) -> Place | None:
    """The path on which a record is written; None where it always is, or a mistake was noted."""
    if record.when is None:
        return None
    if record.each not in ("order", "line"):
        wrong(path, "when belongs to records of an order or a line")
        return None
    try:
        return Place(record.when, record.each)
    except ColumnRefused as error:
        wrong(path, f"when: {error}")
        return None


def _check_quotes(csv: CsvSettings, characters: CharacterRules, wrong: Wrong) -> None:
    if csv.delimiter == csv.quote:
        wrong(("csv", "quote"), "csv.quote and csv.delimiter are the same character")
    if csv.quoting == "never" and characters.newline is NewlinePolicy.KEEP:
        wrong(
            ("csv", "quoting"),
            "without quotes a line break cannot be kept; set characters.newline to blank or refuse",
        )
