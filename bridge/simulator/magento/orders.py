"""What a Magento 2 order looks like over REST, and the sums Magento makes.

`complete` turns a short description into the whole order: every amount twice (order and base currency), `*_incl_tax`
beside the net ones, children of configurables and bundles, the items once more inside the shipping assignment. Taxes
are rounded by row. Amounts are numbers, as PHP prints them. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bridge.simulator.magento.sums import ZERO, Json, Row, described_row, freight_row, in_base, number, sums_of

ADDRESS: Json = {
    "city": "Gdynia", "country_id": "PL", "email": "ola@example.org", "firstname": "Ola", "lastname": "Nowak",
    "postcode": "81-300", "street": ["Morska 1"], "telephone": "+48 600 100 200",
}  # fmt: skip
ITEM_AMOUNTS = (
    "price", "price_incl_tax", "row_total", "row_total_incl_tax", "tax_amount", "discount_amount",
    "discount_tax_compensation_amount",
)  # fmt: skip


def mysql_time(moment: datetime) -> str:
    """Whole seconds, no zone: the database's own, UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def complete(given: Mapping[str, Any], order_id: int, now: datetime) -> Json:
    """The whole order. `given["raw"]` replaces single fields at the end, as a shop's plugin or an accident would.

    items: sku, name, qty, price (of one, as the shop's prices are), tax_percent, discount, type, children. shipping:
    amount, tax_percent, discount, method, description. gift_cards: amount, code. customer_balance, reward, gift_wrap.
    """
    rate = Decimal(str(given.get("base_to_order_rate", "1")))
    items, rows = _items(given, order_id, now)
    shipping = given.get("shipping", {"amount": "12.30", "tax_percent": "23"})
    freight = freight_row(shipping, given)
    fields = {**_head(given, order_id, now), **sums_of(given, rows, freight, rate)}
    for item in items:
        in_base(item, (*ITEM_AMOUNTS, "original_price"), rate)
    fields["items"] = items
    fields["billing_address"] = _address(given.get("billing", {}), "billing", order_id)
    fields["payment"] = _payment(given, fields, order_id)
    fields["status_histories"] = []
    fields["extension_attributes"] = _extension(given, fields, items, shipping, freight, order_id)
    return {**fields, **given.get("raw", {})}


def _head(given: Mapping[str, Any], order_id: int, now: datetime) -> Json:
    created = str(given.get("created_at") or mysql_time(now))
    guest = given.get("customer_id") is None
    head: Json = {
        "entity_id": order_id,
        "increment_id": str(given.get("increment_id") or f"{order_id:09d}"),
        "store_id": int(given.get("store_id", 1)),
        "store_name": "Cups\nCups and plates\nEnglish",
        "state": given.get("state", "new"),
        "status": given.get("status", "pending"),
        "created_at": created,
        "updated_at": str(given.get("updated_at") or created),
        "order_currency_code": given.get("currency", "PLN"),
        "base_currency_code": given.get("base_currency", given.get("currency", "PLN")),
        "base_to_order_rate": number(Decimal(str(given.get("base_to_order_rate", "1")))),
        "customer_email": given.get("billing", {}).get("email", ADDRESS["email"]),
        "customer_group_id": 0 if guest else int(given.get("customer_group_id", 1)),
        "customer_is_guest": int(guest),
        "is_virtual": int(bool(given.get("virtual"))),
        "quote_id": order_id,
        "remote_ip": "192.0.2.7",
        "shipping_description": given.get("shipping", {}).get("description", "Flat Rate - Fixed"),
    }
    for name in ("customer_id", "customer_note", "customer_taxvat", "coupon_code"):
        if given.get(name) is not None:  # absent fields are left out, not null
            head[name] = given[name]
    return head


def _items(given: Mapping[str, Any], order_id: int, now: datetime) -> tuple[list[Json], list[Row]]:
    """Items as REST lists them, children behind their parent; and the rows that hold money."""
    items: list[Json] = []
    rows: list[Row] = []
    for described in given.get("items", ({"sku": "007", "name": "Kettle", "qty": 2, "price": "24.60"},)):
        kind = described.get("type", "simple")
        own = described_row(described, given)
        item = _item(described, own, order_id, order_id * 100 + len(items) + 1, now)
        items.append(item)
        children = described.get("children", ())
        parts = [described_row(child, given) if child.get("price") else None for child in children]
        money = [part for part in parts if part is not None]
        if kind == "bundle" and money:  # dynamic price: the parent's row only repeats its children's sum
            own = Row(*(sum((getattr(row, name) for row in money), ZERO) for name in Row.__slots__))
            item.update(_shown(own, Decimal(str(described.get("qty", 1)))))
            rows.extend(money)
        else:
            rows.append(own)
        for child, row in zip(children, parts, strict=True):
            kept = _item(child, row, order_id, order_id * 100 + len(items) + 1, now)
            parent = {name: value for name, value in item.items() if name != "parent_item"}
            items.append({**kept, "parent_item_id": item["item_id"], "parent_item": parent})
    return items, rows


