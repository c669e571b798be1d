"""The lines of an order as the SKU map has them: kits in their parts, packs in pieces, articles by the order's day.

The sums of the order stay exact: a kit's net, tax and discount are shared among its parts to the minor unit. The first
part keeps the position that the customer sees; further parts stand at the end, at positions that no other line has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bridge.domain.articles import Entry, MappedLine, Part, Span
from bridge.domain.bundles import lines_to_send, priced, shares
from bridge.domain.contract import Line, LineKind, Order
from bridge.domain.maps import entry_of, percent
from bridge.domain.money import minor_unit
from bridge.domain.rules import Rules

# What becomes a kit component when it goes in parts; a gift stays a gift, a charge a charge.
_IN_PARTS = frozenset({LineKind.PRODUCT, LineKind.KIT, LineKind.CONFIGURABLE})
_ZERO = Decimal(0)


def mapped_lines(lines: Sequence[Line], order: Order, rules: Rules) -> tuple[Line, ...]:
    """The lines with what the map's entries make of them. A line that falls into an entry's gap stays as it is.

    lines: the order's, kits and gifts by the flow's policy.
    """
    first, further = [], []
    highest = max((line.position for line in (*order.lines, *lines)), default=0)
    for line in lines:
        span = span_of(line, order, rules)
        head, *rest = (line,) if span is None else in_parts(line, span.parts, order.currency_digits)
        first.append(head)
        for part in rest:
            highest += 1
            further.append(part.model_copy(update={"position": highest}))
    return (*first, *further)


def span_of(line: Line, order: Order, rules: Rules) -> Span | None:
    """What the map's entry says of a line on the business day on which the order was placed; None without an entry."""
    entry = entry_of(line.kind, line.sku, rules.maps)
    return None if entry is None else entry.on(rules.day_of(order))


def entries(order: Order, rules: Rules) -> Iterator[tuple[Line, Entry, Span | None]]:
    """The lines that go by an entry of the map, each with what it says on the order's day (None: a gap)."""
    for line in lines_to_send(order, rules.flow) if rules.maps.articles else ():
        entry = entry_of(line.kind, line.sku, rules.maps)
        if entry is not None:
            yield line, entry, entry.on(rules.day_of(order))


def in_parts(line: Line, parts: Sequence[Part], digits: int) -> list[Line]:
    """One line for each part; net, tax and discount together are the line's. digits: of the order's currency."""
    if len(parts) == 1:
        return [_as_article(line, parts[0])]
    nets, taxes = split_worth(line, parts, digits)
    discounts = shares(line.discount, _weights(parts), digits)
    kind = LineKind.KIT_COMPONENT if line.kind in _IN_PARTS else line.kind
    found = []
    for part, net, tax, discount in zip(parts, nets, taxes, discounts, strict=True):
        one = _as_article(line, part, kind=kind, parent_position=None)
        found.append(priced(one, net, tax, discount))
    return found


def split_worth(line: Line, parts: Sequence[Part], digits: int) -> tuple[list[Decimal], list[Decimal]]:
    """The line's net by the parts' shares, and its tax by what each part's net and rate would make of it."""
    nets = shares(line.net, _weights(parts), digits)
    due = [net * rate for net, rate in zip(nets, _rates(line, parts), strict=True)]
    return nets, shares(line.tax, due if any(due) else nets if any(nets) else _weights(parts), digits)


def tax_by_parts(line: Line, parts: Sequence[Part], digits: int, rounded_pieces: int = 0) -> Decimal | None:
    """The tax that the parts' own rates make of the line, where that is not its tax; None where it fits.

    Each part may be rounded, and each piece where the store rounds pieces: the two may differ by a minor unit for each.
    """
    if all(part.tax_rate is None for part in parts):
        return None
    nets, _ = split_worth(line, parts, digits)
    due = sum((net * rate for net, rate in zip(nets, _rates(line, parts), strict=True)), _ZERO)
    fits = abs(due - line.tax) <= minor_unit(digits) * (len(parts) + rounded_pieces)
    return None if fits else due.quantize(minor_unit(digits))


def quantity_in(line: Line, part: Part) -> tuple[Decimal, bool]:
    """How much of the article a line is, and whether a decimal number can say it exactly."""
    exact = Fraction(line.quantity) * part.quantity
    quantity = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quantity, Fraction(quantity) == exact


def _as_article(line: Line, part: Part, **further: Any) -> MappedLine:
    """The line as one article: the quantity exact, the unit prices by it (unrounded), the amounts as they are."""
    changes: dict[str, Any] = {"erp_sku": part.erp_sku, **further}
    if part.unit is not None:
        changes["unit"] = part.unit
    if part.quantity != 1:
        times, of = Decimal(part.quantity.numerator), Decimal(part.quantity.denominator)
        changes["quantity"] = quantity_in(line, part)[0]
        changes["unit_net"], changes["unit_gross"] = line.unit_net * of / times, line.unit_gross * of / times
    if part.tax_rate is not None and part.tax_rate != line.tax_rate:
        changes["tax_rate"], changes["tax_code"] = part.tax_rate, percent(part.tax_rate)
    return MappedLine.model_construct(None, **{**line.__dict__, **changes})


def _weights(parts: Sequence[Part]) -> list[Decimal]:
    return [part.share for part in parts]


def _rates(line: Line, parts: Sequence[Part]) -> list[Decimal]:
    """The rate of each part; without one, the line's, which it had from the store or has from its amounts."""
    own = line.tax_rate
    if own is None:
        own = line.tax / line.net if line.net else _ZERO
    return [own if part.tax_rate is None else part.tax_rate for part in parts]
