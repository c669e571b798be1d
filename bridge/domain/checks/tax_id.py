"""A company's tax id has the form and the check digit of its country.

Bad: "5260001247" in PL (the check digit is 6). Good: "PL5260001246", "526-000-12-46", "EL094259216" for GR.
Only the bill of a company that gives one is judged, and only where the country's rule is known. No register is asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from stdnum.util import get_cc_module

from bridge.domain.checks.case import Case
from bridge.domain.countries import EU_MEMBERS
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="tax-id",
    title="Order {order}: the tax id is not valid in {country}",
    message="Order {order}: the tax id of the billing company ({length} characters) is not valid in {country}: {why}.",
    action="Ask the company for its tax id and correct it in {store}. To send such orders as they are, add "
    'checks_off = ["tax-id"] to the flow in bridge.toml.',
    cause="order:{where}:tax-id",
    meaning="A company gave a tax id that its country cannot have issued: wrong length, form or check digit.",
)
# The library names its errors by class; people read what is wrong.
_WHY = {
    "InvalidLength": "the length is wrong",
    "InvalidFormat": "the form is wrong",
    "InvalidChecksum": "the check digit is wrong",
    "InvalidComponent": "a part of it is wrong",
}


def check(case: Case) -> Iterator[Problem]:
    """At most one problem."""
    billing = case.order.billing
    if not (billing.tax_id and billing.company):
        return
    why = invalid_because(billing.tax_id.strip().upper(), billing.country)
    if why:
        yield case.problem(KIND, "billing.tax_id", country=billing.country, length=len(billing.tax_id), why=why)


def invalid_because(tax_id: str, country: str) -> str:
    """What is wrong with it, in words; empty where nothing is, or where nobody can say."""
    rule = _rule_of(country)
    if rule is None or tax_id.startswith("EU"):  # EU...: one-stop-shop numbers belong to no country
        return ""
    prefix = "EL" if country == "GR" else country  # Greece writes EL, ISO says GR
    number = tax_id.removeprefix(country) if country == "GR" else tax_id
    try:
        if country in EU_MEMBERS and number.startswith(prefix):
            _european().validate(number)
        else:
            rule.validate(number)
    except ValueError as error:  # all of the library's verdicts are ValueErrors; anything else is a bug that must rise
        return _WHY.get(type(error).__name__, "it is not a tax id")
    return ""


@cache
def _rule_of(country: str) -> Any:
    return get_cc_module(country.lower(), "vat") if len(country) == 2 and country.isalpha() else None


@cache
def _european() -> Any:
    return importlib.import_module("stdnum.eu.vat")
