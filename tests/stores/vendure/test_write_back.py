"""The ERP's number in a real Vendure shop: read before write, never another one overwritten, whatever breaks."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.fault_proxy import FaultProxy
from tests.stores.vendure.shop import PASSWORD, USER, VendureShop

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("vendure"), pytest.mark.timeout(300)]
WRITE, READ = "mutation WriteNumber", "query ReadNumbers"
WRITTEN, ALREADY, FAILED = WriteBackOutcome.WRITTEN, WriteBackOutcome.ALREADY, WriteBackOutcome.FAILED


def written(shop: VendureShop, numbers: list[WriteBack], **options: Any) -> list[WriteBackReceipt]:
    return list(shop.open(**options).write_back(numbers))


def code_of(receipt: WriteBackReceipt) -> str:
    assert isinstance(receipt.error, BridgeError)
    return receipt.error.problem.code


def test_a_write_whose_answer_never_came_is_in_doubt_and_found_done_at_the_next_try(
    shop: VendureShop, proxy: FaultProxy
) -> None:
    first, second = shop.place(2)
    proxy.arm("reset-after", WRITE)
    receipts = written(shop, numbers_for([first, second]))
    assert outcomes(receipts) == [FAILED, FAILED]
    assert [code_of(one) for one in receipts] == ["store-write-in-doubt", "store-unreachable"]
    assert (shop.number_of(first), shop.number_of(second)) == (f"SO-{first}", None)
    assert outcomes(written(shop, numbers_for([first, second]))) == [ALREADY, WRITTEN]


@pytest.mark.parametrize("kind", ["cut", "cut-lying", "php-notice"])
def test_a_write_whose_answer_cannot_be_read_is_in_doubt_too(shop: VendureShop, proxy: FaultProxy, kind: str) -> None:
    (placed,) = shop.place()
    proxy.arm(kind, WRITE)
    (receipt,) = written(shop, numbers_for([placed]))
    assert code_of(receipt) == "store-write-in-doubt"
    assert outcomes(written(shop, numbers_for([placed]))) == [ALREADY]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("429", "store-busy"), ("503", "store-busy"), ("redirect-away", "store-address-wrong"),
     ("500-html", "store-write-in-doubt"), ("reset-before", "store-write-in-doubt")],
)  # fmt: skip
def test_a_write_that_was_not_taken_is_written_at_the_next_try(
    shop: VendureShop, proxy: FaultProxy, kind: str, code: str
) -> None:
    (placed,) = shop.place()
    proxy.arm(kind, WRITE)
    (receipt,) = written(shop, numbers_for([placed]))
    assert code_of(receipt) == code
    assert shop.number_of(placed) is None
    assert outcomes(written(shop, numbers_for([placed]))) == [WRITTEN]


def test_trouble_before_the_first_write_writes_nothing(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place(2)
    proxy.arm("502", READ)
    receipts = written(shop, numbers_for(placed))
    assert [code_of(one) for one in receipts] == ["store-failing", "store-failing"]
    assert proxy.seen(WRITE) == []


def test_a_session_that_ends_between_read_and_write_is_renewed_and_the_number_stands_once(
    shop: VendureShop, proxy: FaultProxy
) -> None:
    (placed,) = shop.place()

    def end_sessions(words: str) -> None:
        if WRITE in f"POST {words}" and len(proxy.seen(WRITE)) == 1:
            shop.server.admin_api_as(USER, PASSWORD)("mutation { logout { success } }")

    proxy.before = end_sessions
    assert outcomes(written(shop, numbers_for([placed]))) == [WRITTEN]
    assert len(proxy.seen(WRITE)) == 2
    assert shop.number_of(placed) == f"SO-{placed}"


def test_a_number_that_somebody_wrote_meanwhile_by_hand_stays(shop: VendureShop) -> None:
    (placed,) = shop.place()
    shop.write_number(placed, "BY-HAND")
    (receipt,) = written(shop, numbers_for([placed]))
    assert (receipt.outcome, receipt.found) == (WriteBackOutcome.DIFFERENT, "BY-HAND")
    assert shop.number_of(placed) == "BY-HAND"


def test_an_order_that_is_gone_is_told_as_gone_even_if_it_goes_between_read_and_write(
    shop: VendureShop, proxy: FaultProxy
) -> None:
    gone, going = shop.place(2)
    shop.remove(gone)

    def remove(words: str) -> None:
        if "WriteNumber" in words:
            shop.remove(going)

    proxy.before = remove
    receipts = written(shop, [*numbers_for([gone, going]), WriteBack("no-such-id", "x", "SO-X", "acme")])
    assert outcomes(receipts) == [WriteBackOutcome.GONE] * 3


@pytest.mark.parametrize("field", ["noSuchField", "readOnlyNumber"])
def test_a_field_that_is_not_there_or_cannot_be_written_is_said_with_its_cure(shop: VendureShop, field: str) -> None:
    placed = shop.place(2)
    receipts = written(shop, numbers_for(placed), erp_number_field=field)
    assert [code_of(one) for one in receipts] == ["store-field-missing"] * 2
    assert field in receipts[0].error.problem.action  # type: ignore[union-attr]  # it has one: its code was read


def test_two_endpoints_keep_their_numbers_in_fields_of_their_own(shop: VendureShop) -> None:
    (placed,) = shop.place()
    store = shop.open(erp_number_field="erpNumber{endpoint}")
    numbers = [WriteBack(placed, placed, "SO-2", "OfSecond"), WriteBack(placed, placed, "SO-1", "no-such")]
    receipts = list(store.write_back(numbers[:1]))
    assert outcomes(receipts) == [WRITTEN]
    assert shop.number_of(placed, "erpNumberOfSecond") == "SO-2"
    (missing,) = store.write_back(numbers[1:])
    assert code_of(missing) == "store-field-missing"
    assert "erpNumberno_such" in missing.error.problem.message  # type: ignore[union-attr]  # it has one


def test_hundreds_of_numbers_are_written_in_groups(shop: VendureShop, proxy: FaultProxy) -> None:
    placed = shop.place(120)
    assert outcomes(written(shop, numbers_for(placed))) == [WRITTEN] * 120
    assert len(proxy.seen(READ)) == 2
    proxy.forget()
    assert outcomes(written(shop, numbers_for(placed))) == [ALREADY] * 120
    assert proxy.seen(WRITE) == []


def test_an_api_key_of_the_least_rights_writes_as_a_login_does(shop: VendureShop) -> None:
    (placed,) = shop.place()
    assert outcomes(written(shop, numbers_for([placed]), api_key=True)) == [WRITTEN]
    assert shop.number_of(placed) == f"SO-{placed}"
