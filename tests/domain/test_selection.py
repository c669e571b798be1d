"""A flow's own rules: which condition asks what, who wins, and what each action makes of an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bridge.domain.contract import Order
from bridge.domain.judgement import Judgement, Outcome, judge
from bridge.domain.policies import FlowRules, PaymentPolicy
from bridge.domain.rules import Rules, rules_digest
from bridge.domain.scope import RULE_WORDS, rule_code, rule_words
from bridge.domain.selection import Action, SelectionRule, first_match, unsettled
from tests.domain.orders import order, rules

PLACED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
UNPAID = {"payment.state": "unpaid", "totals.paid": "0.00", "totals.due": "301.35"}
PART_PAID = {"payment.state": "unpaid", "totals.paid": "100.00", "totals.due": "201.35"}


def rule(action: str = "hold", name: str = "mine", **conditions: Any) -> SelectionRule:
    """A rule."""
    return SelectionRule(name, Action(action), **conditions)


def judged(changes: dict[str, Any], *selection: SelectionRule, released: bool = False, **flow: Any) -> Judgement:
    """What becomes of the good order, changed, under these rules."""
    return judge(order(changes), rules(selection=selection, **flow), "10452", released)


@pytest.mark.parametrize(
    ("condition", "changes", "matches"),
    [
        ({"status": ("processing", "completed")}, {}, True),
        ({"status": ("completed",)}, {}, False),
        ({"status": ("Processing",)}, {}, False),  # the store's own word, as it writes it
        ({"payment_status": ("paid",)}, {}, True),
        ({"payment_status": ("unpaid",)}, {}, False),
        ({"payment_method": ("przelewy24",)}, {}, True),
        ({"payment_method": ("cod",)}, {}, False),
        ({"fulfilment_status": ("partial",)}, {"fulfilment_status": "partial"}, True),
        ({"fulfilment_status": ("partial",)}, {}, False),
        ({"country": ("PL", "CZ")}, {}, True),
        ({"country": ("PL",)}, {"delivery.country": "pl"}, True),
        ({"country": ("PL",)}, {"delivery.country": "DE"}, False),  # where it goes, not who pays
        ({"country": ("PL",)}, {"delivery.country": ""}, True),  # nothing is delivered: who pays
        ({"channel": ("pos",)}, {"channel": "pos"}, True),
        ({"channel": ("pos",)}, {}, False),
        ({"tag": ("vip", "b2b")}, {"tags": ["new", "vip"]}, True),
        ({"tag": ("vip",)}, {"tags": ["vip-not"]}, False),
        ({"tag": ("vip",)}, {}, False),
        ({"customer": ("business",)}, {"billing.company": "Acme"}, True),
        ({"customer": ("business",)}, {"billing.tax_id": "PL5260001246"}, True),
        ({"customer": ("business",)}, {"billing.company": "  "}, False),
        ({"customer": ("private",)}, {}, True),
        ({"amount_min": Decimal("301.35"), "currency": "PLN"}, {}, True),  # the bound is included
        ({"amount_min": Decimal("301.36"), "currency": "PLN"}, {}, False),
        ({"amount_max": Decimal("301.35"), "currency": "PLN"}, {}, True),
        ({"amount_max": Decimal("301.34"), "currency": "PLN"}, {}, False),
        ({"amount_min": Decimal(300), "amount_max": Decimal(302), "currency": "PLN"}, {}, True),
        ({"amount_min": Decimal(1), "currency": "EUR"}, {}, False),  # amounts of two currencies are not compared
        ({"currency": "PLN"}, {}, True),
        ({"currency": "EUR"}, {}, False),
        ({"country": ("PL",), "payment_method": ("cod",)}, {}, False),  # every condition must hold
        ({"country": ("PL",), "payment_method": ("przelewy24",)}, {}, True),
        ({}, {}, True),
    ],
)
def test_a_condition_matches_by_what_the_order_says(
    condition: dict[str, Any], changes: dict[str, Any], matches: bool
) -> None:
    assert rule(**condition).matches(order(changes)) is matches


def test_the_first_rule_that_matches_decides() -> None:
    first, second = rule("skip", "first", country=("PL",)), rule("hold", "second", country=("PL",))
    assert judged({}, first, second).rule == "skip:first"
    assert judged({}, second, first).problems[0].title == "Rule second of shop-acme holds orders"
    assert judged({}, rule("take", "before", country=("PL",)), first).outcome is Outcome.READY


def test_a_skipped_order_shows_the_rules_name_and_words() -> None:
    judgement = judged({}, rule("skip", "no-pl", reason="Sent by the marketplace: not by us", country=("PL",)))
    assert (judgement.outcome, judgement.rule) == (
        Outcome.SKIPPED,
        "skip:no-pl:Sent by the marketplace: not by us",
    )
    assert rule_words(judgement.rule) == "Skipped by rule no-pl: Sent by the marketplace: not by us"
    assert rule_code(judgement.rule) == "skip:no-pl"
    assert rule_words(judged({}, rule("skip", "no-pl")).rule) == "Skipped by rule no-pl."


def test_a_held_order_is_a_problem_that_names_the_rule_and_what_to_do() -> None:
    judgement = judged({}, rule("hold", "large", reason="Check the credit limit"))
    assert judgement.outcome is Outcome.HELD
    (problem,) = judgement.problems
    assert problem.code == "held-by-rule"
    assert problem.message == "Order 10452 is held by rule large of flow shop-acme: Check the credit limit."
    assert problem.title == "Rule large of shop-acme holds orders: Check the credit limit"
    assert problem.cause == "held-by-rule:shop-acme/large"
    assert "bridge orders release shop-acme ORDER --reason TEXT" in problem.action


def test_what_a_person_released_is_not_held_or_kept_waiting_by_a_rule_any_more() -> None:
    assert judged({}, rule("hold"), released=True).outcome is Outcome.READY
    assert judged({}, rule("wait"), released=True).outcome is Outcome.READY
    assert judged({}, rule("skip"), released=True).outcome is Outcome.SKIPPED
    assert judged(UNPAID, rule("hold"), released=True).rule == "unpaid"  # the word was about the rule
    assert judged({"lines.0.sku": "NEW-1"}, rule("hold"), released=True).problems[0].code == "sku-unmapped"


def test_a_waiting_order_waits_from_when_it_was_placed_and_is_a_problem_then() -> None:
    judgement = judged({}, rule("wait", "picking", reason="Not picked yet", wait_max=timedelta(days=7)))
    assert (judgement.outcome, judgement.rule) == (Outcome.WAITING, "wait:picking:Not picked yet")
    assert rule_words(judgement.rule) == "Waits by rule picking: Not picked yet"
    assert judgement.until == PLACED + timedelta(days=7)
    assert judgement.at(PLACED + timedelta(days=7, seconds=-1)) is judgement
    late = judgement.at(PLACED + timedelta(days=7))
    assert (late.outcome, late.rule) == (Outcome.HELD, "")
    (problem,) = late.problems
    assert problem.title == "Still waiting after 7 days: Waits by rule picking: Not picked yet"
    assert problem.message == (
        "Order 10452 of shop was placed more than 7 days ago and still waits. Waits by rule picking: Not picked yet."
    )
    assert problem.cause == "waits-too-long:shop-acme/wait:picking"
    assert not problem.temporary


def test_a_wait_without_an_end_is_never_a_problem() -> None:
    judgement = judged({}, rule("wait"))
    assert (judgement.outcome, judgement.until, judgement.problems) == (Outcome.WAITING, None, ())
    assert judgement.at(PLACED + timedelta(days=10_000)) is judgement


@pytest.mark.parametrize(
    ("span", "words"),
    [(timedelta(hours=1), "1 hour"), (timedelta(hours=36), "36 hours"), (timedelta(days=1), "1 day")],
)
def test_how_long_an_order_waited_is_told_in_hours_or_days(span: timedelta, words: str) -> None:
    late = judged({}, rule("wait", wait_max=span)).at(PLACED + span)
    assert late.problems[0].title.startswith(f"Still waiting after {words}:")


def test_a_cancelled_order_is_cancelled_whatever_the_rules_say() -> None:
    for action in Action:
        assert judged({"cancelled": True}, rule(action)).outcome is Outcome.CANCELLED


def test_an_order_of_before_the_start_or_of_a_test_is_asked_no_rule() -> None:
    assert judged({"created_at": "2026-10-31T23:59:59Z"}, rule("hold")).rule == "before-start"
    assert judged({"extra": {"test": "1"}}, rule("take")).rule == "test-order"


def test_a_rule_that_takes_settles_what_it_looked_at_and_nothing_else() -> None:
    by_country, by_money = rule("take", country=("PL",)), rule("take", payment_status=("unpaid",))
    assert judged(UNPAID, by_country).rule == "unpaid"
    assert judged(UNPAID, by_money).outcome is Outcome.READY
    listed: dict[str, Any] = {"statuses": ("completed",)}
    assert judged({}, by_country, **listed).rule == "status"
    assert judged({}, rule("take", status=("processing",)), **listed).outcome is Outcome.READY
    refunded = {"payment.state": "refunded", "totals.refunded": "301.35"}
    assert judged(refunded, by_country).rule == "refunded"


def test_a_status_that_nobody_has_decided_about_holds_the_order() -> None:
    known: dict[str, Any] = {"known_statuses": ("processing", "completed")}
    assert judged({}, **known).outcome is Outcome.READY
    assert judged({"status": ""}, **known).outcome is Outcome.READY
    (problem,) = judged({"status": "abholbereit"}, **known).problems
    assert (problem.code, problem.message) == (
        "status-unknown",
        "Order 10452 has the status 'abholbereit', which no rule knows.",
    )
    assert problem.cause == "status-unknown:shop/abholbereit"
    assert judged({"status": "abholbereit"}).outcome is Outcome.READY  # a store that states no words


def test_an_unknown_status_is_held_and_not_skipped_where_the_flow_lists_statuses() -> None:
    flow: dict[str, Any] = {"known_statuses": ("processing", "completed"), "statuses": ("processing",)}
    assert judged({"status": "completed"}, **flow).rule == "status"
    assert judged({"status": "abholbereit"}, **flow).problems[0].code == "status-unknown"
    assert judged({"status": "abholbereit"}, rule("skip", country=("PL",)), **flow).rule == "skip:mine"
    assert judged({"status": "abholbereit"}, rule("take", country=("PL",)), **flow).problems[0].code == "status-unknown"


def test_an_unknown_status_of_a_hostile_shop_is_one_short_line_in_the_message() -> None:
    status = "wait\n\x00\u202e" + "x" * 5000
    (problem,) = judged({"status": status}, known_statuses=("processing",)).problems
    assert problem.message == f"Order 10452 has the status 'wait???{'x' * 32}…', which no rule knows."


def test_an_earlier_flow_leaves_to_the_next_what_its_rules_skip_and_keeps_what_they_hold_or_keep_waiting() -> None:
    mine = rules()
    for action, rule_shown in (("skip", ""), ("hold", "taken-by:first"), ("wait", "taken-by:first")):
        before = FlowRules(mine.flow.orders_from, "first", selection=(rule(action, country=("PL",)),))
        judgement = judge(order(), Rules(mine.flow, mine.maps, earlier=(before,)), "10452")
        assert judgement.rule == rule_shown
    before = FlowRules(mine.flow.orders_from, "first", known_statuses=("completed",))
    assert judge(order(), Rules(mine.flow, mine.maps, earlier=(before,)), "10452").rule == "taken-by:first"


@pytest.mark.parametrize(
    ("changes", "policy", "shown"),
    [
        (UNPAID, PaymentPolicy.BANK_TRANSFER, "bank-transfer"),
        (PART_PAID, PaymentPolicy.PREPAID, "partly-paid"),
        (PART_PAID, PaymentPolicy.BANK_TRANSFER, "partly-paid"),
        ({**UNPAID, "payment.state": "authorized"}, PaymentPolicy.PREPAID, "authorized"),
        ({**UNPAID, "payment.state": "authorized"}, PaymentPolicy.BANK_TRANSFER, "authorized"),
    ],
)
def test_money_that_is_on_its_way_is_waited_for_and_told_when_that_takes_long(
    changes: dict[str, Any], policy: PaymentPolicy, shown: str
) -> None:
    judgement = judged(changes, payment={"*": policy}, payment_wait_days=10)
    assert (judgement.outcome, judgement.rule) == (Outcome.WAITING, shown)
    assert judgement.until == PLACED + timedelta(days=10)
    (problem,) = judgement.at(PLACED + timedelta(days=10)).problems
    assert problem.title == f"Still waiting after 10 days: {RULE_WORDS[shown].rstrip('.')}"


def test_each_policy_lets_go_what_its_money_allows() -> None:
    authorized = {**UNPAID, "payment.state": "authorized"}
    assert judged(authorized, payment={"*": PaymentPolicy.AUTHORIZED}).outcome is Outcome.READY
    assert judged({}, payment={"*": PaymentPolicy.AUTHORIZED}).outcome is Outcome.READY
    for policy in (PaymentPolicy.CASH_ON_DELIVERY, PaymentPolicy.ON_ACCOUNT):
        for changes in (UNPAID, PART_PAID, authorized):
            assert judged(changes, payment={"*": policy}).outcome is Outcome.READY


@pytest.mark.parametrize("state", ["paid", "partially_refunded", "unpaid", "authorized", "failed", "refunded"])
@pytest.mark.parametrize("method", [PaymentPolicy.PREPAID, PaymentPolicy.ON_ACCOUNT, PaymentPolicy.SKIP])
def test_an_order_of_which_all_was_given_back_never_goes_whatever_its_state(state: str, method: PaymentPolicy) -> None:
    back = {"payment.state": state, "totals.refunded": "301.35"}
    assert judged(back, payment={"*": method}, refunded_before="full").rule == "refunded"


def test_an_order_that_was_paid_twice_and_given_back_once_is_paid() -> None:
    twice = {"totals.paid": "602.70", "totals.due": "-301.35", "totals.refunded": "301.35"}
    assert judged(twice, refunded_before="full").outcome is Outcome.READY


def test_a_free_order_is_not_refunded() -> None:
    free = {"lines": [{"position": 1, "sku": "007", "tax_code": "standard", "tax_rate": "0.23"}]}
    free["totals"] = {"net": "0", "tax": "0", "gross": "0"}  # type: ignore[assignment]
    assert judged(free).outcome is Outcome.READY


@pytest.mark.parametrize(
    ("state", "shown"), [("failed", "payment-failed"), ("authorized", "authorized"), ("unpaid", "")]
)
def test_a_failed_or_uncaptured_payment_is_no_money_though_nothing_is_due(state: str, shown: str) -> None:
    nothing_due = {"payment.state": state}
    assert judged(nothing_due, payment={"*": PaymentPolicy.PREPAID}).rule == shown
    cards = [{"method": "gift_card", "amount": "300.00"}, {"method": "store_credit", "amount": "1.35"}]
    covered = {**nothing_due, "payment.parts": cards}
    assert judged(covered, payment={"*": PaymentPolicy.PREPAID}).outcome is Outcome.READY


def test_cash_on_delivery_is_not_paid_by_its_status_alone() -> None:
    # WooCommerce moves it to processing before anybody paid; without the policy it stays where it is
    assert judged({**UNPAID, "status": "processing", "payment.method": "cod"}).rule == "unpaid"


def test_the_digest_of_a_judgement_changes_with_the_rules() -> None:
    mine = rules()
    variants: list[dict[str, Any]] = [
        {"selection": (rule(),)},
        {"selection": (rule("skip"),)},
        {"selection": (rule(tag=("a",)),)},
        {"selection": (rule(wait_max=timedelta(days=1)),)},
        {"known_statuses": ("processing",)},
        {"payment_wait_days": 7},
        {"refunded_before": "full"},
    ]
    digests = {rules_digest(FlowRules(mine.flow.orders_from, **one), mine.maps, "p") for one in [{}, *variants]}
    assert len(digests) == 1 + len(variants)


def test_an_order_that_a_rule_keeps_back_by_a_word_without_revision_is_marked_until_the_rules_take_it() -> None:
    waits = (rule("wait", fulfilment_status=("open", "picking")),)

    def mark(word: str, *lists: tuple[SelectionRule, ...]) -> str:
        return unsettled(order({"fulfilment_status": word}), lists)

    assert mark("open", waits) != mark("picking", waits)
    assert mark("open", waits) != ""
    assert mark("picked", waits) == ""
    assert mark("open") == ""
    assert mark("open", (rule("wait", country=("PL",)),)) == ""  # a country makes a revision of its own
    takes = (rule("take", "ready", fulfilment_status=("ready",)), rule("skip", "rest"))
    assert mark("open", takes) != ""
    assert mark("ready", takes) == ""
    assert mark("open", takes, waits) == mark("open", waits, takes)
    assert unsettled(order({"fulfilment_status": "open", "cancelled": True}), [waits]) == ""


def test_a_word_that_the_shop_reads_live_is_marked_as_one_without_revision() -> None:
    waits = (rule("wait", tag=("later",)),)
    told: Order = order({"tags": ["later"], "read_live": ["tags"]})
    assert unsettled(told, [waits]) != ""
    assert unsettled(order({"tags": ["later"]}), [waits]) == ""
    assert first_match(told, waits) is waits[0]
