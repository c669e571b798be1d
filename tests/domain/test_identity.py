"""Two contents under one order number: one sale, or another one under a number that was used again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.domain.identity import placed_apart
from bridge.domain.revision import content_of
from tests.domain.orders import order

BOB = {"billing.email": "bob@example.com"}
PLACED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def content(placed: str = "2026-11-24T09:30:00Z", **changes: Any) -> bytes:
    return content_of(order({"created_at": placed, **changes}))


@pytest.mark.parametrize(
    "after",
    [
        content(**{"delivery.city": "Gdynia"}),
        content("2026-11-24T08:30:00Z"),  # the shop's zone was corrected
        content("2026-11-24T15:15:00Z", status="completed"),
        content("2026-11-24T09:30:31.250000Z"),  # seconds are told now
        b"",
        b'{"number":"1"}',
    ],
)
def test_one_sale_is_one_sale_though_it_changed_and_though_a_zone_was_corrected(after: bytes) -> None:
    assert placed_apart(content(), after) is None


@pytest.mark.parametrize(
    ("coarse", "fine"),
    [
        ("2026-11-24T09:30:07Z", "2026-11-24T09:30:07.345678Z"),
        ("2026-11-24T09:30:00Z", "2026-11-24T09:30:59Z"),
        ("2026-11-23T23:00:00Z", "2026-11-24T14:22:31Z"),  # the day alone, in Warsaw
    ],
)
def test_a_time_that_is_told_finer_or_coarser_is_one_sale_of_one_buyer(coarse: str, fine: str) -> None:
    for was, now in ((coarse, fine), (fine, coarse)):
        assert placed_apart(content(was), content(now)) is None
        assert placed_apart(content(was), content(now, **BOB)) is not None


@pytest.mark.parametrize(
    ("after", "placed"),
    [
        (content("2026-11-24T16:33:00Z"), datetime(2026, 11, 24, 16, 33, tzinfo=UTC)),
        (content("2026-11-25T09:30:00Z"), datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
        (content("2027-01-02T09:30:00Z"), datetime(2027, 1, 2, 9, 30, tzinfo=UTC)),
        (content("2026-11-24T08:30:00Z", **BOB), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_what_was_placed_at_another_time_is_another_sale_with_both_times(after: bytes, placed: datetime) -> None:
    assert placed_apart(content(), after) == (PLACED, placed)
