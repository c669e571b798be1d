"""Orders that came in files are corrected by files, and the cures say so: what is written there can be done at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, canonical, world

pytestmark = pytest.mark.scenario
AGAIN = "What is corrected in shop counts once a new file with the order lies in its folder."


def actions(here: World) -> dict[str, str]:
    """The cure of each open exception, by its code."""
    return {one.code: one.action for one in here.exceptions()}


def without(number: str, **line: Any) -> dict[str, Any]:
    order = canonical(number)
    order["lines"][0].update(line)
    return order


def test_a_cure_in_the_shop_says_that_a_new_file_must_tell_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("a.jsonl", without("A-1", sku=""), without("A-2", sku="NEW-1"))
        here.go_round()
        found = actions(here)
        assert found["sku-missing"].endswith(f"bridge orders link A-1 NUMBER --reason TEXT. {AGAIN}")
        assert found["sku-unmapped"] == "Add NEW-1 to maps/sku.csv. All orders held by it then go on by themselves."
        here.drop("b.jsonl", canonical("A-1"))
        here.go_round()
        assert list(actions(here)) == ["sku-unmapped"]


def test_a_shop_that_is_asked_needs_no_new_file(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        here.order_paid(10452, sku="")
        here.go_round()
        assert actions(here)["sku-missing"].endswith("bridge orders link 10452 NUMBER --reason TEXT.")


def test_the_row_for_goods_without_a_sku_frees_them(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("a.jsonl", without("A-1", sku=""))
        here.go_round()
        here.edit_map("sku", ",1001,")
        here.go_round()
        assert (here.states(), here.exceptions()) == ({"A-1": "written_back"}, [])


def test_tax_without_a_code_or_a_rate_is_cured_in_the_shop_or_by_hand(tmp_path: Path) -> None:
    """Both ways that the cure names, done as it says; a map could do nothing."""
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("a.jsonl", *(without(number, tax_code="", tax_rate=None) for number in ("A-1", "A-2")))
        here.go_round()
        assert [one.code for one in here.exceptions()] == ["tax-rate-missing", "tax-rate-missing"]
        here.drop("b.jsonl", canonical("A-1"))
        with here.site() as site:
            site.ledger.acts.link("A-2", "SO-77", "ada", "entered by hand")
        here.go_round()
        assert (here.states(), here.exceptions()) == ({"A-1": "written_back", "A-2": "written_back"}, [])


def test_an_unreadable_order_is_corrected_by_a_file_while_the_old_one_is_in_work(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("a.jsonl", canonical("A-1") | {"currency": None}, canonical("A-2"))
        here.run_pass()
        assert actions(here) == {
            "order-file-malformed": "Drop a corrected file into the folder of shop. The order then goes on by itself. "
            "The file as it came lies in in-work, and from the next pass on in refused."
        }
        assert len(list((here.folder / "drop" / "in-work").glob("*-a.jsonl"))) == 1
        here.drop("b.jsonl", canonical("A-1"), canonical("A-2"))
        here.go_round()
        assert (here.states(), here.exceptions()) == ({"A-1": "written_back", "A-2": "written_back"}, [])
        assert len(list((here.folder / "drop" / "refused").glob("*-a.jsonl"))) == 1


def test_what_has_no_order_number_is_dismissed_when_the_corrected_file_is_there(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        (here.folder / "drop" / ".part").write_text(json.dumps(canonical("A-1"))[:-1], encoding="utf-8")
        (here.folder / "drop" / ".part").rename(here.folder / "drop" / "a.jsonl")
        here.run_pass()
        (found,) = here.exceptions()
        assert "Then: bridge exceptions dismiss ID --reason TEXT." in found.action
        here.drop("b.jsonl", canonical("A-1"))
        here.go_round()
        with here.site() as site:
            site.ledger.acts.dismiss_exception(found.exception_id, "test", "corrected in b.jsonl")
        here.go_round()
        assert here.exceptions() == []
        assert here.states()["A-1"] == "written_back"
