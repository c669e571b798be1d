"""What was sold lately, page by page: each order once, as the store tells it now, and none that is gone or too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson

from bridge.ledger import Ledger, NewRevision
from bridge.ledger.reading_sold import ORDERS_PER_PAGE
from tests.ledger.world import START, deployment, fetch, malformed, revision


def told(ledger: Ledger, since_hours: int = 2, store: str = "shop") -> list[tuple[str, int]]:
    """Number and version of each sold order."""
    contents = [
        orjson.loads(one.content) for one in ledger.reading.sold_orders(store, START - timedelta(hours=since_hours))
    ]
    return [(content["number"], content["version"]) for content in contents]


def placed(number: str, minutes_ago: int, version: int = 1) -> NewRevision:
    """An order that was placed some time before the start."""
    return replace(revision(number, version), created_at=START - timedelta(minutes=minutes_ago))


def test_more_orders_of_one_second_than_a_page_holds_come_once_each(ledger: Ledger) -> None:
    many = [placed(f"{number:03}", 30) for number in range(2 * ORDERS_PER_PAGE)]
    fetch(ledger.take("acme", "test"), placed("newer", 10), *many, placed("older", 50))
    assert told(ledger) == [
        ("#older", 1),
        *((f"#{number:03}", 1) for number in range(2 * ORDERS_PER_PAGE)),
        ("#newer", 1),
    ]


def test_only_the_newest_content_of_orders_that_still_stand_counts(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, placed("1", 50), placed("2", 40), placed("3", 30), malformed("4"), placed("5", 200))
    fetch(held, placed("1", 50, version=2), replace(placed("2", 40, version=2), cancelled=True), cursor="c2")
    assert told(ledger) == [("#1", 2), ("#3", 1)]
    assert told(ledger, since_hours=4) == [("#5", 1), ("#1", 2), ("#3", 1)]


def test_each_store_has_its_own_orders(ledger: Ledger) -> None:
    ledger.enrol(deployment((("shop-acme", "shop", "acme"), ("other-acme", "other", "acme"))))
    held = ledger.take("acme", "test")
    fetch(held, placed("1", 50))
    fetch(held, placed("2", 50), flow="other-acme")
    assert (told(ledger), told(ledger, store="other"), told(ledger, store="none")) == ([("#1", 1)], [("#2", 1)], [])
