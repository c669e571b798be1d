"""A home-made shop in a SQLite file that a bridge reads, with a desk of its own on loopback."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import sqlalchemy as sa

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.shops.desk import Json
from bridge.simulator.shops.http import ShopServer
from bridge.simulator.shops.reply import Reply, Request, html_reply
from bridge.simulator.shops.served_shop import Address, ServedShop
from bridge.simulator.sql_shop import TEXT, SqlShop

CANCELLED = "cancelled"


class SqlDesk:
    """See `Desk`."""

    order: ClassVar[Json] = {"last_name": "Nowak", "pay_method": "transfer"}
    edited: ClassVar[Json] = {"note": "Leave it at the door"}

    def __init__(self, shop: SqlShop, clock: Clock) -> None:
        self._shop = shop
        self._clock = clock

    def orders(self) -> Sequence[Json]:
        query = "SELECT id, order_no, state, currency, total, paid_on, erp FROM buyer_order ORDER BY id"
        with self._shop.engine.connect() as connection:
            return [{**row, "total": str(row["total"])} for row in connection.execute(sa.text(query)).mappings()]

    def add(self, sent: Json) -> str:
        return self._shop.place(**{"paid_on": None, **sent})

    def pay(self, order_id: str) -> None:
        self._shop.edit([order_id], paid_on=self._shop.time(self._clock()))

    def edit(self, order_id: str, sent: Json) -> None:
        self._shop.edit([order_id], **sent)

    def cancel(self, order_id: str) -> None:
        self._shop.edit([order_id], state=CANCELLED)

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        """The shop's code forgets to set the time of change: only the sweep sees it."""
        with self._shop.engine.connect() as connection:
            total = sa.text("SELECT total FROM buyer_order WHERE id = :id")
            whole = Decimal(str(connection.execute(total, {"id": int(order_id)}).scalar_one()))
        self._shop.refund(order_id, whole if amount is None else amount)
        return f"R-{order_id}"


class SqlSimulator(ServedShop):
    """The shop's database, and its desk; there is nothing else behind the address."""

    title = "Home-made shop"
    has_faults = False

    def __init__(self, database: Path, port: int = 0, *, host: str = "127.0.0.1", clock: Clock = utc_now) -> None:
        self._clock = clock
        self.shop = SqlShop(f"sqlite:///{database.absolute()}", clock, TEXT)
        self.shop.create()
        super().__init__((host, port), SqlDesk(self.shop, clock))

    def close(self) -> None:
        """Stop, and let go of the file."""
        self.stop()
        self.shop.close()

    def _listening(self, address: Address) -> ShopServer:
        return ShopServer(address, self._answer, self.faults, self._clock)

    def _answer(self, _request: Request) -> Reply:
        return html_reply(404, "Not here", "This shop is asked in its database.")
