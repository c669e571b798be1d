"""Orders to an ERP that reads openTRANS: what its order responses do, and what the standard has no word for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.readers import opentrans
from tests.world import World, world

pytestmark = pytest.mark.scenario

PARAMETERS = """profile = "opentrans-2.1"
[endpoints.acme.parameters]
supplier = "10000735"
buyer = "123456"
"""


@contextmanager
def partner(folder: Path) -> Iterator[World]:
    """A world whose ERP takes openTRANS; the test itself answers for it."""
    with world(folder) as here:
        here.edit_settings('profile = "ubl-order-2.1"\n', PARAMETERS)
        yield here


def respond(here: World, order: int, *quantities: str, number: str = "", remarks: str = "") -> None:
    """The partner's ORDERRESPONSE, with what it confirms of each line."""
    items = "".join(
        f"<ORDERRESPONSE_ITEM><LINE_ITEM_ID>{line}</LINE_ITEM_ID><QUANTITY>{quantity}</QUANTITY></ORDERRESPONSE_ITEM>"
        for line, quantity in enumerate(quantities, start=1)
    )
    number = f"<SUPPLIER_ORDER_ID>{number}</SUPPLIER_ORDER_ID>" if number else ""
    remarks = f"<REMARKS>{remarks}</REMARKS>" if remarks else ""
    content = (
        '<ORDERRESPONSE xmlns="http://www.opentrans.org/XMLSchema/2.1" version="2.1"><ORDERRESPONSE_HEADER>'
        f"<ORDERRESPONSE_INFO><ORDER_ID>{order}</ORDER_ID>{number}{remarks}</ORDERRESPONSE_INFO>"
        f"</ORDERRESPONSE_HEADER><ORDERRESPONSE_ITEM_LIST>{items}</ORDERRESPONSE_ITEM_LIST></ORDERRESPONSE>"
    )
    here.outbound(f"response-{order}.xml", content.encode())
    here.run_pass()


def test_an_order_is_accepted_without_a_line_and_another_is_refused(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="EUR")
        here.order_paid(10453, currency="EUR")
        here.run_pass()
        assert here.inbound() == ["ORDER_000001.xml", "ORDER_000002.xml"]
        for name in here.inbound():
            read = opentrans.read_order((here.erp_root / "in" / name).read_bytes())
            assert opentrans.misreferences(read) + opentrans.disagreements(read) == []
        respond(here, 10452, "2", "0", number="AB-1")
        assert here.shop.erp_numbers() == {"10452": "AB-1"}
        respond(here, 10453, "0", "0", remarks="Customer is blocked")
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        told = {one.code: one.message for one in here.exceptions()}
        assert told["accepted-with-changes"] == (
            "Order 10452: acme accepted it with changes: line 2 quantity: 1 sent, 0 confirmed."
        )
        assert told["rejected"] == "Order 10453: acme refused it: Customer is blocked"
        assert here.damage() == []


@pytest.mark.parametrize(
    ("quantities", "told"),
    [
        (("2.0", "1"), None),
        (("1", "1"), "line 1 quantity: 2 sent, 1 confirmed"),
        (("2",), None),  # the parcel is no article: partners leave it out
    ],
)
def test_what_is_confirmed_counts_only_where_it_is_not_what_was_sent(
    quantities: tuple[str, ...], told: str | None, tmp_path: Path
) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="EUR")
        here.run_pass()
        respond(here, 10452, *quantities, number="AB-1")
        assert here.states() == {"10452": "written_back"}
        expected = [] if told is None else [f"Order 10452: acme accepted it with changes: {told}."]
        assert [one.message for one in here.exceptions()] == expected


def test_what_bridge_toml_sets_of_a_profile_is_kept_with_the_contract(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="EUR")
        here.run_pass()
        kept = list((here.folder / "archive" / "contracts").glob("*/profile/installation.json"))
        (told,) = [json.loads(path.read_text("utf-8")) for path in kept]
        assert told == {"limits": {}, "parameters": {"buyer": "123456", "supplier": "10000735"}}


def test_an_article_that_the_answer_leaves_out_is_told(tmp_path: Path) -> None:
    two = [
        {"sku": "1001", "name": "Enamel cup", "quantity": 2, "total": "20.00", "tax_rate": "23"},
        {"sku": "00173", "name": "Bowl", "quantity": 1, "total": "9.00", "tax_rate": "23"},
    ]
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="EUR", line_items=two)
        here.run_pass()
        respond(here, 10452, "2", number="AB-1")
        (shown,) = here.exceptions()
        assert shown.message == "Order 10452: acme accepted it with changes: line 2 is not in the ERP's answer."


def test_an_order_in_zloty_waits_for_a_person_and_keeps_no_other_from_going(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="PLN")
        here.order_paid(10453, currency="EUR")
        here.run_pass()
        assert here.states() == {"10452": "held", "10453": "delivered"}
        (shown,) = here.exceptions()
        assert shown.message.startswith("Order 10452: currency PLN is not a code that the ERP knows; it knows ")


@pytest.mark.parametrize(
    ("quantities", "told"),
    [
        (("12", "1", "1", "3"), None),
        (("6", "1", "1", "3"), "line 1 quantity: 12 sent, 6 confirmed"),
        (("12", "1", "1"), "line 4 is not in the ERP's answer"),
    ],
)
def test_lines_are_held_against_the_parts_and_pieces_that_went(
    quantities: tuple[str, ...], told: str | None, tmp_path: Path
) -> None:
    rows = "store_sku,erp_sku,quantity,weight\nSIX,COLA,6,\nSET,POT,1,70\nSET,SPOON,3,5\n"
    bought = [
        {"sku": "SIX", "name": "Six-pack", "quantity": 2, "total": "20.00", "tax_rate": "23"},
        {"sku": "SET", "name": "Pot set", "quantity": 1, "total": "75.00", "tax_rate": "23"},
    ]
    with partner(tmp_path / "w") as here:
        (here.folder / "maps" / "sku.csv").write_text(rows, encoding="utf-8")
        here.order_paid(10452, currency="EUR", line_items=bought)  # line 3 is the parcel, line 4 the spoons
        here.run_pass()
        respond(here, 10452, *quantities, number="AB-1")
        assert here.states() == {"10452": "written_back"}
        expected = [] if told is None else [f"Order 10452: acme accepted it with changes: {told}."]
        assert [one.message for one in here.exceptions()] == expected


def test_a_map_with_a_mistake_stops_no_answer(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452, currency="EUR")
        here.run_pass()
        here.edit_map("sku", "1001,40018")
        respond(here, 10452, "2", "1", number="AB-1")
        assert here.orders()["10452"].erp_number == "AB-1"
        assert {one.code for one in here.exceptions()} == {"configuration"}
