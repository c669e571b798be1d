"""Asking a shop's database for orders: by time of change, by id, and all of the last days.

Rows that were never changed often have no time of change: they are asked for by their time of creation, beside the
others, so that each question can be answered from an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from bridge.domain.clock import Clock
from bridge.stores.base import Fetched, Window
from bridge.stores.looks import SECOND, Listed
from bridge.stores.sql.database import Database
from bridge.stores.sql.keys import bound, id_asked, id_text, packed, unpacked
from bridge.stores.sql.mapping import Mapper
from bridge.stores.sql.question import Question, SqlRow, Stream, Values
from bridge.stores.sql.settings import SqlSettings
from bridge.stores.sql.sources import Sources, find_sources

TO_READ = "read orders"
LAST = datetime.max.replace(tzinfo=UTC)


class SqlListing:
    """What `Looks` asks, asked of one database. See `looks.Listing`."""

    def __init__(self, database: Database, mapper: Mapper, settings: SqlSettings, clock: Clock) -> None:
        self._database = database
        self._mapper = mapper
        self._settings = settings
        self._clock = clock
        self._sources: Sources | None = None

    def changed_from(self, second: datetime) -> Listed:
        """The first page of what was changed in this second or later."""
        most = self._settings.poll.per_page
        with self._asking() as question:
            streams = question.streams()
            now = _steady(question.now(), streams)
            rows: list[tuple[Values, datetime | None]] = []
            for stream in streams:
                since = stream.time >= bound(stream.moments.asked(second))
                found = question.ask(stream, since, stream.time, question.key)
                rows += [(row, question.changed_at(row, stream)) for row in found]
            rows.sort(key=lambda each: each[1] or LAST)  # nonsense for a time pushes no order out of a page
            is_whole = len(rows) <= most or rows[0][1] is None  # behind nonsense for a time is nothing else
            return Listed(question.complete(rows[:most]), now, is_whole)

    def changed_within(self, second: datetime, place: str) -> Listed:
        """A page of what was changed within this second. place: which stream, and its last id that was told."""
        most = self._settings.poll.per_page
        number, last = unpacked(place) if place else (0, None)
        with self._asking() as question:
            streams = question.streams()
            now = _steady(question.now(), streams)
            if number >= len(streams):
                return Listed([], now, whole=True)
            stream = streams[number]
            within = _within(stream, second)
            found = question.ask(
                stream, within if last is None else within & (question.key > bound(last)), question.key
            )
            rows = [(row, question.changed_at(row, stream)) for row in found[:most]]
            if len(found) > most:
                place = packed(number, found[most - 1][question.key_name])
            else:
                place = packed(number + 1, None) if number + 1 < len(streams) else ""
            return Listed(question.complete(rows), now, whole=not place, place=place)

    def created_after(self, moment: datetime, place: str) -> Listed:
        """A page of all orders created after a moment. place: the last one's time of creation and id."""
        most = self._settings.poll.per_page
        with self._asking() as question:
            stream = question.by_creation()
            if stream is None:
                return Listed([], question.now(), whole=True)
            since = stream.time >= bound(stream.moments.asked(moment))
            if place:
                created, last = unpacked(place)
                behind = (stream.time > bound(created)) | (
                    (stream.time == bound(created)) & (question.key > bound(last))
                )
                since = (stream.time >= bound(created)) & behind  # the first half is what an index can answer
            found = question.ask(stream, since, stream.time, question.key)
            rows = question.complete([(row, None) for row in found[:most]])
            place = ""
            if len(found) > most:
                place = packed(found[most - 1][stream.time_name], found[most - 1][question.key_name])
            return Listed(rows, question.now(), whole=not place, place=place)

    def by_id(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:
        """The named orders, one for each id, in order."""
        most = self._settings.poll.per_page
        for start in range(0, len(store_order_ids), most):
            group = store_order_ids[start : start + most]
            found = self._found(group)
            for one in group:
                yield Fetched(one, found[one].told() if one in found else None)

    def sources(self) -> Sources:
        """What is read, as the database has it. Raises ColumnsMissing."""
        with self._database.reading(TO_READ) as connection:
            self._sources = find_sources(connection, self._settings)
            return self._sources

    def now(self) -> datetime:
        """The database's own clock."""
        with self._asking() as question:
            return question.now()

    def count(self, window: Window) -> int | None:
        """How many orders were created in the window; None where only days or minutes are known."""
        with self._asking() as question:
            stream = question.by_creation()
            if stream is None:
                return 0
            if stream.moments.is_coarse:
                return None
            start, end = (bound(stream.moments.asked(moment)) for moment in (window.start, window.end))
            return question.count((stream.time >= start) & (stream.time < end))

    def timeless(self) -> str:
        """An order that no look can ever find, as it has no time at all; empty where there is none."""
        with self._asking() as question:
            found = question.timeless()
            return "" if found is None else id_text(found)

    def _found(self, store_order_ids: Sequence[str]) -> dict[str, SqlRow]:
        with self._asking() as question:
            sample = question.any_id()
            ids = [asked for one in store_order_ids if (asked := id_asked(one, sample)) is not None]
            rows = question.by_ids(ids) if ids and sample is not None else []
            return {row.store_order_id: row for row in question.complete([(row, None) for row in rows])}

    @contextmanager
    def _asking(self) -> Iterator[Question]:
        sources, self._sources = self._sources, None  # asked for anew after trouble: a column may have gone
        with self._database.reading(TO_READ) as connection:
            sources = sources or find_sources(connection, self._settings)
            yield Question(connection, sources, self._mapper, self._settings, self._clock)
        self._sources = sources


def _within(stream: Stream, second: datetime) -> sa.ColumnElement[bool]:
    """Changed within one second; in a column of days or minutes all of one is one moment."""
    if stream.moments.is_coarse:
        return stream.time == bound(stream.moments.asked(second))
    start, end = (bound(stream.moments.asked(moment)) for moment in (second, second + SECOND))
    return (stream.time >= start) & (stream.time < end)


def _steady(now: datetime, streams: Sequence[Stream]) -> datetime:
    return min((stream.moments.steady(now) for stream in streams), default=now)
