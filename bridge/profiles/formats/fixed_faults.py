"""The slow way of a fixed record, taken when the fast one met what does not fit: to mend it, or to name its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Protocol

from bridge.domain.characters import CharacterRules, NewlinePolicy, RefusedCharacter, first_refused, prepared
from bridge.domain.checks.case import label
from bridge.domain.errors import Refused
from bridge.profiles.errors import NO_ORDER, FieldTooLong, RenderRefused
from bridge.profiles.formats.base import refused_character
from bridge.profiles.formats.columns import FILE, VALUE_ERRORS, Roots
from bridge.profiles.formats.fixed_columns import CONTROLS, FixedColumn
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.table_settings import FixedSettings

_PART = re.compile(r"_parts\.[0-9]+$")


class Record(Protocol):
    """What of a kind of record this page needs to know."""

    @property
    def columns(self) -> Sequence[FixedColumn]: ...


class FixedContract(Protocol):
    """What of a fixed format this page needs to know."""

    @property
    def characters(self) -> CharacterRules: ...
    @property
    def settings(self) -> FixedSettings: ...
    @property
    def profile(self) -> str: ...


def careful_values(
    format_: FixedContract, order: Mapping[str, Any], records: Iterable[tuple[Record, Roots]], zone: tzinfo
) -> Iterator[list[Any]]:
    """The values of each record, column by column. Raises CharacterRefused or RenderRefused for the first at fault."""
    digits = order.get("currency_digits", 2)
    for record, roots in records:
        values = []
        for column in record.columns:
            try:
                values.append(_value(format_, order, column, roots, digits, zone))
            except VALUE_ERRORS as error:
                what = str(error) if isinstance(error, FormRefused) else "is not there"
                path = " and ".join(place.path for place in column.places)
                raise _refused(format_, order, column, f"{path} {what}") from None
        yield values


def too_long(
    format_: FixedContract, order: Mapping[str, Any], records: Iterable[tuple[Record, Roots, Sequence[Any]]]
) -> Refused:
    """The error for the first value that its column cannot hold: both lengths, the field, the column."""
    for record, roots, values in records:
        for column, value in zip(record.columns, values, strict=True):
            length = column.overflow(value)
            if length is None:
                continue
            if not order or not column.places or column.places[0].root == FILE:
                return _refused(format_, order, column, f"is {length} {column.unit}; it holds {column.width}")
            return _field_too_long(order, column, _path(column, roots), length)
    return _refused(format_, order, None, "a record comes out longer than its columns")


def _value(
    format_: FixedContract, order: Mapping[str, Any], column: FixedColumn, roots: Roots, digits: int, zone: tzinfo
) -> Any:
    if not column.places:
        return column.settings.text
    raw = column.computed(roots) if column.is_computed else column.places[0].of(roots)
    if column.is_text and isinstance(raw, str):
        raw = _mended(format_.characters, order, _path(column, roots), raw)
    convert = column.converter(format_.settings, digits, zone)
    return raw if convert is None else convert(raw)


def _mended(rules: CharacterRules, order: Mapping[str, Any], path: str, raw: str) -> str:
    """The text by the profile's rules. Raises CharacterRefused for a character that the file cannot hold."""
    text = raw if rules.newline is NewlinePolicy.REFUSE else prepared(raw, rules)
    refused = first_refused(text, rules)
    at = refused.position - 1 if refused else len(text)
    if found := CONTROLS.search(text, 0, at):
        at = found.start()
    if at < len(text):
        raise refused_character(rules, order, path, RefusedCharacter(at + 1, f"U+{ord(text[at]):04X}"))
    return text


def _path(column: FixedColumn, roots: Roots) -> str:
    """The canonical path of the column's first field, with the line's position: lines[3].name."""
    path, line = _PART.sub("", column.places[0].path), roots[1]
    if line is not None and path.startswith("lines."):
        return f"lines[{line['position']}].{path.removeprefix('lines.')}"
    return path


def _field_too_long(order: Mapping[str, Any], column: FixedColumn, path: str, length: int) -> FieldTooLong:
    store, words = order.get("store", "-"), label(path)
    return FieldTooLong(
        field=path,
        path=path,
        order=order.get("number", NO_ORDER),
        store=store,
        where=f"{store}/{order.get('store_order_id', '-')}",
        label=words[:1].upper() + words[1:],
        label_lower=words,
        place="",
        length=length,
        length_max=column.width,
        unit=column.unit,
        column=column.place,
        or_allow=f", or widen column {column.heading} ({column.place}) if the ERP's owner does",
    )


def _refused(format_: FixedContract, order: Mapping[str, Any], column: FixedColumn | None, what: str) -> RenderRefused:
    place = column.place if column else "profile.toml"
    said = f"column {column.heading}: {what}" if column else what
    return RenderRefused(profile=format_.profile, order=order.get("number", NO_ORDER), place=place, what=said)
