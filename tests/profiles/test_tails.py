"""What stands at a file's end: totals in the file's own currency, and hash totals of codes of any length, exact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.profiles import Profile, RenderRefused
from tests.profiles.making import CONTEXT, CSV, file_of, made, sent

MANY = 'name = "O{sequence:04}.csv"\norders_per_file_max = 5\nbatch_by = ["currency"]'
TAIL = """
[[control]]
name = "articles"
of = "lines.erp_sku"
kind = "hash"
digits = 10

[[control]]
name = "pieces"
of = "lines.quantity"

[[csv.records]]
each = "end"
columns = [
  { heading = "gross", value = "file.gross_total", form = "money" },
  { heading = "articles", value = "file.control.articles" },
  { heading = "pieces", value = "file.control.pieces", form = "money", places = 3 },
]
"""
XML = """\
format = "xml"

[file]
name = "O{sequence:04}.xml"
orders_per_file_max = 5
batch_by = ["currency"]

[xml]
template = "order.xml.j2"
head = "head.xml.j2"
tail = "tail.xml.j2"
"""
TEMPLATES = {
    "order.xml.j2": "<o>{{ order.totals.gross | money }}</o>",
    "head.xml.j2": "<a>{% for one in file.totals %}<t>{{ one.amount | money }}</t>{% endfor %}",
    "tail.xml.j2": "<sum>{{ file.gross_total | money }}</sum></a>",
}
CURRENCIES = [("JPY", 0, "4950"), ("PLN", 2, "49.50"), ("KWD", 3, "4.950")]


def rows(folder: Path) -> Profile:
    return made(folder, CSV.replace("ENCODING", "utf-8").replace('name = "O{sequence:04}.csv"', MANY) + TAIL)


def order(found: Profile, currency: str, digits: int, gross: str, **more: Any) -> dict[str, Any]:
    return sent(found, {"currency": currency, "currency_digits": digits, "totals.gross": gross, **more})


@pytest.mark.parametrize(("currency", "digits", "gross"), CURRENCIES)
def test_a_total_has_the_digits_of_its_currency(tmp_path: Path, currency: str, digits: int, gross: str) -> None:
    found = rows(tmp_path)
    assert file_of(found, order(found, currency, digits, gross)).splitlines()[-1].startswith(f"{gross};".encode())


@pytest.mark.parametrize(("currency", "digits", "gross"), CURRENCIES)
def test_a_total_in_a_template_has_them_too(tmp_path: Path, currency: str, digits: int, gross: str) -> None:
    found = made(tmp_path, XML, TEMPLATES)
    context = replace(CONTEXT, totals={currency: Decimal(gross)})
    content = file_of(found, order(found, currency, digits, gross), context=context).decode()
    assert f"<sum>{gross}</sum></a>" in content
    assert (
        f"<t>{gross if digits else '4950.00'}</t>" in content
    )  # before the first order nothing says that yen are whole


def test_a_hash_total_of_long_codes_is_exact(tmp_path: Path) -> None:
    found = rows(tmp_path)
    skus = {"lines.0.sku": "1" * 29, "lines.1.sku": "A" + "9" * 60 + "-2", "lines.2.sku": "x", "lines.3.sku": ""}
    content = file_of(found, sent(found, skus))
    # 1111111111 + 9999999992, of which the last ten digits count; lines without a digit add nothing.
    assert content.splitlines()[-1].split(b";")[1] == b"1111111103"


def test_a_total_that_its_column_cannot_hold_names_the_column(tmp_path: Path) -> None:
    found = rows(tmp_path)
    with pytest.raises(RenderRefused, match=r"column pieces: file\.control\.pieces is no number of 3 decimal places"):
        file_of(found, sent(found, {"lines.0.quantity": "0.0004"}))


def test_what_is_wrong_at_the_end_of_a_file_is_said_of_the_file_and_of_no_order(tmp_path: Path) -> None:
    found = made(
        tmp_path, XML, TEMPLATES | {"tail.xml.j2": "<sum>{{ (file.gross_total | number / 3) | money }}</sum></a>"}
    )
    with pytest.raises(RenderRefused) as caught:
        file_of(found, order(found, "PLN", 2, "10.00"), context=replace(CONTEXT, totals={"PLN": Decimal("10.00")}))
    for said in (str(caught.value), caught.value.problem.message):
        assert said.startswith("The file as a whole: profile acme cannot render it. tail.xml.j2:1: ")
    rows_found = rows(tmp_path / "rows")
    with pytest.raises(RenderRefused, match=r"^The file as a whole: profile acme cannot render it"):
        file_of(rows_found, sent(rows_found, {"lines.0.quantity": "0.0004"}))
