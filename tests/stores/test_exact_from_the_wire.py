"""Amounts arrive as they were written, in every connector: what a float would change is not changed.

0.1 + 0.2 is 0.30000000000000004 in a float, and 123456789012345.678 has three digits more than one can hold. Amounts
are bare numbers here wherever a shop may write them so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.contract import Order
from bridge.domain.revision import content_of, order_from_content
from bridge.simulator.magento.orders import complete as complete_magento
from bridge.simulator.woocommerce.orders import complete as complete_woocommerce
from bridge.stores.exact_json import elements
from bridge.stores.folder.records import Place
from bridge.stores.folder.settings import read_settings
from bridge.stores.folder.xml_file import records_of_xml
from bridge.stores.magento.mapping import order_of as magento_order
from bridge.stores.magento.parts import Parts
from bridge.stores.prestashop.mapping import order_of as prestashop_order
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.shopify.mapping import order_of as shopify_order
from bridge.stores.shopify.settings import Reading
from bridge.stores.vendure.mapping import original_of
from bridge.stores.vendure.mapping import store_order as vendure_order
from bridge.stores.woocommerce.mapping import store_order as woocommerce_order
from bridge.stores.woocommerce.settings import MetaKeys
from tests.stores.magento.any_order import FIELDS
from tests.stores.prestashop.any_order import part
from tests.stores.rows import any_order as rows
from tests.stores.shopify.made import line as shopify_line
from tests.stores.shopify.made import original
from tests.stores.shops import MORNING
from tests.stores.vendure.made import NAMES, raw_order
from tests.stores.vendure.made import line as vendure_line

# Two untaxed lines of dinars and their sum, worked out on paper; eighteen digits in the second.
AMOUNTS = [("0.100", "0.200", "0.300"), ("123456789012345.678", "0.001", "123456789012345.679")]
Told = Callable[[str, str, str, Path], Order | None]


def bare(whole: Any) -> str:
    """JSON in which the texts that begin with # are numbers, digit for digit."""
    return re.sub(r'"#(-?[0-9.]+)"', r"\1", json.dumps(whole))


def parsed(text: str) -> Any:
    """As the connectors parse the rows of an answer."""
    ((value, _),) = elements(f"[{text}]")
    return value


def woocommerce(first: str, second: str, total: str, _: Path) -> Order | None:
    lines = [{"sku": sku, "total": one, "tax_rate": "0"} for sku, one in (("A", first), ("B", second))]
    raw = complete_woocommerce({"line_items": lines, "currency": "KWD", "total": total}, 1, MORNING, ZoneInfo("UTC"))
    for item, one in zip(raw["line_items"], (first, second), strict=True):
        item |= {"total": f"#{one}", "subtotal": f"#{one}"}  # a plugin that writes numbers
    return woocommerce_order("shop", parsed(bare(raw)), bare(raw), MetaKeys()).order


def magento(first: str, second: str, total: str, _: Path) -> Order | None:
    items = [{"sku": sku, "price": "1", "tax_percent": "0"} for sku in "AB"]
    raw = complete_magento({"items": items, "virtual": True, "currency": "KWD"}, 1, MORNING)
    for item, one in zip(raw["items"], (first, second), strict=True):
        item |= dict.fromkeys(("price", "row_total", "row_total_incl_tax", "price_incl_tax"), f"#{one}")
    raw |= dict.fromkeys(("grand_total", "subtotal", "total_due", "subtotal_incl_tax"), f"#{total}")
    return magento_order("shop", Parts(parsed(bare(raw))), FIELDS["presentment"])


def shopify(first: str, second: str, total: str, _: Path) -> Order | None:
    raw = original(total, shopify_line(1, first), shopify_line(2, second), currencyCode="KWD")
    return shopify_order("shop", parsed(bare(raw)), Reading())


def vendure(first: str, second: str, total: str, _: Path) -> Order | None:
    names = ("unitPrice", "linePrice", "proratedLinePrice")
    coins = [int(Decimal(one) * 1000) for one in (first, second)]
    lines = [
        vendure_line(id=str(coin), quantity=1, taxRate=0, **{f"{name}{twin}": coin for name in names
                     for twin in ("", "WithTax")})
        for coin in coins
    ]  # fmt: skip
    whole = dict.fromkeys(("total", "totalWithTax", "subTotal", "subTotalWithTax"), int(Decimal(total) * 1000))
    text = json.dumps(raw_order(lines=lines, shippingLines=[], payments=[], currencyCode="KWD", **whole))
    return vendure_order("shop", original_of(3, text), NAMES).order


