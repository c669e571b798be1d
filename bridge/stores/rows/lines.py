"""The lines of one order's rows: what is stated of each, and what has to follow from the order's taxes.

An amount that is stated is never computed again. One of net, tax and gross that is left out follows from the other two;
only where an export has no tax of its lines at all (`taxes.py`) is it worked out from a rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bridge.domain.contract import LineKind
from bridge.stores.rows.columns import CHARGES, NUMBERS, OF_LINE, REFUND_COLUMNS, is_of_line
from bridge.stores.rows.layout import GROSS, NET
from bridge.stores.rows.notation import Notation, number, rate_in, truth
from bridge.stores.rows.order import NotAnOrder
from bridge.stores.sums import each

_AMOUNTS = ("net", "tax", "gross")
_WITHOUT_QUANTITY = (LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT, LineKind.COMMENT)  # one, if nothing is said
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(slots=True)
class Draft:
    """One line on its way. `amount` is set where net, tax and gross do not all follow from what is stated."""

    fields: dict[str, Any]
    amount: Decimal | None = None
    basis: str = ""  # whether `amount` is net or gross; empty: as the order's prices are
    taxable: bool = True
    price: Decimal | None = None
    reduction: Decimal = Decimal(0)
    is_goods: bool = True

    @property
    def place(self) -> int:
        return int(self.fields["position"])

    @property
    def rate(self) -> Decimal | None:
        rate: Decimal | None = self.fields.get("tax_rate")
        return rate


def goods_of(rows: Sequence[Mapping[str, str]], notation: Notation) -> list[Draft]:
    """The lines in the order of the rows; rows of a refund are none."""
    drafts: list[Draft] = []
    for row in rows:
        if any(map(is_of_line, row)) and not row.keys() & set(REFUND_COLUMNS):
            drafts.append(_line(row, len(drafts) + 1, notation))
    if len({draft.place for draft in drafts}) < len(drafts):
        raise NotAnOrder("two lines have one line_position")
    return drafts


def charges_of(first: int, cells: Mapping[str, str], values: Mapping[str, Any]) -> list[Draft]:
    """The charges of the whole order as lines, from position `first` on. values: those of the order's cells."""
    drafts: list[Draft] = []
    for charge in CHARGES:
        draft = _charge(charge, first + len(drafts), cells, values)
        if draft is not None:
            drafts.append(draft)
    return drafts


def discounted(goods: Sequence[Draft], values: dict[str, Any]) -> Decimal:
    """Where the export states the sum of its goods: the discount on them is what is missing there, for the whole order.

    Gives what is left of the stated discount: it can only lie on shipping.
    """
    stated: Decimal | None = values.get("goods_amount")
    if stated is None or any(draft.amount is None or draft.basis for draft in goods):
        return Decimal(0)
    off = sum((draft.amount or Decimal(0) for draft in goods), Decimal(0)) - stated
    if off < 0:
        raise NotAnOrder(f"the lines make {stated + off}, less than the goods_amount of {stated}")
    told: Decimal = abs(values.get("discount_amount", Decimal(0)))
    values["discount_amount"] = off
    return max(told - off - sum((draft.reduction for draft in goods), Decimal(0)), Decimal(0))


def of_shipping(amount: Decimal, position: int) -> Draft:
    """A discount that lies on shipping."""
    fields = {"position": position, "kind": LineKind.DISCOUNT, "name": "", "sku": "", "tax_code": "", "tax_rate": None}
    return Draft(fields, amount=-amount, is_goods=False)


def completed(fields: dict[str, Any]) -> bool:
    """Whether net, tax and gross are there; the one that is left out is filled in."""
    net, tax, gross = (fields.get(name) for name in _AMOUNTS)
    if gross is None and net is not None and tax is not None:
        fields["gross"] = net + tax
    elif tax is None and net is not None and gross is not None:
        fields["tax"] = gross - net
    elif net is None and tax is not None and gross is not None:
        fields["net"] = gross - tax
    return all(fields.get(name) is not None for name in _AMOUNTS)


def line_fields(row: Mapping[str, str], notation: Notation) -> dict[str, Any]:
    """The contract's fields of a line, as far as they are cells."""
    return {
        name.removeprefix("line_"): number(name, text, notation) if name in NUMBERS else text
        for name, text in row.items()
        if name in OF_LINE
    }


