"""What the ERP lacks of what a store sells, and the row that would cure it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bridge.domain.items import ItemList, Lack, Lacking, cure_of, lacks
from tests.domain.orders import rules

TOLD = datetime(2026, 11, 20, tzinfo=UTC)
ITEMS = ItemList(frozenset({"40017", "40018", "0173", "AB-9", "ab 9", "FREIGHT"}), TOLD)
TODAY = date(2026, 11, 20)
ROWS = """store_sku,erp_sku,quantity,weight,valid_from
ABC-123,40017,,,
OLD,49999,,,
SOON,40018,,,2026-12-01
SET,40017,1,1,
SET,48888,1,1,
GIFT-*,40018,,,
@shipping,COURIER,,,
"""


def lacking(sku: str, kind: str = "product", items: ItemList | None = ITEMS, **flow: Any) -> list[Lack]:
    """What a line lacks."""
    return list(lacks(kind, sku, rules(sku_rows=ROWS, **flow), TODAY, items))


@pytest.mark.parametrize(
    ("sku", "expected"),
    [
        ("ABC-123", []),
        ("GIFT-7", []),
        ("NEW", [Lack(Lacking.MAPPING, "NEW")]),
        ("SOON", [Lack(Lacking.MAPPING_TODAY, "SOON")]),
        ("OLD", [Lack(Lacking.ARTICLE, "OLD", "49999")]),
        ("SET", [Lack(Lacking.ARTICLE, "SET", "48888")]),
        ("", [Lack(Lacking.SKU, "")]),
    ],
)
def test_a_sku_lacks_a_row_a_row_of_today_or_an_article(sku: str, expected: list[Lack]) -> None:
    assert lacking(sku) == expected


def test_without_a_list_no_article_is_missed() -> None:
    assert lacking("OLD", items=None) == []
    assert lacking("NEW", items=None) == [Lack(Lacking.MAPPING, "NEW")]


def test_a_charge_needs_no_article_and_one_that_is_named_must_be_there() -> None:
    assert lacking("", "fee") == []
    assert lacking("", "comment") == []
    assert lacking("", "shipping") == [Lack(Lacking.ARTICLE, "@shipping", "COURIER")]
    assert lacking("", "service") == [Lack(Lacking.SKU, "")]


def test_an_erp_that_uses_the_stores_skus_must_have_them() -> None:
    assert lacking("40017", unmapped={"sku": "same"}) == []
    assert lacking("NEW", unmapped={"sku": "same"}) == [Lack(Lacking.ARTICLE, "NEW", "NEW")]


@pytest.mark.parametrize(
    ("lack", "cure"),
    [
        (Lack(Lacking.MAPPING, "NEW"), "Add to maps/sku.csv: NEW,ARTICLE"),
        (Lack(Lacking.MAPPING, "40017"), "Add to maps/sku.csv: 40017,40017"),
        (Lack(Lacking.MAPPING, "173"), "Add to maps/sku.csv: 173,0173"),
        (Lack(Lacking.MAPPING, "free-ight"), "Add to maps/sku.csv: free-ight,ARTICLE"),
        (Lack(Lacking.MAPPING, "Fre-Ight"), "Add to maps/sku.csv: Fre-Ight,FREIGHT"),
        (Lack(Lacking.MAPPING, "AB9"), "Add to maps/sku.csv: AB9,ARTICLE"),  # two articles are alike
        (Lack(Lacking.MAPPING, "---"), "Add to maps/sku.csv: ---,ARTICLE"),
        (Lack(Lacking.MAPPING, 'A,"1"'), 'Add to maps/sku.csv: "A,""1""",ARTICLE'),
        (Lack(Lacking.MAPPING_TODAY, "SOON"),
         "Add a row for SOON to maps/sku.csv that is valid today, or correct the dates of its rows."),
        (Lack(Lacking.ARTICLE, "OLD", "49999"),
         "Create 49999 in the ERP and import its item list anew, or correct maps/sku.csv."),
        (Lack(Lacking.ARTICLE, "OLD", "freight"), "The list has FREIGHT: correct the row of OLD in maps/sku.csv."),
        (Lack(Lacking.SKU, ""), "Give the product a SKU in the store."),
    ],
)  # fmt: skip
def test_the_cure_is_the_row_to_add_where_the_list_tells_it(lack: Lack, cure: str) -> None:
    assert cure_of(lack, ITEMS) == cure


def test_without_a_list_the_row_leaves_the_article_open() -> None:
    assert cure_of(Lack(Lacking.MAPPING, "40017"), None) == "Add to maps/sku.csv: 40017,ARTICLE"
