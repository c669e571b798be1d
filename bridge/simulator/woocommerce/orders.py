"""What a WooCommerce order looks like, and the sums WooCommerce makes.

An order is kept as the JSON object that REST v3 shows. `complete` fills in whatever a caller leaves out, so that a
test names only what it is about. Line amounts are net, the tax stands beside them, each line is rounded half up; the
sums of the header follow. Pure: no clock, no database.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

# The rates at which orders without explicit tax are completed. They differ from the shop's rates of today on purpose
# (`store_edits.RATES_TODAY`): a careless write-back that recalculates an old order then changes its total visibly.
RATES_AT_ORDER: Mapping[str, Decimal] = {"": Decimal(23), "reduced-rate": Decimal(8), "zero-rate": Decimal(0)}

PARTY_FIELDS = (
    "first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country",
)  # fmt: skip
WAITS_FOR_MONEY = ("bacs", "cheque")  # bank transfer and cheque stand in on-hold until somebody sees the money
ITEM_DEFAULTS: Mapping[str, Json] = {
    "line_items": {
        "name": "Article", "product_id": 0, "variation_id": 0, "quantity": 1, "tax_class": "", "sku": "",
    },
    "shipping_lines": {"method_title": "Flat rate", "method_id": "flat_rate", "instance_id": "1"},
    "fee_lines": {"name": "Fee", "tax_class": "", "tax_status": "taxable"},
}  # fmt: skip
DATE_FIELDS = ("date_created", "date_modified", "date_paid", "date_completed")


def wordpress_time(moment: datetime) -> str:
    """Whole seconds without a zone suffix, as all WooCommerce dates are written."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def local_time(gmt: str, zone: ZoneInfo) -> str:
    """The shop-local text of a `_gmt` text."""
    return wordpress_time(datetime.fromisoformat(gmt).replace(tzinfo=UTC).astimezone(zone))


def digits_of(order: Mapping[str, Any]) -> int:
    """How many decimals the amounts of this order carry (the shop's setting, not the ISO table)."""
    texts = [str(item["total"]) for item in _all_items(order) if "total" in item]
    texts += [str(order[name]) for name in ("total", "shipping_total") if name in order]
    if not texts:
        return 2
    return max(len(text.partition(".")[2]) for text in texts)


def amount(value: Decimal, digits: int) -> str:
    """An amount as WooCommerce prints it: half up, fixed number of decimals, a string."""
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"


def rate_id(percent: Decimal) -> int:
    """The id of the shop's tax rate row for a percentage; stable, so that lines and tax_lines join."""
    return int(percent * 100) + 1


def complete(partial: Mapping[str, Any], order_id: int, now: datetime, zone: ZoneInfo) -> Json:
    """The whole order for a partial one. Keys given by the caller win, sums included.

    A line, shipping line or fee may carry `tax_rate` (percent, as text); it becomes `taxes` and `tax_lines`, and is not
    shown. Dates may be given by their `_gmt` name alone.
    """
    order: Json = {**_skeleton(order_id), **partial}
    digits = digits_of(order)
    for name in ("billing", "shipping"):
        order[name] = _party(order[name], with_email=name == "billing")
    _complete_items(order, order_id, digits)
    _complete_dates(order, now, zone)
    for name, text in sums(order, digits).items():
        order.setdefault(name, text)
    if "tax_lines" not in partial:
        order["tax_lines"] = tax_lines(order, digits)
    for item in _all_items(order):
        item.pop("tax_rate", None)
    return order


def sums(order: Mapping[str, Any], digits: int) -> dict[str, str]:
    """The header's amounts from the lines. Gift cards are taken off the total, as their plugin does."""
    lines, shipping, fees = order["line_items"], order["shipping_lines"], order["fee_lines"]
    line_tax, fee_tax, shipping_tax = (total(items, "total_tax") for items in (lines, fees, shipping))
    cards = sum((Decimal(str(card["amount"])) for card in order.get("gift_cards", ())), Decimal(0))
    gross = sum((total(items, "total") for items in (lines, shipping, fees)), line_tax + fee_tax + shipping_tax)
    figures = {
        "discount_total": total(lines, "subtotal") - total(lines, "total"),
        "discount_tax": total(lines, "subtotal_tax") - line_tax,
        "shipping_total": total(shipping, "total"),
        "shipping_tax": shipping_tax,
        "cart_tax": line_tax + fee_tax,
        "total": gross - cards,
        "total_tax": line_tax + fee_tax + shipping_tax,
    }
    return {name: amount(value, digits) for name, value in figures.items()}


