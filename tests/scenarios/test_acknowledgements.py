"""Every way in which an ERP answers: late, twice, contradicting, for nobody, malformed, hostile, piece by piece."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.simulator.erp.rules import SecondAnswer
from tests.world import World, world

pytestmark = pytest.mark.scenario

STYLES = pytest.mark.parametrize("style", ["ubl", "csv"])


def sent(here: World, *numbers: int) -> None:
    """Orders that the ERP's folder holds, unanswered."""
    for number in numbers:
        here.order_paid(number)
    here.run_pass()


@STYLES
def test_a_rejected_order_becomes_an_exception_in_the_erps_words(tmp_path: Path, style: str) -> None:
    with world(tmp_path / "w", style) as here:
        here.erp.temper.reject["10453"] = "Customer blocked by accounting"
        sent(here, 10452, 10453)
        here.go_round()
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        ((title, orders),) = here.open_exceptions()
        assert "Customer blocked by accounting" in title
        assert orders == ["10453"]
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


@STYLES
def test_a_rejection_that_is_cured_goes_once_more_by_a_persons_act(tmp_path: Path, style: str) -> None:
    with world(tmp_path / "w", style) as here:
        here.erp.temper.reject["10453"] = "Customer blocked"
        sent(here, 10453)
        here.go_round()
        here.erp.temper.reject.clear()
        here.go_round()
        assert here.erp.external_ids() == []
        with here.site() as site:
            (trouble,) = site.ledger.reading.exceptions()
            site.ledger.acts.retry_exception(trouble.exception_id, "ada", "accounting freed the customer")
        here.go_round()
        assert here.shop.erp_numbers() == {"10453": "SO-1"}
        assert here.file_numbers() == [1, 2]
        assert here.open_exceptions() == []


@STYLES
def test_an_answer_that_does_not_come_is_an_exception_and_closes_when_it_comes_late(tmp_path: Path, style: str) -> None:
    with world(tmp_path / "w", style, endpoint="answer_within_s = 600") as here:
        sent(here, 10452)
        here.later(minutes=9)
        here.run_pass()
        assert here.codes() == []
        here.later(minutes=2)
        here.run_pass()
        assert here.codes() == ["answer-overdue"]
        here.go_round()
        assert here.codes() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


@STYLES
def test_the_same_answer_twice_changes_nothing(tmp_path: Path, style: str) -> None:
    """Pain 4: the memory of what was processed; the same bytes under another name."""
    with world(tmp_path / "w", style) as here:
        here.erp.temper.answer_times = 2
        sent(here, 10452)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == []
        assert len(here.shop.notes(10452)) == 1


@pytest.mark.parametrize("second", [SecondAnswer.REJECTED, SecondAnswer.OTHER_NUMBER])
@STYLES
def test_a_contradicting_answer_changes_nothing_and_a_person_is_told(
    tmp_path: Path, style: str, second: SecondAnswer
) -> None:
    with world(tmp_path / "w", style) as here:
        here.erp.temper.second = {"10452": second}
        sent(here, 10452)
        here.go_round()
        assert here.codes() == ["answer-contradicts"]
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.states() == {"10452": "written_back"}


@STYLES
def test_an_erp_may_cure_its_rejection_while_no_further_round_exists(tmp_path: Path, style: str) -> None:
    with world(tmp_path / "w", style) as here:
        here.erp.temper.reject["10452"] = "Period closed"
        here.erp.temper.second = {"10452": SecondAnswer.ACCEPTED}
        sent(here, 10452)
        here.go_round()
        assert here.states() == {"10452": "written_back"}
        assert here.codes() == []


