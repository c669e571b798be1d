"""Rows of maps/sku.csv that say more than a code for a code: days, quantities, kits, patterns.

A row with nothing but store_sku and erp_sku (and a note) is a plain code, and stays one. Rows of one store_sku that are
valid on the same days are the parts of a kit, and each says its quantity, so that no double row becomes a kit unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bridge.config.mistakes import Mistake
from bridge.config.row_values import day_in, percent_in, quantity_in, worth_in
from bridge.config.sheets import Heard, Row
from bridge.domain.articles import Articles, Entry, Part, Pattern, Span

QUANTITY, PER, UNIT, WEIGHT, NET, RATE, FROM, UNTIL = FURTHER = (
    "quantity", "store_quantity", "unit", "weight", "net", "tax_rate", "valid_from", "valid_until",
)  # fmt: skip
PATTERNS_MAX = 1000  # each SKU that has no row of its own is held against all of them
_STAR = re.compile(r"(?<!\\)\*")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one row says, its cells read."""

    line: int
    key: str
    erp_sku: str
    quantity: Fraction | None  # None: the row does not say
    unit: str
    weight: Decimal | None
    net: Decimal | None
    tax_rate: Decimal | None
    valid_from: date | None
    valid_until: date | None

    @property
    def days(self) -> str:
        """The row's days in words."""
        begin = f"from {self.valid_from}" if self.valid_from else ""
        end = f"until {self.valid_until}" if self.valid_until else ""
        return " ".join(filter(None, (begin, end))) or "always"


def entries_of(rows: Iterable[Row], shown: str, hear: Heard) -> tuple[list[Row], Articles]:
    """The rows that are plain codes, and the entries of all others. Mistakes are heard, their rows left out."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row.cells[0], []).append(row)
    plain: list[Row] = []
    entries: dict[str, Entry] = {}
    patterns: list[tuple[int, Pattern]] = []
    for key, own in by_key.items():
        if len(own) == 1 and not any(own[0].cells[2:]) and "*" not in key:
            plain.append(own[0])
            continue
        said = [one for row in own if (one := _said(row, shown, hear)) is not None]
        entry = Entry(key, tuple(_spans(said, shown, hear)))
        if not entry.spans:
            continue
        if _STAR.search(key):
            patterns.extend(_pattern(entry, own[0].line, shown, hear))
        else:
            entries[key.replace("\\*", "*")] = entry
    _judge_patterns(patterns, shown, hear)
    return plain, Articles(entries, tuple(pattern for _, pattern in patterns))


def _said(row: Row, shown: str, hear: Heard) -> _Said | None:
    """The row, read. None where a cell of it cannot be."""
    key, erp_sku, *cells = row.cells
    cell = dict(zip(FURTHER, cells, strict=True))
    try:
        times, of = quantity_in(QUANTITY, cell[QUANTITY]), quantity_in(PER, cell[PER])
        said = _Said(
            row.line,
            key,
            erp_sku,
            None if times is None and of is None else Fraction(times or 1) / Fraction(of or 1),
            cell[UNIT],
            worth_in(WEIGHT, cell[WEIGHT]),
            worth_in(NET, cell[NET]),
            percent_in(RATE, cell[RATE]),
            day_in(FROM, cell[FROM]),
            day_in(UNTIL, cell[UNTIL]),
        )
    except ValueError as error:
        hear(Mistake(f"{shown}:{row.line}", *error.args))
        return None
    if said.valid_from and said.valid_until and said.valid_until < said.valid_from:
        hear(Mistake(f"{shown}:{row.line}", f"ends ({said.valid_until}) before it begins.", "Correct its dates."))
        return None
    return said


def _spans(said: list[_Said], shown: str, hear: Heard) -> Iterator[Span]:
    """The spans of one key by date, each the parts that are valid on its days."""
    grouped: dict[tuple[date, date], list[_Said]] = {}
    for row in said:
        grouped.setdefault((row.valid_from or date.min, row.valid_until or date.max), []).append(row)
    before: _Said | None = None
    for _, rows in sorted(grouped.items(), key=lambda pair: pair[0]):
        first = rows[0]
        if before is not None and (first.valid_from or date.min) <= (before.valid_until or date.max):
            earlier, later = sorted((before, first), key=lambda one: one.line)
            what = f"{later.key!r} is valid {later.days}, and on line {earlier.line} {earlier.days}: they overlap."
            cure = "End one of them on the day before the other begins. The parts of a kit have the same days."
            hear(Mistake(f"{shown}:{later.line}", what, cure))
        before = max(filter(None, (before, first)), key=lambda one: one.valid_until or date.max)
        parts = tuple(_parts(rows, shown, hear))
        if parts:
            yield Span(parts, first.valid_from, first.valid_until)


def _parts(rows: list[_Said], shown: str, hear: Heard) -> Iterator[Part]:
    """The parts of one span: one, or those of a kit."""
    if len(rows) == 1:
        (row,) = rows
        if row.tax_rate is not None:
            what = f"{row.key!r} is no kit, and has a tax rate."
            hear(Mistake(f"{shown}:{row.line}", what, "Empty the cell: the store's own tax rate goes to the ERP."))
        unit = row.unit or (None if row.quantity in (None, 1) else "")
        yield Part(row.erp_sku, row.quantity or Fraction(1), unit)
        return
    if _is_kit(rows, shown, hear):
        by_net = rows[0].net is not None
        for row in rows:
            share = row.net if by_net else row.weight
            assert row.quantity is not None
            assert share is not None
            yield Part(row.erp_sku, row.quantity, row.unit, share, row.tax_rate)


def _is_kit(rows: list[_Said], shown: str, hear: Heard) -> bool:
    """Whether the rows make a kit that can be shared out; what keeps them from it is heard, with the line."""
    heard: list[Mistake] = []
    seen: dict[str, int] = {}
    first = rows[0]
    for row in rows:
        place = f"{shown}:{row.line}"
        if row is not first and (row.quantity is None or first.quantity is None):
            what = f"{row.key!r} stands on line {first.line} already."
            heard.append(Mistake(place, what, "Keep one of the two rows, or give each part of a kit a quantity."))
        elif row.erp_sku in seen:
            what = f"{row.key!r} has the part {row.erp_sku!r} on line {seen[row.erp_sku]} already."
            heard.append(Mistake(place, what, "Write one row with both quantities added up."))
        seen.setdefault(row.erp_sku, row.line)
    if not heard:
        heard = list(_unshared(rows, shown))
    for mistake in heard:
        hear(mistake)
    return not heard


def _unshared(rows: list[_Said], shown: str) -> Iterator[Mistake]:
    """What keeps a kit's worth from being shared: each part has a weight, or each a net amount."""
    by_net, by_weight = ([row for row in rows if getattr(row, name) is not None] for name in (NET, WEIGHT))
    first = rows[0]
    others = ", ".join(str(row.line) for row in rows[1:])
    of_kit = f"The kit {first.key!r} (with line {others})"
    place = f"{shown}:{first.line}"
    if by_net and by_weight:
        yield Mistake(place, f"{of_kit} has weights and net amounts.", "Fill one of the two columns in all its rows.")
    elif len(by_net or by_weight) < len(rows):
        what = f"{of_kit} does not say how its price is shared."
        yield Mistake(place, what, "Give each of its rows a weight, or each its net amount in one kit.")
    elif not any(row.net or row.weight for row in rows):
        yield Mistake(place, f"{of_kit} has nothing but zeros as its shares.", "Give at least one part a share.")
    elif not by_net and len({row.tax_rate for row in rows}) > 1:
        what = f"{of_kit} has parts of different tax rates, and weights say nothing of their prices."
        yield Mistake(place, what, "Fill net instead of weight: what each part costs in one kit, without tax.")


