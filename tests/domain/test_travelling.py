"""The rounding of an order where the ERP has no field for it: a line of its own, or the order waits for its article."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.domain.checks import problems_of
from bridge.domain.checks.case import Case
from bridge.domain.limits import Limit
from bridge.domain.outgoing import outgoing, outgoing_from_content
from bridge.domain.revision import content_of
from tests.domain.orders import order, rules

AS_LINE = Limit("totals.rounding", "Rounding", policies=("line",))
ARTICLES = Limit("lines.erp_sku", "ERP article", required=True)
ROUNDED = order({"totals.gross": "301.36", "totals.rounding": "0.01", "totals.paid": "301.36"})


def test_the_lines_then_add_up_to_what_the_customer_owes() -> None:
    tree = outgoing(ROUNDED, rules({"sku": {"@rounding": "DIFF"}}, (AS_LINE,)), "1")
    line = tree["lines"][-1]
    assert (line["erp_sku"], line["name"], line["gross"], line["tax"], line["erp_tax_code"]) == (
        "DIFF", "Rounding", "0.01", "0.00", "Z"
    )  # fmt: skip
    assert line["position"] == len(tree["lines"])
    assert sum(Decimal(line["gross"]) for line in tree["lines"]) == Decimal("301.36")
    totals = {name: Decimal(tree["totals"][name]) for name in ("net", "tax", "gross", "rounding")}
    assert (totals["net"] + totals["tax"], totals["rounding"]) == (totals["gross"], Decimal(0))


def test_a_kept_order_travels_alike() -> None:
    judged_by = rules({"sku": {"@rounding": "DIFF"}}, (AS_LINE,))
    assert outgoing_from_content(content_of(ROUNDED), judged_by, "1") == outgoing(ROUNDED, judged_by, "1")


def test_where_the_erp_has_a_field_the_lines_are_the_stores() -> None:
    tree = outgoing(ROUNDED, rules(), "1")
    assert (len(tree["lines"]), tree["totals"]["rounding"]) == (len(ROUNDED.lines), "0.01")


@pytest.mark.parametrize(("sku", "held"), [({}, True), ({"@rounding": "DIFF"}, False)])
def test_without_an_article_the_order_waits_and_says_which(sku: dict[str, str], held: bool) -> None:
    articles = {line.sku or f"@{line.kind}": "A" for line in ROUNDED.lines} | {"@discount": "D", "@shipping": "S"}
    case = Case.of(ROUNDED, rules({"sku": articles | sku}, (AS_LINE, ARTICLES)), "1")
    found = [one for one in problems_of(case) if one.code == "field-required"]
    assert [one.cause for one in found] == (["sku:@rounding"] if held else [])
    if held:
        assert found[0].action == "Add the ERP's article for roundings to maps/sku.csv, under the SKU @rounding."
