"""Refunds among the rows of an order: one row for each line that was given back, or one with the amount alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.stores.rows.columns import REFUND_COLUMNS
from bridge.stores.rows.lines import completed, line_fields
from bridge.stores.rows.notation import Notation, moment, number
from bridge.stores.rows.order import NotAnOrder

_AMOUNTS = ("net", "tax", "gross")


def refunds_of(
    rows: Sequence[Mapping[str, str]], lines: Sequence[Mapping[str, Any]], notation: Notation
) -> list[dict[str, Any]]:
    """The contract's refunds. A row finds its line by `line_position`, else by the one line with its SKU."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if not row.keys() & set(REFUND_COLUMNS):
            continue
        refund_id = row.get("refund_id")
        if not refund_id:
            raise NotAnOrder("a refund has no refund_id")
        refund = found.setdefault(refund_id, {"refund_id": refund_id, "lines": []})
        if "refund_at" in row:
            refund["refunded_at"] = moment("refund_at", row["refund_at"], notation)
        if "refund_amount" in row:
            refund["amount"] = abs(number("refund_amount", row["refund_amount"], notation))
        if any(name.startswith("line_") for name in row):
            refund["lines"].append(_line(row, lines, notation))
    for refund in found.values():
        refund.setdefault("amount", sum((line["gross"] for line in refund["lines"]), Decimal(0)))
        if not refund["amount"] and not refund["lines"]:
            raise NotAnOrder("a refund has neither refund_amount nor a line")
    return list(found.values())


def _line(row: Mapping[str, str], lines: Sequence[Mapping[str, Any]], notation: Notation) -> dict[str, Any]:
    """One refunded line; its amounts have the sign of the order's line, whichever an export writes them with."""
    fields = line_fields(row, notation)
    if not completed(fields):
        raise NotAnOrder("a refunded line needs two of line_net, line_tax and line_gross")
    position = _position(fields, lines)
    (gross,) = (line["gross"] for line in lines if str(line["position"]) == str(position))
    amounts = {name: -abs(fields[name]) if gross < 0 else abs(fields[name]) for name in _AMOUNTS}
    return {"position": position, "quantity": abs(fields.get("quantity", Decimal(0))), **amounts}


def _position(fields: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Any:
    if "position" in fields:
        if str(fields["position"]) not in {str(line["position"]) for line in lines}:
            raise NotAnOrder("a refund names a line_position that the order does not have")
        return fields["position"]
    same = [line["position"] for line in lines if line.get("sku") and line.get("sku") == fields.get("sku")]
    if len(same) != 1:
        raise NotAnOrder("a refunded line needs line_position, as its SKU does not stand on exactly one line")
    return same[0]
