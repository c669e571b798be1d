"""Which status words of a store somebody has decided about, and which words of rules can't match its orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bridge.config.values import FlowSettings
from bridge.domain.selection import Action, SelectionRule
from bridge.flow.rules import known_statuses
from bridge.flow.trial import condition_findings, status_findings
from bridge.stores import Description

OF_TYPE = frozenset({"pending", "processing", "completed"})
FLOW = FlowSettings("shop-erp", "shop", "erp", "bridge.toml:39", datetime(2026, 11, 1, tzinfo=UTC))
SHOP = Description("WooCommerce, REST v3", 14, 24, (), (), (), statuses=OF_TYPE)


def test_the_words_of_the_type_and_those_that_any_flow_of_the_store_names_are_known() -> None:
    rule = SelectionRule("pickup", Action.WAIT, status=("abholbereit",))
    other = replace(FLOW, name="shop-dwh", statuses=("shipped",), known_statuses=("printed",), selection=(rule,))
    assert known_statuses(OF_TYPE, [FLOW]) == ("completed", "pending", "processing")
    assert known_statuses(OF_TYPE, [FLOW, other]) == (
        "abholbereit", "completed", "pending", "printed", "processing", "shipped",
    )  # fmt: skip


def test_a_store_without_words_of_its_own_has_unknown_ones_only_where_a_flow_lists_the_known_ones() -> None:
    assert known_statuses((), [replace(FLOW, statuses=("paid",))]) == ()
    assert known_statuses((), [replace(FLOW, statuses=("paid",), known_statuses=("new",))]) == ("new", "paid")


def test_a_word_that_is_nearly_one_of_the_shop_is_shown_when_the_deployment_is_checked() -> None:
    flow = replace(FLOW, statuses=("procesing", "completed", "abholbereit"))
    (found,) = status_findings([flow], SHOP)
    assert (found.what, found.fine) == ("flow shop-erp", True)
    assert found.detail == (
        "the status 'procesing' is no word of WooCommerce, REST v3 itself. Did you mean processing?"
    )
    (unknown,) = status_findings([flow], replace(SHOP, statuses=frozenset()))  # and then no word is nearly one of them
    assert (unknown.what, unknown.fine) == ("store shop: unknown statuses", True)


def test_a_rule_on_what_the_shop_never_tells_is_shown_when_the_deployment_is_checked() -> None:
    rules = (
        SelectionRule("not-picked", Action.WAIT, fulfilment_status=("open",)),
        SelectionRule("to-poland", Action.TAKE, country=("PL",)),
    )
    (found,) = condition_findings([replace(FLOW, selection=rules)], replace(SHOP, never_told=("fulfilment_status",)))
    assert (found.what, found.fine) == ("flow shop-erp: rule not-picked", False)
    assert found.detail == ("never matches: it asks for fulfilment_status, which no order of WooCommerce, REST v3 has")
