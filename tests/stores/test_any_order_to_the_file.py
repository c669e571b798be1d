"""From a shop's own text to the ERP's file: whatever was sold, the amounts that stand there are the shop's.

The shop's side are the figures of its own text; the file's side are readers that know the written agreement alone. An
order whose amounts cannot go as they are is held, and its problem names the sum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bridge.domain.checks import ADVISORY
from bridge.domain.contract import Order, Party
from bridge.domain.judgement import Judgement, Outcome, judge
from bridge.domain.maps import ROUNDING_SKU, CodeMap, Maps, tax_key
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.policies import FlowRules, PaymentPolicy, RefundedBefore, RoundedItem, Unmapped
from bridge.domain.revision import content_of, order_from_content
from bridge.domain.rules import Rules
from bridge.profiles import Profile, RenderRefused
from tests.profiles.csv_family import installed
from tests.profiles.edifact_family import ENDS
from tests.profiles.making import file_of
from tests.readers import csv_orders, edifact, fixed_width, ubl
from tests.stores.any_sale import Sale, many_sales
from tests.stores.magento import any_order as magento
from tests.stores.prestashop import any_order as prestashop
from tests.stores.rows import any_order as rows
from tests.stores.shopify import any_order as shopify
from tests.stores.vendure import any_order as vendure
from tests.stores.woocommerce import any_order as woocommerce

ZERO = Decimal(0)
Read = dict[str, Any]


def of_csv(content: bytes) -> Read:
    (order,) = csv_orders.read_orders(content)
    return order


def of_edifact(content: bytes) -> Read:
    assert edifact.sum_faults(content) == []
    (order,) = edifact.read_orders(content)
    return order


def of_fixed(content: bytes) -> Read:
    (order,) = fixed_width.read_file(content, "cp1250").orders
    return order


def of_ubl(content: bytes) -> Read:
    order = ubl.read_order(content)
    assert ubl.disagreements(order) == []
    return order


FILES: dict[str, tuple[Profile, Callable[[bytes], Read]]] = {
    "csv-orders": (installed("csv-orders"), of_csv),
    "edifact-orders-d96a": (installed("edifact-orders-d96a", syntax="UNOW", **ENDS), of_edifact),
    "fixed-width": (installed("fixed-width"), of_fixed),
    "ubl-order-2.1": (installed("ubl-order-2.1"), of_ubl),
}
SHOPS: Mapping[str, st.SearchStrategy[Sale]] = {
    "magento": magento.sales(),
    "prestashop": prestashop.sales(),
    "rows": rows.sales(),  # JSON, CSV and SQL
    "shopify": shopify.sales(),
    "shopify-export": rows.exported_sales(),
    "vendure": vendure.sales(),
    "woocommerce": woocommerce.sales(),
}
# Addresses and articles are not what is asked here.
FLOW = FlowRules(
    orders_from=datetime.min.replace(tzinfo=UTC),
    name="shop-acme",
    payment={"*": PaymentPolicy.ON_ACCOUNT},
    unmapped={"sku": Unmapped.SAME, "tax": Unmapped.SAME},  # a charge's tax may have neither code nor rate
    checks_off=tuple(ADVISORY - {"tax-disagrees"}),
)
ARTICLES = CodeMap({ROUNDING_SKU: "DIFF", "@tip": "TIP", "@duty": "DUTY", "@gift_card": "CARD", "": "NONE"})
SOMEBODY = Party(
    first_name="Ada", last_name="Example", street="High Street", house_number="1", postal_code="00-001", city="Town",
    country="PL",
)  # fmt: skip


def made_plain(order: Order) -> Order:
    """The order with the same amounts, to somebody whose address any ERP takes."""
    return order.model_copy(update={"billing": SOMEBODY, "delivery": SOMEBODY})


def maps_of(order: Order) -> Maps:
    """Short codes for all that the order names."""
    taxes = {tax_key(line): f"T{place}" for place, line in enumerate(order.lines) if tax_key(line)}
    payment, shipping = (CodeMap({code: "P24"}) for code in (order.payment.method, order.shipping_method))
    return Maps(ARTICLES, CodeMap(taxes), payment, shipping)


def judged(sale: Sale, order: Order, profile: Profile, policy: str) -> tuple[Judgement, Rules]:
    item = RoundedItem.PIECE if sale.rounds_pieces else RoundedItem.LINE
    flow = replace(FLOW, refunded_before=policy, rounded_item=item)
    rules = Rules(flow, maps_of(order), profile.limits, profile.characters, carries=profile.written or None)
    return judge(order, rules, "1"), rules


def explained(judgement: Judgement, sale: Sale, policy: str) -> None:
    """A held order says by how much what does not fit."""
    for problem in judgement.problems:
        if problem.code in ("refunded-before-export", "refund-unclear"):
            assert sale.refunded and policy != RefundedBefore.FULL
            (refunded, gross) = re.findall(r"refunded ([0-9.]+) [A-Z]{3} of ([0-9.]+) ", problem.message)[0]
            assert (Decimal(refunded), Decimal(gross)) == (sale.refunded, sale.gross)
        else:
            assert problem.code in ("number-too-fine", "number-too-long"), problem


def hold_against_the_shop(read: Read, sale: Sale, policy: str) -> None:
    """The file's amounts are the shop's: as sold, or less what was given back where the flow says so."""
    lines = read["lines"]
    of_lines = sum((line["net"] + line["tax"] for line in lines), ZERO)
    is_whole = policy != RefundedBefore.REDUCE or not sale.refunded
    gross = sale.gross if is_whole else sale.gross - sale.refunded
    rounding = gross - of_lines
    assert read["totals.gross"] == gross
    assert read["totals.paid"] + read["totals.due"] == gross
    assert abs(rounding) <= len(lines) * Decimal(1).scaleb(-sale.order.currency_digits)
    if is_whole:
        assert read["totals.tax"] in (sale.tax, sale.line_taxes)
        found = {line["erp_sku"]: line["net"] + line["tax"] for line in lines}
        assert {sku: found[sku] for sku in sale.goods} == sale.goods


@pytest.mark.parametrize("shop", SHOPS)
@many_sales
@given(data=st.data(), policy=st.sampled_from([*RefundedBefore]))
def test_the_amounts_in_the_file_are_the_shops(shop: str, data: st.DataObject, policy: RefundedBefore) -> None:
    sale = data.draw(SHOPS[shop])
    order = made_plain(sale.order)
    assert order_from_content(content_of(order)) == order
    for name, (profile, read) in FILES.items():
        judgement, rules = judged(sale, order, profile, policy)
        event(f"{name}: {judgement.outcome} {judgement.rule} {[one.code for one in judgement.problems]}")
        if judgement.outcome is Outcome.READY:
            try:
                content = file_of(profile, outgoing_from_content(content_of(order), rules, "1"))
            except RenderRefused as refused:  # a rate or amount finer than the ERP's column, which it names
                event(f"{name}: {refused.problem.message.partition(': column ')[2]}")
                assert re.search(
                    ": lines.tax_rate is|: (totals|lines).[a-z]+ is no number of 2 decimal places",
                    refused.problem.message,
                )
                continue
            hold_against_the_shop(read(content), sale, policy)
        elif judgement.outcome is Outcome.HELD:
            explained(judgement, sale, policy)
        else:
            assert judgement.rule == "refunded" and sale.refunded == sale.gross