def prestashop(first: str, second: str, total: str, _: Path) -> Order | None:
    dates = {"date_add": "2026-03-02 09:00:00", "date_upd": "2026-03-02 09:00:00"}
    paid = dict.fromkeys(("total_paid_tax_incl", "total_paid_tax_excl", "total_products", "total_products_wt"), total)
    totals = ("total_price_tax_incl", "total_price_tax_excl", "unit_price_tax_incl", "unit_price_tax_excl")
    details = [
        part("order_details", id=str(place), product_quantity="1", product_reference=f"S{place}",
             **dict.fromkeys(totals, f"{one}000"))
        for place, one in enumerate((first, second), start=1)
    ]  # fmt: skip
    others = {"order_details": details, "currencies": [part("currencies", id="1", iso_code="KWD", precision="3")]}
    others["addresses"] = [part("addresses", id="1")]
    ids = {"id": "7", "id_currency": "1", "id_address_invoice": "1", "id_address_delivery": "1"}
    order = part("orders", **ids, round_type="2", round_mode="2", **dates, **paid)
    return prestashop_order("shop", OrderParts(order, others), FieldKeys(), ZoneInfo("UTC"))


def stated(first: str, second: str, total: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An order in rows, its amounts exact."""
    lines = [
        {"line_position": place, "line_sku": f"S{place}", "line_quantity": Decimal(1), "line_net": Decimal(one),
         "line_tax": Decimal("0.000"), "line_gross": Decimal(one)}
        for place, one in enumerate((first, second), start=1)
    ]  # fmt: skip
    money = {"currency": "KWD", "currency_digits": 3, "total_gross": Decimal(total)}
    return {**rows.ORDER, **money, "payment_state": "paid", "gift_card_amount": Decimal("0.000")}, lines


def in_json(first: str, second: str, total: str, folder: Path) -> Order | None:
    return rows.of_json(*stated(first, second, total), [], folder)


def in_csv(first: str, second: str, total: str, folder: Path) -> Order | None:
    return rows.of_csv(*stated(first, second, total), [], folder)


def in_sql(first: str, second: str, total: str, folder: Path) -> Order | None:
    return rows.of_sql(*stated(first, second, total), [], folder)


def in_xml(first: str, second: str, total: str, folder: Path) -> Order | None:
    fields = {"store_order_id": "@id", "created_at": "@at", "currency": "@in", "total_gross": "@total",
              "line_quantity": "@n", "line_net": "@net", "line_tax": "@tax"}  # fmt: skip
    items = "".join(f'<i n="1" net="{one}" tax="0"/>' for one in (first, second))
    file = folder / "a.xml"
    file.write_text(f'<all><o id="7" at="2026-03-02T08:00:00Z" in="KWD" total="{total}">{items}</o></all>')
    options = {"path": str(folder), "xml": {"order": "/all/o", "line": "i", "fields": fields}}
    orders = read_settings("shop", StoreSettings("shop", "folder", options, "bridge.toml:7")).xml
    assert orders is not None
    (record,) = records_of_xml(file, rows.SOURCE, Place(), orders)
    return record.told.order


TOLD: dict[str, Told] = {
    "woocommerce": woocommerce, "magento": magento, "shopify": shopify, "vendure": vendure, "prestashop": prestashop,
    "json": in_json, "csv": in_csv, "sql": in_sql, "xml": in_xml,
}  # fmt: skip


@pytest.mark.parametrize("connector", TOLD)
@pytest.mark.parametrize(("first", "second", "total"), AMOUNTS)
def test_no_digit_of_an_amount_is_lost(connector: str, first: str, second: str, total: str, tmp_path: Path) -> None:
    order = TOLD[connector](first, second, total, tmp_path)
    assert order is not None
    assert [f"{line.gross:.3f}" for line in order.lines if line.gross] == [first, second]
    assert f"{order.totals.gross:.3f}" == total and order.totals.rounding == 0
    assert order_from_content(content_of(order)) == order
