"""The simulated Magento finds, sorts and pages orders as the real one does, its bad habits included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.simulator.magento.simulator import MagentoSimulator

MORNING = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer access-token"}


class Moving:
    def __init__(self) -> None:
        self.moment = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: int = 1) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def shop(tmp_path: Path, clock: Moving) -> Iterator[MagentoSimulator]:
    with MagentoSimulator(tmp_path / "magento.sqlite", clock=clock) as simulator:
        yield simulator


def ask(shop: MagentoSimulator, query: str, path: str = "/rest/V1/orders") -> Any:
    return requests.get(f"{shop.url}{path}?{query}", headers=BEARER, timeout=10)


def filtered(field: str, value: str, condition: str, group: int = 0, number: int = 0) -> str:
    name = f"searchCriteria[filter_groups][{group}][filters][{number}]"
    return f"{name}[field]={field}&{name}[value]={value}&{name}[condition_type]={condition}"


def ids(answer: Any) -> list[int]:
    return [order["entity_id"] for order in answer.json()["items"]]


def placed(shop: MagentoSimulator, clock: Moving, count: int) -> list[int]:
    found = []
    for _ in range(count):
        clock.advance()
        found.append(shop.add_order({}))
    return found


def test_a_page_beyond_the_end_brings_the_last_page_again(shop: MagentoSimulator, clock: Moving) -> None:
    placed(shop, clock, 5)
    query = "searchCriteria[pageSize]=2&searchCriteria[currentPage]="
    assert [ids(ask(shop, f"{query}{page}")) for page in (1, 3, 4, 99)] == [[1, 2], [5], [5], [5]]


def test_a_newer_release_brings_nothing_beyond_the_end(shop: MagentoSimulator, clock: Moving) -> None:
    placed(shop, clock, 5)
    shop.shop.repeats_last = False
    answer = ask(shop, "searchCriteria[pageSize]=2&searchCriteria[currentPage]=9")
    assert (ids(answer), answer.json()["total_count"]) == ([], 5)


def test_filters_of_one_group_are_alternatives_and_groups_must_all_hold(shop: MagentoSimulator, clock: Moving) -> None:
    placed(shop, clock, 4)
    either = f"{filtered('entity_id', '1', 'eq')}&{filtered('entity_id', '3,4', 'in', number=1)}"
    later = filtered("updated_at", "2026-03-02%2008:00:02", "gteq", group=1)
    assert ids(ask(shop, f"{either}&{later}")) == [3, 4]


def test_gteq_includes_the_second_and_gt_does_not(shop: MagentoSimulator, clock: Moving) -> None:
    placed(shop, clock, 3)
    second = "2026-03-02%2008:00:02"
    assert ids(ask(shop, filtered("updated_at", second, "gteq"))) == [2, 3]
    assert ids(ask(shop, filtered("updated_at", second, "gt"))) == [3]


def test_the_default_order_is_descending_where_no_direction_is_given(shop: MagentoSimulator, clock: Moving) -> None:
    placed(shop, clock, 3)
    sort = "searchCriteria[sortOrders][0][field]=updated_at"
    assert ids(ask(shop, sort)) == [3, 2, 1]
    assert ids(ask(shop, f"{sort}&searchCriteria[sortOrders][0][direction]=ASC")) == [1, 2, 3]


def test_a_field_that_is_no_column_is_an_error_inside_the_shop(shop: MagentoSimulator) -> None:
    answer = ask(shop, filtered("shipping_method", "x", "eq"))
    assert answer.status_code == 500
    assert answer.json()["message"].startswith("Internal Error. Details are available in Magento log file. Report ID:")


def test_without_criteria_the_shop_says_which_field_is_required(shop: MagentoSimulator) -> None:
    answer = ask(shop, "")
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": '"%fieldName" is required. Enter and try again.', "parameters": {"fieldName": "searchCriteria"}},
    )


def test_a_shop_that_limits_its_pages_refuses_larger_ones_and_gives_twenty(
    shop: MagentoSimulator, clock: Moving
) -> None:
    placed(shop, clock, 25)
    shop.shop.size_max = 300
    assert ask(shop, "searchCriteria[pageSize]=301").json()["parameters"] == {"max": 300}
    assert len(ids(ask(shop, "searchCriteria[currentPage]=1"))) == 20


def test_fields_cut_the_answer(shop: MagentoSimulator) -> None:
    shop.add_order({"increment_id": "000000012"})
    answer = ask(shop, "searchCriteria=&fields=items[increment_id,items[sku]],total_count")
    assert answer.json() == {"items": [{"increment_id": "000000012", "items": [{"sku": "007"}]}], "total_count": 1}


def test_numbers_are_printed_as_php_prints_them(shop: MagentoSimulator) -> None:
    shop.add_order({"items": [{"price": "39.99", "tax_percent": "0"}], "shipping": {"amount": "0"}})
    query = "searchCriteria=&fields=items[grand_total,shipping_amount]"
    assert ask(shop, query).text == '{"items":[{"grand_total":39.99,"shipping_amount":0}]}'
    shop.shop.float_digits = 17
    assert ask(shop, query).text == '{"items":[{"grand_total":39.990000000000002,"shipping_amount":0}]}'


def test_only_a_written_order_row_moves_its_time(shop: MagentoSimulator, clock: Moving) -> None:
    (order,) = placed(shop, clock, 1)
    before = shop.shop.order(order)["updated_at"]
    clock.advance(60)
    shop.shop.edit_unseen(order, delivery={"street": ["Morska 2"]})
    assert shop.shop.order(order)["updated_at"] == before
    shop.shop.touch(order)
    assert shop.shop.order(order)["updated_at"] == "2026-03-02 08:01:01"


def test_an_edited_order_is_another_one_and_the_old_one_is_cancelled(shop: MagentoSimulator, clock: Moving) -> None:
    (old,) = placed(shop, clock, 1)
    new = shop.shop.replace(old)
    newest = shop.shop.replace(new)
    assert [shop.shop.order(one)["increment_id"] for one in (old, new, newest)] == [
        "000000001",
        "000000001-1",
        "000000001-2",
    ]
    assert [shop.shop.order(one)["state"] for one in (old, new, newest)] == ["canceled", "canceled", "new"]
    assert shop.shop.order(newest)["relation_parent_id"] == str(new)
