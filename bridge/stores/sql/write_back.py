"""Telling a shop's database the ERP's number: one UPDATE of one row, which no other number can fall to.

It sets one column, and with `status_after` a second one: the status, only from a status that is named there.

The row is read first, and the UPDATE says again what it must find there. It is committed only where it touched exactly
one row and the number stands there. A commit without an answer is in doubt; the next try's read settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.problems import StoreDidNotKeep, StoreUnreachable
from bridge.stores.sql.database import Database
from bridge.stores.sql.keys import bound, id_asked, id_text
from bridge.stores.sql.problems import NotOneRow, NoWriteBack
from bridge.stores.sql.settings import SqlSettings, WriteSettings
from bridge.stores.write_backs import receipts

AT_ONCE_MAX = 200
ROWS_READ_MAX = 2  # one is right, two are enough to be wrong
TRIES_MAX = 2  # somebody may write between our read and our UPDATE
TO_WRITE = "write the ERP number of an order"


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some key of the table, which shows its type; None in an empty table."""

    key: Any | None


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in an order's row."""

    number: Any
    status: Any = None  # only asked for where it is to change


class WritingBack:
    """Write-backs to one database."""

    def __init__(self, database: Database, settings: SqlSettings) -> None:
        self._database = database
        self._settings = settings

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the database itself the rest is not tried."""
        name, write = self._settings.name, self._settings.write
        if write is None:
            for number in numbers:
                yield _failed(number, NoWriteBack(store=name, order=number.store_order_id))
            return
        writing = _Writing(self._database, name, write)
        cut = StoreUnreachable(store=name, host=self._settings.host, what="an earlier write had no answer")
        yield from receipts(numbers, AT_ONCE_MAX, writing.sample, writing.receipt, cut)


class _Writing:
    """The steps of one write-back, against one table."""

    def __init__(self, database: Database, store: str, write: WriteSettings) -> None:
        self._database = database
        self._store = store
        self._write = write

    def sample(self, group: Sequence[WriteBack]) -> _Sample:
        """A key of the table. Raises Unavailable or Refused, before anything is written."""
        table = self._table(group[0])
        with self._database.looking(TO_WRITE) as connection:
            return _Sample(connection.execute(sa.select(table.c[self._write.key]).limit(1)).scalar())

    def receipt(self, number: WriteBack, sample: _Sample) -> WriteBackReceipt:
        """What became of one number."""
        key = id_asked(number.store_order_id, sample.key) if sample.key is not None else None
        if key is None:
            return WriteBackReceipt(number, WriteBackOutcome.GONE)
        try:
            for _ in range(TRIES_MAX):
                there = self._standing(number, key)
                found = _compared(number, there)
                if found is not None:
                    return found
                if self._update(number, key, there[0]):
                    return WriteBackReceipt(number, WriteBackOutcome.WRITTEN)
            raise StoreDidNotKeep(store=self._store, order=number.store_order_id, key=self._column(number))
        except BridgeError as error:
            return _failed(number, error)

    def _standing(self, number: WriteBack, key: Any) -> list[_Row]:
        """What stands in the order's row; nothing where there is no such row."""
        table = self._table(number)
        asked = sa.select(*self._read(table, number)).where(table.c[self._write.key] == bound(key))
        with self._database.looking(TO_WRITE) as connection:
            rows = [_Row(*row) for row in connection.execute(asked.limit(ROWS_READ_MAX))]
        if len(rows) > 1:
            raise NotOneRow(store=self._store, order=number.store_order_id, count="several")
        return rows

    def _update(self, number: WriteBack, key: Any, there: _Row) -> bool:
        """The one UPDATE. False where the row is not any more as it was read; nothing is written then."""
        table = self._table(number)
        column = table.c[self._column(number)]
        is_same_row = table.c[self._write.key] == bound(key)
        is_free = column.is_(None) | (column == bound(number.erp_number if there.number is None else there.number))
        new = {column: number.erp_number}
        status = self._write.status_after.get(id_text(there.status))
        if status is not None:
            new[table.c[self._write.status]] = status
            is_free &= table.c[self._write.status] == bound(there.status)
        change = sa.update(table).where(is_same_row, is_free).values({each: bound(text) for each, text in new.items()})
        with self._database.writing(TO_WRITE, number.store_order_id) as connection:
            touched = connection.execute(change).rowcount
            if touched > 1:
                raise NotOneRow(store=self._store, order=number.store_order_id, count=touched)
            if touched == 1:
                kept = connection.execute(sa.select(*new).where(is_same_row)).one()
                for each, text, found in zip(new, new.values(), kept, strict=True):
                    if id_text(found) != text.strip():  # a trigger, or a column of another type
                        raise StoreDidNotKeep(store=self._store, order=number.store_order_id, key=each.key)
        return touched == 1

    def _read(self, table: sa.TableClause, number: WriteBack) -> list[sa.ColumnClause[Any]]:
        names = [self._column(number), *([self._write.status] if self._write.status_after else [])]
        return [table.c[name] for name in names]

    def _table(self, number: WriteBack) -> sa.TableClause:
        schema, _, name = self._write.table.rpartition(".")
        columns = dict.fromkeys((self._write.key, self._column(number), self._write.status))
        return sa.table(name, *(sa.column(each) for each in columns), schema=schema or None)

    def _column(self, number: WriteBack) -> str:
        return self._write.column.format(endpoint=number.endpoint)


def _compared(number: WriteBack, there: Sequence[_Row]) -> WriteBackReceipt | None:
    """The receipt that needs no writing; None where the column is free."""
    if not there:
        return WriteBackReceipt(number, WriteBackOutcome.GONE)
    text = id_text(there[0].number)
    if text == number.erp_number.strip():
        return WriteBackReceipt(number, WriteBackOutcome.ALREADY)
    return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=text) if text else None


def _failed(number: WriteBack, error: BridgeError) -> WriteBackReceipt:
    return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