def test_an_answer_for_an_order_that_was_never_sent_is_told(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        sent(here, 10452)
        here.outbound(
            "import-20260302.log.csv",
            b"file;line;order;status;number;text\r\nORD_000009.csv;2;99999;OK;SO-99;\r\nORD_000001.csv;2;10452;OK;SO-1;\r\n",
        )
        here.run_pass()
        assert here.codes() == ["answer-unknown-order"]
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_a_log_that_grows_is_read_row_by_row_and_never_half(tmp_path: Path) -> None:
    """Pain 6: the other side writes slowly, pauses, then goes on."""
    log = "import-20260302.log.csv"
    with world(tmp_path / "w", "csv") as here:
        sent(here, 10452, 10453)
        first = (
            b"file;line;order;status;number;text\r\nORD_000001.csv;2;10452;OK;SO-1;\r\nORD_000001.csv;4;10453;OK;SO-"
        )
        here.outbound(log, first)
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        here.outbound(log, first + b"22;\r\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-22"}
        assert here.codes() == []


def test_a_bad_row_of_a_log_stands_in_nobodys_way(tmp_path: Path) -> None:
    log = "import-20260302.log.csv"
    rows = [
        b"file;line;order;status;number;text\r\n", b"ORD_000001.csv;2;10452;OK;SO-1;\r\n",
        b"ORD_000001.csv;3;10452;PERHAPS;;\r\n", b"broken\r\n", b"ORD_000001.csv;4;10453;OK;SO-2;\r\n",
    ]  # fmt: skip
    with world(tmp_path / "w", "csv") as here:
        sent(here, 10452, 10453)
        here.outbound(log, b"".join(rows))
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}
        assert set(here.codes()) == {"answer-malformed"}
        here.outbound(log, b"".join(rows) + b"ORD_000001.csv;2;10452;OK;SO-1;\r\n")
        here.run_pass()
        assert set(here.codes()) == {"answer-malformed"}


