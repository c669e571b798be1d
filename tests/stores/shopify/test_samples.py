"""Public Shopify payloads: which are ours, and the figures of those that are. They are read where they lie beside us.

Only one payload of the Admin GraphQL API is public, and it was answered to another query than ours. Those of the REST
API, which Shopify has given up, are not ours: each becomes a problem, never an order that looks right.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.contract import LineKind, PaymentState
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.shopify.mapping import mapped
from bridge.stores.shopify.settings import Reading
from tests.stores.shopify.made import as_kept, paid

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "shopify"
PRESENT = sorted(path.name for path in SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []

GRAPHQL = "graphql-order-paczkomat-giftcard.json"
NOT_OURS = {  # the REST shape; why it is refused
    "rest-go-order_with_transaction.json": "id is missing",
    "rest-py-draft_order_completed.json": "id is missing",
    "rest-py-order.json": "id is missing",
    "rest-py-refund.json": "id is missing",
}
INNER = {"rest-go-order_with_transaction.json": "order", "rest-py-draft_order_completed.json": "draft_order",
         "rest-py-order.json": "order", "rest-py-refund.json": "refund"}  # fmt: skip


def sample(name: str) -> Any:
    return decoded((SAMPLES / name).read_text(encoding="utf-8"))


def told_as_it_is(name: str) -> StoreOrder:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    return mapped("shop", f'{{"api_version":"2026-07","order":{text},"parts":[]}}', Reading(), "asked for")


def test_each_sample_that_is_there_is_told_of_here() -> None:
    assert set(PRESENT) <= {GRAPHQL, *NOT_OURS}, "no samples beside this checkout" if not PRESENT else "new samples"


@pytest.mark.parametrize("name", [name for name in PRESENT if name in NOT_OURS])
def test_a_payload_of_the_old_api_is_not_ours(name: str) -> None:
    told = told_as_it_is(name)
    assert told.order is None and told.problem is not None
    assert NOT_OURS[name] in told.problem.message


@pytest.mark.parametrize("name", [name for name in PRESENT if name in NOT_OURS])
def test_nor_is_what_stands_inside_it(name: str) -> None:
    inner = sample(name)[INNER[name]]
    told = mapped("shop", as_kept({"order": plain(inner), "parts": []}), Reading(), "asked for")
    assert told.order is None and told.problem is not None
    assert "id is not the id of an order" in told.problem.message


@pytest.mark.parametrize("name", [name for name in PRESENT if name == GRAPHQL])
def test_an_answer_to_another_query_lacks_what_ours_asks_for(name: str) -> None:
    told = told_as_it_is(name)
    assert told.store_order_id == "5612345678901"
    assert told.problem is not None
    assert "currentTotalPriceSet is missing" in told.problem.message


def completed(name: str) -> StoreOrder:
    """With the fields that its query left out, added by hand: prices with tax, no tax lines, one payment."""
    order = dict(sample(name))
    price = order["totalShippingPriceSet"]
    order |= {
        "currentTotalPriceSet": order["totalPriceSet"], "totalReceivedSet": order["totalPriceSet"],
        "currencyCode": "PLN", "presentmentCurrencyCode": "PLN", "taxesIncluded": True,
        "transactions": [paid("171.98")],
        "shippingLines": {"nodes": [{**order["shippingLine"], "originalPriceSet": price, "discountedPriceSet": price}]},
    }  # fmt: skip
    return mapped("shop", as_kept({"order": plain(order), "parts": []}), Reading())


@pytest.mark.parametrize("name", [name for name in PRESENT if name == GRAPHQL])
def test_with_what_ours_asks_for_its_locker_and_its_address_are_read(name: str) -> None:
    order = completed(name).order
    assert order is not None
    assert [line.kind for line in order.lines] == [LineKind.PRODUCT, LineKind.PRODUCT, LineKind.SHIPPING]
    assert order.payment.state is PaymentState.PAID
    assert order.pickup_point_id == "KRA010"
    assert order.shipping_method == "inpost-locker"
    assert (order.billing.postal_code, order.billing.street) == ("31147", "ul. Długa 5/3")
    assert order.delivery.phone == "+48 600 700 800"


def plain(value: Any) -> Any:
    """Without Decimals, to be written as JSON again (no amount of these samples is a number)."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value
