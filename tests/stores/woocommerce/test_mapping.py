"""What a WooCommerce order becomes in the canonical contract."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import LineKind, Order, PaymentState
from bridge.domain.refunds import reduced
from bridge.domain.revision import revision_digest
from bridge.stores.base import StoreOrder
from bridge.stores.woocommerce.mapping import Beside, store_order
from bridge.stores.woocommerce.settings import TEST_MARKS, MetaKeys

KEYS = MetaKeys(test_marks=TEST_MARKS, extra={"gift_text": "_gift_text"})
RATE_23 = {"rate_id": 7, "rate_percent": 23, "compound": False}


def line(**changes: Any) -> dict[str, Any]:
    return {
        "id": 11, "name": "Kettle", "sku": "007", "quantity": 2, "tax_class": "", "subtotal": "20.00",
        "subtotal_tax": "4.60", "total": "20.00", "total_tax": "4.60", "taxes": [{"id": 7, "total": "4.6"}],
        "meta_data": [], **changes,
    }  # fmt: skip


def raw(**changes: Any) -> dict[str, Any]:
    return {
        "id": 10452, "number": "10452", "status": "processing", "currency": "PLN", "parent_id": 0,
        "date_created_gmt": "2026-03-02T08:00:00", "date_modified_gmt": "2026-03-02T08:05:00",
        "date_paid_gmt": "2026-03-02T08:01:00", "payment_method": "p24", "transaction_id": "T-1",
        "total": "24.60", "total_tax": "4.60", "discount_total": "0.00", "shipping_total": "0.00",
        "line_items": [line()], "shipping_lines": [], "fee_lines": [], "tax_lines": [RATE_23], "refunds": [],
        "billing": {"last_name": "Nowak", "address_1": "Lipowa 1", "city": "Gdynia", "email": "a@b.pl", "phone": "1"},
        "shipping": {}, "meta_data": [], **changes,
    }  # fmt: skip


def told(**changes: Any) -> StoreOrder:
    return store_order("shop", raw(**changes), "{}", KEYS)


def mapped(**changes: Any) -> Order:
    found = told(**changes)
    assert found.order is not None, found.problem
    return found.order


def mapped_with(details: list[dict[str, Any]], **changes: Any) -> Order:
    """The order with the answers of its refunds."""
    found = store_order("shop", raw(**changes), "{}", KEYS, Beside(details))
    assert found.order is not None, found.problem
    return found.order


def meta(**values: Any) -> list[dict[str, Any]]:
    return [{"id": place, "key": key, "value": value} for place, (key, value) in enumerate(values.items())]


def test_net_and_tax_are_carried_as_stored_and_the_rate_comes_from_the_tax_line() -> None:
    order = mapped()
    (one,) = order.lines
    assert (one.net, one.tax, one.gross) == (Decimal("20.00"), Decimal("4.60"), Decimal("24.60"))
    assert (one.tax_rate, one.tax_code) == (Decimal("0.23"), "standard")
    assert (one.unit_net, one.unit_gross) == (Decimal(10), Decimal("12.3"))
    assert [(part.rate, part.net, part.tax) for part in order.totals.by_rate] == [
        (Decimal("0.23"), Decimal("20.00"), Decimal("4.60"))
    ]


def test_times_are_utc() -> None:
    order = mapped()
    assert order.created_at.isoformat() == "2026-03-02T08:00:00+00:00"
    assert order.payment.paid_at is not None
    assert order.payment.paid_at.isoformat() == "2026-03-02T08:01:00+00:00"


def test_gift_cards_are_payments_because_the_total_is_already_reduced() -> None:
    order = mapped(total="4.60", gift_cards=[{"id": 1, "code": "SECRET", "amount": 20}], date_paid_gmt=None)
    assert (order.totals.gross, order.totals.paid, order.totals.due) == (
        Decimal("24.60"), Decimal(20), Decimal("4.60"),
    )  # fmt: skip
    assert order.payment.state is PaymentState.UNPAID
    assert "SECRET" not in order.model_dump_json()


def test_an_order_paid_wholly_by_gift_cards_is_paid() -> None:
    order = mapped(total="0.00", gift_cards=[{"amount": "24.60"}], date_paid_gmt=None)
    assert (order.payment.state, order.totals.due) == (PaymentState.PAID, Decimal(0))


def test_cash_on_delivery_in_processing_is_not_paid() -> None:
    order = mapped(payment_method="cod", date_paid_gmt=None)
    assert (order.payment.state, order.totals.paid, order.totals.due) == (
        PaymentState.UNPAID, Decimal(0), Decimal("24.60"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "failed", "date_paid_gmt": None}, PaymentState.FAILED),
        ({"status": "on-hold", "payment_method": "bacs", "date_paid_gmt": None}, PaymentState.UNPAID),
        ({"refunds": [{"id": 1, "total": "-4.60"}]}, PaymentState.PARTIALLY_REFUNDED),
        ({"refunds": [{"id": 1, "total": "-24.60"}], "status": "refunded"}, PaymentState.REFUNDED),
    ],
)
def test_where_the_money_stands(changes: dict[str, Any], state: PaymentState) -> None:
    assert mapped(**changes).payment.state is state


@pytest.mark.parametrize(("status", "cancelled"), [("cancelled", True), ("trash", True), ("on-hold", False)])
def test_cancelled_statuses(status: str, cancelled: bool) -> None:
    assert mapped(status=status).cancelled is cancelled


def test_shipping_and_fees_are_lines_and_a_negative_fee_is_a_discount() -> None:
    order = mapped(
        shipping_lines=[{"method_id": "flat_rate:3", "method_title": "Courier", "total": "10.00", "total_tax": "2.30",
                         "taxes": [{"id": 7, "total": "2.3"}]}],
        fee_lines=[{"name": "Wrap", "total": "1.00", "total_tax": "0.00", "taxes": []},
                   {"name": "Loyal", "total": "-2.00", "total_tax": "-0.46", "taxes": [{"id": 7, "total": "-0.46"}]}],
        total="35.44",
        total_tax="6.44",
        shipping_total="10.00",
    )  # fmt: skip
    assert [(each.position, each.kind, each.gross) for each in order.lines] == [
        (1, LineKind.PRODUCT, Decimal("24.60")),
        (2, LineKind.SHIPPING, Decimal("12.30")),
        (3, LineKind.FEE, Decimal("1.00")),
        (4, LineKind.DISCOUNT, Decimal("-2.46")),
    ]
    assert (order.shipping_method, order.totals.shipping, order.totals.rounding) == (
        "flat_rate", Decimal("10.00"), Decimal("0.00"),
    )  # fmt: skip


def test_an_untaxed_amount_never_travels_under_a_taxed_class() -> None:
    assert mapped(line_items=[line(total_tax="0.00", taxes=[])], total="20.00").lines[0].tax_code == "zero-rate"


def test_two_rates_add_up_and_a_compound_one_is_charged_on_top() -> None:
    rates = [{"rate_id": 1, "rate_percent": 5, "compound": False}, {"rate_id": 2, "rate_percent": 10, "compound": True}]
    both = line(taxes=[{"id": 1, "total": "1"}, {"id": "2", "total": "2.1"}], total_tax="3.10")
    assert mapped(line_items=[both], tax_lines=rates, total="23.10", total_tax="3.10").lines[0].tax_rate == Decimal(
        "0.155"
    )


def test_a_rate_that_the_shop_does_not_say_is_left_empty() -> None:
    assert mapped(tax_lines=[{"rate_id": 7}]).lines[0].tax_rate is None


def test_rounding_of_one_cent_a_taxed_line_is_rounding_and_a_larger_gap_is_not() -> None:
    assert mapped(total="24.61").totals.rounding == Decimal("0.01")
    assert mapped(total="24.62").totals.rounding == 0


def test_tax_rounded_only_in_the_sum_is_rounded_line_by_line() -> None:
    uneven = line(total_tax="4.604999", taxes=[{"id": 7, "total": "4.604999"}])
    order = mapped(line_items=[uneven, {**uneven, "id": 12}], total="49.21", total_tax="9.21")
    assert [each.tax for each in order.lines] == [Decimal("4.60"), Decimal("4.60")]
    assert order.totals.rounding == Decimal("0.01")


def test_tax_that_is_a_coin_only_in_the_sum_is_rounded_away_in_each_line() -> None:
    tiny = line(
        total="0.02", subtotal="0.02", total_tax="0.0046", subtotal_tax="0.0046", taxes=[{"id": 7, "total": "0.0046"}]
    )
    order = mapped(line_items=[tiny, {**tiny, "id": 12}], total="0.05", total_tax="0.01")
    assert (order.totals.tax, order.totals.rounding) == (Decimal("0.00"), Decimal("0.01"))


@pytest.mark.parametrize(("total", "digits"), [("1200", 0), ("1200.00", 2), ("1200.000", 3)])
def test_the_digits_are_the_shops_and_not_the_iso_tables(total: str, digits: int) -> None:
    sums = dict.fromkeys(("total_tax", "discount_total", "shipping_total"), f"{Decimal(0):.{digits}f}")
    assert mapped(currency="JPY", total=total, **sums).currency_digits == digits


def test_an_empty_shipping_address_means_to_the_billing_address() -> None:
    assert mapped().delivery.city == "Gdynia"
    other = mapped(shipping={"last_name": "Kos", "address_1": "Polna 2", "city": "Sopot"})
    assert (other.delivery.city, other.delivery.email, other.delivery.phone) == ("Sopot", "a@b.pl", "1")


def test_plugins_keys_give_tax_id_house_number_pickup_point_and_buyers_number() -> None:
    values = meta(
        _billing_nip="5260250274", _billing_house_number="7a", _paczkomat_id="GDY01M", _billing_po_number="PO-9"
    )
    order = mapped(meta_data=values)
    assert (order.billing.tax_id, order.billing.house_number) == ("5260250274", "7a")
    assert (order.pickup_point_id, order.buyer_order_number) == ("GDY01M", "PO-9")


def test_the_pickup_point_may_stand_in_the_shipping_line() -> None:
    shipping = [{"method_id": "locker", "total": "0.00", "meta_data": meta(_pickup_point_id="X1")}]
    assert mapped(shipping_lines=shipping).pickup_point_id == "X1"


def test_a_gift_is_a_free_line_that_a_plugin_marked() -> None:
    free = {"subtotal": "0.00", "subtotal_tax": "0", "total": "0.00", "total_tax": "0.00", "taxes": []}
    gift = line(id=12, **free, meta_data=meta(_free_gift="yes"))
    order = mapped(line_items=[line(), gift, line(id=13, **free)])
    assert [each.kind for each in order.lines] == [LineKind.PRODUCT, LineKind.GIFT, LineKind.PRODUCT]


def test_named_raw_fields_and_marks_stand_in_extra() -> None:
    order = mapped(meta_data=meta(_wcpay_mode="test", _gift_text="Happy"), coupon_lines=[{"code": "SPRING"}])
    assert order.extra == {"test": "yes", "gift_text": "Happy", "coupons": "SPRING"}


def test_a_surcharge_that_lifts_a_line_above_its_subtotal_is_no_negative_discount() -> None:
    (one,) = mapped(line_items=[line(subtotal="18.00", subtotal_tax="4.14")]).lines
    assert (one.discount, one.unit_net, one.net) == (Decimal("0"), Decimal("10"), Decimal("20.00"))


def test_a_refund_tells_which_lines_it_gave_back() -> None:
    order = mapped_with(
        [{
            "id": 77, "date_created_gmt": "2026-03-03T09:00:00", "shipping_lines": [],
            "line_items": [{
                "quantity": -1, "total": "-10.00", "total_tax": "-2.30", "meta_data": meta(_refunded_item_id="11"),
            }],
        }],
        refunds=[{"id": 77, "total": "-12.30"}, {"id": 78, "total": "-1.00"}],
    )  # fmt: skip
    with_line, money_alone = order.refunds
    assert (with_line.amount, with_line.refunded_at) == (Decimal("12.30"), datetime(2026, 3, 3, 9, tzinfo=UTC))
    (given,) = with_line.lines
    assert (given.position, given.quantity, given.net, given.tax, given.gross) == (
        1, Decimal(1), Decimal("10.00"), Decimal("2.30"), Decimal("12.30"),
    )  # fmt: skip
    assert (money_alone.amount, money_alone.lines) == (Decimal("1.00"), ())
    assert order.totals.refunded == Decimal("13.30")


def test_a_fee_that_took_something_off_is_given_back_with_its_sign() -> None:
    loyalty = {
        "id": 21,
        "name": "Loyalty",
        "total": "-5.00",
        "total_tax": "-1.15",
        "taxes": [{"id": 7, "total": "-1.15"}],
    }
    told = {"total": "5.00", "total_tax": "1.15", "meta_data": meta(_refunded_item_id="21")}
    goods = {"quantity": -2, "total": "-20.00", "total_tax": "-4.60", "meta_data": meta(_refunded_item_id="11")}
    order = mapped_with(
        [{"id": 77, "date_created_gmt": "2026-03-03T09:00:00", "line_items": [goods], "fee_lines": [told]}],
        line_items=[line(), line(id=12, sku="008", quantity=1, total="10.00", total_tax="2.30")],
        fee_lines=[loyalty], total="30.75", total_tax="5.75", refunds=[{"id": 77, "total": "-18.45"}],
    )  # fmt: skip
    (refund,) = order.refunds
    assert [(one.position, one.quantity, one.net, one.tax, one.gross) for one in refund.lines] == [
        (1, Decimal(2), Decimal("20.00"), Decimal("4.60"), Decimal("24.60")),
        (3, Decimal(0), Decimal("-5.00"), Decimal("-1.15"), Decimal("-6.15")),
    ]
    left = reduced(order)
    assert isinstance(left, Order)
    assert [(one.sku, one.gross) for one in left.lines] == [("008", Decimal("12.30"))]


def test_html_entities_become_characters() -> None:
    assert mapped(billing={"address_1": "O&#8217;Conner Skyway"}).billing.street == "O\u2019Conner Skyway"


@pytest.mark.parametrize(
    "changes",
    [
        {"meta_data": meta(_erp_number="SO-1", _views="17")},
        {"date_modified_gmt": "2026-03-09T08:00:00"},
        {"line_items": [line(sku=None)]},
        {"_links": {"self": []}, "currency_symbol": "z\u0142"},
    ],
)
def test_what_moves_by_itself_makes_no_new_revision(changes: dict[str, Any]) -> None:
    assert revision_digest(mapped(**changes)) == revision_digest(mapped())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"total": "twelve"}, "total is not a number"),
        ({"total": None}, "total is missing"),
        ({"total": "NaN"}, "total is not a number that an order can hold"),
        ({"total": "1E+999999"}, "total is not a number that an order can hold"),
        ({"currency": ""}, "currency is missing"),
        ({"date_created_gmt": None}, "date_created_gmt is missing"),
        ({"date_created_gmt": "yesterday"}, "date_created_gmt is not a time"),
        ({"line_items": "none"}, "line_items is not a list of groups"),
        ({"line_items": [line(quantity=[])]}, "line 1: quantity is not a number"),
        ({"billing": "Gdynia"}, "billing is not a group of fields"),
    ],
)
def test_a_malformed_order_says_which_field(changes: dict[str, Any], words: str) -> None:
    found = told(**changes)
    assert found.order is None
    assert found.problem is not None
    assert found.problem.message == f"Order 10452 of store shop cannot be read: {words}."
    assert found.store_order_id == "10452"
