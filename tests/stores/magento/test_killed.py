"""A process that ends before or after any request of a write-back leaves each number in the shop once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.domain.effects import observe
from bridge.stores.base import WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.magento.shops import SIGNED, Magento


class Killed(BaseException):
    """The end of the process: nothing of ours catches it."""


class Killer:
    """Ends at the moment with a given number; two to each effect, before and after it."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def before(self, kind: str) -> None:
        self._count()

    def after(self, kind: str) -> None:
        self._count()

    def _count(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1


@contextmanager
def killed_at(moment: int) -> Iterator[None]:
    earlier = observe(Killer(moment))
    try:
        yield
    finally:
        observe(earlier)


@pytest.mark.parametrize("with_field", [False, True], ids=["comment", "ext_order_id"])
def test_killed_at_any_moment_each_number_stands_in_the_shop_once(
    shop: Magento, tmp_path: Path, with_field: bool
) -> None:
    options = {**SIGNED, "ext_order_id": with_field, "stop_file": str(tmp_path / "stop")}
    moment, is_over = 0, False
    while not is_over:
        placed = shop.place(2)
        before = {one: shop.shop.order(one) for one in placed}
        try:
            with killed_at(moment):
                list(shop.open(**options).write_back(numbers_for(placed)))
            is_over = True
        except Killed:
            moment += 1
        done = outcomes(list(shop.open(**options).write_back(numbers_for(placed))))
        assert set(done) <= {WriteBackOutcome.WRITTEN, WriteBackOutcome.ALREADY}, moment
        for one in placed:
            assert shop.simulator.comments(one) == [f"ERP number SO-{one} (acme)"], moment
            after = shop.shop.order(one)
            assert after.get("ext_order_id") == (f"SO-{one}" if with_field else None), moment
            moved = {name for name in after if after[name] != before[one].get(name)}
            assert moved <= {"status_histories", "updated_at", "ext_order_id"}, moment
    assert moment == (22 if with_field else 14)  # 11 or 7 requests, each with two ends
