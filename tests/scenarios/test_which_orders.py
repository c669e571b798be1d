"""Which orders go, which wait and for how long, and which a person decides about: told as the business tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.cli.orders import whole_story
from bridge.reports import daily_report
from tests.cli.commands import bridge
from tests.world import World, address, canonical, world

pytestmark = pytest.mark.scenario

TRANSFER: dict[str, Any] = {"payment_method": "bacs", "status": "on-hold", "date_paid_gmt": None}
PAID: dict[str, Any] = {"status": "processing", "date_paid_gmt": "2026-03-20T10:00:00"}
GERMAN = address(country="DE", postcode="10115", address_1="Torstraße 1", city="Berlin")


def rules(*tables: str) -> str:
    """Rules of the world's flow, each given by its keys."""
    return "\n".join(f"[[flows.shop-acme.rules]]\n{table}\n" for table in tables)


def told(here: World, number: str) -> dict[str, Any]:
    """What `bridge orders show --json` prints of an order."""
    with here.site() as site:
        (view,) = site.ledger.reading.find_orders(number)
        return whole_story(site, view)


def reasons(here: World) -> list[tuple[str, str, list[str]]]:
    """(class, reason, orders) of the day's report."""
    with here.site() as site:
        (day,) = {order.received_day for order in site.ledger.reading.orders()}
        return [(one.report_class.value, one.reason, one.numbers) for one in daily_report(site, day).reasons]


def release(here: World, *store_order_ids: str) -> None:
    """Somebody lets named orders go."""
    with here.site() as site:
        site.ledger.acts.release("shop-acme", store_order_ids, "ada", "looked at")


def test_an_order_unpaid_at_first_sight_and_paid_twenty_days_later_goes_through(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, status="pending", date_paid_gmt=None)
        here.go_round()
        assert told(here, "10452")["rule_words"] == "Not paid yet; it goes as soon as the store says that it is."
        here.later(days=20)
        here.go_round()
        assert here.erp.external_ids() == []
        here.shop.edit(10452, **PAID)
        here.go_round()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.open_exceptions() == []


def test_a_bank_transfer_waits_is_told_after_its_days_and_goes_when_the_money_comes(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="payment_wait_days = 10") as here:
        here.order_paid(10452, **TRANSFER)
        here.go_round()
        waiting = told(here, "10452")
        assert (waiting["state"], waiting["rule"]) == ("received", "bank-transfer")
        words = "Waits for the bank transfer; it goes as soon as the store says that it is paid."
        assert waiting["rule_words"] == words
        assert reasons(here) == [("waiting", words, ["10452"])]
        assert ("waits", words.partition(" ")[0] and "bank-transfer") in [
            (line["verb"], line["reason"]) for line in waiting["story"]
        ]
        here.later(days=9)
        here.go_round()
        assert here.open_exceptions() == []
        here.later(days=2)
        here.go_round()
        assert here.open_exceptions() == [(f"Still waiting after 10 days: {words.rstrip('.')}", ["10452"])]
        here.later(days=9)
        here.shop.edit(10452, **PAID)
        here.go_round()
        assert here.open_exceptions() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_an_order_that_waits_costs_no_judgement_until_something_changes(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, **TRANSFER)
        (first,) = here.run_pass()
        (second,) = here.run_pass()
        assert (first.moved["check"], second.moved["check"]) == (1, 0)
        here.edit_settings('mode = "full"', 'mode = "full"\npayment_wait_days = 3')
        (third,) = here.run_pass()
        assert third.moved["check"] == 1
        assert [line["verb"] for line in told(here, "10452")["story"]].count("waits") == 1


def test_cash_on_delivery_goes_unpaid_by_its_policy_and_processing_alone_is_not_paid(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, payment_method="cod", date_paid_gmt=None)
        here.order_paid(10453, payment_method="stripe", date_paid_gmt=None)
        here.go_round()
        assert here.erp.external_ids() == ["10452"]
        assert told(here, "10453")["rule"] == "unpaid"


