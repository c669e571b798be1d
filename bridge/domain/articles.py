"""What a SKU stands for in the ERP where one code is not enough: on which days, in which quantities, in which parts.

Rows of `maps/sku.csv` that say no more than "this is that" are codes (`maps.py`); all others are entries here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bridge.domain.contract import Line

_ONE_DAY = timedelta(days=1)


class MappedLine(Line):
    """A travelling line whose article the map's entry has given: the store's line, or one part of it."""

    erp_sku: str


@dataclass(frozen=True, slots=True)
class Part:
    """One article that a SKU stands for."""

    erp_sku: str
    quantity: Fraction = Fraction(1)  # of the article, for one of the store's
    unit: str | None = None  # what the quantity counts; None: what the store's line counts
    share: Decimal = Decimal(1)  # of the kit's worth, against the shares of the other parts
    tax_rate: Decimal | None = None  # a fraction; None: taxed as the store's line is


@dataclass(frozen=True, slots=True)
class Span:
    """What a key stands for on some days, both of them included; None: no bound."""

    parts: tuple[Part, ...]
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the span is valid on a business day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the map says of one key, its spans by date and none over another. key: as it stands in the map."""

    key: str
    spans: tuple[Span, ...]

    @property
    def is_always(self) -> bool:
        """Whether it says the same on all days."""
        return len(self.spans) == 1 and self.spans[0].valid_from is None and self.spans[0].valid_until is None

    def on(self, day: date) -> Span | None:
        """The span of a business day; None where the map has a gap."""
        return next((span for span in self.spans if span.holds(day)), None)

    def gap(self, day: date) -> tuple[date | None, date | None]:
        """The bounds of the gap that a day without a span lies in: the last day before it, the first day after it."""
        before = [span.valid_until for span in self.spans if span.valid_until is not None and span.valid_until < day]
        after = [span.valid_from for span in self.spans if span.valid_from is not None and span.valid_from > day]
        return max(before, default=None), min(after, default=None)


def gap_words(entry: Entry, day: date) -> str:
    """The gap that a day without a span lies in, in words."""
    last, next_one = entry.gap(day)
    if last is None:
        return f"before {next_one}"
    if next_one is None:
        return f"from {last + _ONE_DAY} on"
    return f"from {last + _ONE_DAY} to {next_one - _ONE_DAY}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """An entry for all SKUs with a beginning and an end: `GIFT-*`, `*-XL`, `A*Z`."""

    head: str
    tail: str
    entry: Entry

    @property
    def letters(self) -> int:
        """How much of a SKU the pattern fixes: of two that match, the longer one decides."""
        return len(self.head) + len(self.tail)

    def matches(self, sku: str) -> bool:
        """Whether the pattern speaks of a SKU."""
        return len(sku) >= self.letters and sku.startswith(self.head) and sku.endswith(self.tail)

    def may_meet(self, other: Pattern) -> bool:
        """Whether some SKU matches both."""
        heads = self.head.startswith(other.head) or other.head.startswith(self.head)
        return heads and (self.tail.endswith(other.tail) or other.tail.endswith(self.tail))


@dataclass(frozen=True, slots=True)
class Articles:
    """The entries of a SKU map, by key and by pattern. The digest changes when any of them does."""

    by_key: Mapping[str, Entry] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        longest_first = tuple(sorted(self.patterns, key=lambda one: (-one.letters, one.head, one.tail)))
        object.__setattr__(self, "patterns", longest_first)
        seen = hashlib.sha256()
        for key in sorted(self.by_key):
            seen.update(f"{self.by_key[key]!r}\x01".encode())
        for pattern in longest_first:
            seen.update(f"{pattern!r}\x02".encode())
        object.__setattr__(self, "digest", seen.hexdigest())

    def __bool__(self) -> bool:
        return bool(self.by_key or self.patterns)

    def entry(self, sku: str) -> Entry | None:
        """What the map says of a SKU: its own entry, else the one of the longest pattern. An empty SKU has none."""
        found = self.by_key.get(sku)
        if found is not None or not sku:
            return found
        return next((pattern.entry for pattern in self.patterns if pattern.matches(sku)), None)
