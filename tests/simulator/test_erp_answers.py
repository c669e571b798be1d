"""The simulated ERP answers in its style: whole, late, twice, contradicting, in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from bridge.simulator.erp.rules import SecondAnswer
from bridge.simulator.erp.simulator import ErpSimulator
from tests.simulator.conftest import SetClock
from tests.simulator.erp_files import csv_orders, hand_over, ubl_order

SCHEMA = Path(__file__).parents[3] / "shared/samples/formats/ubl-2.1/xsd/maindoc/UBL-OrderResponseSimple-2.1.xsd"
SCHEMAS = [SCHEMA] if SCHEMA.exists() else []  # public samples beside the checkout; without them nothing to hold to
HEAD = "file;line;order;status;number;text\r\n"


@pytest.fixture
def xml_erp(tmp_path: Path, clock: SetClock) -> Iterator[ErpSimulator]:
    erp = ErpSimulator(tmp_path / "in", tmp_path / "out", tmp_path / "erp.sqlite", "ubl", clock=clock)
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    yield erp
    erp.close()


@pytest.fixture
def csv_erp(tmp_path: Path, clock: SetClock) -> Iterator[ErpSimulator]:
    erp = ErpSimulator(tmp_path / "in", tmp_path / "out", tmp_path / "erp.sqlite", "csv", clock=clock)
    hand_over(tmp_path / "in", "ORD_000001.csv", csv_orders(1, "A-1", "A-2"))
    yield erp
    erp.close()


def said(path: Path) -> dict[str, str]:
    """The leaves of an XML answer by local name."""
    leaves = [element for element in etree.parse(path).iter() if len(element) == 0]
    return {etree.QName(leaf).localname: leaf.text or "" for leaf in leaves}


def log_of(erp: ErpSimulator) -> str:
    return (erp.outbound / "import-20260302.log.csv").read_bytes().decode()


def test_an_accepted_order_is_answered_with_its_number(xml_erp: ErpSimulator) -> None:
    xml_erp.import_all()
    assert [path.name for path in xml_erp.outbound.iterdir()] == ["RESP_ORD_000001.xml"]
    answer = said(xml_erp.outbound / "RESP_ORD_000001.xml")
    assert (answer["AcceptedIndicator"], answer["SalesOrderID"]) == ("true", "SO-1")
    reference = etree.parse(xml_erp.outbound / "RESP_ORD_000001.xml").find(".//{*}OrderReference/{*}ID")
    assert reference is not None and reference.text == "10452"


def test_a_rejected_order_is_answered_with_the_reason(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.reject["10452"] = "Customer is blocked"
    xml_erp.import_all()
    answer = said(xml_erp.outbound / "RESP_ORD_000001.xml")
    assert (answer["AcceptedIndicator"], answer["RejectionNote"]) == ("false", "Customer is blocked")
    assert "SalesOrderID" not in answer


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.name)
@pytest.mark.parametrize("reason", ["", "Customer is blocked"])
def test_answers_are_valid_against_the_oasis_schema(xml_erp: ErpSimulator, schema: Path, reason: str) -> None:
    xml_erp.temper.reject.update({"10452": reason} if reason else {})
    xml_erp.import_all()
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(xml_erp.outbound / "RESP_ORD_000001.xml"))


def test_an_order_can_be_accepted_without_its_number(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.without_number.add("*")
    xml_erp.import_all()
    answer = said(xml_erp.outbound / "RESP_ORD_000001.xml")
    assert answer["AcceptedIndicator"] == "true"
    assert "SalesOrderID" not in answer
    assert xml_erp.documents()[0].erp_number == "SO-1"


def test_a_late_answer_comes_late_and_a_held_one_when_it_is_let_go(xml_erp: ErpSimulator, clock: SetClock) -> None:
    xml_erp.temper.answer_after_s = 3600
    xml_erp.import_all()
    assert list(xml_erp.outbound.iterdir()) == []
    clock.advance(hours=1)
    xml_erp.temper.hold_answers = True
    xml_erp.import_all()
    assert list(xml_erp.outbound.iterdir()) == []
    xml_erp.temper.hold_answers = False
    xml_erp.import_all()
    assert [path.name for path in xml_erp.outbound.iterdir()] == ["RESP_ORD_000001.xml"]


def test_an_answer_can_come_twice_and_contradict_the_first(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.answer_times = 2
    xml_erp.temper.second = {"10452": SecondAnswer.OTHER_NUMBER}
    numbers = []
    for _ in range(4):
        xml_erp.import_all()
        for answer in xml_erp.outbound.iterdir():
            numbers.append(said(answer)["SalesOrderID"])
            answer.unlink()
    assert numbers == ["SO-1", "SO-1", "SO-1-B"]


def test_a_repeated_answer_can_have_a_name_of_its_own(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.answer_times = 2
    xml_erp.temper.repeat_name = "RESP_{stem}_{number}.xml"
    xml_erp.import_all()
    assert sorted(path.name for path in xml_erp.outbound.iterdir()) == [
        "RESP_ORD_000001.xml",
        "RESP_ORD_000001_2.xml",
    ]


def test_an_xml_answer_can_be_written_in_pieces_under_its_final_name(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.pieces = 3
    sizes = []
    for _ in range(4):
        xml_erp.import_all()
        sizes.append((xml_erp.outbound / "RESP_ORD_000001.xml").stat().st_size)
    assert sizes[0] < sizes[1] < sizes[2] == sizes[3]
    assert said(xml_erp.outbound / "RESP_ORD_000001.xml")["SalesOrderID"] == "SO-1"


def test_a_trigger_follows_an_answer_that_is_whole(xml_erp: ErpSimulator) -> None:
    xml_erp.temper.answer_trigger = ".ok"
    xml_erp.temper.pieces = 2
    xml_erp.import_all()
    assert [path.name for path in xml_erp.outbound.iterdir()] == ["RESP_ORD_000001.xml"]
    xml_erp.import_all()
    names = sorted(path.name for path in xml_erp.outbound.iterdir())
    assert names == ["RESP_ORD_000001.xml", "RESP_ORD_000001.xml.ok"]


def test_the_log_of_the_day_grows_by_a_row_for_each_order(csv_erp: ErpSimulator, tmp_path: Path) -> None:
    csv_erp.temper.reject["A-2"] = "No such customer; ask sales"
    csv_erp.import_all()
    first = HEAD + 'ORD_000001.csv;2;A-1;OK;SO-1;\r\nORD_000001.csv;5;A-2;ERR;;"No such customer; ask sales"\r\n'
    assert log_of(csv_erp) == first
    hand_over(tmp_path / "in", "ORD_000002.csv", csv_orders(2, "A-3"))
    csv_erp.import_all()
    assert log_of(csv_erp) == first + "ORD_000002.csv;2;A-3;OK;SO-2;\r\n"


def test_the_log_can_grow_slowly_and_rows_never_mix(csv_erp: ErpSimulator, tmp_path: Path) -> None:
    csv_erp.temper.pieces = 3
    csv_erp.import_all()
    assert log_of(csv_erp) != HEAD + "ORD_000001.csv;2;A-1;OK;SO-1;\r\nORD_000001.csv;5;A-2;OK;SO-2;\r\n"
    hand_over(tmp_path / "in", "ORD_000002.csv", csv_orders(2, "A-3"))
    for _ in range(6):
        csv_erp.import_all()
    rows = ["ORD_000001.csv;2;A-1;OK;SO-1;", "ORD_000001.csv;5;A-2;OK;SO-2;", "ORD_000002.csv;2;A-3;OK;SO-3;"]
    assert log_of(csv_erp) == HEAD + "".join(f"{row}\r\n" for row in rows)


def test_an_answer_cut_by_a_kill_is_written_on_and_not_doubled(csv_erp: ErpSimulator) -> None:
    csv_erp.temper.pieces = 2
    csv_erp.import_all()
    with (csv_erp.outbound / "import-20260302.log.csv").open("ab") as log:
        log.write(b"bytes that were written just before the kill")
    csv_erp.import_all()
    assert log_of(csv_erp) == HEAD + "ORD_000001.csv;2;A-1;OK;SO-1;\r\nORD_000001.csv;5;A-2;OK;SO-2;\r\n"


def test_rejected_first_and_accepted_later_is_a_second_row(csv_erp: ErpSimulator) -> None:
    csv_erp.temper.reject["A-1"] = "Price is missing"
    csv_erp.temper.second = {"A-1": SecondAnswer.ACCEPTED}
    csv_erp.import_all()
    assert log_of(csv_erp).splitlines()[1:] == [
        "ORD_000001.csv;2;A-1;ERR;;Price is missing",
        "ORD_000001.csv;5;A-2;OK;SO-1;",
        "ORD_000001.csv;2;A-1;OK;MANUAL-A-1;",
    ]


def test_the_register_lists_all_documents_those_typed_by_hand_too(tmp_path: Path, clock: SetClock) -> None:
    register = tmp_path / "out" / "register.csv"
    erp = ErpSimulator(
        tmp_path / "in", tmp_path / "out", tmp_path / "erp.sqlite", "csv", register=register, clock=clock
    )  # fmt: skip
    erp.import_all()
    assert register.read_text(encoding="utf-8") == "external_id,erp_number,date\n"
    hand_over(tmp_path / "in", "ORD_000001.csv", csv_orders(1, "A-1"))
    erp.import_all()
    assert erp.enter_by_hand("A-9", "PLN", Decimal("5.00"), "HAND-9") == "HAND-9"
    erp.write_register()
    assert register.read_bytes() == (b"external_id,erp_number,date\r\nA-1,SO-1,2026-03-02\r\nA-9,HAND-9,2026-03-02\r\n")
    erp.close()


def test_a_register_left_stale_by_a_kill_is_written_at_the_next_start(tmp_path: Path, clock: SetClock) -> None:
    register = tmp_path / "register.csv"
    folders = (tmp_path / "in", tmp_path / "out", tmp_path / "erp.sqlite")
    killed = ErpSimulator(*folders, "csv", clock=clock)
    hand_over(tmp_path / "in", "ORD_000001.csv", csv_orders(1, "A-1"))
    killed.import_all()
    killed.close()
    register.write_text("external_id,erp_number,date\n", encoding="utf-8")
    erp = ErpSimulator(*folders, "csv", register=register, clock=clock)
    erp.import_all()
    assert register.read_text(encoding="utf-8").splitlines()[1:] == ["A-1,SO-1,2026-03-02"]
    erp.close()
