"""The whole life of changed orders: sent, changed, refused, made by hand, in doubt, cancelled."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.simulator.sftp.faults import Cut
from tests.cli.commands import bridge
from tests.scenarios.own_profile import own_profile
from tests.scenarios.test_changes_sent import SEND, accepted_order, acme, answer, sent, totals
from tests.world import World, world

pytestmark = pytest.mark.scenario

PARCEL, PARCEL_TAX = Decimal("5.00"), Decimal("1.15")


def dismiss(here: World) -> str:
    """A person made it in the ERP; what the command says."""
    (shown,) = here.exceptions()
    said = bridge(here, "exceptions", "dismiss", str(shown.exception_id), "--reason", "made by hand", "--json")
    message: str = said.json()["message"]
    return message


def pieces(here: World, count: int) -> None:
    """The buyer wants so many pieces at the same price each, and a pass sends what is due."""
    order = here.shop.order(10452)
    net = Decimal(10 * count)
    tax = net * 23 / 100
    sums = {"total": f"{net:.2f}", "subtotal": f"{net:.2f}", "total_tax": f"{tax:.2f}", "subtotal_tax": f"{tax:.2f}"}
    taxes = [order["line_items"][0]["taxes"][0] | {"total": f"{tax:.2f}", "subtotal": f"{tax:.2f}"}]
    here.shop.edit(
        10452,
        line_items=[order["line_items"][0] | sums | {"quantity": count, "taxes": taxes}],
        tax_lines=[order["tax_lines"][0] | {"tax_total": f"{tax:.2f}"}],
        cart_tax=f"{tax:.2f}",
        total_tax=f"{tax + PARCEL_TAX:.2f}",
        total=f"{net + tax + PARCEL + PARCEL_TAX:.2f}",
    )
    here.run_pass()


@pytest.mark.parametrize("change", ["delta", "full"])
@pytest.mark.parametrize("ended", ["refused", "withdrawn"])
def test_after_a_change_that_was_made_by_hand_the_next_tells_what_differs_from_it(
    tmp_path: Path, change: str, ended: str
) -> None:
    with acme(tmp_path / "w", change=change) as here:
        accepted_order(here)
        pieces(here, 3)
        if ended == "refused":
            answer(here, "CHG_000002.xml", "10452;no;;E17: already packed")
            here.run_pass()
        else:
            with here.site() as site:
                site.ledger.acts.withdraw_file("acme", 2, "ada", "wrong warehouse")
            assert here.open_exceptions() == [("File CHG_000002.xml of changes was withdrawn", ["10452"])]
        assert dismiss(here).endswith("1 change counts as made in the ERP by hand.")
        assert [total.gross for total in totals(here)] == [Decimal("43.05")]
        pieces(here, 5)
        told = sent(here, "CHG_000003.xml")
        assert '<changed no="1" sku="1001" was="3"\n is="5"/>' in told
        assert told.count("sku=") == (1 if change == "delta" else 2)
        assert told.count("<unchanged ") == (0 if change == "delta" else 1)  # the parcel


def test_a_change_that_is_not_sent_any_more_counts_as_made_once_it_is_dismissed(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.edit_settings('mode = "full"', 'mode = "test"')
        pieces(here, 3)
        here.edit_settings(SEND, "")
        here.edit_settings('mode = "test"', 'mode = "full"')
        here.run_pass()
        assert here.codes() == ["further-not-sent"]
        assert dismiss(here).endswith("1 change counts as made in the ERP by hand.")
        here.edit_settings("[flows.shop-acme]", f"[flows.shop-acme]\n{SEND}")
        pieces(here, 5)
        told = sent(here, "CHG_000002.xml")
        assert told.startswith('<change id="10452" no="1" of="SO-1">')
        assert '<changed no="1" sku="1001" was="3"\n is="5"/>' in told


def log(here: World, count: int, name: str, verdict: str) -> None:
    """The ERP writes its log of one file, and a pass reads it."""
    text = f"file;line;order;status;number;text\r\n{name};2;10452;{verdict}\r\n"
    here.outbound(f"import-{count}.log.csv", text.encode())
    here.run_pass()


def rows(here: World, name: str, record: str) -> list[list[str]]:
    """The rows of this record in a file of ours."""
    found = csv.reader((here.erp_root / "in" / name).read_text(encoding="utf-8").splitlines(), delimiter=";")
    return [row for row in found if row[0] == record]


LINE = {"quantity": 6, "action": 15, "previous": 16}  # columns of csv-orders' L record in a change file


@pytest.mark.parametrize("change", ["delta", "full"])
def test_an_order_is_changed_twice_and_cancelled(tmp_path: Path, change: str) -> None:
    """The second change comes while the first awaits its answer, which is no; the ERP takes the second."""
    with world(tmp_path / "w", "csv", flow=SEND) as here:
        own_profile(here, ('default = "full"', f'default = "{change}"'))
        here.order_paid(10452)
        here.run_pass()
        log(here, 1, "ORD_000001.csv", "OK;SO-1;")

        pieces(here, 3)
        assert rows(here, "CHG_000002.csv", "C")[0][1:5] == ["change", "1", "SO-1", "10452"]
        pieces(here, 5)
        assert here.file_numbers() == [1, 2]  # it waits for the answer to the first
        log(here, 2, "CHG_000002.csv", "ERR;;already packed")

        assert rows(here, "CHG_000003.csv", "C")[0][1:5] == ["change", "2", "SO-1", "10452"]
        lines = [[row[at] for at in LINE.values()] for row in rows(here, "CHG_000003.csv", "L")]
        assert lines[0] == ["5", "changed", "2"]  # the ERP never had three
        assert [row[1] for row in lines[1:]] == ([] if change == "delta" else ["unchanged"])
        log(here, 3, "CHG_000003.csv", "OK;SO-1;")
        assert [total.gross for total in totals(here)] == [Decimal("67.65")]

        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert rows(here, "CAN_000004.csv", "C") == [["C", "cancel", "3", "SO-1", "10452", "10452"]]
        log(here, 4, "CAN_000004.csv", "OK;;")
        assert (here.open_exceptions(), totals(here), here.damage()) == ([], [], [])
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


RESPONSE = """<OrderResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>R-1</cbc:ID>
  <cbc:SalesOrderID>SO-1</cbc:SalesOrderID>
  <cbc:IssueDate>2026-11-26</cbc:IssueDate>
  <cbc:OrderResponseCode>{code}</cbc:OrderResponseCode>
  <cac:OrderReference><cbc:ID>10452</cbc:ID></cac:OrderReference>
  <cac:SellerSupplierParty/>
  <cac:BuyerCustomerParty/>
  {line}
