"""The simulated ERP takes whole files in order and refuses the rest loudly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.simulator.erp.books import Books
from bridge.simulator.erp.simulator import ErpSimulator
from tests.simulator.conftest import SetClock
from tests.simulator.erp_files import csv_orders, hand_over, ubl_order

NewErp = Callable[..., ErpSimulator]


@pytest.fixture
def new_erp(tmp_path: Path, clock: SetClock) -> Iterator[NewErp]:
    """Makes ERPs on the same folders and books; each call is a restart."""
    made: list[ErpSimulator] = []

    def make(style: str = "ubl", **settings: object) -> ErpSimulator:
        erp = ErpSimulator(
            tmp_path / "in",
            tmp_path / "out",
            tmp_path / "erp.sqlite",
            style,
            clock=clock,
            **settings,  # type: ignore[arg-type]  # settings vary by test
        )
        made.append(erp)
        return erp

    yield make
    for erp in made:
        erp.close()


def test_a_whole_file_becomes_a_document_and_leaves_the_folder(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    assert erp.import_all() == ["ORD_000001.xml"]
    (document,) = erp.documents()
    assert (document.erp_number, document.external_id, document.file) == ("SO-1", "10452", "ORD_000001.xml")
    assert (document.currency, document.net, document.tax, document.gross) == (
        "EUR", Decimal("25.00"), Decimal("4.75"), Decimal("29.75"),
    )  # fmt: skip
    assert (document.line_count, document.customer, document.order_date) == (2, "Anna Example", "2026-03-02")
    assert erp.inbound_names() == []
    kept = sorted(path.name for path in (tmp_path / "erp.archive").glob("ORD*"))
    assert kept == ["ORD_000001.xml", "ORD_000001.xml.sha256"]
    assert erp.complaints() == []


def test_a_batch_file_gives_a_document_for_each_order(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp("csv")
    hand_over(tmp_path / "in", "ORD_000001.csv", csv_orders(1, "A-1", "A-2", "A-3"))
    erp.import_all()
    assert erp.external_ids() == ["A-1", "A-2", "A-3"]
    assert erp.control_totals() == {"PLN": Decimal("36.90")}


def test_only_names_that_fit_are_touched(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    for name in (".ORD_000001.xml.1.tmp", "ORD_000001.xml.1.void", "ORD_1.xml", "ORD_000001.XML"):
        hand_over(tmp_path / "in", name, ubl_order("10452"))
    before = erp.inbound_names()
    assert erp.import_all() == []
    assert erp.inbound_names() == before
    assert erp.complaints() == []


def test_a_file_waits_for_its_checksum_and_its_trigger(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp(trigger_suffix=".go")
    inbound = tmp_path / "in"
    hand_over(inbound, "ORD_000001.xml", ubl_order("10452"))
    sidecar = (inbound / "ORD_000001.xml.sha256").read_bytes()
    (inbound / "ORD_000001.xml.sha256").unlink()
    (inbound / "ORD_000001.xml.go").write_bytes(b"")
    assert erp.import_all() == []
    (inbound / "ORD_000001.xml.sha256").write_bytes(sidecar)
    (inbound / "ORD_000001.xml.go").unlink()
    assert erp.import_all() == []
    (inbound / "ORD_000001.xml.go").write_bytes(b"")
    assert erp.import_all() == ["ORD_000001.xml"]
    assert erp.inbound_names() == []


@pytest.mark.parametrize("digest", ["0" * 64, "not a digest"])
def test_a_checksum_that_does_not_agree_is_refused(new_erp: NewErp, tmp_path: Path, digest: str) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"), digest)
    assert erp.import_all() == []
    assert [(one.kind, one.subject) for one in erp.complaints()] == [("checksum", "ORD_000001.xml")]
    assert erp.documents() == []
    assert (tmp_path / "erp.archive" / "refused" / "ORD_000001.xml").exists()


def test_a_gap_stops_the_job_until_the_missing_number_comes(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000002.xml", ubl_order("10453"))
    assert (erp.import_all(), erp.import_all()) == ([], [])
    (complaint,) = erp.complaints()
    assert (complaint.kind, complaint.text) == ("sequence-gap", "number 2 came, 1 is missing; waiting for it")
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    assert erp.import_all() == ["ORD_000001.xml", "ORD_000002.xml"]
    assert erp.file_numbers() == [1, 2]


def test_the_first_number_is_the_agreed_one(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp(sequence_first=318)
    hand_over(tmp_path / "in", "ORD_000318.xml", ubl_order("10452"))
    assert erp.import_all() == ["ORD_000318.xml"]


def test_a_number_that_came_before_is_refused_whatever_its_name(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    erp.import_all()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    hand_over(tmp_path / "in", "ORD_0000001.xml", ubl_order("10460"))
    assert erp.import_all() == []
    assert sorted(one.kind for one in erp.complaints()) == ["name-repeated", "sequence-repeated"]
    assert erp.external_ids() == ["10452"]
    assert erp.inbound_names() == []


@pytest.mark.parametrize("length", [0, 200, len(ubl_order("10452")) - 12])
def test_half_an_xml_file_is_refused(new_erp: NewErp, tmp_path: Path, length: int) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452")[:length])
    assert erp.import_all() == []
    assert [one.kind for one in erp.complaints()] == ["half-file"]


@pytest.mark.parametrize(
    "content",
    [
        csv_orders(1, "A-1", "A-2")[:-2],
        csv_orders(1, "A-1", "A-2").rpartition(b"T;")[0],
        csv_orders(1, "A-1", trailer_gross="PLN=12.31"),
        csv_orders(1, "A-1").replace(b"T;1;2", b"T;1;3"),
        csv_orders(1, "A-1").replace(b";2;;", b";3;;"),
        csv_orders(1, "A-1").replace(b"Cup", b"C;up"),
        csv_orders(1, "A-1").replace(b"Ola", b"O\xf3a"),
        b"",
    ],
)
def test_half_a_csv_file_is_refused(new_erp: NewErp, tmp_path: Path, content: bytes) -> None:
    erp = new_erp("csv")
    hand_over(tmp_path / "in", "ORD_000001.csv", content)
    assert erp.import_all() == []
    assert [one.kind for one in erp.complaints()] == ["half-file"]
    assert erp.documents() == []


def test_a_file_that_names_another_number_inside_is_refused(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp("csv")
    hand_over(tmp_path / "in", "ORD_000001.csv", csv_orders(2, "A-1"))
    assert erp.import_all() == []
    assert [one.text for one in erp.complaints()] == ["the file says number 2"]


def test_entities_and_document_types_are_refused(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    bomb = b'<?xml version="1.0"?><!DOCTYPE Order [<!ENTITY a "aaaa">]>' + ubl_order("10452").split(b"?>", 1)[1]
    hand_over(tmp_path / "in", "ORD_000001.xml", bomb)
    erp.import_all()
    assert [one.text for one in erp.complaints()] == ["a document type is not allowed"]


def test_an_order_that_a_document_holds_is_a_loud_duplicate(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("web-7"))
    hand_over(tmp_path / "in", "ORD_000002.xml", ubl_order("WEB-7"))
    erp.import_all()
    assert erp.external_ids() == ["web-7"]
    assert erp.duplicates() == ["WEB-7"]
    assert [one.text for one in erp.complaints()] == ["order WEB-7 is SO-1 already"]
    assert "duplicate: WEB-7: order WEB-7 is SO-1 already" in erp.log.read_text(encoding="utf-8")


def test_a_refused_order_may_come_again(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    erp.temper.reject["10452"] = "Customer is blocked"
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    erp.import_all()
    assert (erp.documents(), erp.rejections()) == ([], [("10452", "Customer is blocked")])
    erp.temper.reject.clear()
    hand_over(tmp_path / "in", "ORD_000002.xml", ubl_order("10452"))
    erp.import_all()
    assert (erp.external_ids(), erp.duplicates()) == (["10452"], [])


def test_its_own_rules_refuse_articles_periods_and_sums(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    erp.temper.refuse_articles["DISCONTINUED"] = "Article is discontinued"
    erp.temper.known_articles = frozenset({"40017"})
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("1", article="DISCONTINUED-1"))
    hand_over(tmp_path / "in", "ORD_000002.xml", ubl_order("2", article="99"))
    hand_over(tmp_path / "in", "ORD_000003.xml", ubl_order("3", net="24.00"))
    erp.import_all()
    erp.temper.closed_before = "2026-04-01"
    hand_over(tmp_path / "in", "ORD_000004.xml", ubl_order("4"))
    erp.import_all()
    assert erp.rejections() == [
        ("1", "Article is discontinued"),
        ("2", "Article 99 does not exist"),
        ("3", "Net 24.00 and tax 4.75 do not give gross 29.75"),
        ("4", "Period of 2026-03-02 is closed"),
    ]


def test_an_impatient_job_takes_the_file_before_its_checksum_comes(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    erp.temper.claim_at_once = True
    content = ubl_order("10452")
    hand_over(tmp_path / "in", "ORD_000001.xml", content)
    (tmp_path / "in" / "ORD_000001.xml.sha256").rename(tmp_path / "later")
    assert erp.import_all() == []
    assert erp.inbound_names() == []
    (tmp_path / "later").rename(tmp_path / "in" / "ORD_000001.xml.sha256")
    assert erp.import_all() == ["ORD_000001.xml"]
    assert erp.inbound_names() == []


def test_books_outlive_the_process_and_a_cut_move_is_finished(new_erp: NewErp, tmp_path: Path) -> None:
    first = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    first.import_all()
    first.close()
    books = Books(tmp_path / "erp.sqlite")
    books.take_file("ORD_000002.xml", "", 2, "")  # killed after booking, before the move
    books.set_counter("last sequence number", 2)
    books.close()
    hand_over(tmp_path / "in", "ORD_000002.xml", ubl_order("10453"))
    second = new_erp()
    hand_over(tmp_path / "in", "ORD_000003.xml", ubl_order("10454"))
    assert second.import_all() == ["ORD_000003.xml"]
    assert second.complaints() == []
    assert second.inbound_names() == []
    assert [document.erp_number for document in second.documents()] == ["SO-1", "SO-2"]


def test_while_its_stop_file_is_there_it_stands_still(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    erp.stop_file.touch()
    assert erp.import_all() == []
    erp.stop_file.unlink()
    assert erp.import_all() == ["ORD_000001.xml"]


def test_it_watches_by_itself_until_it_is_stopped(new_erp: NewErp, tmp_path: Path) -> None:
    erp = new_erp().start()
    hand_over(tmp_path / "in", "ORD_000001.xml", ubl_order("10452"))
    deadline = time.monotonic() + 60
    while not erp.documents() and time.monotonic() < deadline:
        erp.stop_file.exists()
    erp.stop()
    assert erp.external_ids() == ["10452"]
