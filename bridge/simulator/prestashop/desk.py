"""The desk of the simulated PrestaShop."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from bridge.simulator.prestashop.orders import Basket, Goods
from bridge.simulator.prestashop.shop import PrestaShop
from bridge.simulator.shops.desk import Json

CANCELLED = "6"


class PrestaShopDesk:
    """See `Desk`."""

    order: ClassVar[Json] = {"goods": [{"sku": "1001", "name": "Enamel cup", "quantity": 2, "unit_net": "10.00"}]}
    edited: ClassVar[Json] = {"city": "Sopot"}

    def __init__(self, shop: PrestaShop) -> None:
        self._shop = shop

    def orders(self) -> Sequence[Json]:
        tables = self._shop.tables
        with tables.lock:
            return [
                {
                    "id": order["id"],
                    "reference": order["reference"],
                    "status": tables.row("order_states", order["current_state"])["name"]["1"],
                    "total": order["total_paid_tax_incl"],
                    "paid": order["total_paid_real"],
                    "messages": self._shop.messages(order["id"]),
                }
                for order in tables.rows("orders")
            ]

    def add(self, sent: Json) -> str:
        goods = [Goods(**one) for one in sent["goods"]]
        return self._shop.place(Basket(goods, shipping=str(sent.get("shipping", "6.15"))), paid=False)

    def pay(self, order_id: str) -> None:
        self._shop.pay(order_id)

    def edit(self, order_id: str, sent: Json) -> None:
        """The order gets another delivery address, as when staff picks one: the order is saved."""
        self._shop.new_address(order_id, **sent)

    def cancel(self, order_id: str) -> None:
        self._shop.set_state(order_id, CANCELLED)

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        """An amount goes back for a piece of the first line; without one, all pieces of all lines."""
        rows = self._shop.details(order_id)
        if amount is None:
            given = {
                row["id"]: (int(row["product_quantity"]), row["total_price_tax_excl"], row["total_price_tax_incl"])
                for row in rows
            }
        else:
            share = Decimal(rows[0]["unit_price_tax_excl"]) / Decimal(rows[0]["unit_price_tax_incl"])
            given = {rows[0]["id"]: (1, str(round(amount * share, 6)), str(amount))}
        return str(self._shop.refund(order_id, given))
