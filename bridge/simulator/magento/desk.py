"""The desk of the simulated Magento shop."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from bridge.simulator.magento.shop import MagentoShop
from bridge.simulator.shops.desk import Json


class MagentoDesk:
    """See `Desk`."""

    order: ClassVar[Json] = {"items": [{"sku": "1001", "name": "Enamel cup", "qty": 2, "price": "12.30"}]}
    edited: ClassVar[Json] = {"delivery": {"city": "Sopot"}}

    def __init__(self, shop: MagentoShop) -> None:
        self._shop = shop

    def orders(self) -> Sequence[Json]:
        return [
            {
                "id": order["entity_id"],
                "increment_id": order["increment_id"],
                "status": order["status"],
                "currency": order["order_currency_code"],
                "total": str(order["grand_total"]),
                "paid": str(order.get("total_paid", 0)),
                "comments": [row["comment"] for row in order["status_histories"]],
            }
            for order in self._shop.shelf.orders()
        ]

    def add(self, sent: Json) -> str:
        return str(self._shop.add_order(sent))

    def pay(self, order_id: str) -> None:
        self._shop.pay(order_id)

    def edit(self, order_id: str, sent: Json) -> None:
        self._shop.edit(order_id, **sent)

    def cancel(self, order_id: str) -> None:
        self._shop.cancel(order_id)

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        if amount is None:
            return str(self._shop.refund(order_id))
        return str(self._shop.refund(order_id, {}, adjustment_positive=str(amount)))
