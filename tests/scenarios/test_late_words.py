"""The ERP says yes after it said no, when the order has gone on in the store meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.test_changes_sent import SEND, accepted_order, acme, answer, sent
from tests.world import address

pytestmark = pytest.mark.scenario


@pytest.mark.parametrize("flow", [SEND, ""], ids=["sends", "holds"])
def test_an_order_that_is_accepted_after_the_store_cancelled_it_is_cancelled_in_the_erp(
    tmp_path: Path, flow: str
) -> None:
    with acme(tmp_path / "w", flow=flow) as here:
        here.order_paid(10452)
        here.run_pass()
        answer(here, "ORD_000001.xml", "10452;no;;blocked")
        here.run_pass()
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert (here.states(), here.codes()) == ({"10452": "cancelled"}, [])
        answer(here, "ORD_000001.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert here.states() == {"10452": "written_back"}
        if flow:
            assert sent(here, "DEL_000002.xml") == '<cancel id="10452" no="1" of="SO-1"/>\n'
        else:
            assert here.codes() == ["cancelled-after-export"]


def test_a_cancellation_that_is_carried_out_after_all_is_told_when_the_store_wants_the_order(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        answer(here, "DEL_000002.xml", "10452;no;;packed already")
        here.run_pass()
        here.shop.edit(10452, status="processing")
        here.run_pass()
        assert here.codes() == []
        answer(here, "DEL_000002.xml", "10452;ok;;")
        here.run_pass()
        assert here.codes() == ["reopened-after-cancellation"]


def test_a_change_that_is_made_after_all_is_undone_by_a_further_change_when_the_store_took_it_back(
    tmp_path: Path,
) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        before = here.shop.order(10452)["billing"]["city"]
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        answer(here, "CHG_000002.xml", "10452;no;;packed already")
        here.run_pass()
        here.shop.edit(10452, billing=address(city=before))
        here.run_pass()
        assert (here.codes(), here.file_numbers()) == ([], [1, 2])
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert f"<city>{before}</city>" in sent(here, "CHG_000003.xml")


def test_a_change_that_is_accepted_under_another_number_is_told_and_not_applied(tmp_path: Path) -> None:
    """The ERP may have made a second document of it."""
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        answer(here, "CHG_000002.xml", "10452;ok;SO-9;")
        here.run_pass()
        (shown,) = here.exceptions()
        assert shown.code == "answer-contradicts"
        assert "now says accepted as SO-9, but said accepted as SO-1 earlier" in shown.message
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert here.files()[1].state.value == "answered"


def test_a_refused_change_that_is_accepted_after_a_further_one_went_out_is_told_in_its_own_words(
    tmp_path: Path,
) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        for city in ("Poznań", "Radom"):
            here.shop.edit(10452, billing=address(city=city))
            here.run_pass()
        answer(here, "CHG_000002.xml", "10452;no;;packed already")
        here.run_pass()
        answer(here, "CHG_000002.xml", "10452;ok;SO-1;")
        here.run_pass()
        assert here.open_exceptions() == [("An earlier change of order 10452 was accepted late", ["10452"])]


def test_a_withdrawn_change_is_sent_again_with_the_newest_state_of_the_order(tmp_path: Path) -> None:
    with acme(tmp_path / "w") as here:
        accepted_order(here)
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        with here.site() as site:
            site.ledger.acts.withdraw_file("acme", 2, "ada", "wrong warehouse")
        (shown,) = here.exceptions()
        assert shown.code == "change-withdrawn"
        assert "orders link" not in shown.action
        with here.site() as site:
            site.ledger.acts.retry_exception(shown.exception_id, "ada", "once more")
        here.run_pass()
        assert "<city>Poznań</city>" in sent(here, "CHG_000003.xml")
