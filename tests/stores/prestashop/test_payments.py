"""An order of a PrestaShop is paid by evidence alone, and what was given back is told. The orders are made."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.domain.contract import Order, PaymentState
from bridge.domain.refunds import reduced
from bridge.simulator.prestashop.orders import Basket, Goods
from bridge.testing.stores import readable
from tests.stores.prestashop.shop import FROM, PrestaWorld


def told(presta: PrestaWorld, placed: str) -> Order:
    return readable(list(presta.open().changed_since(None, FROM)))[placed]


def money(order: Order) -> tuple[PaymentState, str, str]:
    return (order.payment.state, str(order.totals.paid), str(order.totals.due))


def test_a_payment_pays(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.pay(placed, transaction_id="ch_17")
    order = told(presta, placed)
    assert money(order) == (PaymentState.PAID, "24.60", "0.00")
    assert order.payment.paid_at == presta.clock()
    assert [(part.method, str(part.amount), part.transaction_id) for part in order.payment.parts] == [
        ("ps_wirepayment", "24.60", "ch_17")
    ]
    assert order.payment.transaction_id == "ch_17"


def test_no_payment_is_unpaid_whatever_total_paid_is_called(presta: PrestaWorld) -> None:
    assert money(told(presta, presta.people.place(paid=False))) == (PaymentState.UNPAID, "0", "24.60")


def test_cash_on_delivery_is_unpaid_until_somebody_has_the_money(presta: PrestaWorld) -> None:
    fields = {"module": "ps_cashondelivery", "payment": "Cash on delivery"}
    placed = presta.people.place(Basket(fields=fields), paid=False)
    presta.people.set_state(placed, "13")
    order = told(presta, placed)
    assert (order.payment.method, order.status, order.payment.state) == (
        "ps_cashondelivery", "cod_validation", PaymentState.UNPAID,
    )  # fmt: skip


def test_a_paid_state_is_evidence_where_no_payment_is_kept(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.set_state(placed, "2")
    order = told(presta, placed)
    assert (money(order), order.payment.paid_at) == ((PaymentState.PAID, "24.60", "0.00"), None)


def test_a_payment_that_does_not_cover_the_order_leaves_a_rest(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.pay(placed, amount="20.00")
    assert money(told(presta, placed)) == (PaymentState.UNPAID, "20.00", "4.60")


def test_several_payments_add_up(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.add_payment(placed, "20.00", "a")
    presta.people.add_payment(placed, "4.60", "b")
    order = told(presta, placed)
    assert money(order)[0] is PaymentState.PAID
    assert [str(part.amount) for part in order.payment.parts] == ["20.00", "4.60"]


def test_a_payment_in_another_currency_counts_as_the_shop_converted_it(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.add_payment(placed)
    payment = presta.people.tables.rows("order_payments")[0]["id"]
    presta.people.tables.change("order_payments", payment, id_currency="4", amount="105.000000")
    order = told(presta, placed)
    assert (money(order), order.payment.parts) == ((PaymentState.PAID, "24.60", "0.00"), ())


def test_a_payment_for_two_orders_of_a_cart_pays_both_or_neither(presta: PrestaWorld) -> None:
    first = presta.people.place(paid=False, reference="ABCDEFGHI", cart="7")
    second = presta.people.place(paid=False, reference="ABCDEFGHI", cart="7")
    presta.people.add_payment(second, "30.00")
    assert [money(told(presta, one))[0] for one in (first, second)] == [PaymentState.UNPAID] * 2
    presta.people.add_payment(second, "19.20", moves=True)
    orders = [told(presta, one) for one in (first, second)]
    assert [money(order) for order in orders] == [(PaymentState.PAID, "24.60", "0.00")] * 2


def test_payment_error_and_refund_are_told_by_their_states(presta: PrestaWorld) -> None:
    failed, refunded = presta.people.place(paid=False), presta.people.place()
    presta.people.set_state(failed, "8")
    presta.people.set_state(refunded, "7")
    assert told(presta, failed).payment.state is PaymentState.FAILED
    assert told(presta, refunded).payment.state is PaymentState.REFUNDED


def test_a_slip_is_a_refund_with_its_lines(presta: PrestaWorld) -> None:
    goods = [Goods("A", 2, "10.00"), Goods("B", 1, "20.00", rate="8")]
    placed = presta.people.place(Basket(goods, shipping="12.30"))
    first, second = (row["id"] for row in presta.people.details(placed))
    slip = presta.people.refund(placed, {first: (1, "10.00", "12.30"), second: (1, "20.00", "21.60")}, "6.15")
    order = told(presta, placed)
    (refund,) = order.refunds
    assert (refund.refund_id, refund.refunded_at, str(refund.amount)) == (str(slip), presta.clock(), "40.05")
    assert [(line.position, str(line.quantity), str(line.net), str(line.tax)) for line in refund.lines] == [
        (1, "1", "10.00", "2.30"),
        (2, "1", "20.00", "1.60"),
        (3, "0", "6.15", "0.00"),
    ]
    assert (order.payment.state, str(order.totals.refunded)) == (PaymentState.PARTIALLY_REFUNDED, "40.05")
    assert str(order.totals.gross) == "58.50"
    assert presta.open().children(placed).refunds == order.refunds


@pytest.mark.parametrize(("back", "lines"), [("10.62", [(3, "7.38"), (4, "3.24")]), ("5.31", [])])
def test_shipping_at_several_rates_comes_back_whole_or_without_its_lines(
    presta: PrestaWorld, back: str, lines: list[tuple[int, str]]
) -> None:
    goods = [Goods("A", 1, "80.00"), Goods("BOOK", 1, "40.00", rate="8")]
    fields = {
        "total_shipping_tax_incl": "10.620000", "total_shipping_tax_excl": "9.000000", "carrier_tax_rate": "0.000",
        "total_paid_tax_incl": "152.220000", "total_paid_tax_excl": "129.000000",
    }  # fmt: skip
    placed = presta.people.place(Basket(goods, fields=fields))
    slip = presta.people.refund(placed, {}, back)
    presta.people.tables.change("order_slip", slip, total_shipping_tax_excl="9.000000" if lines else "4.500000")
    (refund,) = told(presta, placed).refunds
    assert (str(refund.amount), [(line.position, str(line.gross)) for line in refund.lines]) == (back, lines)


def test_an_amount_that_an_employee_chose_names_no_line(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    detail = presta.people.details(placed)[0]["id"]
    slip = presta.people.refund(placed, {detail: (1, "10.00", "12.30")})
    presta.people.tables.change("order_slip", slip, order_slip_type="2", amount="5.000000")
    (refund,) = told(presta, placed).refunds
    assert (str(refund.amount), refund.lines) == ("5.00", ())


def test_a_voucher_kept_back_is_off_the_slip_and_not_off_its_lines(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    detail = presta.people.details(placed)[0]["id"]
    slip = presta.people.refund(placed, {detail: (1, "10.00", "12.30")})
    presta.people.tables.change("order_slip", slip, order_slip_type="1", total_products_tax_incl="9.300000")
    (refund,) = told(presta, placed).refunds
    assert (str(refund.amount), refund.lines) == ("9.30", ())


def test_a_slip_gives_back_the_ecotax_that_is_a_line_of_its_own(presta: PrestaWorld) -> None:
    goods = [Goods("A", 2, "10.50", ecotax="0.50", ecotax_rate="0", tax_ids=("1",)), Goods("B", 1, "20.00")]
    placed = presta.people.place(Basket(goods))
    detail = presta.people.details(placed)[0]["id"]
    presta.people.refund(placed, {detail: (1, "10.50", "12.80")})
    order = told(presta, placed)
    back = [(line.position, str(line.quantity), str(line.net), str(line.tax)) for line in order.refunds[0].lines]
    levy = next(line.position for line in order.lines if line.sku == "@ecotax")
    assert back == [(1, "1", "10.00", "2.30"), (levy, "0", "0.50", "0.00")]
    left = reduced(order)
    assert isinstance(left, Order)
    kept = {line.sku: (str(line.quantity), str(line.net), str(line.tax)) for line in left.lines}
    assert (kept["A"], kept["@ecotax"]) == (("1", "10.00", "2.30"), ("1", "0.50", "0.00"))
    presta.people.refund(placed, {detail: (0, "5.00", "6.15")})  # of the price alone
    assert [str(line.gross) for line in told(presta, placed).refunds[1].lines] == ["6.15"]


def test_a_slip_of_an_old_shop_has_its_amount_alone(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    detail = presta.people.details(placed)[0]["id"]
    slip = presta.people.refund(placed, {detail: (1, "10.00", "12.30")})
    presta.people.tables.change(
        "order_slip", slip, total_products_tax_incl="", total_products_tax_excl="", amount="12.300000",
        shipping_cost_amount="3.000000", order_slip_type="",
    )  # fmt: skip
    (refund,) = told(presta, placed).refunds
    assert (str(refund.amount), [str(line.gross) for line in refund.lines]) == ("15.30", ["12.30"])


def test_a_line_deleted_since_leaves_the_amount(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    presta.people.refund(placed, {"999": (1, "10.00", "12.30")})
    (refund,) = told(presta, placed).refunds
    assert (str(refund.amount), refund.lines) == ("12.30", ())


def test_money_that_went_back_without_a_slip_is_a_refund(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    presta.people.add_payment(placed, "-4.60")
    order = told(presta, placed)
    assert [(refund.refund_id, str(refund.amount)) for refund in order.refunds] == [("payment-2", "4.60")]
    assert money(order) == (PaymentState.PARTIALLY_REFUNDED, "24.60", "0.00")


def test_all_of_it_given_back_is_refunded(presta: PrestaWorld) -> None:
    placed = presta.people.place()
    detail = presta.people.details(placed)[0]["id"]
    presta.people.refund(placed, {detail: (2, "20.00", "24.60")})
    order = told(presta, placed)
    assert (order.payment.state, order.totals.refunded) == (PaymentState.REFUNDED, Decimal("24.60"))


@pytest.mark.parametrize("reference", ["", "A|B", "x]&filter[id]=[1"])
def test_a_reference_that_cannot_be_asked_for_finds_no_foreign_payment(presta: PrestaWorld, reference: str) -> None:
    presta.people.place(reference="ABCDEFGHI")
    placed = presta.people.place(paid=False)
    presta.people.tables.change("orders", placed, reference=reference)
    order = told(presta, placed)
    assert (order.payment.state, order.number) == (PaymentState.UNPAID, reference or placed)


def test_a_foreign_payment_for_two_orders_counts_where_the_state_says_paid(presta: PrestaWorld) -> None:
    both = [presta.people.place(paid=False, reference="ABCDEFGHI", cart="7") for _ in range(2)]
    presta.people.add_payment(both[1], "210.00")
    presta.people.tables.change("order_payments", 1, id_currency="4")
    presta.people.set_state(both[0], "2")
    assert [money(told(presta, one))[0] for one in both] == [PaymentState.PAID, PaymentState.UNPAID]
