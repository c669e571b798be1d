"""The desk of the simulated WooCommerce store."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from bridge.simulator.shops.desk import Json
from bridge.simulator.woocommerce.shelf import ERP_NUMBER_KEY, meta_value
from bridge.simulator.woocommerce.shop import Shop


class WooCommerceDesk:
    """See `Desk`."""

    order: ClassVar[Json] = {"line_items": [{"sku": "1001", "quantity": 1, "total": "10.00"}]}
    edited: ClassVar[Json] = {"customer_note": "Leave it at the door"}

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def orders(self) -> Sequence[Json]:
        return [
            {
                "id": order["id"],
                "status": order["status"],
                "currency": order["currency"],
                "total": order["total"],
                "paid": order["date_paid_gmt"] is not None,
                "erp_number": meta_value(order, ERP_NUMBER_KEY),
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
        self._shop.set_status(order_id, "cancelled")

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        return str(self._shop.refund(order_id, amount, ""))
