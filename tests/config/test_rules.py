"""A flow's rules and a store's watch in bridge.toml: what is read, and what is refused with its line and its cure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.config.values import FlowSettings
from bridge.domain.policies import RefundedBefore
from bridge.domain.selection import Action, SelectionRule
from tests.config.test_deployment import GOOD, loaded, refused

RULES = """
[[flows.shop-acme.rules]]
name = "marketplace-ships-itself"
action = "skip"
reason = "The marketplace sends these itself."
channel = ["amazon"]
fulfilment_status = ["fulfilled"]

[[flows.shop-acme.rules]]
name = "large-b2b"
action = "hold"
customer = ["business"]
amount_min = "10000.50"
amount_max = 99999
currency = "EUR"

[[flows.shop-acme.rules]]
name = "picked-up"
action = "wait"
wait_max = "36 hours"
tag = ["pickup"]
country = ["pl", "CZ"]
status = ["ready-soon"]
payment_status = ["paid", "authorized"]
payment_method = ["cod"]

[[flows.shop-acme.rules]]
name = "rest"
action = "take"
"""
FIRST = '[[flows.shop-acme.rules]]\nname = "one"\naction = "hold"\n'


def flow_of(folder: Path, text: str) -> FlowSettings:
    """The one flow of the good deployment with further text."""
    (flow,) = loaded(folder, GOOD + text).flows
    return flow


def test_rules_are_read_in_their_order_with_every_condition(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, RULES)
    assert flow.selection == (
        SelectionRule(
            "marketplace-ships-itself",
            Action.SKIP,
            "The marketplace sends these itself",
            channel=("amazon",),
            fulfilment_status=("fulfilled",),
        ),
        SelectionRule(
            "large-b2b",
            Action.HOLD,
            customer=("business",),
            amount_min=Decimal("10000.50"),
            amount_max=Decimal(99999),
            currency="EUR",
        ),
        SelectionRule(
            "picked-up",
            Action.WAIT,
            wait_max=timedelta(hours=36),
            tag=("pickup",),
            country=("PL", "CZ"),
            status=("ready-soon",),
            payment_status=("paid", "authorized"),
            payment_method=("cod",),
        ),
        SelectionRule("rest", Action.TAKE),
    )
    assert flow.rules(("processing",)).selection == flow.selection
    assert flow.own_statuses() == ("processing", "ready-soon")


def test_without_rules_and_watch_everything_is_as_it_was(tmp_path: Path) -> None:
    deployment = loaded(tmp_path)
    (flow,) = deployment.flows
    assert flow.selection == ()
    assert (flow.payment_wait_days, flow.refunded_before, flow.known_statuses) == (14, RefundedBefore.HOLD, ())
    watch = deployment.stores["shop"].watch
    assert watch is not None
    assert (watch.silence_hours, watch.compare_counts) == (None, True)


@pytest.mark.parametrize(
    ("rule", "mistakes"),
    [
        (
            'name = "one"\naction = "keep"\npayment_status = ["payed"]\ncountri = ["PL"]',
            [
                "bridge.toml:40: flows.shop-acme.rules[1].action is 'keep', which is unknown. "
                "Allowed: take, skip, wait, hold.",
                "bridge.toml:41: flows.shop-acme.rules[1].payment_status holds 'payed', which is unknown. Did you mean "
                "paid? Allowed: authorized, failed, paid, partially_refunded, refunded, unpaid.",
                "bridge.toml:42: flows.shop-acme.rules[1].countri is unknown. Did you mean country? Allowed: name, "
                "action, reason, wait_max, status, payment_status, payment_method, fulfilment_status, country, "
                "channel, tag, customer, amount_min, amount_max, currency.",
            ],
        ),
        (
            'action = "hold"',
            [
                "bridge.toml:38: flows.shop-acme.rules[1].name is missing. Shown wherever the rule decides. "
                "It is a name of a to z, 0 to 9 and dashes.",
            ],
        ),
        (
            'name = "One rule"\naction = "hold"\ncountry = ["Poland"]\ntag = []\namount_min = 19.90',
            [
                "bridge.toml:39: flows.shop-acme.rules[1].name must be a name. Use a to z, 0 to 9 and dashes, at most "
                "40; it is shown wherever the rule decides.",
                "bridge.toml:41: flows.shop-acme.rules[1].country holds 'Poland', which is no country. Write ISO "
                '3166-1 codes of two letters, as "PL".',
                "bridge.toml:42: flows.shop-acme.rules[1].tag is an empty list. Write at least one value, or leave the "
                "key out.",
                "bridge.toml:43: flows.shop-acme.rules[1].amount_min must be an amount. Write a whole number, or "
                'decimals in quotes: "199.90".',
            ],
        ),
        (
            'name = "one"\naction = "hold"\namount_min = 200',
            [
                "bridge.toml:38: flows.shop-acme.rules[1].currency is missing beside amount_min or amount_max. Write "
                'currency = "EUR", or which one it is.',
            ],
        ),
        (
            'name = "one"\naction = "hold"\namount_min = 200\namount_max = "199.99"\ncurrency = "EUR"',
            [
                "bridge.toml:42: flows.shop-acme.rules[1].amount_max is less than amount_min, so that no order "
                "matches. Write the larger one as amount_max.",
            ],
        ),
        (
            'name = "one"\naction = "hold"\ntag = ["x"]\nwait_max = "7 days"',
            [
                'bridge.toml:42: flows.shop-acme.rules[1].wait_max has no meaning with action = "hold". Leave it out, '
                'or write action = "wait".',
            ],
        ),
        (
            'name = "one"\naction = "wait"\nwait_max = "a week"\nreason = "two\\nlines"\ncurrency = "zl"',
            [
                'bridge.toml:41: flows.shop-acme.rules[1].wait_max must be a span of time. Write "7 days", "36 hours" '
                'or "2 weeks", at most 366 days.',
                "bridge.toml:42: flows.shop-acme.rules[1].reason must be one line of text. Write at most 200 "
                "characters in quotes.",
                "bridge.toml:43: flows.shop-acme.rules[1].currency must be a currency. Write an ISO 4217 code of three "
                'capital letters, as "EUR".',
            ],
        ),
    ],
)
def test_every_mistake_of_a_rule_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, rule: str, mistakes: list[str]
) -> None:
    assert refused(tmp_path, GOOD + "\n[[flows.shop-acme.rules]]\n" + rule + "\n") == mistakes


def test_a_rule_that_hides_those_below_it_and_a_name_that_stands_twice_are_refused(tmp_path: Path) -> None:
    twice = FIRST + 'tag = ["a"]\n' + FIRST + 'tag = ["b"]\n'
    assert refused(tmp_path, GOOD + twice) == [
        "bridge.toml:42: flows.shop-acme.rules[2].name is 'one', as that of an earlier rule (line 37). Give each rule "
        "of a flow a name of its own.",
    ]
    assert refused(tmp_path, GOOD + FIRST + FIRST.replace("one", "two")) == [
        "bridge.toml:37: flows.shop-acme.rules[1] has no condition, so the rules below it are never asked. Move it to "
        "the end, or give it a condition.",
    ]


def test_rules_that_are_no_list_of_tables_are_refused(tmp_path: Path) -> None:
    text = GOOD.replace('statuses = ["processing"]', 'rules = ["skip DE"]')
    assert refused(tmp_path, text) == [
        "bridge.toml:28: flows.shop-acme.rules must be a list of tables. Write [[flows.shop-acme.rules]] above the "
        "keys of each rule.",
    ]


WATCH = """
[stores.shop.watch]
silence_hours = 8
business_hours = "Mon-Fri 08:00-18:00, Sat 09:00-13:00"
holidays = [2026-12-25, 2026-12-26]
compare_counts = false
"""


def test_a_watch_is_read_with_its_hours_and_holidays(tmp_path: Path) -> None:
    watch = loaded(tmp_path, GOOD + WATCH).stores["shop"].watch
    assert watch is not None
    assert (watch.silence_hours, watch.compare_counts) == (8, False)
    assert [one.weekday for one in watch.hours.open_times] == [0, 1, 2, 3, 4, 5]
    assert watch.hours.holidays == {date(2026, 12, 25), date(2026, 12, 26)}


def test_the_watch_is_no_option_of_the_stores_type(tmp_path: Path) -> None:
    assert "watch" not in loaded(tmp_path, GOOD + WATCH).stores["shop"].options


@pytest.mark.parametrize(
    ("watch", "mistake"),
    [
        (
            'silence_hours = 8\nbusiness_hours = "Mo-Fr 8-18"',
            "bridge.toml:39: stores.shop.watch.business_hours holds 'Mo-Fr 8-18', which is no span of days and times. "
            'Write "Mon-Fri 08:00-18:00", or several such spans with commas between.',
        ),
        (
            'business_hours = "Mon-Fri 08:00-18:00"',
            "bridge.toml:38: stores.shop.watch.business_hours has no meaning without silence_hours. Add silence_hours "
            "= 8, or the number of business hours that is too long.",
        ),
        (
            'silence_hours = 8\nholidays = ["2026-12-25"]',
            "bridge.toml:39: stores.shop.watch.holidays must be a list of days. Write [2026-12-25, 2026-12-26], "
            "without quotes.",
        ),
        (
            "silence_hours = 0",
            "bridge.toml:38: stores.shop.watch.silence_hours is 0; it must be a whole number. "
            "Write a number from 1 to 1000.",
        ),
        (
            "silense_hours = 8",
            "bridge.toml:38: stores.shop.watch.silense_hours is unknown. Did you mean silence_hours? Allowed: "
            "silence_hours, business_hours, holidays, compare_counts.",
        ),
    ],
)
def test_a_mistake_of_a_watch_is_told_with_its_line(tmp_path: Path, watch: str, mistake: str) -> None:
    assert refused(tmp_path, GOOD + "[stores.shop.watch]\n" + watch + "\n") == [mistake]
