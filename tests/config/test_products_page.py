"""docs/products.md cannot lie: each of its maps is read without a mistake, and each column and policy is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config.maps import COLUMNS, load_maps
from bridge.domain.items import LACKING_WORDS
from bridge.domain.maps import DUTY_SKU, GIFT_CARD_SKU, ROUNDING_SKU, TIP_SKU
from bridge.domain.policies import GiftPolicy, KitPolicy, ServicePolicy

PAGE = (Path(__file__).parents[2] / "docs" / "products.md").read_text(encoding="utf-8")
MAPS = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("content", MAPS, ids=lambda content: content.splitlines()[1].partition(",")[0])
def test_every_map_of_the_page_is_read_without_a_mistake(tmp_path: Path, content: str) -> None:
    (tmp_path / "sku.csv").write_text(content, encoding="utf-8")
    maps = load_maps(tmp_path)
    assert maps.sku.codes or maps.articles


def test_every_column_charge_policy_and_reason_is_explained() -> None:
    assert len(MAPS) == 7
    columns = [name for name in COLUMNS["sku"].names if f"`{name}`" not in PAGE]
    charges = [sku for sku in (ROUNDING_SKU, TIP_SKU, DUTY_SKU, GIFT_CARD_SKU) if f"`{sku}`" not in PAGE]
    policies = [word for word in (*KitPolicy, *GiftPolicy, *ServicePolicy) if f"`{word}`" not in PAGE]
    reasons = [words for words in LACKING_WORDS.values() if words not in PAGE.replace("`", "")]
    assert (columns, charges, policies, reasons) == ([], [], [], [])