def total(items: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    """The sum of one amount over some items."""
    return sum((Decimal(str(item[name] or 0)) for item in items), Decimal(0))


def tax_lines(order: Mapping[str, Any], digits: int) -> list[Json]:
    """One row for each rate that the items name, in the order of the ids."""
    rates: dict[int, dict[str, Decimal]] = {}
    for item in _all_items(order):
        column = "shipping" if "method_id" in item else "cart"
        for tax in item["taxes"]:
            row = rates.setdefault(int(tax["id"]), {"cart": Decimal(0), "shipping": Decimal(0)})
            row[column] += Decimal(str(tax["total"] or 0))
    return [
        {
            "id": int(order["id"]) * 1000 + 900 + place,
            "rate_code": f"RATE-{number}",
            "rate_id": number,
            "label": "Tax",
            "compound": False,
            "tax_total": amount(row["cart"], digits),
            "shipping_tax_total": amount(row["shipping"], digits),
            "rate_percent": _plain_number(Decimal(number - 1) / 100),
            "meta_data": [],
        }
        for place, (number, row) in enumerate(sorted(rates.items()))
    ]


def set_item_tax(item: Json, percent: Decimal, digits: int) -> None:
    """Tax of one item at one rate, rounded per line."""
    for base, tax in (("subtotal", "subtotal_tax"), ("total", "total_tax")):
        if base in item:
            item[tax] = amount(Decimal(str(item[base])) * percent / 100, digits)
    entry = {"id": rate_id(percent), "total": item["total_tax"], "subtotal": item.get("subtotal_tax", "")}
    item["taxes"] = [entry]


def new_item(group: str, given: Mapping[str, Any], item_id: int, digits: int) -> Json:
    """A whole line, shipping line or fee for a partial one."""
    item: Json = {"id": item_id, **ITEM_DEFAULTS[group], "meta_data": [], **given}
    _complete_amounts(item, group, digits)
    return item


def price_as_php_prints_it(line: Mapping[str, Any]) -> int | float:
    """`line_items[].price`: a JSON number that PHP computes by float division, hence 10.799999999999999.

    The one float in the simulator, and on purpose: a connector that reads it as money has a bug we want to see.
    """
    quantity = float(str(line["quantity"]))
    return _plain_float(float(str(line["total"])) / quantity) if quantity else 0


def _all_items(order: Mapping[str, Any]) -> Iterable[Json]:
    for name in ("line_items", "shipping_lines", "fee_lines"):
        yield from order.get(name, ())


def _skeleton(order_id: int) -> Json:
    return {
        "id": order_id, "parent_id": 0, "number": str(order_id),
        "order_key": f"wc_order_{zlib.crc32(b'%d' % order_id):08x}",
        "created_via": "checkout", "version": "9.4.2", "currency": "EUR", "prices_include_tax": False,
        "customer_id": 0, "customer_ip_address": "", "customer_user_agent": "", "customer_note": "",
        "billing": {}, "shipping": {}, "payment_method": "stripe", "payment_method_title": "Card", "transaction_id": "",
        "cart_hash": "", "meta_data": [], "line_items": [], "shipping_lines": [], "fee_lines": [], "coupon_lines": [],
        "refunds": [],
    }  # fmt: skip


def _party(given: Mapping[str, Any], with_email: bool) -> Json:
    names = (*PARTY_FIELDS, "email", "phone") if with_email else (*PARTY_FIELDS, "phone")
    return {**dict.fromkeys(names, ""), **given}


def _complete_items(order: Json, order_id: int, digits: int) -> None:
    number = order_id * 1000
    for group in ITEM_DEFAULTS:
        completed = []
        for given in order[group]:
            number += 1
            completed.append(new_item(group, given, number, digits))
        order[group] = completed
    coupons = []
    for given in order["coupon_lines"]:
        number += 1
        off = amount(total(order["line_items"], "subtotal") - total(order["line_items"], "total"), digits)
        off_tax = amount(total(order["line_items"], "subtotal_tax") - total(order["line_items"], "total_tax"), digits)
        coupons.append({"id": number, "discount": off, "discount_tax": off_tax, "meta_data": [], **given})
    order["coupon_lines"] = coupons
    order["meta_data"] = [{"id": order_id * 1000 + 500 + n, **row} for n, row in enumerate(order["meta_data"])]


def _complete_amounts(item: Json, group: str, digits: int) -> None:
    item.setdefault("total", amount(Decimal(0), digits))
    if group == "line_items":
        item.setdefault("subtotal", item["total"])
    if "taxes" in item and "total_tax" in item:
        if group == "line_items":
            item.setdefault("subtotal_tax", item["total_tax"])
        return
    standard = RATES_AT_ORDER.get(str(item.get("tax_class", "")), RATES_AT_ORDER[""])
    percent = Decimal(str(item.get("tax_rate", standard)))
    given: Json = {name: item[name] for name in ("total_tax", "subtotal_tax") if name in item}
    set_item_tax(item, percent, digits)
    item.update(given)
    item["taxes"][0]["total"] = item["total_tax"]


def _complete_dates(order: Json, now: datetime, zone: ZoneInfo) -> None:
    order.setdefault("date_created_gmt", wordpress_time(now))
    order.setdefault("date_modified_gmt", order["date_created_gmt"])
    method = order["payment_method"]
    order.setdefault("status", "on-hold" if method in WAITS_FOR_MONEY else "processing")
    paid = order["status"] in ("processing", "completed", "refunded") and method != "cod"
    order.setdefault("date_paid_gmt", order["date_created_gmt"] if paid else None)
    completed = order["status"] == "completed"
    order.setdefault("date_completed_gmt", order["date_created_gmt"] if completed else None)
    set_local_dates(order, zone)


def set_local_dates(order: Json, zone: ZoneInfo) -> None:
    """Write the shop-local twins of all `_gmt` dates."""
    for name in DATE_FIELDS:
        gmt = order[f"{name}_gmt"]
        order[name] = local_time(gmt, zone) if gmt else None


def _plain_number(value: Decimal) -> int | float:
    return _plain_float(float(value))


def _plain_float(value: float) -> int | float:
    return int(value) if value.is_integer() else value