def _line(row: Mapping[str, str], position: int, notation: Notation) -> Draft:
    fields = line_fields(row, notation)
    fields.setdefault("position", position)
    if not _WHOLE.fullmatch(str(fields["position"])):
        raise NotAnOrder("line_position is not a whole number")
    if "tax_rate" not in fields and "line_tax_percent" in row:
        fields["tax_rate"] = number("line_tax_percent", row["line_tax_percent"], notation) / 100
    if "tax_rate" not in fields and "line_tax_name" in row:
        fields["tax_rate"] = rate_in("line_tax_name", row["line_tax_name"])
    taxable = truth("line_taxable", row["line_taxable"]) if "line_taxable" in row else True
    draft = Draft(fields, taxable=taxable)
    if "discount" in fields:
        fields["discount"] = abs(fields["discount"])
    if "quantity" not in fields and fields.get("kind", LineKind.PRODUCT) not in _WITHOUT_QUANTITY:
        raise NotAnOrder(f"line {fields['position']} has no line_quantity")
    draft.price, draft.reduction = _optional("line_price", row, notation), _discount(row, notation)
    if not completed(fields):
        draft.amount, draft.basis = _amount_of_line(row, fields, draft, notation)
    return draft


def _amount_of_line(
    row: Mapping[str, str], fields: Mapping[str, Any], draft: Draft, notation: Notation
) -> tuple[Decimal, str]:
    """What is known of a line without its tax, and whether that is net or gross."""
    for name in (GROSS, NET):
        if fields.get(name) is not None:
            return fields[name], name
    stated = _optional("line_amount", row, notation)
    if stated is not None:
        return stated, ""
    if draft.price is None:
        place = fields["position"]
        raise NotAnOrder(f"line {place} needs two of line_net, line_tax and line_gross")
    quantity: Decimal = fields.get("quantity", Decimal(1))
    return draft.price * quantity - draft.reduction, ""


def _discount(row: Mapping[str, str], notation: Notation) -> Decimal:
    """A discount is a discount, whichever sign an export writes it with."""
    return abs(_optional("line_reduction", row, notation) or Decimal(0))


def _charge(charge: str, position: int, cells: Mapping[str, str], values: Mapping[str, Any]) -> Draft | None:
    """A charge of the whole order as a line; None where it is nothing."""
    kind, sku = CHARGES[charge]
    fields = {name: values[f"{charge}_{name}"] for name in _AMOUNTS if f"{charge}_{name}" in values}
    amount: Decimal | None = values.get(f"{charge}_amount")
    if not any(fields.values()) and not amount:
        return None
    if kind is LineKind.DISCOUNT:  # a discount is less to pay, whichever sign an export writes it with
        fields = {name: -abs(value) for name, value in fields.items()}
        amount = None if amount is None else -abs(amount)
    rate = values.get(f"{charge}_tax_rate")
    if rate is None and f"{charge}_tax_percent" in values:
        rate = values[f"{charge}_tax_percent"] / 100
    texts = {"name": cells.get(f"{charge}_name", ""), "tax_code": cells.get(f"{charge}_tax_code", ""), "sku": sku}
    fields |= {"position": position, "kind": kind, "tax_rate": rate, **texts}
    draft = Draft(fields, is_goods=kind is LineKind.DISCOUNT)  # a discount of the order lies on its goods
    if not completed(fields):
        stated = next((name for name in (GROSS, NET) if fields.get(name) is not None), "")
        draft.amount, draft.basis = (fields[stated], stated) if stated else (amount, "")
        if draft.amount is None:
            raise NotAnOrder(f"{charge}_tax stands there without the amount that it belongs to")
    return draft


def unit_prices(draft: Draft, prices: str, digits: Decimal) -> None:
    """Unit prices and the line's discount in net, as far as the export's price tells them; see `with_unit_prices`."""
    fields = draft.fields
    if draft.price is None or prices not in (NET, GROSS):
        return
    with_tax = _with_tax(fields)
    if with_tax is None:  # nobody says what the other of the two would be, nor a discount that holds its tax
        if prices == NET or not draft.reduction:
            fields.setdefault(f"unit_{prices}", _fine(draft.price))
            fields.setdefault("discount", draft.reduction)
        return
    net, gross = (draft.price / with_tax, draft.price) if prices == GROSS else (draft.price, draft.price * with_tax)
    fields.setdefault("unit_net", _fine(net))
    fields.setdefault("unit_gross", _fine(gross))
    reduction = draft.reduction / with_tax if prices == GROSS else draft.reduction
    fields.setdefault("discount", reduction.quantize(digits, rounding=ROUND_HALF_UP))


def _with_tax(fields: Mapping[str, Any]) -> Decimal | None:
    """By what a net price becomes a gross one: its rate, else as the line is taxed; None where neither says it."""
    rate: Decimal | None = fields.get("tax_rate")
    if rate is not None:
        return 1 + rate if rate != -1 else None
    net, gross = fields["net"], fields["gross"]
    return gross / net if net and gross else None


def _fine(price: Decimal) -> Decimal:
    return each(price, Decimal(1))


def _optional(name: str, row: Mapping[str, str], notation: Notation) -> Decimal | None:
    return number(name, row[name], notation) if name in row else None
