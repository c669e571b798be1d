"""Any order that is told in rows and fields: a file in JSON, a CSV in the contract's columns, rows of a database.

All three tell the same order, each in its own form. Also the export of a Shopify admin, whose taxes stand in the header
alone (`exports`).
"""

from __future__ import annotations

import json
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from bridge.config.values import StoreSettings
from bridge.domain.contract import Order
from bridge.stores.folder.csv_file import records_of_csv
from bridge.stores.folder.json_file import records_by_line
from bridge.stores.folder.records import Place, Source
from bridge.stores.folder.settings import read_settings as read_folder
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.known import LAYOUTS
from bridge.stores.rows.layout import Plan
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.order import order_of
from bridge.stores.sql.mapping import Mapper, Parts
from bridge.stores.sql.settings import read_settings as read_sql
from tests.stores.any_sale import Sale
from tests.stores.folder.sheets import SHOPIFY, SHOPIFY_ORDER

CURRENCIES = {"PLN": 2, "JPY": 0, "KWD": 3}
LAYOUT = LAYOUTS["shopify-export"]
ORDER = {"store_order_id": "7", "created_at": "2026-03-02T08:00:00Z", "payment_method": "card"}
SQL = read_sql("shop", StoreSettings("shop", "sql", {"url": "sqlite:///shop.db"}, "bridge.toml:7"))
CSV = read_folder("shop", StoreSettings("shop", "folder", {"path": "drop"}, "bridge.toml:7")).csv
SOURCE = Source("shop", "orders")
ZERO = Decimal(0)
Fields = dict[str, Any]


def rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def of_csv(order: Fields, lines: list[Fields], refunds: list[Fields], folder: Path) -> Order | None:
    """A file in the contract's columns: the order's own cells in its first row."""
    names = list(dict.fromkeys(name for row in (order, *lines, *refunds) for name in row))
    table = [[f"{row.get(name, '')}" for name in names] for row in [order | lines[0], *lines[1:], *refunds]]
    for cells in table[1:]:
        cells[names.index("store_order_id")] = order["store_order_id"]
    file = folder / "orders.csv"
    file.write_text("\n".join(";".join(row) for row in [names, *table]) + "\n", encoding="utf-8")
    (record,) = records_of_csv(file, SOURCE, Place(), CSV)
    return record.told.order


def of_sql(order: Fields, lines: list[Fields], refunds: list[Fields], _: Path) -> Order | None:
    """Rows of a database with NUMERIC columns."""
    return Mapper(SQL).told(order["store_order_id"], Parts(order, [*lines], [*refunds])).order


def of_json(order: Fields, lines: list[Fields], refunds: list[Fields], folder: Path) -> Order | None:
    """The contract's own form, its amounts as bare numbers."""
    own = ("net", "tax", "gross")
    sums = {name: sum((line[f"line_{name}"] for line in lines), ZERO) for name in own}
    card = order["gift_card_amount"]
    whole = sums["gross"]
    given: dict[str, Fields] = {}
    for row in refunds:
        refund = given.setdefault(row["refund_id"], {"refund_id": row["refund_id"], "amount": ZERO, "lines": []})
        refund["amount"] += row["line_gross"]
        refund["lines"].append({name.removeprefix("line_"): row[name] for name in row if name.startswith("line_")})
    back = sum((one["amount"] for one in given.values()), ZERO)
    fields = {
        "store_order_id": order["store_order_id"], "number": "7", "created_at": order["created_at"],
        "updated_at": order["created_at"], "currency": order["currency"], "refunds": list(given.values()),
        "currency_digits": order["currency_digits"],
        "payment": {"state": order["payment_state"], "parts": [{"method": "gift_card", "amount": card}]},
        "lines": [{name.removeprefix("line_"): value for name, value in line.items()} for line in lines],
        "totals": {**sums, "paid": whole, "due": ZERO, "refunded": back},
    }  # fmt: skip
    file = folder / "orders.jsonl"
    file.write_text(_json(fields) + "\n", encoding="utf-8")
    (record,) = records_by_line(file, SOURCE, Place())
    return record.told.order


