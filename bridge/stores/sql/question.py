"""One question to a shop's database, within one transaction: rows in an order that holds, completed by their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.clock import Clock
from bridge.stores.base import StoreOrder
from bridge.stores.sql.cells import FIRST_DATE, is_no_time
from bridge.stores.sql.database import MYSQL
from bridge.stores.sql.keys import bound, bound_list, id_text
from bridge.stores.sql.mapping import LINES_PER_ORDER_MAX, Mapper, Parts
from bridge.stores.sql.moments import Moments
from bridge.stores.sql.problems import TimesUnfit
from bridge.stores.sql.settings import SqlSettings
from bridge.stores.sql.sources import Source, Sources

ROWS_AT_ONCE = 1_000
Values = Mapping[str, Any]
_NOW = {
    "postgresql": "SELECT CURRENT_TIMESTAMP",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%S', 'now')",
    "mysql": "SELECT UTC_TIMESTAMP()",
    "mariadb": "SELECT UTC_TIMESTAMP()",
}


@dataclass(frozen=True, slots=True)
class SqlRow:
    """One order of an answer, with its lines and refunds."""

    mapper: Mapper
    store_order_id: str
    parts: Parts
    modified_at: datetime | None
    is_single: bool = True

    @property
    def mark(self) -> tuple[str, str]:
        """See `looks.Row`."""
        return (self.store_order_id, str(self.modified_at))

    def told(self) -> StoreOrder:
        """See `looks.Row`."""
        return self.mapper.told(self.store_order_id, self.parts, self.is_single)


@dataclass(frozen=True, slots=True)
class Stream:
    """Orders that are put in order by one column of times."""

    time: sa.ColumnElement[Any]
    time_name: str
    moments: Moments
    further: sa.ColumnElement[bool] | None = None  # which orders belong to it; None: all that have such a time


class Question:
    """What is asked within one reading transaction."""

    def __init__(
        self, connection: sa.Connection, sources: Sources, mapper: Mapper, settings: SqlSettings, clock: Clock
    ) -> None:
        self._connection = connection
        self._sources = sources
        self._mapper = mapper
        self._settings = settings
        self._clock = clock
        self.key_name = sources.orders.key
        self.key = sources.orders.column(self.key_name)
        self._newest_known: dict[str, Any] = {}

    def now(self) -> datetime:
        """The database's own clock (UTC); ours where it does not say."""
        query = _NOW.get(self._connection.dialect.name)
        if query is None:
            return self._clock().astimezone(UTC)
        value = self._connection.execute(sa.text(query)).scalar_one()
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def streams(self) -> list[Stream]:
        """By time of change; and those that were never changed, by time of creation."""
        sources = self._sources
        found = [self._stream(sources.changed, None)]
        if sources.created != sources.changed:
            # As a CASE, so that no planner reads all of the past by an index on NULL: the time of creation narrows it.
            is_unchanged = sa.case((self._is_no_time(sources.changed), 1), else_=0) == 1
            found.append(self._stream(sources.created, is_unchanged))
        return [stream for stream in found if stream is not None]

    def by_creation(self) -> Stream | None:
        """All orders, by time of creation; None where there is none."""
        return self._stream(self._sources.created, None)

    def ask(self, stream: Stream, where: sa.ColumnElement[bool], *sort: sa.ColumnElement[Any]) -> list[Values]:
        """A page of rows, and one more if there are more."""
        asked = self._sources.orders.selected().where(where)
        if stream.further is not None:
            asked = asked.where(stream.further)
        asked = asked.order_by(*sort).limit(self._settings.poll.per_page + 1)
        return [dict(row) for row in self._connection.execute(asked).mappings()]

    def by_ids(self, ids: Sequence[Any]) -> list[Values]:
        """The orders with these ids, given as the database holds them."""
        asked = self._sources.orders.selected().where(self.key.in_(bound_list(ids)))
        return [dict(row) for row in self._connection.execute(asked.limit(ROWS_AT_ONCE)).mappings()]

    def any_id(self) -> Any | None:
        """Some order's id, which shows its type; None where there is no order."""
        return self._connection.execute(sa.select(self.key).limit(1)).scalar()

    def timeless(self) -> Any | None:
        """The id of an order that has neither a time of change nor one of creation; None where there is none."""
        no_time = self._is_no_time(self._sources.changed) & self._is_no_time(self._sources.created)
        return self._connection.execute(sa.select(self.key).where(no_time).limit(1)).scalar()

    def count(self, where: sa.ColumnElement[bool]) -> int:
        """How many orders there are of a kind."""
        asked = sa.select(sa.func.count()).select_from(self._sources.orders.table).where(where)
        return int(self._connection.execute(asked).scalar_one())

    def changed_at(self, row: Values, stream: Stream) -> datetime | None:
        """When the order was changed, in whole seconds; None where its column holds what is no time."""
        try:
            return stream.moments.read(row[stream.time_name]).replace(microsecond=0)
        except TimesUnfit:
            return None

    def complete(self, rows: Sequence[tuple[Values, datetime | None]]) -> list[SqlRow]:
        """The rows with their lines and refunds, which are asked for together."""
        sources, name = self._sources, self.key_name
        ids = [row[name] for row, _ in rows if row[name] is not None]
        lines = self._parts_of(sources.lines, ids, sources.line_sort) if ids else {}
        refunds = self._parts_of(sources.refunds, ids, sources.refunds.key) if ids and sources.refunds else {}
        counts = Counter(id_text(one) for one in ids)
        found = []
        for row, changed in rows:
            one = id_text(row[name])
            parts = Parts(row, lines.get(one, []), refunds.get(one, []))
            found.append(SqlRow(self._mapper, one or "without id", parts, changed, counts[one] <= 1))
        return found

    def _parts_of(self, source: Source, ids: Sequence[Any], sort: str) -> dict[str, list[Values]]:
        """Rows of lines or refunds by order id. Of more than an order can have, as many are kept as show that."""
        key = source.column(source.key)
        asked = source.selected().where(key.in_(bound_list(set(ids)))).order_by(key, source.column(sort))
        found: dict[str, list[Values]] = {}
        result = self._connection.execution_options(yield_per=ROWS_AT_ONCE).execute(asked)
        for row in result.mappings():
            rows = found.setdefault(id_text(row[source.key]), [])
            if len(rows) <= LINES_PER_ORDER_MAX:
                rows.append(dict(row))
        return found

    def _is_no_time(self, name: str) -> sa.ColumnElement[bool]:
        """NULL; where times are texts, and in MySQL, also what sorts before every date: blank, or a date of zeros."""
        column = self._sources.orders.column(name)
        is_text = isinstance(self._newest(name), str) or self._connection.dialect.name in MYSQL
        return column.is_(None) | (column < bound(FIRST_DATE)) if is_text else column.is_(None)

    def _newest(self, name: str) -> Any:
        """The newest time of a column, asked for once: of a query in place of a table it reads all rows."""
        if name not in self._newest_known:
            newest = sa.func.max(self._sources.orders.column(name))
            self._newest_known[name] = self._connection.execute(sa.select(newest)).scalar()
        return self._newest_known[name]

    def _stream(self, name: str, further: sa.ColumnElement[bool] | None) -> Stream | None:
        """A stream by a column; None where no order has a time there.

        The newest time shows what the column holds; the oldest, where one order holds nonsense that sorts last.
        """
        time = self._sources.orders.column(name)
        newest = self._newest(name)
        if newest is None or (isinstance(newest, str) and is_no_time(newest)):
            return None
        try:
            return Stream(time, name, self._moments(name, newest), further)
        except TimesUnfit:
            oldest = self._connection.execute(sa.select(sa.func.min(time))).scalar()
            return Stream(time, name, self._moments(name, oldest), further)

    def _moments(self, name: str, sample: Any) -> Moments:
        return Moments(self._settings.name, name, sample, self._settings.timezone)
