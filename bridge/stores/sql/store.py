"""The SQL connector: a home-made shop's own database behind SQLAlchemy. SQLite and PostgreSQL are tested."""

from __future__ import annotations

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Description, StoreOrder
from bridge.stores.looks import Looks
from bridge.stores.polled import PolledStore
from bridge.stores.sql.check import Checking
from bridge.stores.sql.database import Database
from bridge.stores.sql.listing import SqlListing
from bridge.stores.sql.mapping import Mapper
from bridge.stores.sql.settings import SqlSettings, read_settings
from bridge.stores.sql.write_back import WritingBack


def open_store(name: str, settings: StoreSettings, clock: Clock) -> SqlStore:
    """The entry point `sql` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return SqlStore(read_settings(name, settings), clock)


class SqlStore(PolledStore):
    """One database of orders."""

    def __init__(self, settings: SqlSettings, clock: Clock) -> None:
        self._settings = settings
        self._now = clock
        self._database = Database(settings)
        self._mapper = Mapper(settings)
        self._listing = SqlListing(self._database, self._mapper, settings, clock)
        looks = Looks(settings.name, self._listing, settings.poll.overlap_s)
        super().__init__(self._database, looks, self._listing, WritingBack(self._database, settings))

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
            writes=self._settings.writes,
            number_field=self._settings.write.column if self._settings.write else "",
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return self._mapper.told_again(original)

    def check(self) -> list[Finding]:
        """Try the connection, the columns and the rights; change nothing."""
        return Checking(self._database, self._listing, self._settings, self._now).findings()
