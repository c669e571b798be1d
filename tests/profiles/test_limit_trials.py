"""`bridge profile test` tries each limit, and `bridge profile show` tells it: digits, codes and characters too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import contract_table
from bridge.profiles import test_profile as prove
from tests.profiles.making import csv_profile

LIMIT = '[[limits]]\nfield = "{field}"\nlabel = "It"\n{more}\n'


@pytest.mark.parametrize(
    ("field", "more", "detail", "shown"),
    [
        ("lines.quantity", "digits_max = 12", "12 digits pass, 13 wait", "12 digits; refuse"),
        ("totals.gross", "digits_max = 9", "9 digits pass, 10 wait", "9 digits; refuse"),
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


def test_a_limit_that_lets_everything_pass_is_told(tmp_path: Path) -> None:
    more = 'characters = "\\u0001-\\U0010ffff"'
    found = csv_profile(tmp_path, more=LIMIT.format(field="lines.erp_sku", more=more))
    assert [(one.fine, one.detail) for one in prove(found) if one.what == "limit: lines.erp_sku"] == [
        (False, "another character passes")
    ]
