"""Rows of the tax, payment and shipping maps that are valid on some days only: the ERP's code changes on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from bridge.config.mistakes import Mistake
from bridge.config.row_values import day_in
from bridge.config.sheets import Heard, Row
from bridge.domain.articles import Entry, Part, Span

FROM, UNTIL = DAYS = ("valid_from", "valid_until")
Placed = tuple[int, Span]  # with its line


def dated_codes(rows: Iterable[Row], shown: str, hear: Heard) -> tuple[list[Row], dict[str, Entry]]:
    """The rows that are always valid, and the entries of keys that have days. Rows with mistakes are left out."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row.cells[0], []).append(row)
    plain: list[Row] = []
    entries: dict[str, Entry] = {}
    for key, own in by_key.items():
        if not any(any(row.cells[2:]) for row in own):
            plain += own
            continue
        entries[key] = entry_of_rows(key, own, shown, hear)
    return plain, entries


def entry_of_rows(key: str, rows: Iterable[Row], shown: str, hear: Heard) -> Entry:
    """What a key stands for by its rows. key: in words, for mistakes and for days without a code."""
    placed = [one for row in rows if (one := _span(row, shown, hear)) is not None]
    placed.sort(key=lambda one: (one[1].valid_from or date.min, one[0]))
    _judge(key, placed, shown, hear)
    return Entry(key, tuple(span for _, span in placed))


def _span(row: Row, shown: str, hear: Heard) -> Placed | None:
    """One row's code with its days. None where a cell of it cannot be read."""
    _, code, *days = row.cells
    try:
        begin, end = (day_in(name, text) for name, text in zip(DAYS, days, strict=True))
    except ValueError as error:
        hear(Mistake(f"{shown}:{row.line}", *error.args))
        return None
    if begin and end and end < begin:
        hear(Mistake(f"{shown}:{row.line}", f"ends ({end}) before it begins.", "Correct its dates."))
        return None
    return row.line, Span((Part(code),), begin, end)


def _judge(key: str, placed: list[Placed], shown: str, hear: Heard) -> None:
    """On no day may two rows of one key hold."""
    for (line, one), (next_line, other) in pairwise(placed):
        if (other.valid_from or date.min) <= (one.valid_until or date.max):
            earlier, later = sorted((line, next_line))
            if not any((one.valid_from, one.valid_until, other.valid_from, other.valid_until)):
                what = f"{key!r} stands on line {earlier} already."
                hear(Mistake(f"{shown}:{later}", what, "Keep one of the two rows."))
                continue
            what = f"{key!r} is valid on days on which line {earlier} is valid too."
            hear(Mistake(f"{shown}:{later}", what, "End one of them on the day before the other begins."))
