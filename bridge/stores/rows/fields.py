"""The contract's fields of one order's rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bridge.domain.money import minor_unit
from bridge.stores.currencies import usual_digits
from bridge.stores.rows.columns import (
    LATER,
    NUMBERS,
    OF_ORDER,
    OF_PARTY,
    OF_PAYMENT,
    OF_TOTALS,
    REFUND_COLUMNS,
    TIMES,
    TRUTHS,
    is_of_line,
    shown,
)
from bridge.stores.rows.layout import KEY, Layout
from bridge.stores.rows.lines import Draft, charges_of, discounted, goods_of, of_shipping, unit_prices
from bridge.stores.rows.notation import Notation, may_be_thousands, moment, number, truth
from bridge.stores.rows.order import NotAnOrder
from bridge.stores.rows.refunds import refunds_of
from bridge.stores.rows.taxes import Stated, settle
from bridge.stores.rows.totals import digits_of, given_parts, totals_of

Rows = Sequence[Mapping[str, str]]
_ATTRIBUTE = re.compile(r"[^\S\n]*([^:\n]{1,80}?)[^\S\n]*:[^\S\n]*(.*)")


def fields_of(rows: Rows, layout: Layout, notation: Notation) -> dict[str, Any]:
    """The contract's fields of one order. Cells are named as ours and filled. Raises NotAnOrder naming the column."""
    cells = {**layout.defaults, **_order_cells(rows, layout.key)}
    if "refund_of" in cells:
        raise NotAnOrder("it is a refund told as an order of its own; its order must be corrected by hand")
    _from_attributes(cells, layout)
    values = {name: _value(name, text, notation) for name, text in cells.items() if not is_of_line(name)}
    fields: dict[str, Any] = {name: values[name] for name in values if name in OF_ORDER}
    fields.setdefault("number", fields.get("store_order_id"))
    fields.setdefault("updated_at", fields.get("created_at"))
    fields["tags"] = [tag for text in cells.get("tags", "").split(",") if (tag := text.strip())]
    if "cancelled_at" in cells:
        fields["cancelled"] = True
    _parties(fields, cells)
    fields["extra"] = _extra(cells, values)
    fields["payment"] = _group(values, "payment_", OF_PAYMENT) | {"parts": given_parts(values)}
    _money(fields, rows, cells, values, layout, notation)
    return fields


def _money(
    fields: dict[str, Any],
    rows: Rows,
    cells: Mapping[str, str],
    values: dict[str, Any],
    layout: Layout,
    notation: Notation,
) -> None:
    """Lines, refunds and totals."""
    stated_gross = Stated.of(cells, values, minor_unit(2)).gross
    digits = digits_of(fields, stated_gross)
    has_three = "currency_digits" in fields or usual_digits(str(fields.get("currency", ""))) == 3
    if not has_three and may_be_thousands(cells["total_gross"], notation):
        raise NotAnOrder(
            "total_gross has three digits behind its sign, which may be one between thousands: set thousands of "
            "the store, or currency_digits if its amounts have three"
        )
    fields["currency_digits"] = fields.get("currency_digits", digits)
    stated = Stated.of(cells, values, minor_unit(digits))
    drafts = goods_of(_with_line_defaults(rows, layout), notation)
    left = discounted(drafts, values)
    last = max((draft.place for draft in drafts), default=0)
    drafts += charges_of(last + 1, cells, values)
    spare = of_shipping(left, max((draft.place for draft in drafts), default=0) + 1) if left else None
    if any(draft.amount is not None for draft in drafts):
        prices = settle(drafts, layout.prices, stated, spare)
        fields["extra"]["derived"] = "tax"
    else:
        prices = layout.prices
    fields["lines"] = [_finished(draft, prices, stated.minor) for draft in drafts]
    fields["refunds"] = refunds_of(rows, fields["lines"], notation)
    given = _group(values, "total_", OF_TOTALS)
    if fields["refunds"]:
        given.setdefault("refunded", sum((refund["amount"] for refund in fields["refunds"]), Decimal(0)))
    fields["totals"] = totals_of(given, fields["lines"], fields["payment"], digits)


def _finished(draft: Draft, prices: str, minor: Decimal) -> dict[str, Any]:
    unit_prices(draft, prices, minor)
    return draft.fields


def _with_line_defaults(rows: Rows, layout: Layout) -> Rows:
    """The rows, with the defaults of line columns in each that tells a line."""
    defaults = {name: text for name, text in layout.defaults.items() if is_of_line(name)}
    if not defaults:
        return rows
    return [{**defaults, **row} if any(map(is_of_line, row)) else row for row in rows]


def _order_cells(rows: Rows, key: str) -> dict[str, str]:
    """The order's own cells: filled in its first row; below blank, which means as above, or the same again.

    What is paid or given back later may stand below only; a further payment is named beside the first.
    """
    found: dict[str, str] = {}
    methods: list[str] = []
    for place, row in enumerate(rows):
        for name, text in row.items():
            if _is_of_row(name) or (place > 0 and name == KEY != key):
                continue
            if place == 0 or (name in LATER and name not in found):
                found[name] = text
            elif found.get(name, "") != text:
                if name not in ("payment_method", "payment_transaction_id"):
                    raise NotAnOrder(f"row {place + 1} of the order has another {shown(name)} than its first row")
                if name == "payment_method":
                    methods.append(text)
    if methods:
        found["extra_further_payment_methods"] = ", ".join(dict.fromkeys(methods))
    return found


def _is_of_row(name: str) -> bool:
    """Whether a column tells about the row's line or refund and not about the order."""
    return is_of_line(name) or name in REFUND_COLUMNS


def _from_attributes(cells: dict[str, str], layout: Layout) -> None:
    """Named keys of the `attributes` cell; a column of its own counts more. Keys differ in case from shop to shop."""
    if "attributes" not in cells:
        return
    lines = [match for line in cells["attributes"].splitlines() if (match := _ATTRIBUTE.fullmatch(line))]
    written = {match.group(1).casefold(): match.group(2).strip() for match in reversed(lines)}
    for ours, keys in layout.attributes.items():
        text = next((written[key.casefold()] for key in keys if written.get(key.casefold())), "")
        if text:
            cells.setdefault(ours, text)


def _parties(fields: dict[str, Any], cells: Mapping[str, str]) -> None:
    """Who pays and where it goes; with no delivery columns it goes to the billing address."""
    for party in ("billing", "delivery"):
        found = {
            name.removeprefix(f"{party}_"): text
            for name, text in cells.items()
            if name.startswith(f"{party}_") and name in OF_PARTY
        }
        if f"{party}_name" in cells and not found.keys() & {"first_name", "last_name"}:
            first, _, last = cells[f"{party}_name"].rpartition(" ")
            found |= {"first_name": first.strip(), "last_name": last}
        fields[party] = found
    fields["delivery"] = fields["delivery"] or dict(fields["billing"])
    for party in ("billing", "delivery"):
        for name in ("email", "phone"):
            if name in cells:
                fields[party].setdefault(name, cells[name])


def _extra(cells: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    extra = {name.removeprefix("extra_"): text for name, text in cells.items() if name.startswith("extra_")}
    if values.get("is_test"):
        extra["test"] = "yes"
    return extra


def _group(values: Mapping[str, Any], prefix: str, columns: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and name in columns
    }


def _value(name: str, text: str, notation: Notation) -> Any:
    if name in NUMBERS:
        return number(name, text, notation)
    if name in TIMES:
        return moment(name, text, notation)
    return truth(name, text) if name in TRUTHS else text
