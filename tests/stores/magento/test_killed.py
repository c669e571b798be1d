"""A process that ends before or after any request of a write-back leaves each number in the shop once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.stores.base import WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.killing import ends_before
from tests.stores.magento.shops import SIGNED, Magento


def write_all(shop: Magento, placed: list[str], options: dict[str, Any]) -> list[WriteBackOutcome]:
    return outcomes(list(shop.open(**options).write_back(numbers_for(placed))))


@pytest.mark.parametrize("with_field", [False, True], ids=["comment", "ext_order_id"])
def test_killed_at_any_moment_each_number_stands_in_the_shop_once(
    shop: Magento, tmp_path: Path, with_field: bool
) -> None:
    options = {**SIGNED, "ext_order_id": with_field, "stop_file": str(tmp_path / "stop")}
    moment, is_over = 0, False
    while not is_over:
        placed = shop.place(2)
        before = {one: shop.shop.order(one) for one in placed}
        is_over = ends_before(moment, partial(write_all, shop, placed, options))
        done = write_all(shop, placed, options)
        assert set(done) <= {WriteBackOutcome.WRITTEN, WriteBackOutcome.ALREADY}, moment
        for one in placed:
            assert shop.simulator.comments(one) == [f"ERP number SO-{one} (acme)"], moment
            after = shop.shop.order(one)
            assert after.get("ext_order_id") == (f"SO-{one}" if with_field else None), moment
            moved = {name for name in after if after[name] != before[one].get(name)}
            assert moved <= {"status_histories", "updated_at", "ext_order_id"}, moment
        moment += 1
    assert moment - 1 == (22 if with_field else 14)  # 11 or 7 requests, each with two ends
