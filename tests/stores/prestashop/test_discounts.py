"""Cart rules of a PrestaShop become what they mean, and the sums hold to the cent. The orders are made."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.domain.contract import LineKind, Order
from bridge.simulator.prestashop.orders import Basket, Goods, Rule
from bridge.testing.stores import readable
from tests.stores.prestashop.shop import FROM, PrestaWorld


def discounts(order: Order) -> list[tuple[str, str, str, str]]:
    found = [line for line in order.lines if line.kind is LineKind.DISCOUNT]
    return [(line.name, line.tax_code, str(line.net), str(line.gross)) for line in found]


def add_up(order: Order) -> bool:
    lines = sum((line.gross for line in order.lines), Decimal(0))
    tax = sum((line.tax for line in order.lines), Decimal(0))
    return lines + order.totals.rounding == order.totals.gross and tax == order.totals.tax


def test_a_voucher_is_one_negative_line_at_the_goods_rate(presta: PrestaWorld) -> None:
    order = presta.order(Basket([Goods("A", 2, "10.00")], rules=[Rule("Spring", "12.30", "10.00", code="SPRING10")]))
    assert discounts(order) == [("Spring", "23%", "-10.00", "-12.30")]
    assert (order.totals.gross, order.totals.discount, order.extra["coupons"]) == (
        Decimal("12.30"),
        Decimal(10),
        "SPRING10",
    )
    assert add_up(order)


def test_a_voucher_over_goods_of_two_rates_is_split_as_the_invoice_does(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "60.00"), Goods("B", 1, "40.00", rate="8")]
    order = presta.order(Basket(goods, rules=[Rule("Ten percent", "11.70", "10.00")]))
    assert discounts(order) == [("Ten percent", "23%", "-6.00", "-7.38"), ("Ten percent", "8%", "-4.00", "-4.32")]
    assert add_up(order) and order.totals.rounding == 0


def test_a_split_keeps_the_rules_own_sums_to_the_cent(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "33.33"), Goods("B", 1, "33.33", rate="8"), Goods("C", 1, "33.34", rate="5")]
    order = presta.order(Basket(goods, rules=[Rule("Off", "11.22", "10.01")]))
    shares = [line for line in order.lines if line.kind is LineKind.DISCOUNT]
    assert sum(line.net for line in shares) == Decimal("-10.01")
    assert sum(line.gross for line in shares) == Decimal("-11.22")
    assert all(line.net + line.tax == line.gross for line in shares)


def test_what_a_split_loses_by_rounding_is_never_a_tax_on_untaxed_goods(presta: PrestaWorld) -> None:
    goods = [Goods("BOOK", 1, "90.00", rate="0"), Goods("A", 1, "10.00"), Goods("B", 1, "10.00", rate="8")]
    order = presta.order(Basket(goods, rules=[Rule("Ten off", "10.27", "10.00")]))
    assert discounts(order) == [
        ("Ten off", "0%", "-8.18", "-8.18"),
        ("Ten off", "23%", "-0.91", "-1.11"),
        ("Ten off", "8%", "-0.91", "-0.98"),
    ]
    assert add_up(order)


def test_a_voucher_for_goods_of_one_rate_only_takes_that_rate(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "60.00"), Goods("B", 1, "40.00", rate="8")]
    order = presta.order(Basket(goods, rules=[Rule("Books", "21.60", "20.00")]))
    assert discounts(order) == [("Books", "8%", "-20.00", "-21.60")]


def test_a_voucher_whose_tax_fits_nothing_has_no_rate(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "60.00"), Goods("B", 1, "40.00", rate="8")]
    order = presta.order(Basket(goods, rules=[Rule("Odd", "21.00", "20.00")]))
    assert discounts(order) == [("Odd", "", "-20.00", "-21.00")]
    assert add_up(order)


THREE_RATES = [Goods("A", 1, "60.00"), Goods("B", 1, "40.00", rate="8"), Goods("C", 1, "100.00", rate="5")]
BOTH_SHARES = [("Selected", "23%", "-6.00", "-7.38"), ("Selected", "8%", "-4.00", "-4.32")]


@pytest.mark.parametrize(
    "goods",
    [
        THREE_RATES,
        [*THREE_RATES[:2], Goods("A2", 1, "300.00")],  # of one rate with a selected one
        [*THREE_RATES, Goods("A2", 1, "60.00")],  # whichever of A and A2 it is, the shares are the same
    ],
)
def test_a_voucher_on_selected_goods_takes_their_rates_where_only_one_selection_makes_its_tax(
    presta: PrestaWorld, goods: list[Goods]
) -> None:
    order = presta.order(Basket(goods, rules=[Rule("Selected", "11.70", "10.00")]))
    assert discounts(order) == BOTH_SHARES
    assert add_up(order) and order.totals.rounding == 0


def test_a_voucher_that_two_selections_explain_has_no_rate_but_its_percentage_tells_them_apart(
    presta: PrestaWorld,
) -> None:
    goods = [*THREE_RATES, Goods("A2", 1, "90.00"), Goods("B2", 1, "60.50", rate="8")]  # A2 and B2: 8.97 + 2.03 too
    rule = Rule("Selected", "11.70", "10.00")
    assert discounts(presta.order(Basket(goods, rules=[rule]))) == [("Selected", "", "-10.00", "-11.70")]
    told = replace(rule, percent="10.00", product=-2)
    assert discounts(presta.order(Basket(goods, rules=[told]))) == BOTH_SHARES


def test_a_percentage_that_no_selection_makes_leaves_the_voucher_without_a_rate(presta: PrestaWorld) -> None:
    order = presta.order(Basket(THREE_RATES, rules=[Rule("Selected", "11.70", "10.00", percent="15.00", product=-2)]))
    assert discounts(order) == [("Selected", "", "-10.00", "-11.70")]


def test_a_selection_counts_before_all_goods_where_the_shop_says_that_there_is_one(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "60.00"), Goods("B", 1, "40.00", rate="8"), Goods("A2", 1, "1.00")]
    order = presta.order(Basket(goods, rules=[Rule("Selected", "11.70", "10.00", percent="10.00", product=-2)]))
    assert discounts(order) == BOTH_SHARES
    all_of_them = presta.order(Basket(goods, rules=[Rule("All", "11.70", "10.00")]))
    assert discounts(all_of_them) == [("All", "23%", "-6.04", "-7.43"), ("All", "8%", "-3.96", "-4.27")]


def test_a_voucher_for_one_product_takes_its_rate(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "0.10", product=1), Goods("B", 1, "40.00", rate="22", product=7)]
    order = presta.order(Basket(goods, rules=[Rule("One", "0.06", "0.05", amount="0.06", product=7)]))
    assert discounts(order) == [("One", "22%", "-0.05", "-0.06")]


def test_a_voucher_for_the_cheapest_lies_on_one_piece_though_other_goods_make_its_tax_too(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "1.00", rate="25"), Goods("B", 2, "1.67", rate="20"), Goods("C", 1, "2.60", rate="10")]
    order = presta.order(Basket(goods, rules=[Rule("Cheapest", "0.13", "0.10", percent="10.00", product=-1)]))
    assert discounts(order) == [("Cheapest", "25%", "-0.10", "-0.13")]
    of_two = [Goods("B", 2, "1.67", rate="20"), Goods("C", 1, "2.60", rate="10")]
    order = presta.order(Basket(of_two, rules=[Rule("Cheapest", "1.00", "0.84", percent="50.00", product=-1)]))
    assert discounts(order) == [("Cheapest", "20%", "-0.84", "-1.00")]


def test_half_of_an_odd_price_fits_its_rate_though_net_and_gross_are_both_rounded(presta: PrestaWorld) -> None:
    goods = [Goods("A", 3, "67.14", rate="25")]  # half of it: 100.71 and 125.895, and as many as two roundings allow
    order = presta.order(Basket(goods, rules=[Rule("Half", "125.90", "100.71", percent="50.00")]))
    assert discounts(order) == [("Half", "25%", "-100.71", "-125.90")]


def test_a_voucher_over_all_goods_lies_on_what_an_earlier_one_left_of_them(presta: PrestaWorld) -> None:
    first = Rule("Half off A", "36.90", "30.00", percent="50.00", product=-2)
    second = Rule("Ten off", "10.00", "9.18", amount="10.00")  # on 30.00 at 23%, 40.00 at 8% and 100.00 at 5%
    order = presta.order(Basket(THREE_RATES, rules=[first, second]))
    assert discounts(order) == [
        ("Half off A", "23%", "-30.00", "-36.90"),
        ("Ten off", "23%", "-1.62", "-1.99"),
        ("Ten off", "8%", "-2.16", "-2.34"),
        ("Ten off", "5%", "-5.40", "-5.67"),
    ]


def test_an_amount_off_that_misses_all_goods_is_searched_for_nowhere(presta: PrestaWorld) -> None:
    order = presta.order(Basket(THREE_RATES, rules=[Rule("Ten off", "11.70", "10.00", amount="11.70")]))
    assert discounts(order) == [("Ten off", "", "-10.00", "-11.70")]


def test_a_gift_costs_nothing(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "60.00"), Goods("GIFT", 1, "5.00", product=9, combination=4)]
    rule = Rule("A gift", "6.15", "5.00", gift_product=9, gift_combination=4)
    order = presta.order(Basket(goods, rules=[rule]))
    gift = order.lines[1]
    assert (gift.kind, gift.sku, gift.unit_net, gift.discount) == (LineKind.GIFT, "GIFT", Decimal(5), Decimal(5))
    assert (gift.net, gift.tax, gift.gross) == (Decimal(0), Decimal(0), Decimal(0))
    assert discounts(order) == []
    assert add_up(order) and order.totals.gross == Decimal("73.80")


def test_a_given_piece_beside_a_bought_one_makes_the_line_cheaper(presta: PrestaWorld) -> None:
    goods = [Goods("GIFT", 3, "5.00", product=9)]
    order = presta.order(Basket(goods, rules=[Rule("A gift", "6.15", "5.00", gift_product=9)]))
    line = order.lines[0]
    assert (line.kind, line.quantity, line.net, line.gross) == (
        LineKind.PRODUCT,
        Decimal(3),
        Decimal(10),
        Decimal("12.30"),
    )
    assert line.discount == 5 and add_up(order)


def test_a_gift_and_a_percentage_in_one_rule(presta: PrestaWorld) -> None:
    goods = [Goods("A", 1, "100.00"), Goods("GIFT", 1, "5.00", product=9)]
    order = presta.order(Basket(goods, rules=[Rule("Both", "18.45", "15.00", gift_product=9)]))
    assert order.lines[1].kind is LineKind.GIFT
    assert discounts(order) == [("Both", "23%", "-10.00", "-12.30")]
    assert add_up(order)


def test_without_the_right_to_cart_rules_a_gift_is_goods_and_discount(presta: PrestaWorld) -> None:
    del presta.door.permissions["cart_rules"]
    goods = [Goods("A", 1, "60.00"), Goods("GIFT", 1, "5.00", product=9)]
    order = presta.order(Basket(goods, rules=[Rule("A gift", "6.15", "5.00", gift_product=9, code="SECRET")]))
    assert [line.kind.value for line in order.lines] == ["product", "product", "shipping", "discount"]
    assert order.extra["coupons"] == "A gift"
    assert add_up(order)


def test_free_shipping_lies_on_the_shipping_line(presta: PrestaWorld) -> None:
    goods = [Goods("BOOK", 1, "40.00", rate="8")]
    rule = Rule("Free", "12.30", "10.00", free_shipping=True)
    order = presta.order(Basket(goods, shipping="12.30", rules=[rule]))
    shipping = order.lines[1]
    assert (shipping.kind, shipping.net, shipping.gross, shipping.discount) == (
        LineKind.SHIPPING,
        Decimal(0),
        Decimal(0),
        Decimal(10),
    )
    assert discounts(order) == [] and add_up(order)


def test_free_shipping_with_a_percentage_leaves_the_rest_as_a_discount(presta: PrestaWorld) -> None:
    rule = Rule("Free and ten off", "24.60", "20.00", free_shipping=True)
    order = presta.order(Basket([Goods("A", 1, "100.00")], shipping="12.30", rules=[rule]))
    assert order.lines[1].gross == 0
    assert discounts(order) == [("Free and ten off", "23%", "-10.00", "-12.30")]
    assert add_up(order)


def test_a_rule_that_was_taken_back_takes_nothing_off(presta: PrestaWorld) -> None:
    placed = presta.people.place(Basket(rules=[Rule("Spring", "1.23", "1.00")]))
    rule = presta.people.tables.rows("order_cart_rules")[0]["id"]
    presta.people.tables.change("order_cart_rules", rule, deleted="1")
    presta.people.save(
        placed, total_discounts_tax_incl="0", total_discounts_tax_excl="0", total_paid_tax_incl="24.600000",
        total_paid_tax_excl="20.000000",
    )  # fmt: skip
    order = readable(list(presta.open().changed_since(None, FROM)))[placed]
    assert order.extra == {} and discounts(order) == []


def test_where_the_rules_miss_the_header_the_header_speaks(presta: PrestaWorld) -> None:
    basket = Basket(
        [Goods("A", 1, "100.00")], rules=[Rule("Fifty", "61.50", "50.00")],
        fields={"total_discounts_tax_incl": "12.300000", "total_discounts_tax_excl": "10.000000",
                "total_paid_tax_incl": "110.700000", "total_paid_tax_excl": "90.000000"},
    )  # fmt: skip
    order = presta.order(basket)
    assert discounts(order) == [("Discount", "23%", "-10.00", "-12.30")]
    assert add_up(order)


def test_a_gift_card_is_a_payment_and_takes_nothing_off(presta: PrestaWorld) -> None:
    rules = [Rule("Gift card", "10.00", "8.13", code="GC-77aa"), Rule("Spring", "1.23", "1.00", code="SPRING")]
    order = presta.order(Basket([Goods("A", 2, "10.00")], rules=rules), {"gift_card_codes": ["gc-"]})
    assert discounts(order) == [("Spring", "23%", "-1.00", "-1.23")]
    assert (order.totals.gross, order.totals.paid, order.totals.due) == (Decimal("23.37"), Decimal("23.37"), Decimal(0))
    assert [(part.method, str(part.amount)) for part in order.payment.parts] == [
        ("ps_wirepayment", "13.37"),
        ("gift_card", "10.00"),
    ]
    assert order.extra == {"coupons": "SPRING"}
    assert "77aa" not in order.model_dump_json()
    assert add_up(order)


def test_an_order_paid_by_gift_card_alone_is_paid(presta: PrestaWorld) -> None:
    rules = [Rule("Gift card", "24.60", "20.00", code="GC-1")]
    order = presta.order(Basket(rules=rules), {"gift_card_codes": ["GC-"]}, paid=False)
    assert (order.totals.gross, order.totals.due, order.payment.state.value) == (Decimal("24.60"), Decimal(0), "paid")


def test_rules_that_were_rounded_apart_from_their_sum_leave_a_rounding(presta: PrestaWorld) -> None:
    basket = Basket(
        [Goods("A", 1, "100.00")], rules=[Rule("One", "1.23", "1.00"), Rule("Two", "1.23", "1.00")],
        fields={"total_discounts_tax_incl": "2.470000", "total_paid_tax_incl": "120.530000"},
    )  # fmt: skip
    order = presta.order(basket)
    assert (len(discounts(order)), str(order.totals.rounding)) == (2, "-0.01")
    assert sum(line.gross for line in order.lines) - Decimal("0.01") == order.totals.gross


def test_shipping_that_costs_nothing_keeps_its_carriers_rate(presta: PrestaWorld) -> None:
    order = presta.order()
    assert (order.lines[1].kind, order.lines[1].tax_code, str(order.lines[1].gross)) == ("shipping", "23%", "0.00")
