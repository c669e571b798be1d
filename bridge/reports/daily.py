"""The daily import report: received = created + skipped + failed + waiting, with reasons, ages, actions and totals.

An order counts on the business day on which it was received, once, by its newest `new` sending, as it stands now.
Changes and cancellations of orders that the ERP has are listed apart, on the day on which they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bridge.domain.scope import rule_words
from bridge.domain.states import Purpose, ReportClass
from bridge.flow.patience import needs_person
from bridge.flow.site import Site
from bridge.ledger import ChangeCount, ControlTotal, ReportRow

ROWS_PER_PAGE = 1000
ORDERS_NAMED_MAX = 20
CLASS_ORDER = (ReportClass.FAILED, ReportClass.WAITING, ReportClass.SKIPPED, ReportClass.CREATED)
WAITING_WORDS = {
    "received": "Fetched, not judged yet",
    "ready": "Ready for the next file",
    "exported": "In a file that is not placed yet",
    "delivered": "Placed; the ERP has not answered yet",
    "held": "Held, tried again by itself",
}
CHANGE_WORDS = {Purpose.CHANGE: "Changes", Purpose.CANCEL: "Cancellations"}
CLASS_WORDS = {
    ReportClass.CREATED: "that the ERP accepted",
    ReportClass.WAITING: "on their way",
    ReportClass.FAILED: "that need you",
    ReportClass.SKIPPED: "that were not sent",
}


@dataclass(slots=True)
class ReasonCount:
    """One reason of one class: how many orders, which (the first ones), since when, and what to do."""

    report_class: ReportClass
    reason: str
    action: str
    orders: int
    oldest: datetime
    tries: int
    numbers: list[str]

    def row(self) -> dict[str, Any]:
        """The stable keys."""
        return {
            "class": self.report_class,
            "reason": self.reason,
            "orders": self.orders,
            "oldest": self.oldest,
            "tries": self.tries,
            "action": self.action,
            "numbers": self.numbers,
        }


@dataclass(frozen=True, slots=True)
class OpenTrouble:
    """An exception that is open now and that no reason of the day tells: of earlier orders, of a server, of a flow."""

    title: str
    orders: int
    since: datetime
    tries: int
    action: str
    by_itself: bool

    def row(self) -> dict[str, Any]:
        """The stable keys."""
        return {
            "title": self.title,
            "orders": self.orders,
            "since": self.since,
            "tries": self.tries,
            "by_itself": self.by_itself,
            "action": self.action,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """How many changes or cancellations of the day count how. They are no orders of the day."""

    counted: ChangeCount

    @property
    def what(self) -> str:
        """In words: what they are and where they stand."""
        return f"{CHANGE_WORDS[self.counted.purpose]} {CLASS_WORDS[self.counted.report_class]}"

    def row(self) -> dict[str, Any]:
        """The stable keys."""
        counted = self.counted
        return {"purpose": counted.purpose, "class": counted.report_class, "orders": counted.count}


@dataclass(frozen=True, slots=True)
class Total:
    """What the ERP has of one currency."""

    total: ControlTotal

    def row(self) -> dict[str, Any]:
        """The stable keys."""
        return {"currency": self.total.currency, "orders": self.total.orders, "gross": self.total.gross}


@dataclass(frozen=True, slots=True)
class DailyReport:
    """One business day."""

    day: date
    made_at: datetime
    timezone: str
    counts: Mapping[ReportClass, int]
    reasons: tuple[ReasonCount, ...]
    totals: tuple[Total, ...]
    also_open: tuple[OpenTrouble, ...]
    changes: tuple[Changes, ...] = ()

    @property
    def created(self) -> int:
        return self.counts[ReportClass.CREATED]

    @property
    def skipped(self) -> int:
        return self.counts[ReportClass.SKIPPED]

    @property
    def failed(self) -> int:
        return self.counts[ReportClass.FAILED]

    @property
    def waiting(self) -> int:
        return self.counts[ReportClass.WAITING]

    @property
    def orders(self) -> int:
        """All that were received: the sum of the four."""
        return sum(self.counts.values())

    def verdict(self) -> str:
        """The day in one sentence."""
        failed = sum(1 for one in self.reasons if one.report_class is ReportClass.FAILED)
        needing = failed + sum(1 for one in self.also_open if not one.by_itself)
        if needing == 0:
            return f"{self.day}: nothing needs you."
        things = "1 thing needs you" if needing == 1 else f"{needing} things need you"
        if not self.failed:
            return f"{self.day}: {things}."
        return f"{self.day}: {things}; {self.failed} {'order waits' if self.failed == 1 else 'orders wait'}."

    def keys(self) -> dict[str, Any]:
        """The stable keys of the JSON form."""
        return {
            "day": self.day,
            "timezone": self.timezone,
            "made_at": self.made_at,
            "verdict": self.verdict(),
            "orders": self.orders,
            **{name.value: self.counts[name] for name in CLASS_ORDER},
            "reasons": [one.row() for one in self.reasons],
            "changes": [one.row() for one in self.changes],
            "also_open": [one.row() for one in self.also_open],
            "control_totals": [one.row() for one in self.totals],
        }


def daily_report(site: Site, day: date) -> DailyReport:
    """The report of one business day, as things stand now. Memory holds reasons, never all orders."""
    counts = dict.fromkeys(CLASS_ORDER, 0)
    reasons: dict[tuple[ReportClass, str], ReasonCount] = {}
    for row in report_rows(site, day):
        counts[row.report_class] += 1
        count_reason(reasons, row)
    totals = tuple(Total(total) for total in site.ledger.reading.control_totals(day))
    ordered = sorted(reasons.values(), key=lambda one: (CLASS_ORDER.index(one.report_class), -one.orders, one.reason))
    zone = site.deployment.timezone.key
    also_open = tuple(open_troubles(site, {one.reason for one in ordered}))
    changes = tuple(Changes(one) for one in site.ledger.reading.changes_of_day(day))
    return DailyReport(day, site.clock(), zone, counts, tuple(ordered), totals, also_open, changes)


def open_troubles(site: Site, told: set[str]) -> Iterator[OpenTrouble]:
    """What is open now beside the day's reasons; what needs a person first."""
    views = [one for one in site.ledger.reading.exceptions() if one.title not in told]
    troubles = [(needs_person(site, one), one) for one in views]
    for needed, one in sorted(troubles, key=lambda pair: (not pair[0], pair[1].opened_at)):
        yield OpenTrouble(one.title, one.orders, one.opened_at, one.times, one.action, not needed)


