"""What of an order reaches each built-in ERP: nothing that a parcel or a price needs is left in the store."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from bridge.domain.contract import Order
from bridge.profiles import load_profile
from bridge.profiles.carried_fields import ABSENT, AS_IT_IS, AS_LINE, FIELDS, WAITS, WORKED_IN, carried_fields
from bridge.profiles.fields import field_kind
from bridge.profiles.installation import Installation
from bridge.profiles.loader import profile_names
from tests.profiles.making import csv_profile

NAMES = sorted(profile_names(None))
EVERYWHERE = tuple(
    f"delivery.{name}"
    for name in ("company", "last_name", "street", "extra", "postal_code", "city", "country", "phone")
)
OF_LINES = ("lines.sku", "lines.quantity", "lines.unit", "lines.net")


@lru_cache
def found(name: str) -> dict[str, str]:
    return carried_fields(load_profile(name, None, Installation(sample=True)))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_parcel_and_a_price_need_reaches_every_erp(name: str) -> None:
    absent = [path for path in (*EVERYWHERE, *OF_LINES, "customer_note", "created_at") if found(name)[path] == ABSENT]
    # Business Central's order has one phone: that of billing, or of delivery where billing has none.
    assert absent == (["delivery.phone"] if name == "business-central-xml" else [])


def test_a_field_is_told_by_what_a_change_of_it_does_to_the_file(tmp_path: Path) -> None:
    small = carried_fields(csv_profile(tmp_path))
    assert small["customer_note"] == AS_IT_IS
    assert small["delivery.street"] == ABSENT
    assert found("odoo-csv")["customer_note"] == WORKED_IN
    assert (found("odoo-csv")["totals.paid"], found("sage-x3-soh")["pickup_point_id"]) == (WAITS, WAITS)
    assert (found("odoo-csv")["totals.rounding"], found("ubl-order-2.1")["totals.rounding"]) == (AS_LINE, AS_IT_IS)


def test_every_field_of_the_table_is_one_of_the_contract() -> None:
    assert [path for path in FIELDS if field_kind(path) is None] == []
    assert set(Order.model_fields) >= {path.partition(".")[0] for path in FIELDS}


@pytest.mark.parametrize("name", NAMES)
def test_the_manual_says_what_to_set_in_the_erp(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "setting-up-the-erp.md").read_text(encoding="utf-8")
    _, _, section = page.partition(f"\n## {name}\n")
    assert len(section.partition("\n## ")[0].split()) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_a_pickup_point_and_a_payment_of_a_part_reach_every_erp_or_their_order_waits(name: str) -> None:
    assert found(name)["pickup_point_id"] != ABSENT
    assert found(name)["totals.due"] != ABSENT or found(name)["totals.paid"] == WAITS
