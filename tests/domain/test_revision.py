"""The canonical bytes of an order and the digest that tells revisions apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contract import (
    Line,
    LineKind,
    Order,
    Party,
    Payment,
    PaymentPart,
    PaymentState,
    Refund,
    TaxTotal,
    Totals,
)
from bridge.domain.revision import content_of, customer_key, order_from_content, revision_digest

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def order(**changes: Any) -> Order:
    fields: dict[str, Any] = {
        "store": "shop",
        "store_order_id": "10452",
        "number": "10452",
        "created_at": NOON,
        "updated_at": NOON,
        "currency": "PLN",
        "payment": Payment(method="card", state=PaymentState.PAID, paid_at=NOON),
        "billing": Party(email="Anna@Example.com", city="Łódź"),
        "lines": (Line(position=1, sku="007", quantity=Decimal("1.50"), net=Decimal("10"), gross=Decimal("10.0")),),
        "totals": Totals(net=Decimal("10"), tax=Decimal("-0.00"), gross=Decimal("1E+1")),
    }
    return Order(**{**fields, **changes})


def test_amounts_have_the_currencys_digits_and_other_numbers_no_trailing_zeros() -> None:
    tree = json.loads(content_of(order()))
    assert tree["totals"]["gross"] == "10.00"
    assert tree["totals"]["tax"] == "0.00"
    assert tree["lines"][0]["net"] == "10.00"
    assert tree["lines"][0]["quantity"] == "1.5"
    assert tree["created_at"] == "2026-11-20T12:00:00Z"
    assert tree["billing"]["city"] == "Łódź"


@pytest.mark.parametrize("writings", [["12.5", "12.50", "1.25E+1", "12.500"], ["1.25E+1", "12.500", "12.50", "12.5"]])
def test_equal_numbers_have_one_text_whichever_came_first(writings: list[str]) -> None:
    lines = tuple(
        Line(position=at, quantity=Decimal(text), net=Decimal(text), discount=-Decimal(text))
        for at, text in enumerate(writings, start=1)
    )
    for digits, written in ((2, "12.50"), (3, "12.500")):
        tree = json.loads(content_of(order(lines=lines, currency_digits=digits)))
        assert {line["quantity"] for line in tree["lines"]} == {"12.5"}
        assert {line["net"] for line in tree["lines"]} == {written}
        assert {line["discount"] for line in tree["lines"]} == {f"-{written}"}


def test_yen_have_no_digits() -> None:
    tree = json.loads(content_of(order(currency="JPY", currency_digits=0)))
    assert tree["totals"]["gross"] == "10"


def test_an_amount_finer_than_the_currency_keeps_its_digits() -> None:
    totals = Totals(net=Decimal("10.005"), tax=Decimal(0), gross=Decimal("10.005"))
    assert json.loads(content_of(order(totals=totals)))["totals"]["net"] == "10.005"


def test_keys_are_sorted_so_that_equal_orders_are_equal_bytes() -> None:
    tree = json.loads(content_of(order()))
    assert list(tree) == sorted(tree)


def test_the_order_is_read_back_equal() -> None:
    whole = order(
        lines=(
            Line(position=1, kind=LineKind.KIT, tax_rate=Decimal("0.23"), net=Decimal("0.1"), tax=Decimal("0.02")),
            Line(position=2, kind=LineKind.KIT_COMPONENT, parent_position=1),
        ),
        totals=Totals(
            net=Decimal("1.10"),
            tax=Decimal("0.02"),
            gross=Decimal("1.12"),
            by_rate=(TaxTotal(rate=Decimal("0.23"), net=Decimal("0.1"), tax=Decimal("0.02")),),
        ),
        extra={"coupons": "SPRING"},
        read_live=("lines.sku",),
    )
    assert order_from_content(content_of(whole)) == whole


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=2),
    st.decimals(min_value=0, max_value=10**6, allow_nan=False),
    st.text(max_size=20).filter(lambda text: text.isprintable()),
)
def test_any_amounts_and_texts_are_read_back_equal(amount: Decimal, quantity: Decimal, name: str) -> None:
    line = Line(position=1, name=name, quantity=quantity, net=amount, gross=amount)
    whole = order(lines=(line,), totals=Totals(net=amount, tax=Decimal(0), gross=amount))
    assert order_from_content(content_of(whole)) == whole


def test_the_payments_that_a_refund_went_back_to_stand_in_the_content_only_where_the_store_tells_them() -> None:
    untold = Refund(refund_id="r1", amount=Decimal(5))
    (written,) = json.loads(content_of(order(refunds=(untold,))))["refunds"]
    assert "parts" not in written  # contents are compared with those of versions that did not know it
    card = PaymentPart(method="card", amount=Decimal(5), transaction_id="T-1")
    told = order(refunds=(untold.model_copy(update={"parts": (card,)}),))
    assert json.loads(content_of(told))["refunds"][0]["parts"] == [
        {"method": "card", "amount": "5.00", "transaction_id": "T-1"}
    ]
    assert order_from_content(content_of(told)) == told


def test_the_same_value_written_otherwise_is_the_same_revision() -> None:
    first = order(totals=Totals(net=Decimal("10"), tax=Decimal("0"), gross=Decimal("10")))
    second = order(totals=Totals(net=Decimal("10.00"), tax=Decimal("0.0"), gross=Decimal("1E+1")))
    assert revision_digest(first) == revision_digest(second)


@pytest.mark.parametrize(
    "changes",
    [
        {"updated_at": datetime(2026, 11, 21, tzinfo=UTC)},
        {"fulfilment_status": "shipped"},
    ],
)
def test_what_the_store_moves_by_itself_is_no_new_revision(changes: dict[str, Any]) -> None:
    assert revision_digest(order(**changes)) == revision_digest(order())


@pytest.mark.parametrize(
    "changes",
    [
        {"cancelled": True},
        {"billing": Party(city="Gdynia")},
        {"customer_note": "ring twice"},
        {"payment": Payment(method="card", state=PaymentState.REFUNDED)},
        {"lines": (Line(position=1, sku="008", net=Decimal(10), gross=Decimal(10)),)},
    ],
)
def test_what_a_person_changes_is_a_new_revision(changes: dict[str, Any]) -> None:
    assert revision_digest(order(**changes)) != revision_digest(order())


def test_a_field_that_the_store_reads_live_is_no_new_revision() -> None:
    def with_sku(sku: str, read_live: tuple[str, ...]) -> Order:
        return order(lines=(Line(position=1, sku=sku, name="Kettle"),), read_live=read_live)

    assert revision_digest(with_sku("A", ("lines.sku",))) == revision_digest(with_sku("B", ("lines.sku",)))
    assert revision_digest(with_sku("A", ())) != revision_digest(with_sku("B", ()))


def test_the_customer_key_finds_one_customers_orders_and_shows_no_address() -> None:
    key = customer_key(order())
    assert key == customer_key(order(billing=Party(email=" anna@example.COM ")))
    assert key != customer_key(order(billing=Party(email="jan@example.com")))
    assert key is not None
    assert "anna" not in key


def test_without_e_mail_the_phone_is_the_key_and_without_both_there_is_none() -> None:
    assert customer_key(order(billing=Party(phone="+48 1"))) == customer_key(order(billing=Party(phone="+48 1")))
    assert customer_key(order(billing=Party(last_name="Nowak"))) is None
