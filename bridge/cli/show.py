"""How results are shown: readable tables for people, one JSON document with stable keys on request.

A table is cut to the terminal without losing a character: identifiers and numbers never break, texts wrap at words, a
cure stands below what it cures, and where even that does not fit each row becomes a block of named lines. Columns
that say nothing in any row are left out; JSON always has them all.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 200
BETWEEN_COLUMNS = 2
TEXT_WIDTH_MIN = 28  # narrower than this a sentence can't be read
TEXTS = frozenset({
    "title", "reason", "detail", "message", "trouble", "what", "path", "original", "rule", "pause_reason",
    "meaning", "on_error", "type", "value", "rule_words", "refund_words", "addressed_to",
})  # fmt: skip
HEADINGS = {
    "sequence_number": "number", "next_sequence_number": "next number", "last_pass_ended_at": "last pass",
    "open_exceptions": "exceptions", "member_count": "orders", "sealed_at": "sealed", "placed_at": "placed",
    "received_at": "received", "opened_at": "since", "erp_number": "ERP number", "file_name": "file",
    "next_try_at": "next try", "fetched_at": "fetched", "store_order_id": "store id", "oldest": "since",
}  # fmt: skip

# Of times for people: the deployment's, as in its reports; the machine's where no deployment was opened.
zone: ContextVar[tzinfo | None] = ContextVar("zone", default=None)
out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
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


def working(words: str) -> AbstractContextManager[object]:
    """Say on a terminal that long work goes on; silence in a pipe."""
    return err.status(words) if err.is_terminal else nullcontext()


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    json_form: bool,
    below: Mapping[str, str] | None = None,
    spare: Sequence[str] = (),
) -> None:
    """Rows as JSON, or as a table for people. An empty list says so.

    below: which column's text gets which other under it (default: the cure under the trouble). spare: columns that a
    narrow terminal goes without, first ones first.
    """
    listed = [dict(row) for row in rows]
    if json_form:
        as_json([{column: row.get(column) for column in columns} for row in listed])
        return
    if not listed:
        out.print(f"[bold]{title}:[/] none.")
        return
    out.print(Text(title, style="bold"), soft_wrap=True)
    shown = [column for column in columns if any(text(row.get(column)) for row in listed)]
    under = cures(shown) if below is None else below
    beside = [column for column in shown if column not in under.values()]
    for column in spare:
        if width_of(beside, listed) > out.width and column in beside:
            beside.remove(column)
    if width_of(beside, listed) <= out.width:
        out.print(grid(beside, under, listed))
        out.print()
        return
    for row in listed:
        out.print(block(shown, row))
        out.print()


def cures(columns: Sequence[str]) -> dict[str, str]:
    """Which column's text gets which other below it: the cure belongs to the last text before it."""
    if "action" not in columns:
        return {}
    owners = [column for column in columns[: columns.index("action")] if column in TEXTS]
    return {owners[-1]: "action"} if owners else {}


def width_of(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """What a table of these columns needs at least: longest values, and room for reading where a text stands."""
    width = BETWEEN_COLUMNS * (len(columns) - 1)
    for column in columns:
        longest = max(cell_len(text(row.get(column))) for row in rows)
        width += max(cell_len(heading(column)), min(longest, TEXT_WIDTH_MIN) if column in TEXTS else longest)
    return width


def grid(columns: Sequence[str], below: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows as lines under headings."""
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        numeric = all(is_number(row.get(column)) for row in rows)
        drawn.add_column(
            heading(column),
            justify="right" if numeric else "left",
            no_wrap=column not in TEXTS,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(cell(row, column, below.get(column)) for column in columns))
    return drawn


def cell(row: Mapping[str, Any], column: str, cure: str | None) -> Text:
    """A value, with its cure below it."""
    shown = Text(text(row.get(column)))
    remedy = text(row.get(cure)) if cure else ""
    if remedy:
        shown.append(f"\n{remedy}", style="dim")
    return shown


def block(columns: Sequence[str], row: Mapping[str, Any]) -> Padding:
    """One row as named lines, for a terminal that is too narrow for its table."""
    drawn = Table.grid(padding=(0, BETWEEN_COLUMNS, 0, 0))
    drawn.add_column(style="dim", no_wrap=True)
    drawn.add_column(overflow="fold")
    for column in columns:
        if value := text(row.get(column), seconds=True):
            drawn.add_row(heading(column), Text(value))
    return Padding(drawn, (0, 0, 0, 2), expand=False)


def facts(title: str, values: Mapping[str, Any], *, json_form: bool) -> None:
    """One thing with its named values; what has none is left out for people."""
    if json_form:
        as_json(values)
        return
    out.print(Text(title, style="bold"), soft_wrap=True)
    out.print(block(list(values), values))
    out.print()


def heading(column: str) -> str:
    """A column's name for people."""
    return HEADINGS.get(column, column.replace("_", " "))


def is_number(value: Any) -> bool:
    """Whether a value is set to the right."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def text(value: Any, *, seconds: bool = False) -> str:
    """A value for people's eyes."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone.get()).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(text(item) for item in value)
    return harmless(str(plain(value)))


def harmless(words: str) -> str:
    """Text that may come from a shop or an ERP, unable to steer a terminal."""
    return "".join(one if one.isprintable() or one == "\n" else f"\\x{ord(one):02x}" for one in words)


def said(message: str, *, json_form: bool = False, **keys: Any) -> None:
    """The outcome of an act."""
    if json_form:
        as_json({"message": message, **keys})
    else:
        out.print(Text(harmless(message)), soft_wrap=True)


def line(words: str) -> None:
    """One line as it is: a path or a command that a person copies, never wrapped."""
    out.print(Text(words), soft_wrap=True)
