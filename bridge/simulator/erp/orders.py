"""What the simulated ERP reads out of a file, whatever its format, and the sums it insists on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal


class HalfFile(Exception):
    """The file cannot be read to its end, or says less than it promises."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of an order. `tax` and `gross` are None where the format gives none per line."""

    position: str
    article: str
    name: str
    quantity: Decimal
    net: Decimal
    tax: Decimal | None = None
    gross: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """One order of a file.

    charges: net charges less allowances of the header, beside the lines. rounding: None where the format has no field
    for it, so that up to one minor unit a line has to be borne. place: the row in a CSV file, 1 in XML.
    """

    external_id: str
    order_date: str
    currency: str
    customer: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    charges: Decimal
    rounding: Decimal | None
    lines: tuple[ReadLine, ...]
    place: int = 1


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file read whole. `sequence_number` is what the file itself says, where it says one."""

    orders: tuple[ReadOrder, ...]
    sequence_number: int | None = None


def disagreements(order: ReadOrder) -> Iterator[str]:
    """Sums that do not fit, in the ERP's words."""
    if not order.lines:
        yield "Order has no lines"
        return
    unit = _minor_unit((order.net, order.tax, order.gross))
    room = unit * len(order.lines) if order.rounding is None else abs(order.rounding)
    if abs(order.net + order.tax - order.gross) > room:
        yield f"Net {order.net} and tax {order.tax} do not give gross {order.gross}"
    nets = sum((line.net for line in order.lines), order.charges)
    if nets != order.net:
        yield f"Lines and charges sum up to net {nets}, the order says {order.net}"
    for line in order.lines:
        if line.tax is not None and line.gross is not None and line.net + line.tax != line.gross:
            yield f"Line {line.position}: net {line.net} and tax {line.tax} do not give gross {line.gross}"
    grosses = [line.gross for line in order.lines if line.gross is not None]
    if grosses and abs(sum(grosses, Decimal(0)) - order.gross) > room:
        yield f"Lines sum up to gross {sum(grosses, Decimal(0))}, the order says {order.gross}"


def totals_per_currency(orders: Iterable[ReadOrder]) -> dict[str, Decimal]:
    """Gross per currency, for control totals."""
    totals: dict[str, Decimal] = {}
    for order in orders:
        totals[order.currency] = totals.get(order.currency, Decimal(0)) + order.gross
    return dict(sorted(totals.items()))


def _minor_unit(amounts: Iterable[Decimal]) -> Decimal:
    exponents = [value.as_tuple().exponent for value in amounts]
    return Decimal(1).scaleb(min(exponent for exponent in exponents if isinstance(exponent, int)))