def report_rows(site: Site, day: date) -> Iterator[ReportRow]:
    """The day's orders, page by page."""
    after = 0
    while page := site.ledger.reading.report_rows(day, after, ROWS_PER_PAGE):
        yield from page
        after = page[-1].order.sending_id


def count_reason(reasons: dict[tuple[ReportClass, str], ReasonCount], row: ReportRow) -> None:
    """Add one order to its reason."""
    reason = words_for(row)
    if not reason:
        return
    known = reasons.get((row.report_class, reason))
    if known is None:
        known = ReasonCount(row.report_class, reason, row.action, 0, row.waiting_since, 0, [])
        reasons[row.report_class, reason] = known
    known.orders += 1
    known.oldest = min(known.oldest, row.waiting_since)
    known.tries = max(known.tries, row.order.tries)
    if len(known.numbers) < ORDERS_NAMED_MAX:
        known.numbers.append(row.order.number)


def words_for(row: ReportRow) -> str:
    """The reason in business words; empty for a created order."""
    if row.report_class is ReportClass.CREATED:
        return ""
    if row.report_class is ReportClass.SKIPPED and row.order.state.value == "cancelled":
        return "Cancelled before it was sent"
    if not row.reason and row.order.rule:
        return rule_words(row.order.rule)
    return row.reason or WAITING_WORDS.get(row.order.state.value, row.order.state.value)