def test_orders_that_a_mistaken_rule_skipped_go_once_it_is_corrected_and_somebody_says_so(tmp_path: Path) -> None:
    flow = rules('name = "branch"\naction = "skip"\nreason = "The branch sends these."\ncountry = ["DE", "PL"]')
    with world(tmp_path / "w") as here:
        settings = here.folder / "bridge.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + flow, encoding="utf-8")
        here.order_paid(10451, status="pending", date_paid_gmt=None, billing=address(country="CZ"))
        here.order_paid(10452)
        here.order_paid(10453)
        here.order_paid(10454, billing=GERMAN)
        here.go_round()
        skipped = bridge(here, "orders", "skipped", "shop-acme", "--json").json()
        assert [(row["rule"], row["orders"]) for row in skipped] == [("skip:branch", 3), ("unpaid", 1)]
        here.edit_settings('country = ["DE", "PL"]', 'country = ["DE"]')
        here.go_round()
        assert set(here.states().values()) == {"skipped"}
        again = ("orders", "judge-again", "shop-acme")
        refused = bridge(here, *again, "--rule", "skip:brunch", "--reason", "wrong country", "--json")
        assert refused.exit_code == 1 and "the rule skip:brunch skips none" in refused.err
        by_rule = ("--rule", "skip:branch", "--reason", "wrong country", "--by", "ada", "--json")
        assert bridge(here, *again, *by_rule).json()["judged"] == 3
        here.go_round()
        assert here.states() == {
            "10451": "skipped", "10452": "written_back", "10453": "written_back", "10454": "skipped",
        }  # fmt: skip
        told_of = [
            (line["verb"], line["actor"]) for line in told(here, "10452")["story"] if line["reason"] == "wrong country"
        ]
        assert told_of == [("moved", "ada")]
        assert bridge(here, *again, "10454", "--reason", "customer called", "--json").json()["judged"] == 1
        here.go_round()
        assert told(here, "10454")["rule"] == "skip:branch"


def test_each_order_shows_by_which_rule_it_was_skipped_waits_or_is_held(tmp_path: Path) -> None:
    flow = rules(
        'name = "no-germany"\naction = "skip"\nreason = "The German branch sends these."\ncountry = ["DE"]',
        'name = "large"\naction = "hold"\nreason = "Check the credit limit"\namount_min = 100\ncurrency = "EUR"',
        'name = "new"\naction = "wait"\nstatus = ["pending"]\nwait_max = "7 days"',
    )
    with world(tmp_path / "w", flow="") as here:
        settings = here.folder / "bridge.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + flow, encoding="utf-8")
        here.order_paid(10452, billing=GERMAN)
        here.order_paid(
            10453, line_items=[{"sku": "1001", "name": "Cup", "quantity": 9, "total": "90.00", "tax_rate": "23"}]
        )
        here.order_paid(10454, status="pending")
        here.order_paid(10455)
        here.go_round()
        assert here.erp.external_ids() == ["10455"]
        skipped = told(here, "10452")
        assert (skipped["state"], skipped["rule"]) == ("skipped", "skip:no-germany")
        assert skipped["rule_words"] == "Skipped by rule no-germany: The German branch sends these"
        assert told(here, "10454")["rule_words"] == "Waits by rule new."
        assert here.open_exceptions() == [("Rule large of shop-acme holds orders: Check the credit limit", ["10453"])]
        assert reasons(here)[:3] == [
            ("failed", "Rule large of shop-acme holds orders: Check the credit limit", ["10453"]),
            ("waiting", "Waits by rule new.", ["10454"]),
            ("skipped", "Skipped by rule no-germany: The German branch sends these", ["10452"]),
        ]
        here.shop.edit(10454, status="processing")
        release(here, "10453")
        here.go_round()
        assert sorted(here.erp.external_ids()) == ["10453", "10454", "10455"]
        assert here.open_exceptions() == []


def test_a_rule_that_is_written_later_holds_what_was_ready_and_one_that_is_taken_out_frees_it(tmp_path: Path) -> None:
    hold = rules('name = "stop"\naction = "hold"\ncountry = ["PL"]')
    with world(tmp_path / "w", mode="test") as here:
        here.order_paid(10452)
        here.run_pass()
        assert here.states() == {"10452": "ready"}
        settings = here.folder / "bridge.toml"
        plain = settings.read_text(encoding="utf-8").replace('mode = "test"', 'mode = "full"')
        for action, state in (("hold", "held"), ("wait", "received"), ("hold", "held")):
            settings.write_text(plain + hold.replace("hold", action), encoding="utf-8")
            here.run_pass()
            assert here.states() == {"10452": state}
        settings.write_text(plain, encoding="utf-8")
        here.go_round()
        assert here.erp.external_ids() == ["10452"]


def test_a_status_that_nobody_knows_is_held_and_goes_when_somebody_has_decided(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452, status="abholbereit")
        here.order_paid(10453, status="abholbereit")
        here.order_paid(10454)
        here.go_round()
        assert here.erp.external_ids() == ["10454"]
        assert here.open_exceptions() == [
            ("shop has a status 'abholbereit', which no rule knows", ["10452", "10453"]),
        ]
        here.edit_settings('mode = "full"', 'mode = "full"\nknown_statuses = ["abholbereit"]')
        here.go_round()
        assert sorted(here.erp.external_ids()) == ["10452", "10453", "10454"]
        assert here.open_exceptions() == []


def test_an_order_cancelled_while_it_waits_is_never_sent_and_asks_nobody(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="payment_wait_days = 10") as here:
        here.order_paid(10452, **TRANSFER)
        here.go_round()
        here.shop.edit(10452, status="cancelled")
        here.later(days=30)
        here.go_round()
        assert here.states() == {"10452": "cancelled"}
        assert here.open_exceptions() == []


