"""How the lines of a WooCommerce order are taxed: by which rows of the shop's tax table, so at which rate and class.

A row of that table belongs to one tax class. So a charge of which the shop tells no class (REST shows none of shipping)
has the class of the goods that were charged by the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bridge.domain.contract import LineKind
from bridge.domain.money import minor_unit, rounded
from bridge.stores.raw import Json, number_of, tables_of, text_of
from bridge.stores.sums import tax_fits

STANDARD_CLASS = "standard"  # the shop's name for the empty tax class
UNTAXED_CLASS = "zero-rate"  # a line with an amount on which the shop charged no tax at all
GOODS, SHIPPING, FEES = "line_items", "shipping_lines", "fee_lines"
ITEM_GROUPS = (GOODS, SHIPPING, FEES)  # in the order in which they become lines
ZERO = Decimal(0)
Rows = frozenset[str]
_NO_CLASS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of `tax_lines`: a fraction, and whether it is charged on top of other taxes."""

    fraction: Decimal
    compound: bool


class Amounts(NamedTuple):
    """Net and tax of a line in whole minor units, the rows by which it was charged, and what they come to.

    rate: the whole rate as a fraction. None where the shop does not tell it.
    """

    net: Decimal
    tax: Decimal
    rows: Rows
    rate: Decimal | None

    @property
    def is_untaxed(self) -> bool:
        """An amount without any tax: it never travels under a taxed class."""
        return self.tax == 0 and self.net != 0 and self.rate == 0


@dataclass(frozen=True, slots=True)
class Taxing:
    """How an order's goods, shipping and fees above zero were taxed.

    amounts: of each item, in the order in which they become lines. classes: rows that were charged together to the
    classes of goods and fees. unnamed: of those that tell no rows.
    """

    amounts: Sequence[Amounts]
    rates: Mapping[str, Rate]
    classes: Mapping[Rows, frozenset[str]]
    unnamed: Sequence[tuple[Amounts, str]]
    has_untaxed: bool  # a line with an amount that no tax was charged on, shipping too

    def fractions(self, rows: Iterable[str]) -> dict[str, Decimal]:
        """What each row takes of the net; a compound one is charged on top of the others. All their rates are known."""
        return _fractions(rows, self.rates)

    def code_by_rows(self, rows: Rows) -> str:
        """The class of the goods and fees that were charged by the same rows; empty where none or several are."""
        classes = self.classes.get(rows, _NO_CLASS)
        return next(iter(classes)) if len(classes) == 1 else ""

    def parts(self, rows: Rows) -> list[Rows]:
        """The rows in groups as other lines were charged by them, the largest first; any other row stands alone."""
        found: list[Rows] = []
        for together in sorted(self.classes, key=lambda one: (-len(one), sorted(one))):
            if together and together <= rows and not any(together & part for part in found):
                found.append(together)
        left = rows.difference(*found)
        return found + [frozenset({row}) for row in sorted(left)]


def taxing_of(order: Json, digits: int) -> Taxing:
    """How the order was taxed. Raises Unreadable naming the field."""
    items = [(group, item) for group in ITEM_GROUPS for item in tables_of(order, group)]
    read = [_read_amounts(item, digits, f"line {place}: ") for place, (_, item) in enumerate(items, start=1)]
    rates = _rates(order)
    told = [Amounts(net, tax, rows, _rate_of(rows, tax, rates)) for net, tax, rows in read]
    classes: dict[Rows, set[str]] = {}
    unnamed: list[tuple[Amounts, str]] = []
    has_untaxed = False
    for (group, item), amounts in zip(items, told, strict=True):
        has_untaxed |= amounts.is_untaxed
        if amounts.net < 0:
            continue
        named = _NO_CLASS if group == SHIPPING else {class_of(item)}
        if named <= classes.get(amounts.rows, _NO_CLASS) and amounts.rows in classes:
            continue  # most lines say what the one before said
        # A charge by the rows of several goods is shared out over them: it shows no rows that belong together.
        shows_rows = group == GOODS or not any(rows & amounts.rows for rows in classes if rows != amounts.rows)
        if not amounts.rows:
            unnamed += [(amounts, code) for code in named if amounts.tax]
        elif shows_rows and (amounts.rate is None or tax_fits(amounts.net, amounts.rate, amounts.tax, digits)):
            classes.setdefault(amounts.rows, set()).update(named)
    return Taxing(told, rates, {rows: frozenset(found) for rows, found in classes.items()}, unnamed, has_untaxed)


