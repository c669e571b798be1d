"""A process killed before or after any commit in a shop's database leaves no number doubled and none lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bridge.stores.base import WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.killing import ends_before
from tests.stores.sql.shops import HomeMadeShop, sqlite_shop


def write_all(shop: HomeMadeShop, ids: list[str]) -> list[WriteBackOutcome]:
    return outcomes(list(shop.open().write_back(numbers_for(ids))))


def test_killed_at_any_moment_every_number_stands_once(tmp_path: Path) -> None:
    moment, is_over = 0, False
    while not is_over:
        folder = tmp_path / str(moment)
        folder.mkdir()
        with sqlite_shop(folder) as shop:
            placed = shop.place(3)
            shop.shop.close()  # a connection is not taken along into another process
            is_over = ends_before(moment, partial(write_all, shop, placed))
            before = shop.shop.erp_numbers()
            assert before.items() <= {one: f"SO-{one}" for one in placed}.items(), moment
            again = write_all(shop, placed)
            written = [WriteBackOutcome.ALREADY if one in before else WriteBackOutcome.WRITTEN for one in placed]
            assert again == written, moment
            assert shop.shop.erp_numbers() == {one: f"SO-{one}" for one in placed}, moment
        moment += 1
    assert moment > 3
