"""The clock that a shop shows in its answers, or what stands in its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.stores.http import http_date


def test_a_date_is_read_as_utc() -> None:
    assert http_date("Fri, 27 Nov 2026 02:00:00 +0100") == datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1200"],
)
def test_what_is_no_date_of_this_world_is_none(text: str) -> None:
    assert http_date(text) is None
