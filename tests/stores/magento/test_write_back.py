"""The ERP's number reaches the shop once, never over another one, and changes nothing else of the order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import Doubtful, Refused, Unavailable
from bridge.domain.revision import revision_digest
from bridge.simulator.magento.keys import ALL_RIGHTS
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import WriteBack, WriteBackOutcome
from bridge.stores.magento.problems import NumberTooLong, StatusRefused, StoreChangedMore, StoreWritesStopped
from bridge.stores.problems import (
    StoreBusy,
    StoreDidNotKeep,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
    StoreWriteInDoubt,
)
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.magento.shops import SIGNED, Magento

W = WriteBackOutcome


def posts(shop: Magento) -> list[str]:
    return [request for request in shop.simulator.requests() if request.startswith("POST ")]


def test_the_comment_stands_in_the_order_once(shop: Magento) -> None:
    (placed,) = shop.place()
    for _ in range(3):
        list(shop.open().write_back(numbers_for([placed])))
    assert shop.simulator.comments(placed) == [f"ERP number SO-{placed} (acme)"]


def test_the_comment_changes_nothing_else_and_mails_nobody(shop: Magento) -> None:
    (placed,) = shop.place()
    before = shop.shop.order(placed)
    list(shop.open().write_back(numbers_for([placed])))
    after = shop.shop.order(placed)
    assert {name for name in after if after[name] != before[name]} <= {"status_histories", "updated_at"}
    (row,) = after["status_histories"]
    assert (row["is_customer_notified"], row["is_visible_on_front"], row["status"]) == (0, 0, "processing")


def test_an_order_is_never_saved_unless_that_is_asked_for(shop: Magento) -> None:
    placed = shop.place(3)
    list(shop.open().write_back(numbers_for(placed)))
    assert posts(shop) == [f"POST /rest/all/V1/orders/{one}/comments" for one in placed]


def test_numbers_of_two_erps_stand_side_by_side(shop: Magento) -> None:
    (placed,) = shop.place()
    other = WriteBack(placed, placed, "B-77", "beta")
    assert outcomes(list(shop.open().write_back([*numbers_for([placed]), other]))) == [W.WRITTEN, W.WRITTEN]
    assert outcomes(list(shop.open().write_back([*numbers_for([placed]), other]))) == [W.ALREADY, W.ALREADY]


def test_what_people_write_is_no_number(shop: Magento) -> None:
    (placed,) = shop.place()
    for text in ("See ERP number SO-9 (acme), please", "ERP number SO-9 (beta)", "", None):
        shop.shop.comment(placed, {"comment": text, "status": "processing"})
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]


def test_another_number_is_reported_and_kept(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.comment(placed, {"comment": "ERP number OLD (acme)", "status": "processing"})
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert (receipt.outcome, receipt.found, posts(shop)) == (W.DIFFERENT, "OLD", [])


def test_a_comment_in_other_words_is_found_again(shop: Magento) -> None:
    (placed,) = shop.place()
    number = WriteBack(placed, "EXT-1", "SO & Co (1).*", "acme")
    store = shop.open(comment="[{endpoint}] {external_id}: {erp_number}.")
    assert outcomes(list(store.write_back([number]))) == [W.WRITTEN]
    assert shop.simulator.comments(placed) == ["[acme] EXT-1: SO & Co (1).*."]
    assert outcomes(list(store.write_back([number]))) == [W.ALREADY]
    (receipt,) = store.write_back([replace(number, erp_number="SO")])
    assert (receipt.outcome, receipt.found) == (W.DIFFERENT, "SO & Co (1).*")


@pytest.mark.parametrize(
    ("rewrites", "outcome"), [({"&": "&amp;"}, W.WRITTEN), ({"ERP": "E-R-P"}, W.FAILED)], ids=["escaped", "filtered"]
)
def test_a_comment_is_read_back(shop: Magento, rewrites: dict[str, str], outcome: WriteBackOutcome) -> None:
    """One that a module rewrites would not be found at the next try, and be written again."""
    (placed,) = shop.place()
    shop.shop.rewrites = rewrites
    number = WriteBack(placed, placed, "S&O-1", "acme")
    (receipt,) = shop.open().write_back([number])
    assert receipt.outcome is outcome
    assert isinstance(receipt.error, StoreDidNotKeep) is (outcome is W.FAILED)


@pytest.mark.parametrize("options", [{}, SIGNED], ids=["token", "signed"])
def test_an_answer_lost_after_the_write_is_a_doubt_that_the_next_read_settles(
    shop: Magento, options: dict[str, object]
) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST"))
    (receipt,) = shop.open(**options).write_back(numbers_for([placed]))
    assert receipt.outcome is W.FAILED
    assert isinstance(receipt.error, StoreWriteInDoubt) and isinstance(receipt.error, Doubtful)
    assert outcomes(list(shop.open(**options).write_back(numbers_for([placed])))) == [W.ALREADY]
    assert shop.simulator.comments(placed) == [f"ERP number SO-{placed} (acme)"]


def test_a_reset_before_the_write_is_tried_again_later_and_written_once(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE, when="POST"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]
    assert len(shop.simulator.comments(placed)) == 1


def test_after_trouble_with_the_shop_the_rest_is_not_tried(shop: Magento) -> None:
    placed = shop.place(3)
    shop.simulator.break_with(Fault(FaultKind.WAIT_SECONDS, when="POST", seconds=60))
    receipts = list(shop.open().write_back(numbers_for(placed)))
    assert outcomes(receipts) == [W.FAILED] * 3
    assert all(isinstance(receipt.error, StoreBusy) for receipt in receipts)
    assert len(posts(shop)) == 1


def test_after_a_doubt_the_rest_is_not_in_doubt(shop: Magento) -> None:
    placed = shop.place(2)
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST"))
    first, second = shop.open().write_back(numbers_for(placed))
    assert isinstance(first.error, Doubtful)
    assert isinstance(second.error, StoreUnreachable) and isinstance(second.error, Unavailable)


def test_a_missing_right_to_comment_is_named_and_held_for_a_person(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.keys = replace(shop.shop.keys, rights=ALL_RIGHTS - {"Magento_Sales::comment"})
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreKeyRefused) and "Magento_Sales::comment" in str(receipt.error)


@pytest.mark.parametrize("takes_any", [False, True], ids=["2.4.7", "older"])
def test_a_status_that_changed_since_the_reading_is_read_again(shop: Magento, takes_any: bool) -> None:
    """Sending the old one would set the order back in older releases; 2.4.7 refuses it."""
    shop.shop.takes_any_status = takes_any
    first, second = shop.place(2)
    receipts = shop.open().write_back(numbers_for([first, second]))
    next(receipts)
    shop.shop.edit(second, status="complete", state="complete")
    assert next(receipts).outcome is W.WRITTEN
    assert shop.shop.order(second)["status"] == "complete"


def test_a_status_that_changes_at_the_very_moment_is_taken_as_it_is_then(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.meanwhile.append(lambda: shop.shop.edit(placed, status="complete", state="complete"))
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]
    assert (shop.shop.order(placed)["status"], len(shop.simulator.comments(placed))) == ("complete", 1)


def test_a_comment_that_is_refused_for_another_reason_is_told(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.meanwhile += [lambda: shop.shop.edit(placed, status="a"), lambda: shop.shop.edit(placed, status="b")]
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreRequestRefused) and shop.simulator.comments(placed) == []


@pytest.mark.parametrize("fault", [FaultKind.HTML, FaultKind.PHP_NOTICE])
def test_a_page_in_place_of_the_answer_is_a_doubt(shop: Magento, fault: FaultKind) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(fault, when="POST"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreWriteInDoubt)
    list(shop.open().write_back(numbers_for([placed])))
    assert len(shop.simulator.comments(placed)) == 1


def test_an_edited_order_gets_the_number_in_its_newest_version(shop: Magento) -> None:
    (placed,) = shop.place()
    new = shop.shop.replace(placed)
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]
    assert (shop.simulator.comments(placed), len(shop.simulator.comments(new))) == ([], 1)


def test_a_deleted_order_is_gone_also_between_read_and_write(shop: Magento) -> None:
    first, second, third = shop.place(3)
    shop.remove(first)
    receipts = shop.open().write_back(numbers_for([first, second, third, "x"]))
    assert [next(receipts).outcome, next(receipts).outcome] == [W.GONE, W.WRITTEN]
    shop.remove(third)
    assert [next(receipts).outcome, next(receipts).outcome] == [W.GONE, W.GONE]


def test_an_order_deleted_at_the_very_moment_is_gone_once_the_shop_says_so(shop: Magento) -> None:
    first, second = shop.place(2)
    shop.shop.meanwhile.append(lambda: shop.shop.shelf.remove(int(first)))
    assert outcomes(list(shop.open().write_back(numbers_for([first])))) == [W.GONE]
    shop.shop.meanwhile.append(lambda: shop.shop.shelf.remove(int(second)))
    shop.simulator.break_with(Fault(FaultKind.MAINTENANCE, when="GET orders", skip=2))
    (receipt,) = shop.open().write_back(numbers_for([second]))
    assert receipt.outcome is W.FAILED and isinstance(receipt.error, StoreBusy)


def test_a_shop_without_the_route_does_not_make_orders_gone(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.NO_ROUTE, when="POST"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert receipt.outcome is W.FAILED and isinstance(receipt.error, Refused)


def test_250_orders_are_looked_through_a_hundred_at_once(shop: Magento) -> None:
    placed = [shop.place_as({}) for _ in range(250)]
    for one in placed:
        shop.shop.comment(one, {"comment": f"ERP number SO-{one} (acme)", "status": "pending"})
    before = len(shop.simulator.requests())
    assert outcomes(list(shop.open().write_back(numbers_for(placed)))) == [W.ALREADY] * 250
    assert len(shop.simulator.requests()) - before == 3


# status_after, on request

AFTER = {"status_after": {"processing": "in_the_erp"}}


@pytest.mark.parametrize("takes_any", [False, True], ids=["2.4.8", "older"])
def test_the_status_changes_together_with_the_number_and_the_state_never(shop: Magento, takes_any: bool) -> None:
    shop.shop.takes_any_status = takes_any
    shop.shop.statuses_of = {"processing": ("in_the_erp",)}
    paid, other = shop.place_as({}), shop.place_as({})
    shop.shop.pay(paid)  # of `other` the settings say nothing: it is pending
    before = revision_digest(shop.told(paid))
    store = shop.open(**AFTER)
    assert outcomes(list(store.write_back(numbers_for([paid, other])))) == [W.WRITTEN] * 2
    assert outcomes(list(store.write_back(numbers_for([paid, other])))) == [W.ALREADY] * 2
    after = [shop.shop.order(one) for one in (paid, other)]
    assert [(one["state"], one["status"]) for one in after] == [("processing", "in_the_erp"), ("new", "pending")]
    assert [row["is_customer_notified"] for one in after for row in one["status_histories"]] == [0, 0]
    assert "in_the_erp" in store.describe().statuses and store.describe().writes == ("erp_number", "status")
    told_again = shop.told(paid)
    assert revision_digest(told_again) != before  # as with any new status, which is no change to an ERP that has it
    assert revision_digest(told_again.model_copy(update={"status": "processing"})) == before


def test_a_status_that_belongs_to_no_such_state_is_a_refusal_and_the_number_waits_for_it(shop: Magento) -> None:
    first, second = shop.place(2)
    receipts = list(shop.open(**AFTER).write_back(numbers_for([first, second])))
    assert outcomes(receipts) == [W.FAILED, W.FAILED]
    for receipt in receipts:
        assert isinstance(receipt.error, StatusRefused)
    assert str(receipts[0].error).startswith(
        f'Order {first}: store shop does not take the status "in_the_erp" for an order in its state "processing".'
    )
    assert [(shop.shop.order(one)["status"], shop.simulator.comments(one)) for one in (first, second)] == [
        ("processing", []), ("processing", []),
    ]  # fmt: skip
    shop.shop.statuses_of = {"processing": ("in_the_erp",)}
    assert outcomes(list(shop.open(**AFTER).write_back(numbers_for([first, second])))) == [W.WRITTEN] * 2


def test_a_word_of_another_state_is_not_even_sent_to_a_shop_that_takes_any(shop: Magento) -> None:
    """Releases before 2.4.7 would write it, and show an order as complete that is not."""
    shop.shop.takes_any_status = True
    (placed,) = shop.place()
    shop.shop.edit(placed, status="packing")
    (receipt,) = shop.open(status_after={"packing": "complete"}).write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StatusRefused) and posts(shop) == []
    assert (shop.shop.order(placed)["status"], shop.shop.order(placed)["state"]) == ("packing", "processing")


def test_a_status_that_the_shop_does_not_show_was_not_kept(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.statuses_of = {"processing": ("in_the_erp",)}
    shop.shop.forgets = ("status",)
    (receipt,) = shop.open(**AFTER).write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreDidNotKeep) and "under status" in str(receipt.error)


def test_an_order_whose_status_changes_at_the_very_moment_gets_what_follows_from_there(shop: Magento) -> None:
    (placed,) = shop.place()
    shop.shop.statuses_of = {"complete": ("complete_erp",), "processing": ("in_the_erp",)}
    shop.shop.meanwhile.append(lambda: shop.shop.edit(placed, status="complete", state="complete"))
    store = shop.open(status_after={"processing": "in_the_erp", "complete": "complete_erp"})
    assert outcomes(list(store.write_back(numbers_for([placed])))) == [W.WRITTEN]
    assert (shop.shop.order(placed)["status"], len(shop.simulator.comments(placed))) == ("complete_erp", 1)


# ext_order_id, on request


def with_field(shop: Magento, tmp_path: Path) -> dict[str, object]:
    return {"ext_order_id": True, "stop_file": str(tmp_path / "state" / "shop.stop")}


def test_on_request_the_number_goes_into_ext_order_id_with_six_fields_alone(shop: Magento, tmp_path: Path) -> None:
    (placed,) = shop.place()
    before = shop.shop.order(placed)
    store = shop.open(**with_field(shop, tmp_path))
    assert outcomes(list(store.write_back(numbers_for([placed])))) == [W.WRITTEN]
    assert outcomes(list(store.write_back(numbers_for([placed])))) == [W.ALREADY]
    after = shop.shop.order(placed)
    assert {name for name in after if after[name] != before.get(name)} <= {
        "ext_order_id", "updated_at", "status_histories",
    }  # fmt: skip
    assert (after["ext_order_id"], len(shop.simulator.comments(placed))) == (f"SO-{placed}", 1)


def test_another_number_in_ext_order_id_is_kept(shop: Magento, tmp_path: Path) -> None:
    (placed,) = shop.place()
    shop.shop.edit(placed, ext_order_id="MARKETPLACE-5")
    (receipt,) = shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([placed]))
    assert (receipt.outcome, receipt.found) == (W.DIFFERENT, "MARKETPLACE-5")
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]  # without it, not our concern


def test_a_shop_that_changes_more_stops_all_such_writes_until_a_person_looked(shop: Magento, tmp_path: Path) -> None:
    first, second, third = shop.place(3)
    shop.shop.bites = True
    stopped = tmp_path / "state" / "shop.stop"
    receipts = list(shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([first, second])))
    assert outcomes(receipts) == [W.FAILED, W.FAILED]
    assert isinstance(receipts[0].error, StoreChangedMore) and isinstance(receipts[1].error, StoreWritesStopped)
    assert "only ext_order_id was written into store shop, and items.row_total changed with it" in str(
        receipts[0].error
    )
    assert stopped.read_text(encoding="utf-8").startswith(f"Order {first}: only ext_order_id was written")
    shop.shop.bites = False
    store = shop.open(**with_field(shop, tmp_path))  # the next pass, a new process
    (again,) = store.write_back(numbers_for([third]))
    assert isinstance(again.error, StoreWritesStopped)
    assert [finding.detail for finding in store.check() if not finding.fine] == [
        "nothing is written into ext_order_id: shop.stop is there"
    ]
    stopped.unlink()
    assert outcomes(list(store.write_back(numbers_for([third])))) == [W.WRITTEN]
    assert shop.shop.order(second).get("ext_order_id") is None


def test_a_save_without_an_answer_is_compared_at_once(shop: Magento, tmp_path: Path) -> None:
    first, second = shop.place(2)
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST"))
    (receipt,) = shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([first]))
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert outcomes(list(shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([first])))) == [W.WRITTEN]
    assert len(shop.simulator.comments(first)) == 1
    shop.shop.bites = True
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST"))
    (receipt,) = shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([second]))
    assert isinstance(receipt.error, StoreChangedMore)


def test_a_number_that_the_column_cannot_hold_is_not_sent(shop: Magento, tmp_path: Path) -> None:
    (placed,) = shop.place()
    (receipt,) = shop.open(**with_field(shop, tmp_path)).write_back([WriteBack(placed, placed, "9" * 65, "acme")])
    assert isinstance(receipt.error, NumberTooLong) and posts(shop) == []


def test_a_number_that_the_shop_does_not_show_was_not_kept(shop: Magento, tmp_path: Path) -> None:
    (placed,) = shop.place()
    shop.shop.forgets = ("ext_order_id",)
    (receipt,) = shop.open(**with_field(shop, tmp_path)).write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreDidNotKeep)
    assert shop.simulator.comments(placed) == []
