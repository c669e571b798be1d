"""The desk of the simulated Shopify shop."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from bridge.simulator.shopify.money import amount_of
from bridge.simulator.shopify.shop import Shop
from bridge.simulator.shops.desk import Json

BUYER: Json = {
    "firstName": "Ola", "lastName": "Nowak", "address1": "Morska 1", "zip": "81-300", "city": "Gdynia",
    "countryCodeV2": "PL",
}  # fmt: skip


class ShopifyDesk:
    """See `Desk`."""

    order: ClassVar[Json] = {"lines": [{"sku": "1001", "title": "Enamel cup", "quantity": 2, "price": "10.00"}]}
    edited: ClassVar[Json] = {"note": "Leave it at the door"}

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def orders(self) -> Sequence[Json]:
        return [
            {
                "id": order["legacyResourceId"],
                "name": order["name"],
                "status": order["displayFinancialStatus"],
                "cancelled": order["cancelledAt"] is not None,
                "currency": order["currencyCode"],
                "total": str(amount_of(order["currentTotalPriceSet"])),
                "metafields": {f"{row['namespace']}.{row['key']}": row["value"] for row in order["metafields"]},
                "tags": order["tags"],
            }
            for order in list(self._shop.orders.values())
        ]

    def add(self, sent: Json) -> str:
        gid = self._shop.add_order({"shippingAddress": BUYER, "billingAddress": BUYER, "payments": [], **sent})
        return str(self._shop.order(gid)["legacyResourceId"])

    def pay(self, order_id: str) -> None:
        self._shop.pay(order_id)

    def edit(self, order_id: str, sent: Json) -> None:
        self._shop.edit(order_id, **sent)

    def cancel(self, order_id: str) -> None:
        self._shop.cancel(order_id)

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        order = self._shop.order(order_id)
        pieces = {} if amount is not None else {place: row["quantity"] for place, row in enumerate(order["lineItems"])}
        return self._shop.refund(order_id, pieces, amount=amount).rpartition("/")[2]
