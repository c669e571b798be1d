"""`bridge profile test` tries each limit, and `bridge profile show` tells it: digits, codes and characters too."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.checks import problems_of
from bridge.domain.checks.case import Case
from bridge.profiles import ProfileRefused, contract_table
from bridge.profiles import test_profile as prove
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import csv_profile, file_of, sent

LIMIT = '[[limits]]\nfield = "{field}"\nlabel = "It"\n{more}\n'


@pytest.mark.parametrize(
    ("field", "more", "detail", "shown"),
    [
        ("lines.quantity", "digits_max = 12", "12 digits pass, 13 wait", "12 digits; refuse"),
        ("totals.gross", "digits_max = 9", "9 digits pass, 10 wait", "9 digits; refuse"),
        ("lines.quantity", "decimals_max = 3", "3 decimal places pass, 4 wait", "3 decimal places; refuse"),
        ("lines.unit_code", 'codes = ["C62"]', "a code that is not listed waits", "any length, one of C62; refuse"),
        ("lines.erp_sku", 'characters = "A-Z0-9"', "another character waits", "any length, only A-Z0-9; refuse"),
        (
            "external_id",
            'length_max = 5\nrequired = true\ncodes = ["x"]',
            "5 pass, 6 wait; an empty one waits; a code that is not listed waits",
            "5 characters, required, one of x; refuse",
        ),
    ],
)
def test_every_limit_is_tried_and_told(tmp_path: Path, field: str, more: str, detail: str, shown: str) -> None:
    found = csv_profile(tmp_path, more=LIMIT.format(field=field, more=more))
    assert [(one.fine, one.detail) for one in prove(found) if one.what == f"limit: {field}"] == [(True, detail)]
    assert [row["value"] for row in contract_table(found) if row["subject"] == f"limit of {field}"] == [shown]


def test_a_rounding_that_becomes_a_line_is_told(tmp_path: Path) -> None:
    found = csv_profile(tmp_path, more=LIMIT.format(field="totals.rounding", more='policies = ["line"]'))
    table = {row["subject"]: row["value"] for row in contract_table(found)}
    assert table["limit of totals.rounding"] == "no place beside the lines: it goes as a line of its own"


def test_a_limit_that_lets_everything_pass_is_told(tmp_path: Path) -> None:
    more = 'characters = "\\u0001-\\U0010ffff"'
    found = csv_profile(tmp_path, more=LIMIT.format(field="lines.erp_sku", more=more))
    assert [(one.fine, one.detail) for one in prove(found) if one.what == "limit: lines.erp_sku"] == [
        (False, "another character passes")
    ]


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("", "3 decimal places; refuse"),
        (LIMIT.format(field="totals.paid", more="digits_max = 9"), "9 digits, 3 decimal places; refuse"),
        (LIMIT.format(field="totals.paid", more="decimals_max = 1"), "1 decimal places; refuse"),
    ],
)
def test_a_column_of_so_many_places_is_a_limit_of_its_field(stated: str, shown: str, tmp_path: Path) -> None:
    column = 'columns = [\n  { heading = "paid", value = "totals.paid", form = "decimal", places = 3 },'
    profile = csv_profile(tmp_path, more=stated, **{"columns = [": column})
    table = {row["subject"]: row["value"] for row in contract_table(profile)}
    assert table["limit of totals.paid"] == shown
    order = good_order({"totals.paid": Decimal("1.2345")})
    case = Case.of(order, trial_rules(profile.limits, profile.characters), "1")
    assert "number-too-fine" in {problem.code for problem in problems_of(case)}


def test_a_column_that_rounds_is_no_limit(tmp_path: Path) -> None:
    column = 'columns = [\n  { heading = "p", value = "totals.paid", form = "decimal", places = 1, rounded = true },'
    profile = csv_profile(tmp_path, **{"columns = [": column})
    assert [limit.field for limit in profile.limits] == []
    assert file_of(profile, sent(profile, {"totals.paid": Decimal("1.25")})) == b"1.3;10452;;301.35\n"


def test_decimals_max_of_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match="number: decimals_max is for amounts"):
        csv_profile(tmp_path, more=LIMIT.format(field="number", more="decimals_max = 1"))


def test_a_field_without_a_place_is_tried_and_stands_beside_refuse_alone(tmp_path: Path) -> None:
    more = LIMIT.format(field="pickup_point_id", more='policies = ["refuse", "pass"]')
    found = csv_profile(tmp_path, more=more)
    tried = [(one.fine, one.detail) for one in prove(found) if one.what == "limit: pickup_point_id"]
    assert tried == [(True, "an order that has it waits")]
    told = [row["value"] for row in contract_table(found) if row["subject"] == "limit of pickup_point_id"]
    assert told == ["no place in the file; refuse or pass"]
    with pytest.raises(ProfileRefused, match="pickup_point_id: the policy pass says that the file has no place for it"):
        csv_profile(tmp_path / "other", more=more.replace('"refuse"', '"abbreviate"'))
