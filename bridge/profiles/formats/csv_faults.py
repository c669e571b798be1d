"""The slow way of a csv row, taken when the fast one met a value that does not fit: to mend it or to name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Protocol

from bridge.domain.characters import (
    CharacterRules,
    NewlinePolicy,
    RefusedCharacter,
    first_refused,
    first_refused_in_code,
    prepared,
)
from bridge.profiles.errors import NO_ORDER, RenderRefused
from bridge.profiles.formats.base import refused_character
from bridge.profiles.formats.columns import VALUE_ERRORS, Column, Place, compile_row, is_written
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.settings import CsvSettings


class CsvContract(Protocol):
    """What of a csv format this page needs to know."""

    @property
    def records(self) -> Sequence[tuple[str, Sequence[Column], Place | None]]: ...
    @property
    def characters(self) -> CharacterRules: ...
    @property
    def settings(self) -> CsvSettings: ...
    @property
    def profile(self) -> str: ...


def careful_rows(format_: CsvContract, order: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The rows with line breaks by the profile's policy. Raises CharacterRefused for the first that does not fit."""
    return [
        [_careful(format_, order, column, line, value) for column, value in zip(columns, row, strict=True)]
        for (columns, line), row in zip(_written(format_, order), rows, strict=True)
    ]


def explained(format_: CsvContract, order: Mapping[str, Any], file: Mapping[str, Any], zone: tzinfo) -> RenderRefused:
    """The columns once more, one by one, so that the first that fails is named with its line of profile.toml."""
    for columns, line in _written(format_, order):
        for column in columns:
            try:
                compile_row([column], format_.settings, order.get("currency_digits", 2), zone)((order, line, file))
            except VALUE_ERRORS as error:
                what = str(error) if isinstance(error, FormRefused) else "is not there"
                path = " and ".join(_of_line(place.path, line) for place in column.places)
                return _refused(format_, order, column.place, f"column {column.heading}: {path} {what}")
    return _refused(format_, order, "profile.toml", "the order has no lines, number or currency_digits")


def explained_once(
    format_: CsvContract, each: str, file: Mapping[str, Any], digits: int, zone: tzinfo
) -> RenderRefused:
    """The same for the columns of a record that is written once a file."""
    for column in (column for kind, columns, _ in format_.records if kind == each for column in columns):
        try:
            compile_row([column], format_.settings, digits, zone)((None, None, file))
        except VALUE_ERRORS as error:
            what = str(error) if isinstance(error, FormRefused) else "is not there"
            path = " and ".join(place.path for place in column.places)
            return _refused(format_, {}, column.place, f"column {column.heading}: {path} {what}")
    return _refused(format_, {}, "profile.toml", f"the record written at each {each} cannot be made")


def _written(format_: CsvContract, order: Mapping[str, Any]) -> Iterator[tuple[Sequence[Column], Any]]:
    """Columns and line of each row that an order writes, in their order."""
    for each, columns, when in format_.records:
        if each == "order" and is_written(when, (order, None, {})):
            yield columns, None
        elif each == "line":
            for line in order.get("lines", ()):
                if is_written(when, (order, line, {})):
                    yield columns, line


def _careful(format_: CsvContract, order: Mapping[str, Any], column: Column, line: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    rules, settings = format_.characters, format_.settings
    text = value if column.is_code or rules.newline is NewlinePolicy.REFUSE else prepared(value, rules)
    refused = first_refused_in_code(text, rules) if column.is_code else first_refused(text, rules)
    at = refused.position - 1 if refused else len(text)
    if settings.quoting == "texts" and not column.is_quoted:
        signs = (settings.delimiter, settings.quote, "\n", "\r")
        at = min([at, *(text.index(one) for one in signs if one in text)])
    if at == len(text):
        return text
    path = _of_line(_path(column, (order, line, {}), text[at]), line)
    raise refused_character(rules, order, path, RefusedCharacter(at + 1, f"U+{ord(text[at]):04X}"))


def _of_line(path: str, line: Any) -> str:
    """lines[2].name: the field of one line."""
    if line is None or not path.startswith("lines."):
        return path
    return f"lines[{line.get('position', '?')}].{path.removeprefix('lines.')}"


def _path(column: Column, roots: tuple[Any, Any, Any], character: str) -> str:
    """The field of a column that holds the character; where several are joined, the first that does."""
    holding = (place.path for place in column.texts if character in str(place.of(roots)))
    return next(holding, column.places[0].path if column.places else column.heading)


def _refused(format_: CsvContract, order: Mapping[str, Any], place: str, what: str) -> RenderRefused:
    return RenderRefused(profile=format_.profile, order=order.get("number", NO_ORDER), place=place, what=what)
