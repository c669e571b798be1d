"""From a sample of rows to a first profile.toml, with every guess marked for review."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bridge.profiles.drafting.rows_sample import ColumnSeen, RecordSeen, RowsSeen
from bridge.profiles.drafting.values import file_name_pattern, plain_name
from bridge.profiles.drafting.words import meaning, with_its_number
from bridge.profiles.fields import FieldKind, field_kind

REVIEW = "REVIEW"
PRICE_NAMES = ("unit_net", "unit_gross")
MONEY_NAMES = ("net", "tax", "gross", "discount", "paid", "due")


def settings_of(seen: RowsSeen, sample_name: str) -> str:
    """The text of profile.toml."""
    return "\n".join([*_head(seen, sample_name), *_records(seen), *_tail(seen)]) + "\n"


def _head(seen: RowsSeen, sample_name: str) -> Iterator[str]:
    yield f"# Drafted from {plain_name(sample_name)}."
    yield f"# Every guess is marked {REVIEW}: hold it against the ERP's document,"
    yield "# then take the mark away. `bridge profile show` and `bridge profile test` say what the profile does."
    yield 'version = "1"'
    yield f'description = "{REVIEW}: which ERP, which document, which page"'
    yield 'format = "csv"'
    yield ""
    yield "[file]"
    yield f"name = {_text(file_name_pattern(sample_name))}  # {REVIEW}: after the sample's name"
    yield 'media_type = "text/csv"'
    yield f"encoding = {_text(seen.encoding)}" + ("" if seen.encoding == "utf-8" else f"  # {REVIEW}: by its letters")
    if seen.byte_order_mark:
        yield "byte_order_mark = true"
    alone = f"  # {REVIEW}: the sample's lines end with CR alone; ask whether LF is taken too"
    yield f"line_end = {_text(seen.line_end)}{alone if seen.returns_alone else ''}"
    yield f"orders_per_file_max = 1  # {REVIEW}: how many orders may one file hold?"
    yield ""
    yield "[characters]"
    yield f'newline = "blank"  # {REVIEW}: may a field hold a line break?'
    yield ""
    yield "[csv]"
    yield f"delimiter = {_text(seen.delimiter)}"
    yield f"quoting = {_text(seen.quoting)}  # {REVIEW}"
    yield f"heading_row = {str(seen.heading).lower()}"
    yield f"decimal_comma = {str(seen.decimal_comma).lower()}"
    forms = [column.date_form for record in seen.records for column in record.columns if column.date_form]
    yield f"date = {_text(forms[0] if forms else 'YYYY-MM-DD')}"
    yield ""


def _records(seen: RowsSeen) -> Iterator[str]:
    for record in seen.records:
        yield "[[csv.records]]"
        yield f"each = {_text(_each(record))}" + ("" if record.code is None else f"  # {REVIEW}: rows {record.code}")
        yield "columns = ["
        for column in record.columns:
            yield _column(column, record, seen)
        yield "]"
        yield ""


def _each(record: RecordSeen) -> str:
    """Rows of one kind are an order's lines where a column tells of lines, else orders."""
    if record.code is not None:
        return record.each
    found = [meaning(column.heading) or "" for column in record.columns]
    return "line" if any(field.startswith("lines.") for field in found) or not any(found) else "order"


def _column(column: ColumnSeen, record: RecordSeen, seen: RowsSeen) -> str:
    looks = f"seen {column.shape}, at the longest {column.longest}" if column.longest else "always empty"
    heading = f"heading = {_text(column.heading)}"
    field = meaning(column.heading) if seen.heading else None
    field = with_its_number(field, column.shape) if field else None
    kind = field_kind(field) if field else None
    if field is None and column.constant is not None:
        return f"  {{ {heading}, text = {_text(column.constant)} }},  # {REVIEW}: the same in all rows"
    if field is None or kind is None or _each(record) in ("file", "end"):
        return f'  {{ {heading}, text = "" }},  # {REVIEW}: not known; {looks}'
    path = f"line.{field.removeprefix('lines.')}" if field.startswith("lines.") else field
    return f"  {{ {heading}, value = {_text(path)}{_form(field, kind, column, seen)} }},  # {REVIEW}: {looks}"


def _form(field: str, kind: FieldKind, column: ColumnSeen, seen: RowsSeen) -> str:
    if kind is FieldKind.INSTANT:
        usual = next((c.date_form for record in seen.records for c in record.columns if c.date_form), None)
        if column.date_form and column.date_form != usual:
            return f', form = "date", date = {_text(column.date_form)}'
        return ', form = "date"'
    if kind is not FieldKind.AMOUNT:
        return ""
    name = field.rpartition(".")[2]
    if name == "tax_rate":
        return ', form = "percent"'
    if name in MONEY_NAMES:
        return ', form = "money"'
    places = column.decimals[1] if column.decimals else None
    if not places:
        return ', form = "decimal"'
    # The price of one is often a quotient; a quantity that is finer than the ERP's field must not be changed.
    rounded = ", rounded = true" if name in PRICE_NAMES else ""
    return f', form = "decimal", places = {places}{rounded}'


def _tail(seen: RowsSeen) -> Iterator[str]:
    yield "[handover]"
    yield f'checksum = "none"  # {REVIEW}: "sha256" or "md5" for a sidecar; trigger = "{{file}}.ok" for a start signal'
    yield ""
    yield f"# {REVIEW}: how does the ERP answer? [answers] and [[answers.rules]], or [register]."
    yield ""
    yield "[[limits]]"
    yield 'field = "external_id"'
    yield 'label = "External id"'
    yield "required = true"
    yield 'source = "unverified"'
    yield f"# {REVIEW}: length_max of each field, from the ERP's document. The longest that the sample has:"
    for record in seen.records:
        for column in record.columns:
            field = meaning(column.heading) if seen.heading else None
            if field and field_kind(field) is FieldKind.TEXT:
                yield f"#   {field}: {column.longest}"


def _text(value: str) -> str:
    """A TOML text; JSON's form is one."""
    return json.dumps(value, ensure_ascii=False)
