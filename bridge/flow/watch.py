"""Watch: whether a store is silent for too long, had more orders yesterday than the ledger knows, or answers in
another version of its API than the one that is set.

A store is watched by one of the flows that it feeds: of those that run, the one that asks for its oldest orders, when
it has fetched all. The ledger remembers what was told, so that a person is told of one silence once, whoever runs the
pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.config.values import FlowSettings, WatchSettings
from bridge.domain.backoff import has_come
from bridge.domain.problems import ProblemKind
from bridge.flow.site import Held
from bridge.ledger import StoreWatch
from bridge.stores import Window

# The steps under which exceptions of a store stand; a day follows the count, and the two versions follow the version.
SILENCE, COUNT, VERSION = "silence", "count ", "version "
SETTLING = timedelta(hours=1)  # after midnight: the shop's last orders of the day are fetched by then
RECOUNT = timedelta(hours=1)
DAYS_RECOUNTED_MAX = 7

STORE_SILENT = ProblemKind(
    code="store-silent",
    title="No orders from {store} for {hours} business hours",
    message="Store {store} has had no new order since {since}: {hours} business hours or more.",
    action="Look at the shop: is it up, does its checkout work, do orders stand in it that are not here? Then: bridge "
    "check. It closes by itself with the next order. Where such a silence is usual, change [stores.{store}.watch].",
    cause="store-silent:{store}",
    meaning="No new order came from a store for the `silence_hours` of its watch, counted in its business hours.",
)
UNREAD = " (and {count} that cannot be read, so that their day is not known: see their own exceptions)"
COUNT_DIFFERS = ProblemKind(
    code="store-count-differs",
    title="{store} had {theirs} orders on {day}, and {ours} are known here",
    message="Store {store} says that it had {theirs} orders on {day}; erp-bridge knows {ours} of that day{unread}.",
    action="Compare the shop's list of that day with bridge orders list. The next sweep may find what is missing: "
    "it is counted again each hour, and closes by itself when both agree. If the shop is right to differ, as after "
    "orders were deleted there: bridge exceptions dismiss ID --reason TEXT.",
    cause="store-count-differs:{store}/{day}",
    meaning="Once a day the store's own count of yesterday's orders is held against the ledger's.",
)
STORE_VERSION = ProblemKind(
    code="store-version",
    title="{store} answers in version {served} of its API, and {pinned} is set",
    message="Store {store} answers in version {served} of its API. {pinned}, which is set, has expired or does not "
    "exist yet.",
    action="Orders go on, but fields may mean something else now. Run bridge check, which names the newest version, "
    "set api_version in [stores.{store}] to it, and look at the next orders. It closes by itself when both agree.",
    cause="store-version:{store}",
    meaning="Versions of the store's API expire, and another one then answers without an error. Both are compared "
    "whenever the store is asked.",
)


def watch(flow: FlowSettings, held: Held) -> int:
    """Look after the flow's store, where this flow is the one to do so. Moves nothing."""
    if watcher(flow.store, held) != flow.name:
        return 0
    tell_version(flow.store, held)
    settings = held.site.deployment.stores[flow.store].watch
    if settings is None:
        return 0
    if flow.name not in held.fetched:
        return 0  # there is more in the store: a trouble, which is told already, or more than one pass has time for
    watches = held.site.ledger.watches
    watched = watches.of(flow.store)
    if watched is not None or settings.silence_hours is not None:
        tell_silence(flow.store, settings, watched or watches.begin(flow.store), held)
    if settings.compare_counts:
        compare_counts(flow, watched, held)
    return 0


def watcher(store: str, held: Held) -> str:
    """The flow that watches a store; nobody where each is paused, which a person did, and not in silence."""
    feeding = held.site.feeding(store)
    running = held.site.ledger.watches.running([flow.name for flow in feeding])
    starts = [(flow.orders_from, place, flow.name) for place, flow in enumerate(feeding) if flow.name in running]
    return min(starts)[2] if starts else ""


def tell_version(store: str, held: Held) -> None:
    """Open an exception while the store answers in another version than the one that is set, also in a failed fetch."""
    description = held.store(store).describe()
    pinned, served = description.api_version, description.served_version
    if not served:
        return  # it was not asked in this pass, or has no versions
    differing = {f"{VERSION}{pinned} {served}"} if served != pinned else set()
    told = held.ledger.open_steps("store", store, VERSION)
    for step in told - differing:
        held.ledger.close_exceptions("store", store, step)
    for step in differing - told:
        problem = STORE_VERSION.problem(store=store, pinned=pinned, served=served)
        held.ledger.open_exception("store", store, step, problem)


def tell_silence(store: str, settings: WatchSettings, watched: StoreWatch, held: Held) -> None:
    """Open an exception when nothing came for too long; close it when something did, or when the hours were changed."""
    zone, now = held.site.deployment.timezone, held.site.clock()
    hours = settings.silence_hours
    if hours is not None and settings.hours.reached(watched.since, hours, zone) <= now:
        if watched.told_since != watched.since:
            since = watched.since.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            held.ledger.open_exception(
                "store", store, SILENCE, STORE_SILENT.problem(store=store, hours=hours, since=since)
            )
            held.site.ledger.watches.told(store, watched.since)
    elif watched.told_since is not None:
        held.ledger.close_exceptions("store", store, SILENCE)
        held.site.ledger.watches.told(store, None)


def compare_counts(flow: FlowSettings, watched: StoreWatch | None, held: Held) -> None:
    """Hold the store's count of yesterday against the ledger's, once; of days that differed again each hour.

    flow: the one that watches.
    """
    store = flow.store
    now = held.site.clock()
    yesterday = held.day_of(now - SETTLING) - timedelta(days=1)
    counted = watched.counted_day if watched else None
    is_new = counted != yesterday
    again = watched is not None and watched.recount_at is not None and has_come(watched.recount_at, now)
    if not (is_new or again):
        return
    open_days = days_of(held.ledger.open_steps("store", store, COUNT))
    days = {*(open_days[-DAYS_RECOUNTED_MAX:] if again else ()), *((yesterday,) if is_new else ())}
    differing = [day for day in sorted(days) if differs(flow, day, day in open_days, held)]
    others = set(open_days) - days
    recount_at = now + RECOUNT if differing or others else None
    held.site.ledger.watches.counted(store, yesterday if is_new else counted, recount_at)


def days_of(steps: Iterable[str]) -> list[date]:
    """The days of which a count differs, oldest first."""
    return sorted(date.fromisoformat(step.removeprefix(COUNT)) for step in steps)


def differs(flow: FlowSettings, day: date, is_open: bool, held: Held) -> bool:
    """Whether the counts of a day differ; opens its exception, or closes the one that is open."""
    store, window = flow.store, window_of(day, held.site.deployment.timezone)
    if flow.orders_from > window.start:
        return False  # no flow that runs asks for all orders of that day
    theirs = held.store(store).count(window)
    counted = held.site.ledger.watches.created(store, window.start, window.end)
    ours, unread = counted.known, UNREAD.format(count=counted.unread) if counted.unread else ""
    step = f"{COUNT}{day}"
    if theirs is None or theirs == ours:
        if is_open:
            held.ledger.close_exceptions("store", store, step)
        return False
    problem = COUNT_DIFFERS.problem(store=store, day=day, theirs=theirs, ours=ours, unread=unread)
    held.ledger.open_exception("store", store, step, problem)
    return True


def window_of(day: date, zone: ZoneInfo) -> Window:
    """From local midnight to the next one."""
    start, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return Window(start, end)
