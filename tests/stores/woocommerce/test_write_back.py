"""The ERP's number reaches the shop once, never over another one, and changes nothing else of the order."""

from __future__ import annotations

from bridge.domain.errors import Doubtful, Refused, Unavailable
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import WriteBack, WriteBackOutcome
from bridge.stores.problems import StoreAnswerUnreadable, StoreKeyRefused, StoreUnreachable, StoreWriteInDoubt
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.shops import WooShop

W = WriteBackOutcome


def test_number_and_note_stand_in_the_order_once(shop: WooShop) -> None:
    (placed,) = shop.place()
    store = shop.open()
    for _ in range(3):
        list(store.write_back(numbers_for([placed])))
    assert shop.number_of(placed) == f"SO-{placed}"
    assert shop.simulator.notes(placed) == [f"ERP number SO-{placed} (acme)"]


def test_the_write_carries_meta_data_alone_so_that_the_shop_recalculates_nothing(shop: WooShop) -> None:
    (placed,) = shop.place()
    before = shop.simulator.order(placed)
    list(shop.open().write_back(numbers_for([placed])))
    after = shop.simulator.order(placed)
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"meta_data", "date_modified", "date_modified_gmt"}
    assert after["total"] == "24.60"


def test_250_orders_are_read_a_hundred_at_once(shop: WooShop) -> None:
    placed = shop.place(250)
    receipts = list(shop.open(note="").write_back(numbers_for(placed)))
    assert outcomes(receipts) == [W.WRITTEN] * 250
    seen = shop.simulator.requests()
    assert seen.count("GET /wp-json/wc/v3/orders") == 3
    assert len([request for request in seen if request.startswith("PUT ")]) == 250


def test_deleted_and_trashed_orders_are_gone(shop: WooShop) -> None:
    deleted, trashed, alive = shop.place(3)
    shop.simulator.shop.delete(deleted)
    shop.simulator.shop.set_status(trashed, "trash")
    assert outcomes(list(shop.open().write_back(numbers_for([deleted, trashed, alive])))) == [W.GONE, W.GONE, W.WRITTEN]


def test_an_order_deleted_between_read_and_write_is_gone(shop: WooShop) -> None:
    first, second = shop.place(2)
    receipts = shop.open().write_back(numbers_for([first, second]))
    assert next(receipts).outcome is W.WRITTEN
    shop.simulator.shop.delete(second)
    assert next(receipts).outcome is W.GONE


def test_a_foreign_number_is_reported_and_kept(shop: WooShop) -> None:
    placed = shop.place_as({"meta_data": [{"key": "_erp_number", "value": "OLD-1"}]})
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert (receipt.outcome, receipt.found) == (W.DIFFERENT, "OLD-1")
    assert shop.number_of(placed) == "OLD-1"
    assert shop.simulator.notes(placed) == []


def test_an_answer_lost_after_the_write_is_a_doubt_that_the_next_read_settles(shop: WooShop) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="PUT"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert receipt.outcome is W.FAILED
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert isinstance(receipt.error, Doubtful)
    (again,) = shop.open().write_back(numbers_for([placed]))
    assert again.outcome is W.ALREADY
    assert shop.simulator.notes(placed) == [f"ERP number SO-{placed} (acme)"]
    assert len([request for request in shop.simulator.requests() if request.startswith("PUT ")]) == 1


def test_an_answer_lost_after_the_note_adds_no_second_note(shop: WooShop) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="POST notes"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreWriteInDoubt)
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.ALREADY]
    assert shop.simulator.notes(placed) == [f"ERP number SO-{placed} (acme)"]


def test_a_cut_connection_before_the_write_is_tried_again(shop: WooShop) -> None:
    (placed,) = shop.place()
    shop.simulator.break_with(Fault(FaultKind.RESET_BEFORE, when="PUT"))
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert receipt.outcome is W.FAILED
    assert outcomes(list(shop.open().write_back(numbers_for([placed])))) == [W.WRITTEN]


def test_a_busy_shop_leaves_the_rest_untried_and_says_when(shop: WooShop) -> None:
    placed = shop.place(4)
    shop.simulator.break_with(Fault(FaultKind.WAIT_SECONDS, when="PUT", skip=1, seconds=60))
    receipts = list(shop.open(note="").write_back(numbers_for(placed)))
    assert outcomes(receipts) == [W.WRITTEN, W.FAILED, W.FAILED, W.FAILED]
    errors = [receipt.error for receipt in receipts[1:]]
    assert [error.retry_after_s for error in errors if isinstance(error, Unavailable)] == [60.0, 60.0, 60.0]
    assert len([request for request in shop.simulator.requests() if request.startswith("PUT ")]) == 2


