"""The SQL connector: a home-made shop's own database behind SQLAlchemy. SQLite and PostgreSQL are tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, Fetched, Page, StoreOrder, Window, WriteBack, WriteBackReceipt
from bridge.stores.looks import Looks
from bridge.stores.sql.check import Checking
from bridge.stores.sql.database import Database
from bridge.stores.sql.listing import SqlListing
from bridge.stores.sql.mapping import Mapper
from bridge.stores.sql.settings import SqlSettings, read_settings
from bridge.stores.sql.write_back import WritingBack


def open_store(name: str, settings: StoreSettings, clock: Clock) -> SqlStore:
    """The entry point `sql` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return SqlStore(read_settings(name, settings), clock)


class SqlStore:
    """One database of orders."""

    def __init__(self, settings: SqlSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._database = Database(settings)
        self._mapper = Mapper(settings)
        self._listing = SqlListing(self._database, self._mapper, settings, clock)
        self._looks = Looks(self._listing, settings.poll.overlap_s)
        self._writing = WritingBack(self._database, settings)

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`. Each page is one transaction."""
        return self._looks.changed(cursor, orders_from)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """See `Store`."""
        return self._looks.recent(created_after, cursor)

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """See `Store`."""
        return self._listing.by_id(store_order_ids)

    def children(self, store_order_id: str) -> Children:
        """See `Store`."""
        return self._listing.children(store_order_id)

    def clock(self) -> datetime:
        """See `Store`."""
        return self._listing.now()

    def count(self, window: Window) -> int | None:
        """See `Store`."""
        return self._listing.count(window)

    def describe(self) -> Description:
        """See `Store`."""
        poll = self._settings.poll
        return Description(
            system=f"SQL database ({self._settings.url.get_backend_name()})",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=("whatever sets the column that is mapped as updated_at",),
            only_the_sweep_sees=(
                "changes of lines, refunds or columns that do not set updated_at",
                f"rows that become visible more than {poll.overlap_s} seconds after the time that stands in them",
            ),
            least_rights=(
                "url: SELECT on the tables or views of orders, lines and refunds",
                "write_url: SELECT on the key, SELECT and UPDATE on the one column of the ERP number",
            ),
            writes=("erp_number",) if self._settings.write is not None else (),
        )

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return self._mapper.told_again(original)

    def check(self) -> list[Finding]:
        """Try the connection, the columns and the rights; change nothing."""
        return Checking(self._database, self._listing, self._settings, self._clock).findings()

    def wake_paths(self) -> Sequence[str]:
        """None: a database is polled."""
        return ()

    def close(self) -> None:
        """Give back connections."""
        self._database.close()
