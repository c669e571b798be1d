"""Columns of so many decimal places are limits of their fields: what is finer is found before the file is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridge.domain.checks.case import label
from bridge.domain.limits import Limit
from bridge.profiles.fields import FieldKind, field_kind
from bridge.profiles.reading import Source
from bridge.profiles.settings import ColumnSettings, ProfileSettings


def with_decimal_limits(settings: ProfileSettings, source: Source, stated: Sequence[Limit]) -> list[Limit]:
    """The limits, with the decimal places of each number column that rounds nothing. A stated number of them stands."""
    limits = {limit.field: limit for limit in stated}
    for field, column, place in _exact_columns(settings, source):
        words = label(field.replace("lines.", "line."))
        made = Limit(
            field=field,
            label=words[:1].upper() + words[1:],
            source=f"column {column.heading}, {place}",
            place=place,
        )
        limit = limits.get(field, made)
        if limit.decimals_max is None or limit.place == place:
            fewest = min(column.places or 0, limit.decimals_max if limit.decimals_max is not None else 12)
            limits[field] = replace(limit, decimals_max=fewest)
    return list(limits.values())


def _exact_columns(settings: ProfileSettings, source: Source) -> Iterator[tuple[str, ColumnSettings, str]]:
    for name, table in (("csv", settings.csv), ("fixed", settings.fixed)):
        for number, record in enumerate(table.records if table else ()):
            for index, column in enumerate(record.columns):
                value = column.value or ""
                field = f"lines.{value.removeprefix('line.')}" if value.startswith("line.") else value
                is_exact = column.form == "decimal" and column.places is not None and not column.rounded
                if is_exact and column.per is None and field_kind(field) is FieldKind.AMOUNT:
                    yield field, column, source.place(name, "records", number, "columns", index)