def test_a_person_cancels_an_order_that_waited_too_long(tmp_path: Path) -> None:
    with world(tmp_path / "w", flow="payment_wait_days = 10") as here:
        here.order_paid(10452, **TRANSFER)
        here.order_paid(10453, **TRANSFER)
        here.go_round()
        here.later(days=11)
        here.go_round()
        with here.site() as site:
            site.ledger.acts.cancel("10452", "ada", "the buyer gave up")
        here.go_round()
        assert [numbers for _, numbers in here.open_exceptions()] == [["10453"]]
        assert here.states() == {"10452": "cancelled", "10453": "held"}


def refunded(number: str, amount: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """An order of which this was given back."""
    order = canonical(number, "61.50")
    order["lines"][0] |= {"quantity": "5", "unit_net": "10.00"}
    order["payment"]["state"] = "partially_refunded"
    order["totals"]["refunded"] = amount
    order["refunds"] = [{"refund_id": f"r-{number}", "amount": amount, "lines": list(lines)}]
    return order


def gross(here: World) -> dict[str, str]:
    """What the ERP has of each order."""
    return {one.external_id: str(one.gross) for one in here.erp.documents()}


TWO_CUPS = {"position": 1, "quantity": "2", "net": "20.00", "tax": "4.60", "gross": "24.60"}


def test_an_order_refunded_in_part_before_its_export_waits_for_a_decision(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("one.jsonl", refunded("A-1", "24.60", TWO_CUPS), refunded("A-2", "10.00"), canonical("A-3"))
        here.go_round()
        assert here.erp.external_ids() == ["A-3"]
        assert here.open_exceptions() == [
            ("Orders of shop-acme were refunded in part before they were exported", ["A-1", "A-2"])
        ]
        assert told(here, "A-1")["refund_words"] == (
            "Refunded 24.60 PLN of 61.50 before it was exported; a person decides."
        )
        assert told(here, "A-3")["refund_words"] is None
        here.edit_settings('mode = "full"', 'mode = "full"\nrefunded_before = "full"')
        here.go_round()
        assert here.open_exceptions() == []
        assert gross(here) == {"A-1": "61.50", "A-2": "61.50", "A-3": "24.60"}
        assert told(here, "A-1")["refund_words"] == (
            "Refunded 24.60 PLN of 61.50 before it was exported; it goes at its whole value."
        )


def test_an_order_goes_without_what_was_refunded_and_its_file_and_the_report_count_what_went(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow='refunded_before = "reduce"') as here:
        here.drop("one.jsonl", refunded("A-1", "24.60", TWO_CUPS), refunded("A-2", "10.00"))
        here.go_round()
        assert here.open_exceptions() == []
        assert gross(here) == {"A-1": "36.90", "A-2": "51.50"}
        (file,) = here.files()
        assert file.totals == {"PLN": "88.40"}
        with here.site() as site:
            assert [str(one.gross) for one in site.ledger.reading.control_totals()] == ["88.40"]


def test_an_order_that_waits_to_be_picked_goes_when_it_is_and_its_later_words_are_no_change(tmp_path: Path) -> None:
    waits = rules('name = "picking"\naction = "wait"\nfulfilment_status = ["open", "picking"]')

    def told_as(word: str) -> dict[str, Any]:
        return {**canonical("A-1"), "fulfilment_status": word}

    with world(tmp_path / "w", "csv", store="folder") as here:
        settings = here.folder / "bridge.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + waits, encoding="utf-8")
        for number, word in enumerate(("open", "open", "picking")):
            here.drop(f"{number}.jsonl", told_as(word))
            here.go_round()
            assert told(here, "A-1")["rule"] == "wait:picking"
        here.drop("picked.jsonl", told_as("picked"))
        here.go_round()
        assert here.erp.external_ids() == ["A-1"]
        for word in ("shipped", "open", "delivered"):
            here.drop(f"{word}.jsonl", told_as(word))
            here.go_round()
        assert here.open_exceptions() == []
        assert told(here, "A-1")["changes"] == []
        assert len(told(here, "A-1")["revisions"]) == 3


def test_an_order_that_a_person_let_go_past_a_word_makes_no_change_when_the_word_moves(tmp_path: Path) -> None:
    holds = rules('name = "fragile"\naction = "hold"\nfulfilment_status = ["check"]')
    with world(tmp_path / "w", "csv", store="folder") as here:
        settings = here.folder / "bridge.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + holds, encoding="utf-8")
        here.drop("one.jsonl", {**canonical("A-1"), "fulfilment_status": "check"})
        here.go_round()
        release(here, "A-1")
        here.go_round()
        assert here.erp.external_ids() == ["A-1"]
        here.drop("two.jsonl", {**canonical("A-1"), "fulfilment_status": "shipped"})
        here.go_round()
        assert here.open_exceptions() == []