</OrderResponse>
"""
FOUR_PIECES = """<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:LineStatusCode>3</cbc:LineStatusCode>
<cbc:Quantity unitCode="C62">4</cbc:Quantity><cac:Item/></cac:LineItem></cac:OrderLine>"""


def respond(here: World, name: str, code: str, line: str = "") -> None:
    """The ERP answers a UBL file, and a pass reads it."""
    here.outbound(f"RESP_{name}", RESPONSE.format(code=code, line=line).encode())
    here.run_pass()


def test_a_change_in_ubl_is_refused_the_next_is_taken_otherwise_and_the_order_is_cancelled(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow=SEND) as here:
        here.order_paid(10452)
        here.run_pass()
        respond(here, "ORD_000001.xml", "AP")
        pieces(here, 3)
        pieces(here, 5)
        respond(here, "CHG_000002.xml", "RE")
        assert here.codes() == []  # the change that waited goes by itself
        assert "<cbc:SequenceNumberID>2</cbc:SequenceNumberID>" in sent(here, "CHG_000003.xml")
        assert '<cbc:Quantity unitCode="C62">5</cbc:Quantity>' in sent(here, "CHG_000003.xml")
        respond(here, "CHG_000003.xml", "CA", FOUR_PIECES)
        (shown,) = here.exceptions()
        assert shown.code == "change-accepted-otherwise"
        assert "accepted its change with changes: line 1 quantity: 4 confirmed" in shown.message
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert dismiss(here).endswith("no order is skipped.")
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert "<OrderCancellation " in sent(here, "CAN_000004.xml")
        respond(here, "CAN_000004.xml", "AP")
        assert (here.open_exceptions(), totals(here)) == ([], [])


@contextmanager
def in_doubt(folder: Path, placed: bool) -> Iterator[World]:
    """An order whose file was placed or not, nobody knows, and its change in the store since."""
    with world(folder, "csv", "sftp", flow=SEND) as here:
        assert here.sftp
        here.order_paid(10452)
        here.sftp.faults.cut = Cut("rename", 2, executed=placed)  # the first one is of the sidecar
        here.run_pass()
        here.sftp.stop()
        pieces(here, 3)
        assert (here.states(), here.file_numbers()) == ({"10452": "exported"}, [1])
        yield here


@pytest.mark.parametrize("placed", [True, False], ids=["placed", "not placed"])
def test_a_change_waits_beside_a_file_in_doubt_which_goes_as_it_was_sealed(tmp_path: Path, placed: bool) -> None:
    with in_doubt(tmp_path / "w", placed) as here:
        assert here.sftp
        assert ("ORD_000001.csv" in here.inbound()) == placed
        (sealed,) = here.files()
        here.sftp.start()
        here.later(hours=1)  # its next try
        here.run_pass()
        assert (here.states(), here.file_numbers()) == ({"10452": "delivered"}, [1])
        assert here.files()[0].sha256 == sealed.sha256
        assert rows(here, "ORD_000001.csv", "L")[0][LINE["quantity"]] == "2"
        log(here, 1, "ORD_000001.csv", "OK;SO-1;")
        assert here.codes() == []
        assert rows(here, "CHG_000002.csv", "L")[0][LINE["quantity"]] == "3"


def test_the_change_of_an_order_whose_file_in_doubt_was_withdrawn_waits_for_a_person(tmp_path: Path) -> None:
    with in_doubt(tmp_path / "w", placed=False) as here:
        assert here.sftp
        with here.site() as site:
            site.ledger.acts.withdraw_file("acme", 1, "ada", "the server is given up", seen_absent=True)
        here.sftp.start()
        here.later(hours=1)
        here.run_pass()
        assert (here.codes(), here.file_numbers()) == (["withdrawn"], [1])
        (shown,) = here.exceptions()
        with here.site() as site:
            site.ledger.acts.retry_exception(shown.exception_id, "ada", "the server is back")
        here.run_pass()
        assert rows(here, "ORD_000002.csv", "L")[0][LINE["quantity"]] == "3"  # as new, in its newest state
