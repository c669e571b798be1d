"""Rows with quotes around texts alone (`csv.quoting = "texts"`), each written as one line.

What stands in every row alike is joined and quoted when the profile is loaded, so that an order fills in only what is
its own: of the 62 fields of an EDI++ header that is a third.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import tzinfo

from bridge.profiles.formats.columns import Column, Roots, compile_row
from bridge.profiles.settings import CsvSettings

Line = Callable[[Roots], str]


def quoted_line(
    columns: Sequence[Column], settings: CsvSettings, digits: int, zone: tzinfo, line_end: str, below: bool
) -> Line:
    """One function from roots to the line with its end. below: as in compile_row.

    It raises csv.Error where a value needs quotes that its column does not have, and what compile_row's function does.
    """
    quote, doubled = settings.quote, settings.quote * 2
    fixed = [_fixed_text(column, below) for column in columns]
    varying = [column for column, text in zip(columns, fixed, strict=True) if text is None]
    fields = [
        "%s" if text is None else _in_quotes(text, column, quote) for column, text in zip(columns, fixed, strict=True)
    ]
    pattern = settings.delimiter.join(fields) + line_end
    if not varying:
        always = pattern % ()
        return lambda _: always
    row = compile_row(varying, settings, digits, zone)
    quoted = [at for at, column in enumerate(varying) if column.is_quoted]
    bare = [at for at, column in enumerate(varying) if column.is_bare_text]

    def line(roots: Roots) -> str:
        values = list(row(roots))
        for at in quoted:
            if text := str(values[at]):
                values[at] = f"{quote}{text.replace(quote, doubled) if quote in text else text}{quote}"
        for at in bare:
            if needs_quotes(str(values[at]), settings):
                raise csv.Error("a value that stands without quotes needs them")
        return pattern % tuple(values)

    return line


def needs_quotes(text: str, settings: CsvSettings) -> bool:
    """Whether it could not be told from what stands between fields."""
    return any(sign in text for sign in (settings.delimiter, settings.quote, "\n", "\r"))


def _fixed_text(column: Column, below: bool) -> str | None:
    return "" if below and column.settings.once else column.settings.text


def _in_quotes(text: str, column: Column, quote: str) -> str:
    """A fixed text as it stands in the pattern, in which a percent sign is doubled."""
    written = f"{quote}{text.replace(quote, quote + quote)}{quote}" if text and column.is_quoted else text
    return written.replace("%", "%%")