@pytest.mark.parametrize("more", [b"", b"ORD_000002.csv;2;10453;OK;SO-3;\r\n"], ids=["shorter", "longer"])
def test_a_log_that_begins_anew_under_its_old_name_is_told_and_no_row_is_passed_over_silently(
    tmp_path: Path, more: bytes
) -> None:
    log, heading = "import-20260302.log.csv", b"file;line;order;status;number;text\r\n"
    with world(tmp_path / "w", "csv") as here:
        sent(here, 10452)
        here.outbound(log, heading + b"ORD_000001.csv;2;10452;OK;SO-1;\r\n")
        here.run_pass()
        sent(here, 10453)
        new = b"ORD_000002.csv;2;10453;OK;SO-2;\r\n"[: None if more else -1]
        here.outbound(log, heading + new + more)
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "delivered"}
        assert here.codes() == ["log-begun-anew"]
        here.outbound("import-20260303.log.csv", heading + b"ORD_000002.csv;2;10453;OK;SO-2;\r\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}


def test_accepted_without_a_number_waits_for_the_register(tmp_path: Path) -> None:
    with world(tmp_path / "w", register=True) as here:
        here.erp.write_register()
        here.erp.temper.without_number = {"10452"}
        sent(here, 10452)
        register = here.erp_root / "register.csv"
        here.erp.import_all()
        complete = register.read_bytes()
        register.write_text("external_id,erp_number,date\n")
        here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert here.shop.erp_numbers() == {}
        register.write_bytes(complete)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


HOSTILE = {
    "a file from outside": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>',
    "not XML": b"\x00\x01\x02 this is no answer",
    "half an answer": b'<?xml version="1.0"?><OrderResponseSimple xmlns="urn:oasis:names:specification:ubl',
    "nothing": b"",
    "another encoding than it says": b'<?xml version="1.0" encoding="UTF-8"?><r>\xff\xfe</r>',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_answer_is_quarantined_and_the_rest_goes_on(tmp_path: Path, content: bytes) -> None:
    with world(tmp_path / "w") as here:
        sent(here, 10452)
        here.outbound("RESP_000_hostile.xml", content)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert [code for code in here.codes() if code != "answer-malformed"] == []
        assert here.codes() == ["answer-malformed"]
        kept = list((here.folder / "archive" / "days").rglob("*RESP_000_hostile.xml")) + list(
            (here.folder / "archive" / "days").rglob("received-*")
        )
        assert content in [path.read_bytes() for path in kept]
        assert here.damage() == []


def test_a_file_that_no_rule_takes_is_told_within_one_poll(tmp_path: Path) -> None:
    """Pain 13: rejections lie in a folder and nobody reads them."""
    with world(tmp_path / "w") as here:
        here.outbound("errors of today.txt", b"order 10452 refused")
        here.run_pass()
        assert here.codes() == ["answer-file-unknown"]
        (here.erp_root / "out" / "errors of today.txt").unlink()
        here.run_pass()
        assert here.codes() == []


def test_what_is_in_the_register_is_linked_and_never_sent(tmp_path: Path) -> None:
    """Pain 15: during an outage somebody types the order in by hand."""
    with world(tmp_path / "w", register=True) as here:
        here.erp.enter_by_hand("10452", "PLN", Decimal("30.75"), "SO-900")
        here.erp.write_register()
        here.order_paid(10452)
        here.order_paid(10453)
        here.go_round()
        assert here.erp.external_ids() == ["10452", "10453"]
        assert here.erp.duplicates() == []
        assert here.shop.erp_numbers()["10452"] == "SO-900"
        assert here.file_numbers() == [1]


def test_a_missing_register_stops_first_exports_and_says_so(tmp_path: Path) -> None:
    with world(tmp_path / "w", register=True) as here:
        here.order_paid(10452)
        here.run_pass()
        assert here.codes() == ["register-stale"]
        assert here.inbound() == []
        here.erp.write_register()
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == []


def test_a_register_that_is_taken_away_or_not_written_any_more_stops_first_exports(tmp_path: Path) -> None:
    with world(tmp_path / "w", register=True, endpoint="register_age_max_s = 3600") as here:
        here.erp.import_all()
        here.order_paid(10452)
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        here.later(hours=2)  # the ERP writes no more, and we read the same file at each pass
        here.order_paid(10453)
        here.run_pass()
        assert here.states()["10453"] == "ready"
        assert "register-stale" in here.codes()
        here.erp.import_all()
        os.utime(here.erp_root / "register.csv", (here.now().timestamp(), here.now().timestamp()))
        (here.erp_root / "register.csv").rename(here.erp_root / "away.csv")
        here.run_pass()
        assert here.states()["10453"] == "ready"
        (here.erp_root / "away.csv").rename(here.erp_root / "register.csv")
        here.run_pass()
        assert here.states()["10453"] == "delivered"
        assert here.codes() == []


@pytest.mark.parametrize("content", ["external_id,erp_number,date\n10452,SO", "external_id;number\n1;2\n"])
def test_a_register_that_is_half_written_or_malformed_stops_first_exports(tmp_path: Path, content: str) -> None:
    with world(tmp_path / "w", register=True) as here:
        here.erp.write_register()
        here.run_pass()
        (here.erp_root / "register.csv").write_text(content)
        here.order_paid(10452)
        here.run_pass()
        assert "register-stale" in here.codes()
        assert here.inbound() == []
        assert here.states() == {"10452": "ready"}
        here.erp.write_register()
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == []


def test_a_register_with_an_unreadable_row_links_nothing_however_far_down_it_stands(tmp_path: Path) -> None:
    with world(tmp_path / "w", register=True) as here:
        here.erp.write_register()
        here.order_paid(10452)
        here.run_pass()
        rows = ["external_id,erp_number,date", "10452,SO-9,", *(f"X-{number},SO-{number}," for number in range(1500))]
        (here.erp_root / "register.csv").write_text("\n".join([*rows, "X-1501", ""]))
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == ["register-malformed"]


def test_entered_by_hand_stops_the_delivery(tmp_path: Path) -> None:
    """Pain 15: `bridge orders link` makes the same move as the register."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="ABC-123")
        here.run_pass()
        with here.site() as site:
            site.ledger.acts.link("10452", "SO-77", "ada", "typed in during the outage")
        here.edit_map("sku", "ABC-123,40099")
        here.go_round()
        assert here.erp.external_ids() == []
        assert here.shop.erp_numbers() == {"10452": "SO-77"}
        assert here.open_exceptions() == []


def test_an_endless_number_is_told_and_keeps_no_other_row_from_counting(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        for number in (10452, 10453, 10454):
            here.order_paid(number)
        here.run_pass()
        rows = ["10452;OK;SO-1;;", f"10453;OK;{'9' * 100_000};;", "10454;OK;SO-3;;"]
        here.outbound("import-1.log.csv", ("order;status;number;text;file\n" + "\n".join(rows) + "\n").encode())
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10454": "SO-3"}
        (told,) = [one for one in here.exceptions() if one.code == "answer-malformed"]
        assert "line 3: an id or number is longer than 250 characters" in told.message


def test_a_document_with_an_endless_number_is_quarantined(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        answer = (
            '<OrderResponseSimple xmlns="urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2" '
            'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
            'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
            "<cbc:AcceptedIndicator>true</cbc:AcceptedIndicator><cac:OrderReference><cbc:ID>10452</cbc:ID>"
            f"<cbc:SalesOrderID>{'9' * 300}</cbc:SalesOrderID></cac:OrderReference></OrderResponseSimple>"
        )
        here.outbound("RESP_ORD_000001.xml", answer.encode())
        here.run_pass()
        assert here.codes() == ["answer-malformed"]
        assert here.states() == {"10452": "delivered"}
