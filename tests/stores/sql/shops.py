"""A home-made shop in a real database, and connections to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bridge.config.values import Secret, StoreSettings
from bridge.simulator.sql_shop import NAIVE, SECONDS, TEXT, ZONED, SqlShop
from bridge.stores.sql.store import SqlStore, open_store
from tests.stores.shops import SetClock

COLUMNS = {
    "store_order_id": "id", "number": "order_no", "created_at": "placed", "updated_at": "touched",
    "total_gross": "total", "payment_paid_at": "paid_on", "payment_method": "pay_method", "status": "state",
    "billing_last_name": "last_name", "billing_street": "street", "billing_city": "city",
    "billing_postal_code": "zip", "billing_country": "country", "email": "email", "customer_note": "note",
    "line_position": "place", "line_sku": "sku", "line_name": "title", "line_quantity": "pieces", "line_net": "net",
    "line_tax": "vat", "line_gross": "gross", "line_tax_percent": "vat_percent", "refund_id": "refund_no",
    "refund_at": "given_on", "refund_amount": "amount",
}  # fmt: skip
TABLES = {"orders": "buyer_order", "lines": "buyer_item", "refunds": "buyer_refund", "erp_number_column": "erp"}
READER, WRITER = "shop_reader", "shop_writer"


class HomeMadeShop:
    """The other side of the SQL connector: its owner, its buyers, its database."""

    def __init__(self, url: sa.URL, times: str, zone: ZoneInfo | None = None) -> None:
        # Some hours ago, as the database's clock is the machine's: what is placed has happened.
        self.clock = SetClock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6))
        self.url = url
        self.shop = SqlShop(url, self.clock, times, zone)
        self.shop.create()
        self._zone = zone
        self._opened: list[SqlStore] = []

    @property
    def is_postgres(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    def role(self, name: str) -> Secret:
        """The URL of a role; SQLite has none."""
        url = self.url.set(username=name) if self.is_postgres else self.url
        return Secret(f"env:{name}", url.render_as_string(hide_password=False))

    def open(self, **options: Any) -> SqlStore:
        store = open_store("shop", self.settings(**options), lambda: datetime.now(UTC))
        self._opened.append(store)
        return store

    def settings(self, **options: Any) -> StoreSettings:
        found: dict[str, Any] = {"url": self.role(READER), "write_url": self.role(WRITER), "columns": COLUMNS}
        found |= TABLES | ({"timezone": str(self._zone)} if self._zone else {})
        found |= options
        return StoreSettings("shop", "sql", {k: v for k, v in found.items() if v is not None}, "bridge.toml:7")

    def execute(self, statement: str, **values: Any) -> None:
        """Something that the owner does by hand."""
        with self.shop.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def close(self) -> None:
        for store in self._opened:
            store.close()
        self.shop.close()

    def place(self, count: int = 1) -> list[str]:
        """Orders one second apart."""
        placed = []
        with self.shop.engine.begin() as connection:
            for _ in range(count):
                self.clock.advance(seconds=1)
                placed.append(self.shop.place(connection))
        return placed

    def change(self, store_order_id: str) -> None:
        self.clock.advance(seconds=1)
        self.shop.edit([store_order_id], street="ul. Krótka 2")

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        self.clock.advance(seconds=1)
        self.shop.edit(store_order_ids, street="ul. Szeroka 3")

    def change_unseen(self, store_order_id: str) -> bool:
        self.shop.edit_unseen([store_order_id], street="ul. Wąska 4")
        return True

    def place_malformed(self) -> None:
        self.clock.advance(seconds=1)
        self.shop.place(total=None)

    def refund(self, store_order_id: str, amount: Decimal) -> bool:
        self.shop.refund(store_order_id, amount)
        return True

    def remove(self, store_order_id: str) -> bool:
        self.shop.remove(store_order_id)
        return True

    def number_of(self, store_order_id: str) -> str | None:
        return self.shop.erp_numbers().get(store_order_id)

    def now(self) -> datetime:
        """The database's clock is the machine's."""
        return datetime.now(UTC)


@contextmanager
def sqlite_shop(folder: Path, times: str = TEXT, zone: ZoneInfo | None = ZoneInfo("UTC")) -> Iterator[HomeMadeShop]:
    """A shop in a file of its own."""
    shop = HomeMadeShop(sa.make_url(f"sqlite:///{folder / 'shop.db'}"), times, zone)
    try:
        yield shop
    finally:
        shop.close()


@contextmanager
def postgres_shop(server: str, times: str = ZONED, zone: ZoneInfo | None = None) -> Iterator[HomeMadeShop]:
    """A shop in a database of its own, with a role that reads and one that writes one column."""
    admin = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"shop_{uuid.uuid4().hex}"
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        for role in (READER, WRITER):
            known = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
            if known is None:
                connection.execute(sa.text(f"CREATE ROLE {role} LOGIN"))
    engine.dispose()
    shop = HomeMadeShop(admin.set(database=name), times, zone)
    shop.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
    shop.execute(f"GRANT SELECT (id, erp), UPDATE (erp) ON buyer_order TO {WRITER}")
    try:
        yield shop
    finally:
        shop.close()


__all__ = ["NAIVE", "SECONDS", "TEXT", "ZONED", "HomeMadeShop", "postgres_shop", "sqlite_shop"]
