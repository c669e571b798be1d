"""Answers that are hard to join: keys that disagree, results in the order of our file, reports of what failed alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.test_acknowledgement_places import answering, sent
from tests.world import world

pytestmark = pytest.mark.scenario

RESULTS = r"""
[answers]
[[answers.rules]]
name = "response"
style = "lines"
names = "{file}_*_response.txt"
by_position = true
[answers.rules.lines]
[[answers.rules.lines.patterns]]
pattern = 'ok (?P<erp_number>\S+)'
verdict = "accepted"
[[answers.rules.lines.patterns]]
pattern = 'bad (?P<reason>.*)'
verdict = "rejected"
"""
RESPONSE = "ORD_000001.csv_06-10-17-161029_response.txt"


def test_results_in_the_order_of_our_file_need_no_keys(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, RESULTS)
        sent(here, 10452, 10453, 10454)
        here.outbound(RESPONSE, b"ok SO-1\nbad no stock\nok SO-3\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10454": "SO-3"}
        assert here.states()["10453"] == "rejected"


@pytest.mark.parametrize("results", [b"ok SO-1\nok SO-3\n", b"ok SO-1\nok SO-2\nok SO-3\nok SO-4\n"])
def test_another_number_of_results_than_orders_applies_nothing(tmp_path: Path, results: bytes) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, RESULTS)
        sent(here, 10452, 10453, 10454)
        here.outbound(RESPONSE, results)
        here.run_pass()
        here.run_pass()
        assert set(here.states().values()) == {"delivered"}
        (shown,) = here.exceptions()
        assert shown.code == "answer-count-differs"
        assert f"has {len(results.splitlines())} results, and its file holds 3 orders" in shown.message
        assert here.damage() == []


def test_results_in_an_order_of_no_known_file_are_told(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, RESULTS)
        sent(here, 10452)
        here.outbound(RESPONSE.replace("000001", "000009"), b"ok SO-1\n")
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == ["answer-names-no-order"]


XML_WITH_FILE = """
[answers]
[[answers.rules]]
name = "response"
style = "xml"
names = "RESP_{stem}.xml"
[answers.rules.verdicts]
yes = "accepted"
no = "rejected"
[answers.rules.xml]
file = "file"
result = "order"
external_id = "@id"
verdict = "@taken"
erp_number = "@number"
"""


def told_by_xml(file: str, *orders: tuple[str, str]) -> bytes:
    results = "".join(f'<order id="{order}" taken="yes" number="{number}"/>' for order, number in orders)
    return f"<answer><file>{file}</file>{results}</answer>".encode()


def test_an_answer_whose_name_and_content_mean_two_files_applies_nothing(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, XML_WITH_FILE)
        sent(here, 10452)
        here.order_paid(10453)
        here.run_pass()
        here.outbound("RESP_ORD_000001.xml", told_by_xml("ORD_000002.csv", ("10452", "SO-1")))
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        (shown,) = here.exceptions()
        assert shown.code == "answer-keys-disagree"
        assert "means ORD_000001.csv" in shown.message
        assert "means ORD_000002.csv" in shown.message
        kept = [path.name for path in (here.folder / "archive").rglob("*RESP_ORD_000001.xml")]
        assert kept == ["RESP_ORD_000001.xml"]


def test_an_order_that_is_not_in_the_file_that_the_answer_names_is_not_accepted(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, XML_WITH_FILE)
        sent(here, 10452)
        here.order_paid(10453)
        here.run_pass()
        content = told_by_xml("ord_000001.CSV", ("10453", "SO-2"), ("10452", "SO-1"))
        here.outbound("resp_ord_000001.XML", content)
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.states()["10453"] == "delivered"
        assert here.codes() == ["answer-order-elsewhere"]


SCRAP = r"""
[answers]
[[answers.rules]]
name = "scrap"
style = "lines"
names = "{stem}.scrap"
rest = "accepted"
[answers.rules.lines]
[[answers.rules.lines.patterns]]
pattern = '(?P<external_id>\d+) (?P<code>E\d+) (?P<reason>.*)'
verdict = "rejected"
"""


def test_a_report_of_what_failed_accepts_the_rest_and_the_register_gives_their_numbers(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", register=True) as here:
        here.erp.write_register()
        answering(here, SCRAP)
        sent(here, 10452, 10453, 10454)
        here.outbound("ORD_000001.scrap", b"Scrap of today\n10453 E4 no stock\n")
        here.run_pass()
        assert here.states() == {"10452": "accepted", "10453": "rejected", "10454": "accepted"}
        (here.erp_root / "register.csv").write_text("external_id,erp_number\n10452,SO-1\n10454,SO-3\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10454": "SO-3"}
        assert here.codes() == ["rejected"]


def test_a_report_of_what_failed_that_is_half_understood_accepts_nobody(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SCRAP)
        sent(here, 10452, 10453)
        here.outbound("ORD_000001.scrap", b"10453 E4 no stock\n99999 E4 no stock\n")
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "rejected"}
        assert sorted(here.codes()) == ["answer-unknown-order", "rejected", "rest-not-accepted"]


TWO_REPORTS = r"""
[answers]
all_of = ["valid", "invalid"]
[[answers.rules]]
name = "valid"
style = "csv"
names = "{stem}.valid.csv"
[answers.rules.verdicts]
V = "accepted"
[answers.rules.csv]
columns = { external_id = "order", verdict = "kind", erp_number = "number" }
[[answers.rules]]
name = "invalid"
style = "csv"
names = "{stem}.invalid.csv"
[answers.rules.verdicts]
I = "rejected"
[answers.rules.csv]
columns = { external_id = "order", verdict = "kind", reason = "text", code = "code" }
"""


def test_an_order_in_neither_of_two_reports_is_told_when_both_have_come(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, TWO_REPORTS)
        sent(here, 10452, 10453, 10454)
        here.outbound("ORD_000001.invalid.csv", b"order;kind;text;code\n10453;I;no stock;E4\n")
        here.run_pass()
        assert here.codes() == ["rejected"]
        here.outbound("ORD_000001.valid.csv", b"order;kind;number\n10452;V;SO-1\n")
        here.run_pass()
        assert ("The answers of acme to ORD_000001.csv leave orders out", ["10454"]) in here.open_exceptions()
        assert here.states()["10454"] == "delivered"


def test_an_earlier_round_that_is_accepted_after_the_order_went_out_again_is_shown(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        sent(here, 10452)
        log, head = "import-20260302.log.csv", "file;line;order;status;number;text\r\n"
        first = "ORD_000001.csv;2;10452;ERR;;customer blocked\r\n"
        here.outbound(log, (head + first).encode())
        here.run_pass()
        (trouble,) = here.exceptions()
        with here.site() as site:
            site.ledger.acts.retry_exception(trouble.exception_id, "ada", "accounting freed the customer")
        here.run_pass()
        assert here.file_numbers() == [1, 2]
        here.outbound(log, (head + first + "ORD_000001.csv;2;10452;OK;SO-1;\r\n").encode())
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.open_exceptions() == [("Order 10452 may be in the ERP twice", ["10452"])]