def test_after_a_doubt_the_rest_is_untried_and_not_in_doubt(shop: WooShop) -> None:
    placed = shop.place(3)
    shop.simulator.break_with(Fault(FaultKind.RESET_AFTER, when="PUT"))
    receipts = list(shop.open(note="").write_back(numbers_for(placed)))
    kinds = [type(receipt.error) for receipt in receipts]
    assert kinds == [StoreWriteInDoubt, StoreUnreachable, StoreUnreachable]


def test_a_shop_that_cannot_be_read_is_not_written_to(shop: WooShop) -> None:
    placed = shop.place(2)
    shop.simulator.break_with(Fault(FaultKind.HTML))
    receipts = list(shop.open().write_back(numbers_for(placed)))
    assert [type(receipt.error) for receipt in receipts] == [StoreAnswerUnreadable, StoreAnswerUnreadable]
    assert shop.simulator.erp_numbers() == {}


def test_a_key_that_may_only_read_needs_a_person(shop: WooShop) -> None:
    (placed,) = shop.place()
    shop.simulator.shop.keys = type(shop.simulator.shop.keys)("ck_test", "cs_test", True)
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert isinstance(receipt.error, StoreKeyRefused)
    assert isinstance(receipt.error, Refused)
    assert "write the ERP number into an order" in str(receipt.error)


def test_two_endpoints_can_keep_their_numbers_apart_and_the_note_can_be_left_out(shop: WooShop) -> None:
    (placed,) = shop.place()
    store = shop.open(erp_number_key="_erp_number_{endpoint}", note="")
    numbers = [WriteBack(placed, placed, f"{endpoint}-1", endpoint) for endpoint in ("acme", "globex")]
    assert outcomes(list(store.write_back(numbers))) == [W.WRITTEN, W.WRITTEN]
    rows = {row["key"]: row["value"] for row in shop.simulator.order(placed)["meta_data"]}
    assert rows == {"_erp_number_acme": "acme-1", "_erp_number_globex": "globex-1"}
    assert shop.simulator.notes(placed) == []


def test_a_number_with_blanks_around_is_known_again(shop: WooShop) -> None:
    (placed,) = shop.place()
    padded = WriteBack(placed, placed, " 00471 ", "acme")
    assert outcomes(list(shop.open().write_back([padded]))) == [W.WRITTEN]
    assert outcomes(list(shop.open().write_back([padded]))) == [W.ALREADY]
    assert len(shop.simulator.notes(placed)) == 1


def test_an_id_that_is_no_woocommerce_id_is_gone_and_never_part_of_an_address(shop: WooShop) -> None:
    (receipt,) = shop.open().write_back(numbers_for(["1/../../users/1"]))
    assert receipt.outcome is W.GONE
    assert shop.simulator.requests() == []


def test_the_status_changes_together_with_the_number_where_that_is_asked_for(shop: WooShop) -> None:
    placed = [shop.place_as({"status": status}) for status in ("processing", "on-hold")]
    store = shop.open(status_after={"processing": "completed"})
    assert outcomes(list(store.write_back(numbers_for(placed)))) == [WriteBackOutcome.WRITTEN] * 2
    assert [shop.simulator.shop.order(one)["status"] for one in placed] == ["completed", "on-hold"]
    assert "status" in store.describe().writes and "status" not in shop.open().describe().writes
    # A status that bridge.toml itself names is no unknown one to a second ERP, which gets the order after it.
    assert "in-erp" in shop.open(status_after={"processing": "in-erp"}).describe().statuses


def test_a_status_that_the_shop_does_not_keep_is_told(shop: WooShop) -> None:
    (placed,) = shop.place()
    shop.simulator.shop.edit(placed, status="processing")
    (receipt,) = shop.open(status_after={"processing": "in-the-erp"}).write_back(numbers_for([placed]))
    assert receipt.outcome is WriteBackOutcome.FAILED
    assert shop.number_of(placed) is None
    assert receipt.error is not None and receipt.error.problem.action


def test_a_number_among_meta_rows_with_numbered_keys_is_seen_and_kept(shop: WooShop) -> None:
    placed = shop.place_as({"meta_data": [{"key": "_erp_number", "value": "OLD-1"}]})
    rows = shop.simulator.order(placed)["meta_data"]
    shop.simulator.shop.edit(placed, meta_data={"3": rows[0]})  # as PHP writes them once a plugin took one out
    (receipt,) = shop.open().write_back(numbers_for([placed]))
    assert (receipt.outcome, receipt.found) == (W.DIFFERENT, "OLD-1")