def _item(described: Mapping[str, Any], row: Row | None, order_id: int, item_id: int, now: datetime) -> Json:
    quantity = Decimal(str(described.get("qty", 1)))
    kind = described.get("type", "simple")
    item: Json = {
        "item_id": item_id,
        "order_id": order_id,
        "product_id": item_id,
        "product_type": kind,
        "sku": described.get("sku", "007"),
        "name": described.get("name", "Article"),
        "qty_ordered": number(quantity),
        "qty_canceled": 0, "qty_invoiced": 0, "qty_refunded": 0, "qty_shipped": 0,
        "is_virtual": int(kind in ("virtual", "downloadable")),
        "created_at": mysql_time(now),
        "updated_at": mysql_time(now),
    }  # fmt: skip
    if row is None:  # the child of a configurable or of a fixed bundle: no money, and most amounts are left out
        return {**item, "price": 0, "row_total": 0, **described.get("raw", {})}
    shown = _shown(row, quantity)
    percent = number(Decimal(str(described.get("tax_percent", "23"))))
    return {**item, **shown, "tax_percent": percent, **described.get("raw", {})}


def _shown(row: Row, quantity: Decimal) -> Json:
    each = quantity or Decimal(1)
    return {
        "price": number((row.net / each).quantize(Decimal("0.0001"))),
        "price_incl_tax": number((row.gross / each).quantize(Decimal("0.0001"))),
        "original_price": number((row.net / each).quantize(Decimal("0.0001"))),
        "row_total": number(row.net),
        "row_total_incl_tax": number(row.gross),
        "tax_amount": number(row.tax),
        "discount_amount": number(row.discount),
        "discount_tax_compensation_amount": number(row.compensation),
    }


def _address(given: Mapping[str, Any], kind: str, order_id: int) -> Json:
    return {"address_type": kind, "entity_id": order_id * 2, "parent_id": order_id, **ADDRESS, **given}


def _payment(given: Mapping[str, Any], order: Mapping[str, Any], order_id: int) -> Json:
    return {
        "account_status": None,
        "additional_information": ["Check / Money order"],
        "amount_ordered": order["grand_total"],
        "base_amount_ordered": order["base_grand_total"],
        "cc_last4": None,
        "entity_id": order_id,
        "method": "checkmo",
        "parent_id": order_id,
        **given.get("payment", {}),
    }


def _extension(
    given: Mapping[str, Any],
    order: Json,
    items: Sequence[Json],
    shipping: Mapping[str, Any],
    freight: Row,
    order_id: int,
) -> Json:
    told: Json = {"payment_additional_info": [{"key": "method_title", "value": "Check / Money order"}]}
    total = {name: value for name, value in order.items() if name.startswith(("shipping_", "base_shipping_"))}
    assigned: Json = {"total": {name: value for name, value in total.items() if name != "shipping_description"}}
    if not given.get("virtual"):  # what is not shipped has totals of nothing, and neither address nor method
        delivery = {**given.get("billing", {}), **given.get("delivery", {})}
        assigned["address"] = _address(delivery, "shipping", order_id)
        assigned["method"] = shipping.get("method", "flatrate_flatrate")
    told["shipping_assignments"] = [{"shipping": assigned, "items": [dict(item) for item in items]}]
    told["applied_taxes"], told["item_applied_taxes"] = [], _applied(items, freight, shipping)
    told.update(_credits(given))
    wrap = given.get("gift_wrap", {})
    if wrap:  # the commercial edition prints these as texts
        told.update({"gw_id": "1", "gw_price": str(wrap["price"]), "gw_tax_amount": str(wrap.get("tax", "0"))})
    return {**told, **given.get("extension_attributes", {})}


def _credits(given: Mapping[str, Any]) -> Json:
    told: Json = {}
    cards = [{"id": 1, **card, "amount": number(Decimal(str(card["amount"])))} for card in given.get("gift_cards", ())]
    if cards:
        told["gift_cards"] = [{**card, "base_amount": card["amount"]} for card in cards]
        told["gift_cards_amount"] = number(sum((Decimal(str(card["amount"])) for card in cards), ZERO))
        told["base_gift_cards_amount"] = told["gift_cards_amount"]
    for name, field in (("customer_balance", "customer_balance_amount"), ("reward", "reward_currency_amount")):
        if given.get(name):
            told[field] = told[f"base_{field}"] = number(Decimal(str(given[name])))
    return told


def _applied(items: Sequence[Json], freight: Row, shipping: Mapping[str, Any]) -> list[Json]:
    taxes: list[Json] = []
    for item in items:
        if item.get("tax_amount"):
            taxes.append({"type": "product", "item_id": item["item_id"], "applied_taxes": [_tax(item["tax_percent"])]})
    if freight.tax:
        percent = number(Decimal(str(shipping.get("tax_percent", "23"))))
        taxes.append({"type": "shipping", "applied_taxes": [_tax(percent)]})
    return taxes


def _tax(percent: int | float) -> Json:
    code = f"PL VAT {percent}"
    return {"code": code, "title": code, "percent": percent}
