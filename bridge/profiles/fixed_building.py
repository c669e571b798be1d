"""From `[fixed]` to its records, with positions and lengths proved, and the limits that the widths of columns are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.domain.checks.case import label
from bridge.domain.limits import Limit
from bridge.profiles.answering import Wrong
from bridge.profiles.csv_building import Noted, Path, when_place
from bridge.profiles.formats.base import ControlPlan
from bridge.profiles.formats.columns import ColumnRefused
from bridge.profiles.formats.fixed import FixedFormat, FixedRecord
from bridge.profiles.formats.fixed_columns import FixedColumn, is_ebcdic
from bridge.profiles.reading import Source, suggestion
from bridge.profiles.settings import ProfileSettings
from bridge.profiles.table_settings import FixedRecordSettings, FixedSettings


def fixed_format(
    name: str, settings: ProfileSettings, source: Source, characters: CharacterRules, control: ControlPlan, wrong: Wrong
) -> FixedFormat | None:
    """The compiled records; None where a mistake was noted."""
    fixed = settings.fixed
    assert fixed is not None
    noted = Noted(wrong)
    _check_file(settings, fixed, characters, noted)
    records = [_record(number, record, fixed, source, characters, noted) for number, record in enumerate(fixed.records)]
    if not {"order", "line"} & {record.each for record in fixed.records}:
        noted(("fixed", "records"), "no record is written for an order or its lines")
    return None if noted.count else FixedFormat(name, fixed, settings.file, characters, records, control)


def width_limits(settings: ProfileSettings, source: Source, stated: Sequence[Limit], wrong: Wrong) -> Iterator[Limit]:
    """A limit for each text column that none guards: its width. A stated limit that is wider is noted."""
    if settings.fixed is None:
        return
    limits = {limit.field: limit for limit in stated}
    found: dict[str, Limit] = {}
    for column, path in _text_columns(settings, settings.fixed, source):
        field, length_max = column.limited() or ("", 0)
        whole = field.rpartition(".")[0].removesuffix("_parts") if "_parts." in field else field
        limit = limits.get(whole)
        if limit is not None:
            held = None if limit.parts > 1 and whole == field else limit.length_max
            if held is not None and held > length_max and limit.unit == settings.fixed.unit:
                what = f"column {column.heading} holds {length_max}, and the limit of {whole} allows {held}"
                wrong(path, what, f"Make length_max of the limit at {limit.place} {length_max}, or widen the column.")
        elif whole == field and (field not in found or length_max < (found[field].length_max or 0)):
            words = label(field.replace("lines.", "line."))
            found[field] = Limit(
                field=field,
                label=words[:1].upper() + words[1:],
                length_max=length_max,
                unit=settings.fixed.unit,
                source=f"column {column.heading}, {column.place}",
                place=column.place,
            )
    yield from found.values()


def _text_columns(
    settings: ProfileSettings, fixed: FixedSettings, source: Source
) -> Iterator[tuple[FixedColumn, Path]]:
    for number, record in enumerate(fixed.records):
        for index, given in enumerate(record.columns):
            path: Path = ("fixed", "records", number, "columns", index)
            try:
                column = FixedColumn(given, record.each, source.place(*path), fixed, settings.file.encoding)
            except (ColumnRefused, LookupError):
                continue  # told when the format is built
            if column.limited() is not None:
                yield column, path


def _check_file(settings: ProfileSettings, fixed: FixedSettings, characters: CharacterRules, wrong: Wrong) -> None:
    file = settings.file
    if characters.newline is NewlinePolicy.KEEP:
        what = "a line break inside a field would end its record; set characters.newline to blank or refuse"
        wrong(("characters", "newline"), what)
    if fixed.trim and file.line_end == "none":
        wrong(("fixed", "trim"), "records without line ends must keep their blanks, else nobody can tell them apart")
    if file.line_end == "none" and fixed.record_length is None:
        lengths = {sum(column.width for column in record.columns) for record in fixed.records}
        if len(lengths) > 1:
            what = f"records without line ends need one length, and these have {', '.join(map(str, sorted(lengths)))}"
            wrong(("fixed", "records"), what, "Set fixed.record_length, or file.line_end.")
    if fixed.line_end == "nel" and (file.line_end != "lf" or not is_ebcdic(file.encoding)):
        what = f"fixed.line_end = 'nel' is for EBCDIC with file.line_end = 'lf', not {file.encoding}, {file.line_end}"
        wrong(("fixed", "line_end"), what)
    if fixed.record_length is not None and fixed.unit == "bytes":
        blank = len(" ".encode(file.encoding))
        if fixed.record_length % blank:
            wrong(("fixed", "record_length"), f"a length in bytes of {file.encoding} is a multiple of {blank}")


def _record(
    number: int, record: FixedRecordSettings, fixed: FixedSettings, source: Source,
    characters: CharacterRules, wrong: Wrong,
) -> FixedRecord:  # fmt: skip
    path: Path = ("fixed", "records", number)
    columns: list[FixedColumn] = []
    begin = 1
    for index, given in enumerate(record.columns):
        here: Path = (*path, "columns", index)
        if given.at is not None and given.at != begin:
            what = f"column {given.heading} is said to begin at {given.at}; the widths before it end at {begin - 1}"
            wrong((*here, "at"), what, "Mend a width before it, or put a column with text = '' in between.")
            begin = given.at
        begin += given.width
        try:
            columns.append(FixedColumn(given, record.each, source.place(*here), fixed, characters.encoding))
        except ColumnRefused as error:
            wrong(here, str(error))
    if fixed.record_length is not None and begin - 1 > fixed.record_length:
        what = f"the columns are {begin - 1} wide; fixed.record_length is {fixed.record_length}"
        wrong((*path, "columns"), what)
    names = [other.name for other in fixed.records[: number + 1] if other.name]
    if record.under is not None and record.under not in names:
        what = f"under = {record.under!r} is no record before this one{suggestion(record.under, names)}"
        wrong((*path, "under"), what)
    return FixedRecord(
        each=record.each,
        columns=columns,
        when=when_place(record, (*path, "when"), wrong),
        name=record.name,
        under=record.under,
        counted=record.counted,
    )
