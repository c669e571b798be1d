"""Settings of the formats that are tables of columns: `[csv]` and `[fixed]`, and of answers in columns."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import Field

from bridge.profiles.settings_base import OneCharacter, Separator, Settings, Word


class ColumnSettings(Settings):
    """One column of a record. Exactly one of value, text, join and first_of."""

    heading: Word = Field(description="Name of the column")
    value: str | None = Field(None, description="Path: delivery.street, line.sku, file.sequence_number, extra.NAME")
    text: str | None = Field(None, description="A fixed text")
    join: tuple[str, ...] = Field((), description="Paths whose non-empty texts are joined")
    between: str = Field(" ", description="What stands between joined texts")
    first_of: tuple[str, ...] = Field((), description="Paths of which the first non-empty one is taken")
    form: Literal["text", "html", "money", "decimal", "percent", "integer", "date", "count", "totals"] | None = Field(
        None, description="Form of the value; default by its type"
    )
    places: int | None = Field(None, ge=0, le=12, description="Decimal places of form decimal, money or percent")
    rounded: bool = Field(
        False, description="Of form decimal with places: rounded half up; without it more places hold the order"
    )
    per: str | None = Field(None, description="Path of a quantity: the value is divided by it, the price of one")
    date: str | None = Field(None, description="Date form; default: csv.date")
    codes: dict[str, str] = Field(
        default_factory=dict, description="Our value = the ERP's code; * is any other, else another is refused"
    )
    before: str = Field("", description="Put before a text that is not empty")
    once: bool = Field(False, description="Only on the first row of an order's lines, empty on those below")
    quoted: bool | None = Field(None, description="With quoting = texts: in quotes; default: texts of the order are")
    length_max: int | None = Field(None, ge=1, description="A longer text is refused: for joins without a limit")


class RecordSettings(Settings):
    """`[[csv.records]]`: one kind of row."""

    each: Literal["file", "order", "line", "end"] = Field(description="Written once a file, order, line, or at the end")
    when: str | None = Field(None, description="A path: the record is written only where it is not empty")
    columns: tuple[ColumnSettings, ...] = Field(min_length=1, description="The columns, from the left")


class CsvSettings(Settings):
    """`[csv]`: a file of rows, made from tables of columns without a template."""

    delimiter: Separator = Field(",", description="Between fields")
    quote: Separator = Field('"', description="Around fields; doubled inside them")
    quoting: Literal["needed", "all", "never", "texts"] = Field(
        "needed", description="Which fields are quoted; texts: texts that are not empty, no numbers, dates, fixed words"
    )
    heading_row: bool | Literal["all"] = Field(
        False, description="Begin with the headings of the first record; all: with a row for each kind of record"
    )
    decimal_comma: bool = Field(False, description="Write 12,50 instead of 12.50")
    date: str = Field("YYYY-MM-DD", description="Date form of columns without their own")
    formula_guard: bool = Field(False, description="Put ' before a text that a spreadsheet would calculate")
    records: tuple[RecordSettings, ...] = Field(min_length=1, description="The kinds of rows")


class RowStyle(Protocol):
    """What the forms of columns depend on, in every format of columns."""

    @property
    def decimal_comma(self) -> bool: ...
    @property
    def date(self) -> str: ...
    @property
    def formula_guard(self) -> bool: ...


class FixedColumnSettings(ColumnSettings):
    """A column of fixed width."""

    width: int = Field(ge=1, le=32_000, description="Width in fixed.unit")
    at: int | None = Field(None, ge=1, description="First position, from 1, as in the ERP's document: to be checked")
    align: Literal["left", "right"] | None = Field(None, description="Default: texts and dates left, numbers right")
    fill: OneCharacter | None = Field(None, description="What fills the width; default: blank, before numbers zero")
    decimals: Literal["point", "comma", "implied"] = Field(
        "point", description="Decimal sign of a number; implied: none, the ERP counts the places"
    )
    sign: Literal["leading", "trailing", "overpunched", "none"] = Field(
        "leading",
        description="Where a minus stands; overpunched: in the last digit; none: a negative number is refused",
    )
    plus: bool = Field(False, description="A number that is not negative has a + where the minus would stand")
    empty: Literal["blank", "zero"] = Field("blank", description="What stands for a number or date that is not there")


class FixedRecordSettings(RecordSettings):
    """`[[fixed.records]]`: one kind of record. Records of a line that stand one after the other belong together."""

    name: str = Field("", description="Its name, for records under it")
    under: str | None = Field(None, description="Name of the record that record.parent tells the number of")
    counted: bool = Field(True, description="Whether it has a place in record.number")
    columns: tuple[FixedColumnSettings, ...] = Field(min_length=1, description="The columns, from the left")


class FixedSettings(Settings):
    """`[fixed]`: records of fixed width, made from tables of columns without a template."""

    record_length: int | None = Field(None, ge=1, le=32_000, description="Every record is filled up to this length")
    unit: Literal["characters", "bytes"] = Field("characters", description="Unit of widths; bytes: as encoded")
    line_end: Literal["file", "nel"] = Field(
        "file", description="After each record: as file.line_end, or EBCDIC's next line (hexadecimal 15)"
    )
    last_line_end: bool = Field(True, description="The last record has its line end too")
    trim: bool = Field(False, description="Blanks at the end of a record are cut")
    upper: bool = Field(False, description="Texts in capitals")
    decimal_comma: bool = Field(False, description="Decimal sign of columns with decimals = point is a comma")
    date: str = Field("YYYYMMDD", description="Date form of columns without their own")
    records: tuple[FixedRecordSettings, ...] = Field(min_length=1, description="The kinds of records")

    @property
    def formula_guard(self) -> bool:
        """No spreadsheet reads such a file."""
        return False


class PlaceSettings(Settings):
    """Where one word stands in a record."""

    at: int = Field(ge=1, description="First position, from 1")
    width: int = Field(ge=1, description="Width")


class FixedAnswerColumns(Settings):
    """`[answers.rules.fixed.columns]`: where each word stands."""

    external_id: PlaceSettings | None = Field(None, description="Our external id; not needed with by_position")
    verdict: PlaceSettings = Field(description="The ERP's word for accepted or rejected; blank can be a word")
    erp_number: PlaceSettings | None = Field(None, description="The ERP's document number")
    reason: PlaceSettings | None = Field(None, description="The ERP's words")
    code: PlaceSettings | None = Field(None, description="The ERP's code for the reason")
    file: PlaceSettings | None = Field(None, description="Our file's name")


class FixedAnswerSettings(Settings):
    """`[answers.rules.fixed]`: a log in records of fixed width."""

    encoding: Word = Field("utf-8-sig", description="Encoding, EBCDIC too")
    unit: Literal["characters", "bytes"] = Field("characters", description="Unit of positions; bytes: as encoded")
    record_length: int | None = Field(
        None, ge=1, le=32_000, description="Bytes of a record in a file without line ends; default: line ends divide it"
    )
    only: str = Field("", description="How a record begins that holds a result; others are passed over")
    columns: FixedAnswerColumns = Field(description="Where each word stands")