def _json(value: Any) -> str:
    """JSON with each Decimal as a bare number, digit for digit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """An order that states net, tax and gross of its lines, or two of them; charges are lines of their own kind."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    digits = CURRENCIES[currency]
    step = Decimal(1).scaleb(-digits)
    is_gross = draw(st.booleans())
    lines: list[Fields] = []
    kinds = draw(st.lists(st.sampled_from(["product", "product", "shipping", "fee", "discount"]), max_size=5))
    for place, kind in enumerate(["product", *kinds]):
        price = draw(st.integers(0, 999_999)) * step * (-1 if kind == "discount" else 1)
        rate = draw(st.sampled_from([ZERO, Decimal("0.05"), Decimal("0.08"), Decimal("0.23"), Decimal("0.0725")]))
        tax = rounded(price * rate / (1 + rate) if is_gross else price * rate, digits)
        net = price - tax if is_gross else price
        lines.append({
            "line_position": place + 1, "line_kind": kind, "line_sku": f"S{place}" if kind == "product" else "",
            "line_quantity": Decimal(draw(st.integers(1, 9))), "line_net": net, "line_tax": tax,
            "line_gross": net + tax, "line_tax_rate": rate,
        })  # fmt: skip
    gross, tax = (sum((line[f"line_{name}"] for line in lines), ZERO) for name in ("gross", "tax"))
    assume(gross >= 0)
    refunds = _refunds(draw, lines, digits)
    refunded = sum((row["line_gross"] for row in refunds), ZERO)
    assume(bool(refunded) == bool(refunds) and refunded <= gross)
    card = min(gross, draw(st.sampled_from([ZERO, 20 * step])))
    state = "partially_refunded" if refunded else "paid"
    order = {**ORDER, "currency": currency, "currency_digits": digits, "payment_state": state}
    order |= {"gift_card_amount": card, "total_gross": gross - draw(st.sampled_from([ZERO, card]))}
    form = draw(st.sampled_from([of_csv, of_sql, of_json]))
    left_out = draw(st.sampled_from(["", "line_net", "line_tax", "line_gross"])) if form is not of_json else ""
    stated = [{name: value for name, value in line.items() if name != left_out} for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        told = form(order, stated, refunds, Path(folder))
    assert told is not None
    goods = {line["line_sku"]: line["line_gross"] for line in lines if line["line_sku"]}
    return Sale(told, gross, tax, tax, refunded, goods)


def _refunds(draw: st.DrawFn, lines: list[Fields], digits: int) -> list[Fields]:
    """Some pieces of some lines, each at its share."""
    rows = []
    for line in lines:
        whole = line["line_quantity"]
        back = Decimal(draw(st.sampled_from([0, 0, 0, 1, int(whole)])))
        if back and line["line_kind"] == "product":
            net, tax = (rounded(line[name] * back / whole, digits) for name in ("line_net", "line_tax"))
            rows.append({
                "refund_id": "R1", "line_position": line["line_position"], "line_quantity": back, "line_net": net,
                "line_tax": tax, "line_gross": net + tax,
            })  # fmt: skip
    return rows


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[dict[str, str]], Decimal, Decimal]:
    """Rows as the shop would write them, with its total and its tax, worked out here and not by the code under test."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    digits = CURRENCIES[currency]
    amounts = st.integers(1, 99_999).map(lambda each: Decimal(each).scaleb(-digits))
    lines = draw(st.lists(st.tuples(amounts, st.integers(1, 9)), min_size=1, max_size=8))
    rate = draw(st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.08"), Decimal("0.23"), Decimal("0.0725")]))
    shipping = draw(st.one_of(st.just(Decimal(0)), amounts))
    goods = sum((price * pieces for price, pieces in lines), Decimal(0))
    discount = rounded(goods * draw(st.integers(0, 90)) / 100, digits)
    is_gross = draw(st.booleans())
    taxed = [price * pieces for price, pieces in lines] + [-discount, shipping]
    taxes = [rounded(each * rate / (1 + rate) if is_gross else each * rate, digits) for each in taxed]
    tax = sum(taxes, Decimal(0))
    total = goods - discount + shipping + (0 if is_gross else tax)
    first = {**SHOPIFY_ORDER, "Currency": currency, "Subtotal": str(goods - discount), "Shipping": str(shipping)}
    first |= {"Taxes": str(tax), "Total": str(total), "Discount Amount": str(discount), "Outstanding Balance": "0"}
    first |= {"Tax 1 Name": f"VAT {rate * 100:f}%" if tax else "", "Tax 1 Value": str(tax) if tax else ""}
    rows = []
    for place, (price, pieces) in enumerate(lines):
        own = first if place == 0 else {"Name": "#1001"}
        line = {"Lineitem price": f"{price:f}", "Lineitem quantity": str(pieces), "Lineitem name": "x"}
        rows.append(own | line | {"Lineitem discount": "0", "Lineitem taxable": "true", "Lineitem sku": str(place)})
    return rows, total, tax


@st.composite
def exported_sales(draw: st.DrawFn) -> Sale:
    """As the shared property takes it. The export has no tax of its lines: of single goods nothing is known."""
    rows, total, tax = draw(exports())
    return Sale(read(rows), total, tax, tax)


def read(rows: list[dict[str, str]]) -> Order:
    plan = Plan(SHOPIFY, LAYOUT)
    cells = [found for row in rows for found in plan.rows([row.get(name, "") for name in SHOPIFY])]
    return order_of(fields_of(cells, LAYOUT, Notation()), "shop")
