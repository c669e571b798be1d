"""How results are shown: a readable table on a terminal, plain lines in a pipe, JSON with stable keys on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

PIPE_WIDTH = 200

out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=not sys.stdout.isatty(), highlight=False)
err = Console(stderr=True, highlight=False)


def plain(value: Any) -> Any:
    """A value as JSON shows it: times in ISO form, money as exact text."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, json_form: bool) -> None:
    """Rows as JSON, or as a table whose headings are the same words. An empty list says so."""
    listed = [dict(row) for row in rows]
    if json_form:
        as_json([{column: row.get(column) for column in columns} for row in listed])
        return
    if not listed:
        out.print(f"{title}: none.")
        return
    drawn = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | Decimal) for row in listed)
        drawn.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in listed:
        drawn.add_row(*(escape(text(row.get(column))) for column in columns))
    out.print(drawn)


def facts(title: str, values: Mapping[str, Any], *, json_form: bool) -> None:
    """One thing with its named values."""
    if json_form:
        as_json(values)
        return
    drawn = Table(title=title, title_justify="left", show_header=False)
    drawn.add_column(style="bold")
    drawn.add_column(overflow="fold")
    for key, value in values.items():
        drawn.add_row(key.replace("_", " "), escape(text(value)))
    out.print(drawn)


def text(value: Any) -> str:
    """A value for people's eyes."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(text(item) for item in value)
    return str(plain(value))


def said(message: str, *, json_form: bool = False, **keys: Any) -> None:
    """The outcome of an act."""
    if json_form:
        as_json({"message": message, **keys})
    else:
        out.print(escape(message))
