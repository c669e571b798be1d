"""What `bridge check` tries of a shop's database: the way in, the columns, times, and what the roles may do."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.polled import clock_findings
from bridge.stores.sql.database import MYSQL, Database
from bridge.stores.sql.listing import SqlListing
from bridge.stores.sql.settings import SqlSettings, WriteSettings

TABLES_NAMED_MAX = 3
TO_CHECK = "tell what the role may do"
_WRITABLE = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%'
AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'UPDATE'))
ORDER BY 1 LIMIT 50
"""
_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(CAST(:name AS text)) AND attnum > 0 AND NOT attisdropped
AND has_column_privilege(attrelid, attnum, 'UPDATE') ORDER BY 1 LIMIT 50
"""

_READ_ONLY = "what it may do is not asked here; each of our transactions is declared read-only"
_UNASKED = {"sqlite": "our connection refuses every write", **dict.fromkeys(MYSQL, _READ_ONLY)}


class Checking:
    """The checks of one store. Nothing is changed."""

    def __init__(self, database: Database, listing: SqlListing, settings: SqlSettings, clock: Clock) -> None:
        self._database = database
        self._listing = listing
        self._settings = settings
        self._clock = clock

    def findings(self) -> list[Finding]:
        """All of them; after the first that cannot be tried, no more."""
        name = self._settings.name
        try:
            return list(self._findings())
        except BridgeError as error:
            return [Finding(f"store {name}: the database", False, error.problem.message, error.problem.action)]

    def _findings(self) -> Iterator[Finding]:
        name = self._settings.name
        sources = self._listing.sources()
        columns = len(sources.orders.columns) + len(sources.lines.columns)
        yield Finding(f"store {name}: read orders from {self._settings.host}", True, f"{columns} columns are read")
        if sources.changed == sources.created:
            yield self._timeless_changes(name)
        self._listing.changed_from(self._clock())  # a page is asked for, so that times are tried too
        timeless = self._listing.timeless()
        if timeless:
            detail = f"order {timeless} has no time at all, so that no look finds it; there may be more"
            yield Finding(f"store {name}: orders without time", False, detail, "Give each order a time of creation.")
        yield from clock_findings(name, self._listing.now(), self._clock())
        yield self._reader(name)
        if self._settings.write is not None:
            yield self._writer(name, self._settings.write)

    def _timeless_changes(self, name: str) -> Finding:
        """What it means that no column says when an order was changed."""
        poll = self._settings.poll
        seen = (
            f"changed orders are seen by the sweep only, once in {poll.sweep_every_h} h: a payment more than "
            f"{poll.sweep_days} days after the order is never seen"
        )
        never = "and there is no sweep (sweep_days = 0): no change is ever seen, a payment neither"
        detail = f"no column is updated_at: {seen if poll.sweep_days else never}"
        cure = (
            "Map updated_at in [stores.X.columns]; else let sweep_days be more than the longest time that buyers "
            "take to pay, payment_wait_days of the flows above all."
        )
        return Finding(f"store {name}: time of change", False, detail, cure)

    def _reader(self, name: str) -> Finding:
        what = f"store {name}: the role that reads"
        if self._database.dialect.name != "postgresql":
            detail = _UNASKED.get(self._database.dialect.name, "cannot be asked here; it should only read")
            return Finding(what, True, detail)
        with self._database.reading(TO_CHECK) as connection:
            if connection.execute(sa.text("SELECT current_setting('is_superuser')")).scalar() == "on":
                cure = "Make a role that may SELECT the tables of url, and nothing else."
                return Finding(what, False, "it is a superuser", cure)
            tables = list(connection.execute(sa.text(_WRITABLE)).scalars())
        if tables and (self._settings.write is None or self._settings.write.url != self._settings.url):
            shown = ", ".join(tables[:TABLES_NAMED_MAX])
            detail = f"it may write more than nothing: {shown}"
            return Finding(what, False, detail, "REVOKE what it does not need: it reads orders.")
        return Finding(what, True, "it writes nothing" if not tables else "it writes too: there is no write_url")

    def _writer(self, name: str, write: WriteSettings) -> Finding:
        what = f"store {name}: the role that writes"
        schema, _, plain = write.table.rpartition(".")
        table = sa.table(plain, sa.column(write.key), schema=schema or None)
        with self._database.looking("read the table of ERP numbers") as connection:
            connection.execute(sa.select(table.c[write.key]).limit(1)).all()
            if self._database.dialect.name != "postgresql" or "{" in write.column:
                return Finding(what, True, "its right to write shows at the first write-back")
            allowed = list(connection.execute(sa.text(_COLUMNS), {"name": write.table}).scalars())
        if write.column not in allowed:
            cure = f"GRANT UPDATE ({write.column}), SELECT ON {write.table} to the role."
            return Finding(what, False, f"it may not write {write.column} of {write.table}", cure)
        wanted = {write.column, write.status} if write.status_after else {write.column}
        if not wanted <= {*allowed}:
            cure = f"GRANT SELECT ({write.status}), UPDATE ({write.status}) ON {write.table} to the role."
            return Finding(what, False, f"it may not write {write.status} of {write.table}, as status_after asks", cure)
        more = [column for column in allowed if column not in wanted]
        named = ", ".join(sorted(wanted))
        if more:
            detail = f"it may write {len(more)} more columns of {write.table}, as {more[0]}"
            return Finding(what, False, detail, f"REVOKE UPDATE, then GRANT UPDATE ({named}) alone.")
        return Finding(what, True, f"it writes {named} of {write.table}, and no other column")
