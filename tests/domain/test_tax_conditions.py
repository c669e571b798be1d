"""One tax code of the shop, several of the ERP: by country, by who the buyer is, by the rate."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.judgement import judge, outgoing
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from tests.domain.orders import order, rules

HEAD = "store_tax,erp_tax,valid_from,valid_until,country,tax_exempt\n"
ZERO = HEAD + "0%,Z,,,,\n0%,RC,,,EU,yes\n0%,EXP,,,non-EU,\n0%,BY-BUYER,,,,yes\n"
UNTAXED: dict[str, Any] = {
    f"lines.{at}.{name}": value
    for at, (net, gross) in enumerate([("200.00", "200.00"), ("50.00", "50.00"), ("15.00", "15.00"), ("-20.00",) * 2])
    for name, value in {
        "tax_code": "zero-rate", "tax_rate": "0", "net": net, "tax": "0.00", "gross": gross,
    }.items()
} | {"totals.tax": "0.00", "totals.gross": "245.00", "totals.paid": "245.00", "totals.by_rate": []}  # fmt: skip


def told(changes: dict[str, Any], by: Rules) -> list[str]:
    """The ERP's tax codes of the lines, which are the same whether the order or its kept text is rendered."""
    one = order(changes)
    assert [problem.code for problem in judge(one, by, "1").problems if problem.code.startswith("tax-unm")] == []
    codes = [line["erp_tax_code"] for line in outgoing(one, by, "1")["lines"]]
    assert codes == [line["erp_tax_code"] for line in outgoing_from_content(content_of(one), by, "1")["lines"]]
    return sorted(set(codes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"delivery.country": "DE", "tax_exempt": True}, "RC"),  # reverse charge
        ({"delivery.country": "US"}, "EXP"),
        ({}, "Z"),  # a zero-rated article at home
        ({"delivery.country": "DE"}, "Z"),
        ({"delivery.country": "US", "tax_exempt": True}, "BY-BUYER"),  # exempt is asked before the country
        ({"delivery.country": "", "billing.country": "CH"}, "EXP"),  # without a delivery address, who pays
        ({"delivery.country": "", "billing.country": "", "tax_exempt": True}, "BY-BUYER"),
        ({"billing.country": "US"}, "Z"),  # where it is delivered counts
    ],
)
def test_one_rate_has_the_code_of_the_row_that_is_for_such_orders(changes: dict[str, Any], code: str) -> None:
    assert told({**UNTAXED, **changes}, rules(tax_rows=ZERO)) == [code]


def test_a_code_with_its_rate_goes_before_the_code_and_the_code_before_the_rate() -> None:
    by = rules(tax_rows="store_tax,erp_tax\nstandard 19%,OSS19\nstandard,V23\n19%,RATE\n")
    german = {f"lines.{at}.tax_rate": "0.19" for at in range(4)}
    assert told(german, by) == ["OSS19"]
    assert told({}, by) == ["V23"]
    assert told({f"lines.{at}.tax_code": "" for at in range(4)} | german, by) == ["RATE"]


def test_a_key_without_a_row_for_the_order_leaves_it_to_the_next_key() -> None:
    by = rules(tax_rows=HEAD + "standard,OSS,,,DE,\n23%,V23,,,,\n")
    assert (told({}, by), told({"delivery.country": "DE"}, by)) == (["V23"], ["OSS"])


def test_northern_ireland_has_a_row_of_its_own_where_the_map_names_it() -> None:
    belfast = {**UNTAXED, "delivery.country": "GB", "delivery.postal_code": "BT1 5GS"}
    assert told(belfast, rules(tax_rows=ZERO)) == ["EXP"]
    assert told(belfast, rules(tax_rows=HEAD + "0%,IC,,,EU XI,\n0%,EXP,,,non-EU,\n")) == ["IC"]


def test_days_and_conditions_hold_together() -> None:
    rows = "standard,V23,,,,\nstandard,V19,2026-11-01,2026-11-20,DE,\nstandard,V16,2026-11-21,,DE,\n"
    by = rules(tax_rows=HEAD + rows)
    later = {"created_at": "2026-11-21T09:30:00Z"}
    assert told({"delivery.country": "DE"}, by) == ["V19"]
    assert told({"delivery.country": "DE", **later}, by) == ["V16"]
    assert told(later, by) == ["V23"]


def test_a_row_that_has_ended_holds_its_orders_and_gives_them_to_no_row_for_all() -> None:
    by = rules(tax_rows=HEAD + "standard,V23,,,,\nstandard,V19,,2026-11-19,DE,\n")
    assert [one.title for one in judge(order({"delivery.country": "DE"}), by, "1").problems] == [
        "Missing tax mapping for standard (country DE) from 2026-11-20 on"
    ]
    assert told({}, by) == ["V23"]


def test_rules_are_made_once_for_each_kind_of_orders_that_the_map_tells_apart() -> None:
    by = rules(tax_rows=ZERO)
    created = order().created_at
    made = [by.for_order(created, country, "", tax_exempt=False) for country in ("PL", "DE", "SE", "US", "CH", "")]
    assert len({id(one) for one in made}) == 2  # no row is for buyers who are charged tax inside the Union
    plain = rules()
    assert plain.for_order(created, "DE", "", tax_exempt=True) is plain
