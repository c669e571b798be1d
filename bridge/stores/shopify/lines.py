"""The lines of a Shopify order: goods, gift cards, kits, shipping, fees, duties, tip.

`taxesIncluded` says of the whole order whether prices are gross. A line's worth is unit price x quantity less all
`discountAllocations` (line and order discounts alike, in exact minor units); its tax is its tax lines. What an order
edit took off is taken off by the amounts that the shop stored. Only unit prices and discounts are derived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from bridge.domain.contract import Line, LineKind
from bridge.domain.maps import percent
from bridge.domain.money import rounded
from bridge.stores.raw import AMOUNT_DIGITS_MAX, Json, Unreadable, key_of, number_of, table_of, tables_of, verbatim_of
from bridge.stores.shopify.money import Side
from bridge.stores.shopify.parties import attributes_of, first_of
from bridge.stores.shopify.returns import DUTY, Returns, Share, pieces_left
from bridge.stores.sums import each

GIFT_CARD, TIP = "@gift_card", "@tip"
UNTAXED = "zero-rate"  # as other shops call an amount on which no tax was charged
RATE_MAX = Decimal(10)  # ten times the price: no state takes more
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(slots=True)
class Lines:
    """Lines as they are gathered, and the position of each by the shop's own id."""

    side: Side
    digits: int
    is_gross: bool
    returns: Returns
    lines: list[Line] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)

    def gone(self, source_id: str) -> Share:
        """What edits took off a line."""
        return self.returns.removed.get(source_id, Share())

    def add(self, source_id: str, line: Line) -> None:
        self.lines.append(line)
        self.positions[source_id] = line.position

    @property
    def next_position(self) -> int:
        return len(self.lines) + 1


class Kits:
    """The kits of an order: each gets a line of its own before its first component, worth nothing by itself.

    The shop has no such line, so an edit takes off components. Where they went by halves, a kit is none any more.
    """

    def __init__(self, found: Lines, items: Sequence[Json]) -> None:
        self._found = found
        self._left: dict[str, set[Fraction]] = {}
        for item in items:
            group = table_of(item, "lineItemGroup")
            if group and (sold := number_of(item, "quantity", "line of a kit: ")):
                left = Fraction(pieces_left(found.returns, item)) / Fraction(sold)
                self._left.setdefault(key_of(group), set()).add(left)

    def position(self, group: Json) -> int | None:
        """The position of the kit's line; None for what belongs to no kit."""
        found, group_id = self._found, key_of(group) if group else ""
        if not group or len(self._left[group_id]) > 1:
            return None
        if group_id not in found.positions:
            sold, (left,) = number_of(group, "quantity", "line group: "), self._left[group_id]
            quantity = Fraction(sold) * left
            if quantity.denominator > 1:
                return None
            kit = Line(
                position=found.next_position, sku=verbatim_of(group, "variantSku"), name=verbatim_of(group, "title"),
                kind=LineKind.KIT, quantity=Decimal(quantity.numerator), tax_code=UNTAXED, tax_rate=ZERO,
            )  # fmt: skip
            found.add(group_id, kit)
        return found.positions[group_id]


def lines_of(
    order: Json, side: Side, digits: int, returns: Returns, gift_keys: Sequence[str]
) -> tuple[tuple[Line, ...], dict[str, int]]:
    """All lines but the tip, in the order the shop shows them, and the position of each by its id."""
    found = Lines(side, digits, order.get("taxesIncluded") is True, returns)
    items = tables_of(order, "lineItems")
    kits = Kits(found, items)
    for item in items:
        _item(found, item, kits, gift_keys)
    for shipping in tables_of(order, "shippingLines"):
        worth, full = side.of(shipping, "discountedPriceSet"), side.of(shipping, "originalPriceSet")
        _charge(found, shipping, LineKind.SHIPPING, verbatim_of(shipping, "title"), worth, full)
    for fee in tables_of(order, "additionalFees"):
        price = side.of(fee, "price")
        _charge(found, fee, LineKind.FEE, verbatim_of(fee, "name"), price, price)
    if order.get("dutiesIncluded") is not True:
        _duties(found, items)
    return tuple(found.lines), found.positions


def tip_line(order: Json, side: Side, position: int) -> Line | None:
    """The tip: no tax, no SKU of the shop."""
    tip = side.of(order, "totalTipReceivedSet")
    if not tip:
        return None
    return Line(
        position=position, sku=TIP, name="Tip", kind=LineKind.FEE, unit_net=tip, unit_gross=tip, tax_code=UNTAXED,
        tax_rate=ZERO, net=tip, gross=tip,
    )  # fmt: skip


def _item(found: Lines, item: Json, kits: Kits, gift_keys: Sequence[str]) -> None:
    """One line item; a line that an edit took off whole is none. A kit has no line in the shop and gets one."""
    where = f"line {found.next_position}: "
    gone, sold = found.gone(key_of(item)), number_of(item, "quantity", where)
    quantity = pieces_left(found.returns, item, where)
    if quantity == 0:
        return
    unit = found.side.of(item, "originalUnitPriceSet", where)
    allocations = tables_of(item, "discountAllocations")
    off = sum((found.side.of(allocation, "allocatedAmountSet", where) for allocation in allocations), ZERO)
    worth = _full(found.side, item, sold, where) - off - gone.worth
    tax = found.side.taxes(item, where) - gone.tax
    unnamed = sold - gone.quantity - quantity
    if unnamed:  # an edit without a record: its share, held by the check of the sums
        worth -= rounded(worth * unnamed / (unnamed + quantity), found.digits)
        tax -= rounded(tax * unnamed / (unnamed + quantity), found.digits)
    parent = kits.position(table_of(item, "lineItemGroup"))
    kind, sku = _kind(item, parent, worth, gift_keys), verbatim_of(item, "sku")
    if item.get("isGiftCard") is True:
        sku = sku or GIFT_CARD
    line = _line(found, item, kind, verbatim_of(item, "name"), quantity, unit, worth, tax)
    found.add(key_of(item), line.model_copy(update={"sku": sku, "parent_position": parent}))


