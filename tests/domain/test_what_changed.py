"""What differs between two contents of an order, and whether it is anything to the ERP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import Line, Order, Payment, PaymentPart, PaymentState, Refund
from bridge.domain.revision import content_of
from bridge.domain.what_changed import differences, in_words, is_for_the_erp
from tests.domain.orders import order

BEFORE = order()


def changed(**changes: Any) -> Order:
    return BEFORE.model_copy(update=changes)


def found(after: Order) -> list[tuple[str, str, str]]:
    return [(one.field, one.before, one.after) for one in differences(content_of(BEFORE), content_of(after))]


def with_lines(*lines: Line) -> Order:
    return changed(lines=lines)


def test_a_field_is_told_with_what_it_was_and_is() -> None:
    after = changed(delivery=BEFORE.delivery.model_copy(update={"street": "Krótka 9"}))
    assert found(after) == [("delivery.street", BEFORE.delivery.street, "Krótka 9")]
    assert in_words(differences(content_of(BEFORE), content_of(after))) == "delivery street"


def test_a_quantity_is_told_at_its_line_and_a_moved_line_is_no_difference() -> None:
    first, *rest = BEFORE.lines
    more = first.model_copy(update={"quantity": first.quantity + 1})
    assert [one[0] for one in found(with_lines(more, *rest))] == [f"lines[{first.position}].quantity"]
    moved = [line.model_copy(update={"position": line.position + 1}) for line in BEFORE.lines]
    assert found(with_lines(*moved)) == []


def test_added_and_removed_lines_are_told_whole() -> None:
    extra = Line(position=9, sku="NEW-1", name="Lid", quantity=Decimal(2), gross=Decimal("4.00"))
    (added,) = differences(content_of(BEFORE), content_of(with_lines(*BEFORE.lines, extra)))
    assert (added.field, added.before, added.after) == ("lines[9]", "", "2 x NEW-1, 4.00 gross")
    assert added.in_words == "line 9 added"
    (gone,) = differences(content_of(with_lines(*BEFORE.lines, extra)), content_of(BEFORE))
    assert gone.in_words == "line 9 taken away"


@pytest.mark.parametrize(
    ("changes", "matters"),
    [
        ({"status": "completed"}, False),
        ({"status": "completed", "fulfilment_status": "shipped", "tags": ("vip",)}, False),
        ({"payment": Payment(method=BEFORE.payment.method, state=PaymentState.PAID, transaction_id="T-9")}, False),
        ({"payment": Payment(method="other", state=BEFORE.payment.state)}, True),
        ({"status": "completed", "customer_note": "Leave it at the door"}, True),
        ({"refunds": (Refund(refund_id="1", amount=Decimal(1)),)}, True),
        ({"lines": BEFORE.lines[:1]}, True),
    ],
)
def test_a_shops_own_words_are_nothing_to_the_erp(changes: dict[str, Any], matters: bool) -> None:
    assert is_for_the_erp(differences(content_of(BEFORE), content_of(changed(**changes)))) is matters


def test_a_product_renamed_or_deleted_since_is_no_change_of_an_order_whose_shop_reads_it_live() -> None:
    live = {"read_live": ("lines.sku",)}
    first, *rest = BEFORE.lines
    now = changed(**live, status="completed", lines=(first.model_copy(update={"sku": ""}), *rest))
    there = differences(content_of(changed(**live)), content_of(now))
    assert [(one.field, one.before, one.after) for one in there] == [
        ("lines[1].sku", "ABC-123", ""),
        ("status", "processing", "completed"),
    ]
    assert not is_for_the_erp(there)
    kept = differences(content_of(BEFORE), content_of(changed(lines=now.lines)))
    assert is_for_the_erp(kept)


def later(moment: datetime | None, **span: float) -> datetime | None:
    return moment and moment + timedelta(**span)


@pytest.mark.parametrize(
    ("hours", "is_zone"), [(2, True), (-11, True), (5.75, True), (0, True), (24, False), (1.05, False), (720, False)]
)
def test_times_that_moved_by_the_hours_between_two_zones_are_no_change(hours: float, is_zone: bool) -> None:
    refund = Refund(refund_id="1", refunded_at=datetime(2026, 1, 9, 8, 0, tzinfo=UTC), amount=Decimal(1))
    paid = BEFORE.payment.model_copy(update={"paid_at": datetime(2026, 3, 5, 8, 0, tzinfo=UTC)})
    before = changed(refunds=(refund,), payment=paid)
    moved: dict[str, Any] = {
        "created_at": later(before.created_at, hours=hours),
        "updated_at": later(before.updated_at, hours=hours),
        "payment": paid.model_copy(update={"paid_at": later(paid.paid_at, hours=hours)}),
        "refunds": (refund.model_copy(update={"refunded_at": later(refund.refunded_at, hours=hours - 1)}),),
    }
    found = differences(content_of(before), content_of(before.model_copy(update=moved)))
    assert is_for_the_erp(found) is not is_zone
    street = before.delivery.model_copy(update={"street": "Krótka 9"})
    found = differences(content_of(before), content_of(before.model_copy(update={**moved, "delivery": street})))
    assert is_for_the_erp(found)
    assert (in_words(found) == "delivery street") is is_zone
    failed = moved["payment"].model_copy(update={"state": PaymentState.FAILED})
    assert is_for_the_erp(differences(content_of(before), content_of(before.model_copy(update={"payment": failed}))))


def test_a_delivery_that_was_put_off_by_hours_is_a_change() -> None:
    before, after = ({"extra": {"deliver_at": f"2026-03-06T{hour}:00:00Z"}} for hour in ("08", "10"))
    assert is_for_the_erp(differences(content_of(changed(**before)), content_of(changed(**after))))


def test_money_that_comes_in_is_nothing_to_the_erp() -> None:
    totals = BEFORE.totals
    paid = totals.model_copy(update={"paid": totals.paid + 1, "due": totals.due - 1})
    part = PaymentPart(method="cod", amount=Decimal(1))
    at = datetime(2026, 3, 5, tzinfo=UTC)
    payment = BEFORE.payment.model_copy(update={"parts": (part,), "paid_at": at})
    assert not is_for_the_erp(differences(content_of(BEFORE), content_of(changed(totals=paid, payment=payment))))


@pytest.mark.parametrize("state", [PaymentState.FAILED, PaymentState.UNPAID, PaymentState.REFUNDED])
def test_money_that_is_taken_back_is_the_erps_business(state: PaymentState) -> None:
    payment = BEFORE.payment.model_copy(update={"state": state})
    assert is_for_the_erp(differences(content_of(BEFORE), content_of(changed(payment=payment))))
    less = BEFORE.totals.model_copy(update={"paid": BEFORE.totals.paid - 1, "due": BEFORE.totals.due + 1})
    assert is_for_the_erp(differences(content_of(BEFORE), content_of(changed(totals=less))))


def test_a_message_names_fields_and_never_their_values() -> None:
    after = changed(delivery=BEFORE.delivery.model_copy(update={"last_name": "Zebra", "city": "Wola"}))
    words = in_words(differences(content_of(BEFORE), content_of(after)))
    assert words == "delivery city, delivery last name"


def test_a_long_list_of_fields_is_cut_with_how_many_more() -> None:
    names = ("company", "first_name", "last_name", "street", "postal_code", "city", "phone", "email")
    after = changed(delivery=BEFORE.delivery.model_copy(update=dict.fromkeys(names, "Changed")))
    assert in_words(differences(content_of(BEFORE), content_of(after))).endswith("and 2 more")


def test_an_order_that_cannot_be_read_any_more_is_a_difference() -> None:
    (one,) = differences(content_of(BEFORE), b"")
    assert (one.field, one.before, one.after) == ("order", "readable", "cannot be read")
    assert is_for_the_erp([one])


@given(st.permutations(list(BEFORE.lines)), st.booleans())
def test_no_difference_is_lost_whatever_the_order_of_lines(lines: list[Line], dearer: bool) -> None:
    if dearer:
        lines = [lines[0].model_copy(update={"gross": lines[0].gross + 1}), *lines[1:]]
    assert bool(found(with_lines(*lines))) is dearer
