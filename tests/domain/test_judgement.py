"""What becomes of an order: rules before checks, every problem at once, and what a rule's code means to people."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.changes import Told, further_outgoing
from bridge.domain.judgement import Outcome, judge, judge_further
from bridge.domain.limits import Limit
from bridge.domain.maps import CodeMap, Maps
from bridge.domain.outgoing import outgoing, outgoing_from_content
from bridge.domain.policies import FlowRules, PaymentPolicy
from bridge.domain.revision import content_of
from bridge.domain.rules import policy_mistakes, rules_digest
from bridge.domain.scope import RULE_WORDS, rule_words
from bridge.domain.states import Purpose
from tests.domain.orders import order, rules

COD = {"cod": PaymentPolicy.CASH_ON_DELIVERY, "*": PaymentPolicy.PREPAID}
UNPAID = {"payment.state": "unpaid", "totals.paid": "0.00", "totals.due": "301.35"}


def test_a_paid_order_without_problems_is_ready() -> None:
    judgement = judge(order(), rules(), "10452")
    assert (judgement.outcome, judgement.rule, judgement.problems) == (Outcome.READY, "", ())


@pytest.mark.parametrize(
    ("changes", "flow", "rule"),
    [
        ({"created_at": "2026-10-31T23:59:59Z"}, {}, "before-start"),
        ({"extra": {"test": "yes"}}, {}, "test-order"),
        ({"status": "on-hold"}, {"statuses": ("processing", "completed")}, "status"),
        ({"payment.state": "refunded", "totals.refunded": "301.35"}, {}, "refunded"),
        (
            {"payment.state": "refunded", "totals.refunded": "301.35", "payment.method": ""},
            {"payment": {"cod": PaymentPolicy.CASH_ON_DELIVERY}},
            "refunded",
        ),
        (UNPAID, {}, "unpaid"),
        (UNPAID, {"payment": {"przelewy24": PaymentPolicy.AUTHORIZED}}, "unpaid"),
        ({**UNPAID, "payment.state": "failed"}, {}, "payment-failed"),
        ({**UNPAID, "payment.state": "failed"}, {"payment": {"*": PaymentPolicy.ON_ACCOUNT}}, "payment-failed"),
        ({**UNPAID, "payment.state": "failed"}, {"payment": {"*": PaymentPolicy.BANK_TRANSFER}}, "payment-failed"),
        ({}, {"payment": {"przelewy24": PaymentPolicy.SKIP}}, "payment-never-goes"),
    ],
)
def test_an_order_that_a_rule_leaves_out_is_skipped_with_the_rule(
    changes: dict[str, Any], flow: dict[str, Any], rule: str
) -> None:
    judgement = judge(order(changes), rules(**flow), "10452")
    assert (judgement.outcome, judgement.rule, judgement.problems) == (Outcome.SKIPPED, rule, ())
    assert rule_words(rule) in RULE_WORDS.values()


def test_a_skipped_order_is_not_checked_at_all() -> None:
    judgement = judge(order({**UNPAID, "lines": [], "delivery.city": ""}), rules(), "10452")
    assert judgement.outcome is Outcome.SKIPPED
    assert judgement.problems == ()


def test_cash_on_delivery_and_purchase_on_account_go_unpaid() -> None:
    for policy in (PaymentPolicy.CASH_ON_DELIVERY, PaymentPolicy.ON_ACCOUNT):
        judgement = judge(order({**UNPAID, "payment.method": "cod"}), rules(payment={"cod": policy}), "10452")
        assert judgement.outcome is Outcome.READY


def test_an_order_that_a_gift_card_pays_in_full_goes_though_the_store_never_calls_it_paid() -> None:
    judgement = judge(order({"payment.state": "unpaid"}), rules(), "10452")
    assert judgement.outcome is Outcome.READY


PART_REFUND: dict[str, Any] = {
    "payment.state": "partially_refunded",
    "totals.refunded": "18.45",
    "refunds": [
        {
            "refund_id": "7",
            "amount": "18.45",
            "lines": [{"position": 3, "quantity": "1", "net": "15.00", "tax": "3.45", "gross": "18.45"}],
        }
    ],
}


def test_a_part_refund_before_export_holds_the_order_until_somebody_has_decided() -> None:
    judgement = judge(order(PART_REFUND), rules(), "10452")
    assert judgement.outcome is Outcome.HELD
    (problem,) = judgement.problems
    assert problem.code == "refunded-before-export"
    assert problem.message == "Order 10452 was refunded 18.45 PLN of 301.35 before it was exported."
    assert problem.cause == "refunded-before-export:shop-acme"
    full = judge(order(PART_REFUND), rules(refunded_before="full"), "10452")
    assert (full.outcome, full.value) == (Outcome.READY, Decimal("301.35"))
    reduced = judge(order(PART_REFUND), rules(refunded_before="reduce"), "10452")
    assert (reduced.outcome, reduced.value) == (Outcome.READY, Decimal("282.90"))


def test_the_rounding_of_an_order_is_that_of_all_that_was_sold() -> None:
    sold = {"totals.rounding": "0.04", "totals.gross": "301.39", "totals.paid": "301.39"}  # four lines
    reduced = judge(order({**PART_REFUND, **sold}), rules(refunded_before="reduce"), "10452")
    assert (reduced.outcome, reduced.value) == (Outcome.READY, Decimal("282.94"))


def test_the_tax_of_a_line_of_which_pieces_came_back_one_by_one_is_off_by_what_each_was_rounded() -> None:
    one = {"position": 1, "quantity": "1", "net": "0.11", "tax": "0.03", "gross": "0.14"}  # 0.0253, rounded up
    line = {"quantity": "8", "unit_net": "0.11", "unit_gross": "0.1353", "net": "0.88", "tax": "0.20", "gross": "1.08"}
    changes: dict[str, Any] = {f"lines.0.{name}": amount for name, amount in line.items()}
    sums = {"net": "45.88", "tax": "10.55", "gross": "56.43", "paid": "56.43", "due": "0.00", "refunded": "0.70",
            "by_rate": []}  # fmt: skip
    changes |= {f"totals.{name}": amount for name, amount in sums.items()}
    changes["refunds"] = [{"refund_id": f"r{number}", "amount": "0.14", "lines": [one]} for number in range(5)]
    judgement = judge(order({**PART_REFUND, **changes}), rules(refunded_before="reduce"), "10452")
    assert (judgement.outcome, judgement.problems) == (Outcome.READY, ())


def test_a_refund_that_cannot_be_taken_off_holds_the_order_with_the_reason_and_its_other_problems() -> None:
    unclear = order({**PART_REFUND, "refunds": [], "lines.0.sku": "NEW-1"})
    judgement = judge(unclear, rules(refunded_before="reduce"), "10452")
    assert [problem.code for problem in judgement.problems] == ["refund-unclear", "sku-unmapped"]
    assert judgement.problems[0].message == (
        "Order 10452 was refunded 18.45 PLN of 301.35 before it was exported, which cannot be taken off: "
        "its refunds make 0, the store says 18.45."
    )


def test_a_line_that_came_back_is_checked_no_more_and_stands_in_no_file() -> None:
    changes = {**PART_REFUND, "lines.2.tax_code": "unheard-of"}
    assert judge(order(changes), rules(refunded_before="full"), "10452").outcome is Outcome.HELD
    reducing = rules(refunded_before="reduce")
    assert judge(order(changes), reducing, "10452").outcome is Outcome.READY
    for tree in (
        outgoing(order(changes), reducing, "1"),
        outgoing_from_content(content_of(order(changes)), reducing, "1"),
    ):
        assert [line["position"] for line in tree["lines"]] == [1, 2, 4]
        assert (tree["totals"]["gross"], tree["totals"]["paid"]) == ("282.90", "282.90")
    whole = outgoing_from_content(content_of(order(changes)), rules(refunded_before="full"), "1")
    assert whole["totals"]["gross"] == "301.35"


def test_a_refund_after_export_is_a_change_and_one_of_before_stays_off() -> None:
    first = content_of(order(PART_REFUND))
    later = {"refund_id": "8", "amount": "61.50", "lines": [
        {"position": 2, "quantity": "5", "net": "50.00", "tax": "11.50", "gross": "61.50"}
    ]}  # fmt: skip
    newer = order({**PART_REFUND, "refunds": [*PART_REFUND["refunds"], later], "totals.refunded": "79.95"})
    told = Told(Purpose.CHANGE, 1, "SO-1", (first,))
    reducing = rules(refunded_before="reduce")
    judgement = judge_further(newer, told, reducing, "10452")
    assert (judgement.outcome, judgement.value) == (Outcome.READY, Decimal("221.40"))
    tree = further_outgoing(content_of(newer), told, reducing, "10452", delta=False)
    assert [(line["position"], line["action"]) for line in tree["lines"]] == [
        (1, "unchanged"), (4, "unchanged"),
    ]  # fmt: skip
    assert [(line["position"], line["previous_quantity"]) for line in tree["deleted_lines"]] == [(2, "5")]
    assert (tree["totals"]["gross"], tree["totals"]["refunded"]) == ("221.40", "0.00")
    assert judge_further(newer, told, rules(), "10452").outcome is Outcome.READY  # hold is asked before export only


def test_an_order_cancelled_before_export_is_cancelled_whatever_else_is_wrong() -> None:
    changes = {"cancelled": True, "status": "cancelled", "lines": []}
    assert judge(order(changes), rules(statuses=("processing",)), "10452").outcome is Outcome.CANCELLED


def test_all_problems_of_an_order_are_found_at_once() -> None:
    changes = {
        "lines.0.sku": "NEW-1",
        "totals.gross": "301.36",
        "delivery.postal_code": "3114",
        "payment.method": "blik",
    }
    judgement = judge(order(changes), rules(), "10452")
    assert judgement.outcome is Outcome.HELD
    found = {problem.code for problem in judgement.problems}
    assert found == {"sums-disagree", "sku-unmapped", "payment-unmapped", "postal-code"}
    assert not any(problem.temporary for problem in judgement.problems)


def test_a_method_without_a_policy_holds_the_order_with_its_other_problems() -> None:
    judgement = judge(order({"lines.0.sku": "NEW-1"}), rules(payment={"cod": PaymentPolicy.PREPAID}), "10452")
    assert [problem.code for problem in judgement.problems] == ["payment-policy-missing", "sku-unmapped"]


def test_a_flow_can_switch_off_checks_that_advise_and_no_others() -> None:
    changes = {"delivery.postal_code": "3114", "totals.gross": "301.36", "totals.due": "0.01"}
    judgement = judge(order(changes), rules(checks_off=("postal-code", "sums-disagree")), "10452")
    assert [problem.code for problem in judgement.problems] == ["sums-disagree"]


def test_an_order_that_an_earlier_flow_takes_is_skipped_with_that_flows_name() -> None:
    earlier = FlowRules(orders_from=datetime(2026, 11, 1, tzinfo=UTC), name="shop-first", statuses=("processing",))
    mine = rules()
    both = type(mine)(mine.flow, mine.maps, earlier=(earlier,))
    judgement = judge(order(), both, "10452")
    assert (judgement.outcome, judgement.rule) == (Outcome.SKIPPED, "taken-by:shop-first")
    assert rule_words(judgement.rule) == "The flow shop-first to the same ERP takes it."
    assert judge(order({"status": "completed"}), both, "10452").outcome is Outcome.READY


def test_the_rule_of_mode_selected_names_orders_by_their_fields() -> None:
    selecting = rules(select={"delivery.country": ("PL", "CZ"), "payment.method": ("przelewy24",)})
    assert judge(order(), selecting, "10452").selected
    assert not judge(order({"delivery.country": "DE", "delivery.postal_code": "10115"}), selecting, "10452").selected
    assert not judge(order(), rules(), "10452").selected


def test_the_digest_changes_with_flow_maps_and_profile_and_with_nothing_else() -> None:
    flow = FlowRules(orders_from=datetime(2026, 11, 1, tzinfo=UTC), payment=COD)
    turned = FlowRules(orders_from=flow.orders_from, payment=dict(reversed(COD.items())))
    maps = Maps(sku=CodeMap({"A": "1", "B": "2"}))
    base = rules_digest(flow, maps, "profile-1", mode="full")
    assert rules_digest(turned, Maps(sku=CodeMap({"B": "2", "A": "1"})), "profile-1", mode="full") == base
    others = {
        rules_digest(FlowRules(orders_from=flow.orders_from), maps, "profile-1", mode="full"),
        rules_digest(flow, Maps(sku=CodeMap({"A": "1", "B": "3"})), "profile-1", mode="full"),
        rules_digest(flow, Maps(tax=CodeMap({"A": "1", "B": "2"})), "profile-1", mode="full"),
        rules_digest(flow, maps, "profile-2", mode="full"),
        rules_digest(flow, maps, "profile-1", mode="test"),
    }
    assert len(others | {base}) == 6


def test_a_flow_that_asks_what_the_profile_forbids_is_told_what_is_allowed() -> None:
    street = Limit("delivery.street", "Street", 35, policies=("refuse", "abbreviate"), place="profile.toml:31")
    flow = FlowRules(orders_from=datetime(2026, 11, 1, tzinfo=UTC), field_policies={"delivery.street": "split"})
    sku = Limit("lines.erp_sku", "Article", 20, policies=("refuse", "abbreviate"))
    cutting = FlowRules(orders_from=flow.orders_from, field_policies={"lines.erp_sku": "abbreviate"})
    assert policy_mistakes(cutting, (sku,)) == [
        'lines.erp_sku = "abbreviate": a code is never cut; only "refuse" is allowed'
    ]
    assert policy_mistakes(flow, ()) == ["delivery.street has no limit in the profile; fields with one: none"]
    assert policy_mistakes(flow, (street,)) == ['delivery.street = "split": profile.toml:31 allows refuse, abbreviate']
