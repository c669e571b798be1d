"""Orders to an ERP that reads X12: one file of two orders, and what its TA1, 997 and 855 do to each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.readers import x12
from tests.world import World, address, world

pytestmark = pytest.mark.scenario

PARAMETERS = """profile = "x12-850"
[endpoints.acme.parameters]
sender = "SHOP"
receiver = "ACME"
charset = "extended"
"""
ISA = "ISA*00*          *00*          *ZZ*ACME           *ZZ*SHOP           *261125*0915*U*00401*{number:09}*0*P*>~"


@contextmanager
def partner(folder: Path, flow: str = "") -> Iterator[World]:
    """A world whose ERP takes X12; the test itself answers for it."""
    with world(folder, flow=flow) as here:
        here.edit_settings('profile = "ubl-order-2.1"\n', PARAMETERS)
        yield here


def answer(here: World, number: int, kind: str, *segments: str) -> None:
    """The partner's answer: TA1 alone, or one set in a group."""
    group = {"997": "FA", "855": "PR", "865": "CA"}.get(kind, "")
    if group:
        body = "~".join([f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"])
        body = f"GS*{group}*ACME*SHOP*20261125*0915*{number}*X*004010~{body}~GE*1*{number}~"
    else:
        body = "".join(f"{segment}~" for segment in segments)
    content = f"{ISA.format(number=number)}{body}IEA*{1 if group else 0}*{number:09}~"
    here.outbound(f"{number}.x12", content.encode())
    here.run_pass()


def test_two_orders_in_one_file_of_which_the_partner_refuses_one(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453)
        here.run_pass()
        content = (here.erp_root / "in" / "PO_000000001.x12").read_bytes()
        orders = x12.read_orders(content)
        assert [one["external_id"] for one in orders] == ["10452", "10453"]
        assert x12.faults(content, re.compile("[ -~]*")) == []
        answer(here, 1, "TA1", "TA1*000000001*261125*0915*A*000")
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        answer(here, 2, "997", "AK1*PO*1", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*R*5", "AK9*P*2*2*1")
        assert here.states() == {"10452": "delivered", "10453": "rejected"}
        answer(
            here, 3, "855", "BAK*00*AC*10452*20261125****SO-1", "PO1*1*2*EA*10", "ACK*IQ*1*EA", "CTT*1"
        )  # fmt: skip
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        assert sorted(here.codes()) == ["accepted-with-changes", "rejected"]
        assert here.damage() == []


def test_a_ta1_that_refuses_the_interchange_rejects_all_its_orders(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452)
        here.order_paid(10453)
        here.run_pass()
        answer(here, 1, "TA1", "TA1*000000001*261125*0915*R*009")
        assert here.states() == {"10452": "rejected", "10453": "rejected"}
        here.order_paid(10454)
        here.run_pass()
        assert here.file_numbers() == [1, 2]  # the refused file's number stays used
        assert here.inbound() == ["PO_000000001.x12", "PO_000000002.x12"]


def test_an_answer_whose_counts_are_wrong_applies_nothing(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        answer(here, 1, "855", "BAK*00*AD*10452*20261125****SO-1", "SE*9*0001~ST*855*0001")
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == ["answer-malformed"]


def test_a_change_and_a_cancellation_go_as_860(tmp_path: Path) -> None:
    with partner(tmp_path / "w", 'changes = "send"\ncancellations = "send"') as here:
        here.order_paid(10452)
        here.run_pass()
        answer(here, 1, "855", "BAK*00*AD*10452*20261125****SO-1")
        here.shop.edit(10452, billing=address(city="Poznan"))
        here.run_pass()
        change = (here.erp_root / "in" / "PC_000000002.x12").read_bytes()
        assert x12.faults(change, re.compile("[ -~]*")) == []
        assert b"BCH*04*SA*10452**1*" in change
        assert b"REF*VN*SO-1~" in change
        assert b"POC*1*NC*2**EA*" in change
        answer(here, 2, "855", "BAK*00*AD*10452*20261126****SO-1")
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        cancellation = (here.erp_root / "in" / "PC_000000003.x12").read_bytes()
        assert x12.faults(cancellation, re.compile("[ -~]*")) == []
        assert b"BCH*01*SA*10452**2*" in cancellation
        assert (here.codes(), here.file_numbers(), here.damage()) == ([], [1, 2, 3], [])


def test_an_865_settles_the_change_and_leaves_the_order_as_it_was(tmp_path: Path) -> None:
    with partner(tmp_path / "w", 'changes = "send"') as here:
        here.order_paid(10452)
        here.run_pass()
        answer(here, 1, "855", "BAK*00*AD*10452*20261125****SO-1")
        here.shop.edit(10452, billing=address(city="Poznan"))
        here.run_pass()
        answer(here, 2, "865", "BCA*00*RJ*10452**1", "N9*L1**NOTE", "MSG*Shipped already")
        assert here.codes() == ["change-rejected"]
        assert here.states() == {"10452": "written_back"}
        here.shop.edit(10452, billing=address(city="Krakow"))
        here.run_pass()
        answer(here, 3, "865", "BCA*00*AD*10452**2*****SO-1")
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.damage() == []


def test_an_answer_of_another_partner_or_to_another_shop_applies_nothing(tmp_path: Path) -> None:
    with partner(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        body = "GS*PR*EVIL*SHOP*20261125*0915*9*X*004010~ST*855*0001~BAK*00*AD*10452*20261125****SO-9~SE*3*0001~GE*1*9~"
        forged = ISA.format(number=9).replace("ACME ", "EVIL ") + body + "IEA*1*000000009~"
        here.outbound("9.x12", forged.encode())
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == ["answer-misdirected"]
        assert here.shop.erp_numbers() == {}
        answer(here, 1, "855", "BAK*00*AD*10452*20261125****SO-1")
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
