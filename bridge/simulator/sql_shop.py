"""A home-made shop: three tables of its own making in SQLite or PostgreSQL, and an owner who edits them.

Its habits are those of such shops: names of its own, a time of change that stays empty until the first change and that
only some edits set, amounts in whatever the database makes of NUMERIC, transactions that become visible late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.types import NullType

ZONED, NAIVE, TEXT, SECONDS = "zoned", "naive", "text", "seconds"
_TIME_TYPES = {ZONED: "TIMESTAMP WITH TIME ZONE", NAIVE: "TIMESTAMP", TEXT: "TEXT", SECONDS: "BIGINT"}
_TABLES = (
    """CREATE TABLE IF NOT EXISTS buyer_order (id BIGINT PRIMARY KEY, order_no TEXT NOT NULL, placed {time} NOT NULL,
    touched {time}, currency TEXT, total NUMERIC(12, 2), paid_on {time}, pay_method TEXT, state TEXT, last_name TEXT,
    street TEXT, city TEXT, zip TEXT, country TEXT, email TEXT, note TEXT, erp TEXT)""",
    """CREATE TABLE IF NOT EXISTS buyer_item (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, place INTEGER NOT NULL,
    sku TEXT, title TEXT, pieces NUMERIC(10, 3), net NUMERIC(12, 2), vat NUMERIC(12, 2), gross NUMERIC(12, 2),
    vat_percent NUMERIC(5, 2))""",
    """CREATE TABLE IF NOT EXISTS buyer_refund (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, refund_no TEXT NOT
    NULL, given_on {time}, amount NUMERIC(12, 2), place INTEGER, pieces NUMERIC(10, 3), net NUMERIC(12, 2),
    vat NUMERIC(12, 2), gross NUMERIC(12, 2))""",
    "CREATE INDEX IF NOT EXISTS buyer_order_touched ON buyer_order (touched, id)",
    "CREATE INDEX IF NOT EXISTS buyer_order_placed ON buyer_order (placed, id)",
    "CREATE INDEX IF NOT EXISTS buyer_item_order ON buyer_item (order_id, place)",
)
Values = dict[str, Any]


class SqlShop:
    """The shop, its owner and its buyers. clock: the shop's own, which need not be the database's."""

    def __init__(
        self, url: sa.URL | str, clock: Callable[[], datetime], times: str, zone: ZoneInfo | None = None
    ) -> None:
        self.engine = sa.create_engine(url, hide_parameters=True)
        self._clock = clock
        self._times = times
        self._zone = zone
        self._ids = 0

    def create(self) -> None:
        """The tables: empty ones, or those that are there from before."""
        with self.engine.begin() as connection:
            for statement in _TABLES:
                connection.execute(sa.text(statement.format(time=_TIME_TYPES[self._times])))
            tables = ("buyer_order", "buyer_item", "buyer_refund")
            last = (connection.execute(sa.text(f"SELECT max(id) FROM {table}")).scalar() for table in tables)
            self._ids = max(int(one or 0) for one in last)

    def close(self) -> None:
        """Give back connections."""
        self.engine.dispose()

    def place(self, connection: sa.Connection | None = None, **changes: Any) -> str:
        """A paid order of two kettles and its parcel; gives its id. In a transaction of its own unless one is given."""
        number = self._next()
        order = {"id": number, "order_no": f"A-{number:06d}", "placed": self.time(self._clock()), **ORDER}
        order |= {"paid_on": order["placed"], **changes}
        with self._in(connection) as within:
            insert(within, "buyer_order", order)
            for place, item in enumerate(ITEMS, start=1):
                insert(within, "buyer_item", {"id": self._next(), "order_id": number, "place": place, **item})
        return str(number)

    def edit(self, store_order_ids: Sequence[str], connection: sa.Connection | None = None, **changes: Any) -> None:
        """Change orders as the shop's own pages do: the time of change is set."""
        self.edit_unseen(store_order_ids, connection, touched=self.time(self._clock()), **changes)

    def edit_unseen(
        self, store_order_ids: Sequence[str], connection: sa.Connection | None = None, **changes: Any
    ) -> None:
        """Change orders by hand in the database: no time is set."""
        with self._in(connection) as within:
            for one in store_order_ids:
                self._update(within, int(one), changes)

    def refund(self, store_order_id: str, amount: Decimal) -> None:
        """Give back some money for no line in particular; the shop's code forgets to set the time of change."""
        given = {"refund_no": f"R-{store_order_id}", "given_on": self.time(self._clock()), "amount": str(amount)}
        with self.engine.begin() as connection:
            insert(connection, "buyer_refund", {"id": self._next(), "order_id": int(store_order_id), **given})

    def refund_line(self, store_order_id: str, place: int, **amounts: Any) -> None:
        """Give back a part of one line."""
        given = {"refund_no": f"R-{store_order_id}", "given_on": self.time(self._clock()), "place": place, **amounts}
        with self.engine.begin() as connection:
            insert(connection, "buyer_refund", {"id": self._next(), "order_id": int(store_order_id), **given})

    def remove(self, store_order_id: str) -> None:
        """Delete an order for good."""
        with self.engine.begin() as connection:
            for table, key in (("buyer_item", "order_id"), ("buyer_refund", "order_id"), ("buyer_order", "id")):
                connection.execute(sa.text(f"DELETE FROM {table} WHERE {key} = :id"), {"id": int(store_order_id)})

    def erp_numbers(self) -> dict[str, str]:
        """What stands in the column of ERP numbers."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT id, erp FROM buyer_order WHERE erp IS NOT NULL"))
            return {str(row.id): row.erp for row in rows}

    def time(self, moment: datetime) -> Any:
        """A moment as this shop stores it."""
        if self._times == ZONED:
            return moment.astimezone(UTC)
        if self._times == SECONDS:
            return int(moment.timestamp())
        local = moment.astimezone(self._zone or UTC).replace(tzinfo=None)
        return local if self._times == NAIVE else local.isoformat(" ", "seconds")

    def _update(self, connection: sa.Connection, number: int, changes: Values) -> None:
        table = sa.table("buyer_order", *map(sa.column, ("id", *changes)))
        bound = {name: sa.bindparam(None, value, type_=NullType(), unique=True) for name, value in changes.items()}
        connection.execute(sa.update(table).where(table.c.id == number).values(bound))

    @contextmanager
    def _in(self, connection: sa.Connection | None) -> Iterator[sa.Connection]:
        if connection is not None:
            yield connection
            return
        with self.engine.begin() as own:
            yield own

    def _next(self) -> int:
        self._ids += 1
        return self._ids


def insert(connection: sa.Connection, table: str, values: Values) -> None:
    """One row. Values go to the database as they are: what it makes of a text in a NUMERIC column is its own."""
    bound = {name: sa.bindparam(None, value, type_=NullType(), unique=True) for name, value in values.items()}
    connection.execute(sa.insert(sa.table(table, *map(sa.column, values))).values(bound))


ORDER: Values = {
    "currency": "PLN",
    "total": "36.90",
    "pay_method": "card",
    "state": "new",
    "last_name": "Nowak",
    "street": "ul. Długa 1",
    "city": "Gdynia",
    "zip": "81-001",
    "country": "PL",
    "email": "nowak@example.com",
}
ITEMS: tuple[Values, ...] = (
    {
        "sku": "007", "title": "Kettle", "pieces": "2", "net": "20.00", "vat": "4.60", "gross": "24.60",
        "vat_percent": "23",
    },
    {
        "sku": "PARCEL", "title": "Parcel", "pieces": "1", "net": "10.00", "vat": "2.30", "gross": "12.30",
        "vat_percent": "23",
    },
)  # fmt: skip
