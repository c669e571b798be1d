"""Where a sweep stands: what survives a pass that ends between two pages, and a clock that jumped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bridge.flow.cursors import FlowCursor
from bridge.flow.sweep import span_of
from bridge.stores import Page, StoreOrder, Window
from tests.domain.orders import order

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
START = NOW - 14 * DAY


def page(*days_ago: int, cursor: str = "next") -> Page:
    """Orders placed so many days ago."""
    placed = [order().model_copy(update={"created_at": NOW - days * DAY}) for days in days_ago]
    return Page([StoreOrder(one.store_order_id, b"{}", one) for one in placed], cursor)


@pytest.mark.parametrize(("swept_at", "due"), [(NOW - DAY, True), (NOW - DAY / 2, False), (NOW + 365 * DAY, True)])
def test_a_sweep_is_due_after_its_time_and_after_a_clock_that_ran_a_year_ahead(swept_at: datetime, due: bool) -> None:
    assert FlowCursor(swept_at=swept_at).sweep_due(NOW, DAY) is due


def test_the_pages_of_a_sweep_answer_for_all_of_its_time_whenever_it_is_cut() -> None:
    kept = FlowCursor("c").begun(NOW, START)
    spans = []
    for one in (page(10, 8), page(7, 5), page(3), page(cursor="")):
        span = span_of(one, kept)
        assert span is not None
        spans.append(span)
        kept = FlowCursor.read(kept.behind(one.cursor, span.end).written())  # the pass ends here, the next goes on
    edges = [START, NOW - 8 * DAY, NOW - 5 * DAY, NOW - 3 * DAY, NOW]
    assert spans == [Window(*pair) for pair in pairwise(edges)]
    assert kept == FlowCursor("c", swept_at=NOW)


def test_a_missed_order_is_looked_for_after_a_while_however_the_clock_went() -> None:
    kept = FlowCursor("c").missing(["1"], NOW).missing(["1", "2"], NOW + timedelta(minutes=30))
    kept = FlowCursor.read(kept.written())
    hour, later = timedelta(hours=1), NOW + timedelta(hours=1)
    assert kept.to_look_for(later, hour) == ["1"]
    assert kept.to_look_for(later + hour, hour) == kept.to_look_for(NOW - DAY, hour) == ["1", "2"]
    assert kept.looked_for(["1"]) == FlowCursor("c", missed={"2": NOW + timedelta(minutes=30)})


def test_pages_without_a_readable_order_at_the_beginning_answer_for_nothing() -> None:
    kept = FlowCursor("c").begun(NOW, START)
    assert span_of(page(), kept) is None
    assert span_of(page(cursor=""), kept) is None
    assert span_of(page(4), kept.behind("next", None)) == Window(START, NOW - 4 * DAY)
