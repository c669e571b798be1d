"""Money that a shop gives back of an order that the ERP has: told in a change file exactly, or told to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.test_changes_sent import SEND, sent
from tests.world import World, canonical, world

pytestmark = pytest.mark.scenario

REDUCE = f'{SEND}\nrefunded_before = "reduce"'
TWO_CUPS = {"position": 1, "quantity": "2", "net": "20.00", "tax": "4.60", "gross": "24.60"}
FIVE_CUPS = {"position": 1, "quantity": "5", "net": "50.00", "tax": "11.50", "gross": "61.50"}


def five_cups(*refunds: tuple[str, list[dict[str, Any]]], city: str = "Warszawa", state: str = "") -> dict[str, Any]:
    """An order of five cups, of which these amounts were given back, each for these lines."""
    order = canonical("A-1", "61.50")
    order["lines"][0] |= {"quantity": "5", "unit_net": "10.00"}
    order["delivery"] = order["billing"] = {**order["billing"], "city": city}
    if refunds:
        order["refunds"] = [
            {"refund_id": f"r{number}", "amount": amount, "lines": lines}
            for number, (amount, lines) in enumerate(refunds, start=1)
        ]
        order["totals"]["refunded"] = "61.50" if state == "refunded" else "24.60"
        order["payment"]["state"] = state or "partially_refunded"
    return order


def at_the_erp(here: World, order: dict[str, Any] | None = None) -> None:
    """The ERP has the order of five cups."""
    here.drop("1.jsonl", order or five_cups())
    here.go_round()
    assert here.states() == {"A-1": "written_back"}


def changes(here: World) -> list[str]:
    return [name for name in here.inbound() if name.startswith("CHG") and name.endswith(".csv")]


def test_a_refund_that_no_change_file_can_tell_is_told_to_a_person_line_by_line(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=SEND) as here:
        at_the_erp(here)
        here.drop("2.jsonl", five_cups(("24.60", [TWO_CUPS])))
        here.run_pass()
        assert changes(here) == []
        (shown,) = here.exceptions()
        assert (shown.code, shown.title) == (
            "changed-after-export",
            "Order A-1 was changed in the store after it was sent",
        )
        assert shown.message == (
            "Order A-1 was changed in the store after it was sent to acme: payment state, refund of 24.60 (2 of line 1 "
            "for 24.60), totals refunded. The change was not sent: its file has no place for it."
        )
        assert shown.action == (
            "Enter what was given back in the ERP by hand (a credit note); what it was before and is now: bridge "
            "orders show A-1. Then: bridge exceptions dismiss ID --reason TEXT."
        )
        with here.site() as site:
            dismissed = site.ledger.acts.dismiss_exception(shown.exception_id, "ada", "credit note CN-1")
        assert dismissed == (0, 1)
        here.drop("3.jsonl", five_cups(("24.60", [TWO_CUPS]), city="Gdynia"))
        here.run_pass()
        assert (here.open_exceptions(), len(changes(here))) == ([], 1)


def test_a_refund_beside_another_change_is_not_lost_with_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=SEND) as here:
        at_the_erp(here)
        here.drop("2.jsonl", five_cups(("24.60", [TWO_CUPS]), city="Gdynia"))
        here.run_pass()
        (shown,) = here.exceptions()
        assert "refund of 24.60 (2 of line 1 for 24.60)" in shown.message
        assert "delivery city" in shown.message
        assert shown.action.startswith(
            "Enter what was given back in the ERP by hand (a credit note), and make the other changes there; "
        )
        assert changes(here) == []


def test_a_flow_that_takes_refunds_off_sends_the_order_less_what_was_given_back(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=REDUCE) as here:
        at_the_erp(here)
        here.drop("2.jsonl", five_cups(("24.60", [TWO_CUPS])))
        here.run_pass()
        assert here.open_exceptions() == []
        (name,) = changes(here)
        line = next(row for row in sent(here, name).splitlines() if row.startswith("L;"))
        assert line == "L;A-1;1;product;40017;Enamel cup;3;C62;10;0.00;S;23;30.00;6.90;36.90;changed;5;10"
        assert [file.totals for file in here.files()] == [{"PLN": "61.50"}, {"PLN": "36.90"}]


@pytest.mark.parametrize(
    ("refund", "state", "why"),
    [
        (("61.50", [FIVE_CUPS]), "refunded", "nothing would be left of it"),
        (("24.60", [{**TWO_CUPS, "quantity": "6"}]), "", "more than line 1 holds was given back of it"),
    ],
)
def test_a_refund_that_cannot_be_taken_off_exactly_is_told_to_a_person(
    tmp_path: Path, refund: tuple[str, list[dict[str, Any]]], state: str, why: str
) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=REDUCE) as here:
        at_the_erp(here)
        here.drop("2.jsonl", five_cups(refund, state=state))
        here.run_pass()
        (shown,) = here.exceptions()
        assert shown.code == "changed-after-export"
        assert shown.message.endswith(f"The change was not sent: what was given back cannot be taken off it ({why}).")
        assert changes(here) == []
        with here.site() as site:
            site.ledger.acts.dismiss_exception(shown.exception_id, "ada", "credit note CN-1")
        here.drop("3.jsonl", five_cups(refund, state=state, city="Gdynia"))
        here.run_pass()
        assert (here.open_exceptions(), len(changes(here))) == ([], 1)  # the lines as the ERP has them


def test_what_the_erp_was_told_of_a_refund_stays_told_when_the_store_tells_a_later_one_in_part(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=REDUCE) as here:
        at_the_erp(here, five_cups(("24.60", [TWO_CUPS])))
        later = five_cups(("24.60", [TWO_CUPS]))
        later["totals"]["refunded"] = "30.00"  # and what the 5.40 were given back for, it does not say
        here.drop("2.jsonl", later)
        here.run_pass()
        (shown,) = here.exceptions()
        assert "(its refunds make 24.60, the store says 30.00)" in shown.message
        with here.site() as site:
            site.ledger.acts.dismiss_exception(shown.exception_id, "ada", "credit note CN-1")
        moved = five_cups(("24.60", [TWO_CUPS]), city="Gdynia")
        moved["totals"]["refunded"] = "30.00"
        here.drop("3.jsonl", moved)
        here.run_pass()
        assert here.open_exceptions() == []
        (line,) = (row for row in sent(here, changes(here)[-1]).splitlines() if row.startswith("L;"))
        assert line.split(";")[6] == "3"  # and not all five again


def test_a_change_under_which_an_earlier_refund_fits_no_line_any_more_is_told_to_a_person(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow=REDUCE) as here:
        at_the_erp(here, five_cups(("24.60", [TWO_CUPS])))
        edited = five_cups(("24.60", [TWO_CUPS]))
        edited["lines"][0] |= {"quantity": "1", "net": "10.00", "tax": "2.30", "gross": "12.30"}
        edited["totals"] |= {"net": "10.00", "tax": "2.30", "gross": "12.30", "due": "-49.20"}
        here.drop("2.jsonl", edited)
        here.run_pass()
        (shown,) = here.exceptions()
        assert shown.code == "changed-after-export"
        assert shown.message.endswith("(more than line 1 holds was given back of it).")
        assert changes(here) == []