def _full(side: Side, item: Json, sold: Decimal, where: str) -> Decimal:
    """The worth of all pieces before discounts: unit price x quantity.

    In the currency that was converted, the price of one piece is rounded, and so many pieces carry its error. The
    shop's own total of the line has it once; it is taken where it is the total of as many pieces (one side shows it).
    """
    times = side.of(item, "originalUnitPriceSet", where) * sold
    if times.adjusted() >= AMOUNT_DIGITS_MAX:
        raise Unreadable(f"{where}price and quantity make an amount that no order has")
    total = table_of(item, "originalTotalSet")
    if not table_of(total, "shopMoney") or not table_of(total, "presentmentMoney"):
        return times
    other = side.other
    if other.of(item, "originalTotalSet", where) != other.of(item, "originalUnitPriceSet", where) * sold:
        return times
    return side.of(item, "originalTotalSet", where)


def _kind(item: Json, parent: int | None, worth: Decimal, gift_keys: Sequence[str]) -> LineKind:
    if parent is not None:
        return LineKind.KIT_COMPONENT
    if worth == 0 and first_of(attributes_of(item), gift_keys):
        return LineKind.GIFT
    if item.get("isGiftCard") is True or item.get("requiresShipping") is False:
        return LineKind.SERVICE
    return LineKind.PRODUCT


def _charge(found: Lines, charge: Json, kind: LineKind, name: str, worth: Decimal, full: Decimal) -> None:
    """A shipping or fee line: one piece without a SKU."""
    source_id = verbatim_of(charge, "id")
    gone = found.gone(source_id)
    tax = found.side.taxes(charge) - gone.tax
    line = _line(found, charge, kind, name, Decimal(1), full, worth - gone.worth, tax)
    found.add(source_id or f"{kind}{found.next_position}", line)


def _duties(found: Lines, items: Sequence[Json]) -> None:
    """Duties of all lines as one fee, with the tax on them: net whatever `taxesIncluded` says of the goods."""
    duties = [duty for item in items for duty in tables_of(item, "duties")]
    gone = found.gone(DUTY)
    net = sum((found.side.of(duty, "price") for duty in duties), ZERO) - gone.worth
    if not net:
        return
    tax = sum((found.side.taxes(duty) for duty in duties), ZERO) - gone.tax
    rates = {_rate(duty, found.side, found.side.taxes(duty)) for duty in duties}
    rate = rates.pop() if len(rates) == 1 else None
    found.add(
        DUTY,
        Line(
            position=found.next_position, sku=DUTY, name="Duty", kind=LineKind.FEE, unit_net=net, unit_gross=net + tax,
            tax_code=_tax_code(duties[0], rate), tax_rate=rate, net=net, tax=tax, gross=net + tax,
        ),
    )  # fmt: skip


def _line(
    found: Lines, item: Json, kind: LineKind, name: str, quantity: Decimal, unit: Decimal, worth: Decimal, tax: Decimal
) -> Line:
    """A line of `quantity` pieces at `unit` each before discounts, worth `worth` after them, as prices are meant."""
    net = worth - tax if found.is_gross else worth
    rate = _rate(item, found.side, found.side.taxes(item), is_free=worth == 0)
    other = 1 + (rate or ZERO)
    unit_net = unit / other if found.is_gross else unit
    before = unit * quantity / other if found.is_gross else unit * quantity
    return Line(
        position=found.next_position,
        name=name,
        kind=kind,
        quantity=quantity,
        unit_net=each(unit_net, ONE),
        unit_gross=each(unit if found.is_gross else unit * other, ONE),
        discount=max(rounded(before, found.digits) - net, ZERO) if worth != unit * quantity else ZERO,
        tax_code=_tax_code(item, rate),
        tax_rate=rate,
        net=net,
        tax=tax,
        gross=net + tax,
    )


def _rate(item: Json, side: Side, tax: Decimal, is_free: bool = False) -> Decimal | None:
    """The whole rate as a fraction: Shopify charges several rates side by side. None where it does not say.

    is_free: worth nothing, so that no tax was charged at the rates that it has.
    """
    rows = tables_of(item, "taxLines")
    charged = rows if is_free else [row for row in rows if side.of(row, "priceSet") != 0] if tax else []
    if not charged:
        return ZERO if tax == 0 else None
    if any(row.get("rate") in (None, "") for row in charged):
        return ZERO if is_free else None
    rate = sum((number_of(row, "rate", "tax line: ") for row in charged), ZERO)
    if not 0 <= rate <= RATE_MAX:
        raise Unreadable("tax line: rate is no tax rate")
    return rate


def _tax_code(item: Json, rate: Decimal | None) -> str:
    """The key of maps/tax.csv: names and whole rate ("PL VAT 23%"). A map may also name the rate alone ("23%")."""
    if rate == 0:
        return UNTAXED
    names = dict.fromkeys(name for row in tables_of(item, "taxLines") if (name := verbatim_of(row, "title")))
    return f"{'+'.join(names)} {percent(rate)}" if names and rate else ""
