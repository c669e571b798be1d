"""Real WooCommerce payloads from public repositories give these figures. They are read where they lie beside us.

Several were cut by hand by their authors: their lines do not add up to the total, and no rounding hides that.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bridge.domain.contract import LineKind, Order
from bridge.domain.revision import content_of, order_from_content
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "woocommerce"


class Figures(NamedTuple):
    """What one order must say. `lines`: the sum of the lines' gross."""

    state: str
    gross: str
    lines: str
    tax: str
    paid: str
    refunded: str
    rates: tuple[str | None, ...]


UNKNOWN = None
EXPECTED: dict[str, dict[str, Figures]] = {
    "broken-orders-mark-2.json": {
        "263": Figures("paid", "25.00", "50.00", "0.00", "25.00", "0", ("0", "0")),
        "259": Figures("paid", "25.00", "50.00", "0.00", "25.00", "0", ("0", "0")),
        "161": Figures("unpaid", "12.00", "24.00", "0.00", "0", "0", ("0", "0")),
        "160": Figures("unpaid", "12.00", "24.00", "0.00", "0", "0", ("0", "0")),
        "159": Figures("unpaid", "15.00", "30.00", "0.00", "0", "0", ("0", "0")),
        "158": Figures("unpaid", "30.00", "30.00", "0.00", "0", "0", ("0", "0")),
    },
    "docs-orders-list.json": {
        "727": Figures("paid", "29.35", "29.35", "1.35", "29.35", "0", (UNKNOWN, UNKNOWN, "0")),
        "723": Figures("unpaid", "39.00", "39.00", "0.00", "0", "19.00", ("0", "0", "0")),
    },
    "order-alternative-types.json": {
        "963": Figures("paid", "31.20", "289.70", "1.20", "31.20", "0", (UNKNOWN, UNKNOWN, UNKNOWN, "0")),
    },
    "order-details-partially-refunded.json": {
        "324": Figures("partially_refunded", "304.45", "304.45", "0.00", "304.45", "24.30", ("0",) * 9),
    },
    "order-fully-refunded.json": {
        "609": Figures("refunded", "223.71", "223.71", "0.00", "223.71", "223.71", ("0", "0")),
    },
    "order-with-bundled-line-items.json": {
        "357": Figures("paid", "120.20", "75.20", "0.00", "120.20", "0", ("0", "0", "0")),
    },
    "order-with-composite-product.json": {
        "421": Figures("paid", "2300.00", "2300.00", "0.00", "2300.00", "0", ("0", "0", "0", "0")),
    },
    "order-with-faulty-attributes.json": {
        "656": Figures("unpaid", "378.23", "370.61", "30.83", "0", "0", (UNKNOWN,)),
    },
    "order-with-gift-cards.json": {
        "459": Figures("paid", "28.00", "28.00", "0.00", "28.00", "0", ("0", "0")),
    },
    "order-without-data.json": {
        "963": Figures("paid", "31.20", "31.20", "1.20", "31.20", "0", (UNKNOWN,)),
    },
    "order.json": {
        "963": Figures("paid", "31.20", "289.70", "1.20", "31.20", "0", (UNKNOWN, UNKNOWN, UNKNOWN, "0")),
    },
    "orders-load-all.json": {
        "963": Figures("paid", "31.20", "289.70", "1.20", "31.20", "0", (UNKNOWN, UNKNOWN, UNKNOWN, "0")),
        "961": Figures("paid", "20.00", "20.00", "0.00", "20.00", "0", ("0",)),
        "960": Figures("paid", "20.00", "20.00", "0.00", "20.00", "0", ("0",)),
        "560": Figures("partially_refunded", "1198.50", "1198.50", "0.00", "1198.50", "225.00", ("0",) * 9),
    },
}


def sample_orders(name: str) -> dict[str, StoreOrder]:
    found: Any = decoded((SAMPLES / name).read_text(encoding="utf-8"))
    found = found.get("data", found) if isinstance(found, dict) else found
    orders = found if isinstance(found, list) else [found]
    return {str(raw["id"]): store_order("shop", raw, "{}", MetaKeys()) for raw in orders}


def readable(name: str) -> dict[str, Order]:
    return {known: told.order for known, told in sample_orders(name).items() if told.order is not None}


def figures_of(order: Order) -> Figures:
    def shown(number: Decimal) -> str:
        return str(number)

    totals = order.totals
    lines = sum((line.gross for line in order.lines), Decimal(0))
    rates = tuple(None if line.tax_rate is None else shown(line.tax_rate) for line in order.lines)
    state = order.payment.state.value
    return Figures(
        state, shown(totals.gross), shown(lines), shown(totals.tax), shown(totals.paid), shown(totals.refunded), rates
    )


PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []


def test_each_sample_that_is_there_has_its_figures_written_here() -> None:
    refunds = {"docs-refunds-list.json", "refunds-all.json"}
    assert set(PRESENT) <= set(EXPECTED) | refunds, "no samples beside this checkout" if not PRESENT else "new samples"


@pytest.mark.parametrize("name", [name for name in PRESENT if name in EXPECTED])
def test_a_real_order_gives_its_figures(name: str) -> None:
    assert {known: figures_of(order) for known, order in readable(name).items()} == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in PRESENT if name in EXPECTED])
def test_a_real_order_survives_the_ledger_and_never_hides_a_gap_as_rounding(name: str) -> None:
    for order in readable(name).values():
        assert order_from_content(content_of(order)) == order
        assert order.totals.rounding == 0
        assert order.totals.gross == order.totals.paid + order.totals.due


@pytest.mark.parametrize("name", [name for name in PRESENT if name not in EXPECTED])
def test_a_refund_is_no_order(name: str) -> None:
    told = sample_orders(name)
    assert [each.order for each in told.values()] == [None] * len(told)


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "order-with-bundled-line-items.json"])
def test_a_bundles_child_points_to_its_parent(name: str) -> None:
    kit, component, _ = readable(name)["357"].lines
    assert (kit.kind, component.kind, component.parent_position) == (LineKind.KIT, LineKind.KIT_COMPONENT, 1)


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "order-details-partially-refunded.json"])
def test_the_float_price_of_php_is_never_read(name: str) -> None:
    line = readable(name)["324"].lines[2]
    assert (line.quantity, line.unit_net, line.net) == (Decimal(3), Decimal("10.8"), Decimal("32.40"))


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "order-alternative-types.json"])
def test_a_sku_written_as_a_number_is_text(name: str) -> None:
    assert [line.sku for line in readable(name)["963"].lines] == ["123", "5555-A", "", ""]


@pytest.mark.parametrize("name", [name for name in PRESENT if name == "order.json"])
def test_a_coupon_is_the_lines_discount_and_is_not_subtracted_twice(name: str) -> None:
    first, second, *_ = readable(name)["963"].lines
    assert (first.net, first.discount, first.unit_net) == (Decimal("30.00"), Decimal("20.00"), Decimal(25))
    assert (second.quantity, second.net, second.discount) == (Decimal("1.5"), Decimal("0.00"), Decimal("10.00"))
