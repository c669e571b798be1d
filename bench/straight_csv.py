"""The yardstick's CSV: the rows of profile csv-orders in three ways, with none of the bridge's code."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import jinja2

from bench.straight_orders import Maps, Order, money, percent, plain

ORDERS_PER_FILE = 500
Row = list[str]


def head_of(order: Order, maps: Maps) -> Row:
    """The values of an `H` record."""
    to, buyer, sums = order["delivery"], order["billing"], order["totals"]
    return [
        "H", order["store_order_id"], order["number"], order["created_at"][:10], order["currency"],
        maps.payment[order["payment"]["method"]], maps.shipping[order["shipping_method"]], to["company"],
        f"{to['first_name']} {to['last_name']}".strip(), to["street"], to["house_number"], to.get("flat", ""),
        to.get("extra", ""), to["postal_code"], to["city"], to.get("region", ""), to["country"],
        to["email"] or buyer["email"], to["phone"] or buyer["phone"], buyer.get("tax_id") or to.get("tax_id", ""),
        order.get("buyer_order_number", ""), money(sums["net"]), money(sums["tax"]), money(sums["gross"]),
        money(sums["paid"]), money(sums["due"]), order.get("customer_note", ""), str(len(order["lines"])),
        order.get("pickup_point_id", ""), order.get("warehouse", ""), buyer["company"],
        f"{buyer['first_name']} {buyer['last_name']}".strip(), buyer["street"], buyer["house_number"],
        buyer.get("flat", ""), buyer.get("extra", ""), buyer["postal_code"], buyer["city"], buyer.get("region", ""),
        buyer["country"],
    ]  # fmt: skip


def line_of(order: Order, line: Order, maps: Maps) -> Row:
    """The values of an `L` record."""
    return [
        "L", order["store_order_id"], str(line["position"]), line["kind"], maps.article(line), line["name"],
        plain(line["quantity"]), line["unit"] or "C62", plain(line["unit_net"]), money(line.get("discount", "0.00")),
        maps.tax[line["tax_code"]], percent(line["tax_rate"]), money(line["net"]), money(line["tax"]),
        money(line["gross"]),
    ]  # fmt: skip


def rows_of(batch: list[Order], number: int, maps: Maps, now: datetime) -> list[Row]:
    """All rows of one file: head, orders with their lines, tail with control totals."""
    sealed = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = [["F", str(number), sealed, str(len(batch))]]
    totals: Counter[str] = Counter()
    lines = 0
    for order in batch:
        rows.append(head_of(order, maps))
        rows += [line_of(order, line, maps) for line in order["lines"]]
        lines += len(order["lines"])
        totals[order["currency"]] += Decimal(order["totals"]["gross"])  # type: ignore[assignment]  # sums of Decimal
    rows.append(["T", str(len(batch)), str(lines), "|".join(f"{name}={total}" for name, total in totals.items())])
    return rows


def quoted(value: str) -> str:
    """A field, quoted where it must be."""
    if ";" in value or '"' in value or "\n" in value or "\r" in value:
        return '"' + value.replace('"', '""') + '"'
    return value


def by_format(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:
    """String joining."""
    rows = rows_of(batch, number, maps, now)
    return "".join([";".join([quoted(value) for value in row]) + "\r\n" for row in rows]).encode()


def by_library(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:
    """csv.writer."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows_of(batch, number, maps, now))
    return text.getvalue().encode()


_TEMPLATE = jinja2.Environment(autoescape=False).from_string("{% for row in rows %}{{ row|join(';') }}\n{% endfor %}")


def by_jinja(batch: list[Order], number: int, maps: Maps, now: datetime) -> bytes:
    """Jinja2."""
    rows = [[quoted(value) for value in row] for row in rows_of(batch, number, maps, now)]
    return _TEMPLATE.render(rows=rows).replace("\n", "\r\n").encode()


Renderer = Callable[[list[Order], int, Maps, datetime], bytes]
RENDERERS: dict[str, Renderer] = {"format": by_format, "library": by_library, "jinja": by_jinja}