def _pattern(entry: Entry, line: int, shown: str, hear: Heard) -> Iterator[tuple[int, Pattern]]:
    place = f"{shown}:{line}"
    head, *tails = _STAR.split(entry.key)
    if len(tails) > 1:
        hear(Mistake(place, f"{entry.key!r} has more than one star.", "Write one star for what varies."))
    elif head.startswith("@"):
        hear(Mistake(place, f"{entry.key!r} is no pattern of SKUs.", "Name each charge on a row of its own."))
    else:
        yield line, Pattern(head.replace("\\*", "*"), tails[0].replace("\\*", "*"), entry)


def _judge_patterns(patterns: list[tuple[int, Pattern]], shown: str, hear: Heard) -> None:
    """Two patterns that fix as much of a SKU and can meet on one: nobody could say which of them decides."""
    if len(patterns) > PATTERNS_MAX:
        line = patterns[PATTERNS_MAX][0]
        what = f"there are more than {PATTERNS_MAX} patterns."
        hear(Mistake(f"{shown}:{line}", what, "Give the SKUs rows of their own; a map may have as many as you like."))
        return
    by_letters: dict[int, list[tuple[int, Pattern]]] = {}
    for line, pattern in patterns:
        alike = by_letters.setdefault(pattern.letters, [])
        for other_line, other in alike:
            if pattern.may_meet(other):
                what = f"{pattern.entry.key!r} and {other.entry.key!r} (line {other_line}) can both match one SKU."
                hear(Mistake(f"{shown}:{line}", what, "Make one of them longer: the longer pattern decides."))
        alike.append((line, pattern))
