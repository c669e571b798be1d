"""A process killed before or after any request of a write-back leaves each number and tag in a Shopify shop once."""

from __future__ import annotations

from functools import partial

from bridge.stores.base import WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.killing import ends_before
from tests.stores.shopify.shop import ShopifyWorld

ENDS_OF_REQUESTS = 10  # one read of two orders, then a number and a tag for each: before and after each request


def write_all(shop: ShopifyWorld, placed: list[str]) -> list[WriteBackOutcome]:
    return outcomes(list(shop.open().write_back(numbers_for(placed))))


def test_killed_at_any_moment_each_number_and_tag_stands_in_the_shop_once(shop: ShopifyWorld) -> None:
    moment, is_over = 0, False
    while not is_over:
        placed = shop.place(2)
        is_over = ends_before(moment, partial(write_all, shop, placed))
        stood = {one: shop.number_of(one) for one in placed}
        assert write_all(shop, placed) == [
            WriteBackOutcome.ALREADY if stood[one] else WriteBackOutcome.WRITTEN for one in placed
        ], moment
        for one in placed:
            assert stood[one] in (None, f"SO-{one}"), moment
            order = shop.simulator.order(one)
            assert [row["value"] for row in order["metafields"]] == [f"SO-{one}"], moment
            assert order["tags"] == ["in-erp"], moment
        moment += 1
    assert moment - 1 == ENDS_OF_REQUESTS
    assert shop.asked("WriteNumber") == 2 * moment  # none was written twice