def _read_amounts(item: Json, digits: int, where: str) -> tuple[Decimal, Decimal, Rows]:
    """Net, tax and charged rows of a line, shipping or fee. Raises Unreadable naming the field."""
    net = rounded(number_of(item, "total", where), digits)
    return net, rounded(number_of(item, "total_tax", where), digits), frozenset(map(_row, charged(item)))


def _rate_of(rows: Rows, tax: Decimal, rates: Mapping[str, Rate]) -> Decimal | None:
    """The whole rate of an item that was charged by these rows: several add up."""
    if not rows:
        return ZERO if tax == 0 else None
    if len(rows) == 1:  # of most lines
        (row,) = rows
        return rates[row].fraction if row in rates else None
    return sum(_fractions(sorted(rows), rates).values(), ZERO) if rows <= rates.keys() else None


def _fractions(rows: Iterable[str], rates: Mapping[str, Rate]) -> dict[str, Decimal]:
    named = {row: rates[row] for row in rows}
    found = {row: rate.fraction for row, rate in named.items() if not rate.compound}
    for row, rate in named.items():
        if rate.compound:
            found[row] = (1 + sum(found.values(), ZERO)) * rate.fraction
    return found


def charged(item: Json) -> list[Json]:
    """The entries of `taxes` by which an item was charged: the shop lists others too, without an amount."""
    return [entry for entry in tables_of(item, "taxes") if str(entry.get("total") or "") != ""]


def told_taxes(item: Json) -> dict[str, Decimal]:
    """Row to its tax as finely as the shop keeps it. Raises Unreadable where that is no number."""
    found: dict[str, Decimal] = {}
    for entry in charged(item):
        found[_row(entry)] = found.get(_row(entry), ZERO) + number_of(entry, "total", "taxes: ")
    return found


def class_of(item: Json) -> str:
    """The tax class that an item names. A fee that is not to be taxed has the number 0 for it."""
    named = text_of(item, "tax_class")
    return STANDARD_CLASS if named in ("", "0") else named


def code_of(item: Json, amounts: Amounts) -> str:
    """The key of maps/tax.csv of an item that names its class."""
    return UNTAXED_CLASS if amounts.is_untaxed else class_of(item)


def code_of_charge(charge: Json, amounts: Amounts, kind: LineKind, taxing: Taxing, digits: int) -> str:
    """The key of maps/tax.csv of shipping or a fee. Empty: its rate is the key, `8%`.

    Shipping names no class. A fee below zero is taxed as the goods are, whatever class it names.
    """
    if amounts.is_untaxed:
        return UNTAXED_CLASS
    if ("tax_class" in charge and kind is not LineKind.DISCOUNT) or not (amounts.rows or amounts.tax):
        return class_of(charge)
    return taxing.code_by_rows(amounts.rows) if amounts.rows else _code_by_amounts(amounts, taxing, digits)


def _code_by_amounts(charge: Amounts, taxing: Taxing, digits: int) -> str:
    """Imported orders hold taxes without rows: the one class of the goods of which tax is the same part."""
    alike = {
        code
        for goods, code in taxing.unnamed
        if abs(charge.net * goods.tax - charge.tax * goods.net) <= (abs(charge.net) + goods.net) * minor_unit(digits)
    }
    return alike.pop() if len(alike) == 1 else ""


def _row(entry: Json) -> str:
    return str(entry.get("id"))


def _rates(order: Json) -> dict[str, Rate]:
    found: dict[str, Rate] = {}
    for row in tables_of(order, "tax_lines"):
        percent = row.get("rate_percent")
        if percent is not None and percent != "":  # old and imported orders lack it: then the rate is unknown
            fraction = number_of(row, "rate_percent", "tax line: ") / 100
            found[str(row.get("rate_id"))] = Rate(fraction, row.get("compound") is True)
    return found
