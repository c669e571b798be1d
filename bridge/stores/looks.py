"""Asking a shop for changed orders so that none slips between pages: the look that all polled shops share.

A shop sorts by time of change, and every change moves an order to the end, so a page number points at other orders a
moment later. We therefore ask again from the last seen second (a keyset). Only inside one second, when it holds more
orders than a page, are pages followed, by whatever is steadiest in that shop: the id, else the page number. A finished
look is followed by one that reads the overlap again, since changes become visible late; a look that was cut short is
followed by one that goes on. Times have whole seconds in every shop.

A cache on the way, or a broken version of the shop, can ignore what it is asked: the time or the page. Such a look
would have no end, and nothing behind it would ever be seen, so it ends in an error that a person reads.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bridge.stores.apart import Unshown
from bridge.stores.base import Page, StoreOrder
from bridge.stores.problems import StoreAnswerUnreadable

SECOND = timedelta(seconds=1)
COARSEST = timedelta(days=1)  # a home-made shop may write the day alone, so that it lists a whole day again
IDLE_PAGES_MAX = 3  # pages in a row that repeat earlier ones, beyond what a start from the beginning explains


class Row(Protocol):
    """One order of an answer, not mapped yet."""

    @property
    def mark(self) -> tuple[str, str]:
        """What tells a row seen already in this look: id and time of change."""

    @property
    def modified_at(self) -> datetime | None:
        """When the shop last changed it (UTC); None where the order does not say it readably."""

    def told(self) -> StoreOrder | None:
        """The order, or its problem; None for what is no order yet (a cart, a draft)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer of the shop.

    whole: nothing that was asked for stands behind these rows. place: where the next page begins, in words of the
    listing; empty where there is none. more: others surely stand behind; a count alone may say so and be wrong.
    """

    rows: Sequence[Row]
    now: datetime  # the shop's own clock
    whole: bool
    place: str = ""
    more: bool = False


class Listing(Protocol):
    """How one kind of shop is asked."""

    def changed_from(self, second: datetime) -> Listed:
        """The first page of what was changed in this second or later, oldest change first."""

    def changed_within(self, second: datetime, place: str) -> Listed:
        """A page of what was changed within this one second; from its start where `place` is empty."""

    def created_after(self, moment: datetime, place: str) -> Listed:
        """A page of all orders created after a moment, in an order that changes do not disturb."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was read, and whether the look that read it came to its end.

    settled: everything up to this second is read, and nothing can appear there any more. reached, place: a look that
    was cut short goes on here; `place` inside one second that held more orders than a page. unshown: see `Unshown`.
    """

    settled: datetime
    reached: datetime | None = None
    place: str = ""
    unshown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Cursor:
        fields = json.loads(text)
        reached = _moment(fields["reached"]) if fields.get("reached") else None
        return cls(_moment(fields["settled"]), reached, str(fields.get("place", "")), fields.get("unshown", {}))

    def written(self) -> str:
        fields: dict[str, object] = {"settled": _text(self.settled)}
        if self.reached is not None:
            fields["reached"] = _text(self.reached)
        if self.place:
            fields["place"] = self.place
        if self.unshown:
            fields["unshown"] = self.unshown
        return json.dumps(fields)


class Looks:
    """The looks at one shop. overlap_s: changes become visible that late (the shop's longest transaction).

    unshown: what the listing knows of orders at which the shop fails; the cursors carry it from look to look.
    """

    def __init__(self, store: str, listing: Listing, overlap_s: float, unshown: Unshown | None = None) -> None:
        self._unshown = unshown or Unshown()
        self._store = store
        self._listing = listing
        self._overlap = timedelta(seconds=overlap_s)

    def changed(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """Pages, oldest change first. Raises Unavailable or Refused; the pages before it stay good."""
        look = _Look(self._store, self._listing, self._overlap, self._unshown)
        begins = Cursor.read(cursor) if cursor else None
        self._unshown.recall(begins.unshown if begins else {})
        yield from look.pages(begins, orders_from)

    def recent(self, created_after: datetime, cursor: str | None) -> Iterator[Page]:
        """Pages of all orders created after a moment."""
        place = cursor or ""
        pages = _Pages(self._store)
        while True:
            listed = self._listing.created_after(created_after, place)
            place = listed.place
            if pages.bring_news(listed) or not place:
                yield Page(_told(listed.rows), place)
            if not place:
                return


class _Pages:
    """The pages of one reading: which of them repeat earlier ones."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._seen: set[int] = set()  # a number for each page, so that memory does not grow with the orders
        self._idle = 0

    def bring_news(self, listed: Listed) -> bool:
        """Whether no page before was the same. Raises StoreAnswerUnreadable where that comes to no end.

        A listing that begins anew, because an order left its pages meanwhile, repeats all that it showed: once.
        """
        page = hash(frozenset(row.mark for row in listed.rows) or listed.place)
        if page not in self._seen:
            self._seen.add(page)
            self._idle = 0
            return True
        self._idle += 1
        if self._idle > len(self._seen) + IDLE_PAGES_MAX:
            what = "each further page of its orders repeats the ones before, as if no page were asked for"
            raise StoreAnswerUnreadable(store=self._store, what=what)
        return False


class _Look:
    """One look, from a cursor to the newest change."""

    def __init__(self, store: str, listing: Listing, overlap: timedelta, unshown: Unshown) -> None:
        self._unshown = unshown
        self._store = store
        self._listing = listing
        self._overlap = overlap
        self._floor: datetime | None = None  # a look that goes on behind unsettled orders leaves `settled` there
        self._seen: set[tuple[str, str]] = set()  # told in this look; of the last second only

    def pages(self, cursor: Cursor | None, orders_from: datetime) -> Iterator[Page]:
        start = orders_from.astimezone(UTC).replace(microsecond=0)
        if cursor is not None:
            start = cursor.reached or cursor.settled  # its second is read again
            if cursor.reached and cursor.reached > cursor.settled:
                self._floor = cursor.settled
            if cursor.reached and cursor.place:
                yield from self._one_second(cursor.reached, cursor.place)
                start = cursor.reached + SECOND
        listed = self._listing.changed_from(start)
        latest = self._settled(listed)
        if cursor is not None and cursor.settled > latest:  # the shop's clock ran ahead when the cursor was made
            start = latest + SECOND
            self._unshown.recall({})  # what was just found was not told
            listed = self._listing.changed_from(start)
        finished, is_told = yield from self._from(start, listed)
        if not is_told:
            yield Page([], self._written(finished))  # ends the look: only its cursor is kept

    def _from(self, start: datetime, listed: Listed) -> Generator[Page, None, tuple[Cursor, bool]]:
        """From an answer on to the newest change. Gives the cursor that says so, and whether a page carries it."""
        while True:
            fresh = [row for row in listed.rows if row.mark not in self._seen]
            times = [moment for row in listed.rows if (moment := row.modified_at)]
            if listed.whole or (times and not fresh and not listed.more):
                finished = self._cursor(listed, max(times, default=start))
                if fresh:
                    yield Page(_told(fresh), self._written(finished))
                return finished, bool(fresh)
            if not times:
                yield from self._no_further(fresh, start)
            last = max(times)
            self._refuse_older(min(times), last, start)
            if last in (min(times), start):
                known = yield from self._one_second(last)
                left = [row for row in fresh if row.modified_at is None and row.mark not in known]
                if left:  # of a later second, though nobody knows of which
                    yield Page(_told(left), self._written(Cursor(self._settled_at(listed, last), last + SECOND)))
                start = last + SECOND
            else:
                yield Page(_told(fresh), self._written(self._cursor(listed, last, goes_on=True)))
                start = last
            self._seen = {row.mark for row in listed.rows if row.modified_at in (last, None)}
            listed = self._listing.changed_from(start)

    def _one_second(self, second: datetime, place: str = "") -> Generator[Page, None, set[tuple[str, str]]]:
        """All orders changed within one second, page by page. Gives those of them that say no time of change."""
        pages = _Pages(self._store)
        timeless: set[tuple[str, str]] = set()
        while True:
            listed = self._listing.changed_within(second, place)
            place = listed.place
            timeless |= {row.mark for row in listed.rows if row.modified_at is None}
            if pages.bring_news(listed) and listed.rows:
                # Behind its last page the second is done: a look that goes on here begins with the next one.
                goes_on = Cursor(self._settled_at(listed, second), second if place else second + SECOND, place)
                yield Page(_told(listed.rows), self._written(goes_on))
            if not place:
                return timeless

    def _no_further(self, fresh: Sequence[Row], start: datetime) -> Iterator[Page]:
        """The orders of a page that says no time from which to go on. Raises StoreAnswerUnreadable behind them."""
        if fresh:
            yield Page(_told(fresh), self._written(Cursor(self._floor or start, start)))
        what = "it counts more orders than it lists, and shows no time of change from which its list goes on"
        raise StoreAnswerUnreadable(store=self._store, what=what)

    def _refuse_older(self, first: datetime, last: datetime, start: datetime) -> None:
        """Raises StoreAnswerUnreadable where a list that goes on holds nothing of the time that was asked for."""
        if last < start and (first < last or start - last > COARSEST):
            what = "it lists orders that were changed before the time that it is asked for, as if none were named"
            raise StoreAnswerUnreadable(store=self._store, what=what)

    def _written(self, cursor: Cursor) -> str:
        return replace(cursor, unshown=self._unshown.since(_text(cursor.settled))).written()

    def _cursor(self, listed: Listed, last: datetime, goes_on: bool = False) -> Cursor:
        """The cursor behind `last`."""
        return Cursor(self._settled_at(listed, last), last if goes_on else None)

    def _settled_at(self, listed: Listed, last: datetime) -> datetime:
        return self._floor or min(last, self._settled(listed))

    def _settled(self, listed: Listed) -> datetime:
        """Up to here nothing can appear any more: changes become visible within the overlap (the shop's clock)."""
        return listed.now.replace(microsecond=0) - self._overlap


def _told(rows: Sequence[Row]) -> list[StoreOrder]:
    return [told for row in rows if (told := row.told()) is not None]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
