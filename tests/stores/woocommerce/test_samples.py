"""What is odd in real WooCommerce payloads from public repositories, read where they lie beside us.

Their figures stand in `../public_payloads.yml`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "woocommerce"


def sample_orders(name: str) -> dict[str, StoreOrder]:
    found: Any = decoded((SAMPLES / name).read_text(encoding="utf-8"))
    found = found.get("data", found) if isinstance(found, dict) else found
    orders = found if isinstance(found, list) else [found]
    return {str(raw["id"]): store_order("shop", raw, "{}", MetaKeys()) for raw in orders}


def readable(name: str) -> dict[str, Order]:
    return {known: told.order for known, told in sample_orders(name).items() if told.order is not None}


PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []


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
