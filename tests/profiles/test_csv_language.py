"""What a table of columns can say beyond plain fields, and how a mistake in it is shown: with file, line and words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.checks import character_refused
from bridge.domain.checks.case import Case
from bridge.profiles import ProfileRefused, RenderRefused
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import rules_of
from tests.profiles.making import file_of, made, sent

HEAD = 'format = "csv"\n[file]\nname = "O{sequence:04}.csv"\n'


def profile_of(folder: Path, columns: str, each: str = "line", csv: str = "", more: str = "") -> Any:
    """A profile of one record; its columns begin in line 8 with csv, else in line 7."""
    return made(folder, f'{HEAD}[csv]\n{csv}[[csv.records]]\neach = "{each}"\ncolumns = [\n{columns}\n]\n{more}')


@pytest.mark.parametrize(
    ("column", "each", "what"),
    [
        ('value = "number", places = 2', "order", "places belongs to form decimal, money or percent, not to text"),
        ('value = "line.net", per = "line.quantity"', "line", "per divides a number by a number, in form decimal"),
        ('value = "line.net", per = "line.name", form = "decimal", places = 2', "line", "per divides a number by"),
        ('value = "line.net", per = "line.quantiti", places = 2', "line", "line.quantiti is no field"),
        ('value = "line.net", codes = { a = "b" }', "line", "codes belongs to the value of one text, flag or integer"),
        ('value = "line.net", before = "x"', "line", "before belongs to a text"),
        ('value = "number", between = ", "', "order", "between belongs to join"),
        ('value = "number", once = true', "order", "once belongs to records of a line"),
        ('value = "totals.net", form = "html"', "order", "totals.net is amount, which has no form html"),
        ('value = "number", quoted = true', "order", "quoted belongs to csv.quoting = 'texts'"),
        ('value = "number", lenght_max = 4', "order", "did you mean length_max?"),
    ],
)
def test_what_does_not_go_together_is_shown_with_its_line(column: str, each: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        profile_of(tmp_path, f'{{ heading = "id", value = "external_id" }},\n{{ heading = "A", {column} }},', each)
    (mistake,) = caught.value.mistakes
    assert mistake.place.endswith("/acme/profile.toml:9")
    assert what in mistake.what


@pytest.mark.parametrize(
    ("csv", "column", "what"),
    [
        ('quoting = "texts"', 'text = "a,b"', "column A: its fixed word holds the delimiter or a quote"),
        ('quoting = "never"', 'text = "a,b"', "column A: its fixed word holds the delimiter or a quote"),
        ('quoting = "texts"', 'value = "line.kind", codes = { "*" = "1,2" }, quoted = false', "its fixed word holds"),
        ('quoting = "texts"\ndecimal_comma = true', 'text = "a"', "a decimal comma cannot be told from the delimiter"),
    ],
)
def test_what_a_dialect_cannot_tell_apart_is_refused(csv: str, column: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=what):
        profile_of(
            tmp_path, f'{{ heading = "A", {column} }},', csv=csv + "\n", more='[characters]\nnewline = "blank"\n'
        )


def test_a_fixed_word_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    settings = (
        f'{HEAD}encoding = "ascii"\n[[csv.records]]\neach = "order"\ncolumns = [{{ heading = "A", text = "Ł" }}]\n'
    )
    with pytest.raises(ProfileRefused, match=r"profile\.toml:7: column A: ascii cannot hold U\+0141"):
        made(tmp_path, settings)


def test_texts_alone_are_quoted_and_nothing_is_nothing(tmp_path: Path) -> None:
    columns = """
{ heading = "fixed", text = "ZK" }, { heading = "quoted", text = "ZK", quoted = true }, { heading = "none", text = "" },
{ heading = "note", value = "customer_note" }, { heading = "day", value = "created_at", date = "YYYYMMDD" },
{ heading = "gross", value = "totals.gross", form = "money", places = 4 }, { heading = "lines", value = "lines" },
"""
    profile = profile_of(tmp_path, columns, "order", 'quoting = "texts"\n')
    assert file_of(profile, sent(profile)) == b'ZK,"ZK",,,20261120,301.3500,4\n'
    assert file_of(profile, sent(profile, {"customer_note": 'say "a, b"'})) == (
        b'ZK,"ZK",,"say ""a, b""",20261120,301.3500,4\n'
    )


def test_bare_lines_and_an_empty_line_at_the_end(tmp_path: Path) -> None:
    settings = f"""{HEAD}line_end = "crlf"
[csv]
quoting = "texts"
[[csv.records]]
each = "file"
columns = [{{ heading = "section", text = "[INFO]" }}]
[[csv.records]]
each = "order"
columns = [{{ heading = "id", value = "external_id" }}]
[[csv.records]]
each = "end"
columns = [{{ heading = "empty line", text = "" }}]
"""
    profile = made(tmp_path, settings)
    assert file_of(profile, sent(profile)) == b'[INFO]\r\n"10452"\r\n\r\n'


@pytest.mark.parametrize(("headings", "begin"), [("true", b"id,\n"), ('"all"', b"id,\nsku,n\n")])
def test_headings_of_the_first_record_or_of_all(headings: str, begin: bytes, tmp_path: Path) -> None:
    more = (
        '[[csv.records]]\neach = "line"\n'
        'columns = [{ heading = "sku", value = "line.sku" }, { heading = "n", value = "line.position" }]\n'
    )
    columns = '{ heading = "id", value = "external_id" }, { heading = "empty", text = "" },'
    profile = profile_of(tmp_path, columns, "order", f"heading_row = {headings}\n", more)
    content = file_of(profile, sent(profile))
    assert content.startswith(begin.replace(b"id,", b"id,empty") + b"10452,\nABC-123,1\n")


def test_what_is_written_once_is_empty_on_the_rows_below(tmp_path: Path) -> None:
    columns = (
        '{ heading = "n", value = "line.position" }, { heading = "id", value = "external_id", once = true },\n'
        '{ heading = "web", text = "web", once = true },'
    )
    profile = profile_of(tmp_path, columns)
    order = sent(profile, {"lines.3": None, "lines.2": None})
    assert file_of(profile, order) == b"1,10452,web\n2,,\n"
    assert file_of(profile, order, order) == b"1,10452,web\n2,,\n1,10452,web\n2,,\n"


def test_a_value_has_the_erps_code_or_says_that_it_has_none(tmp_path: Path) -> None:
    columns = (
        '{ heading = "kind", value = "line.kind", codes = { product = "1", shipping = "2", "*" = "9" } },\n'
        '{ heading = "off", value = "cancelled", codes = { true = "Y", false = "N" } },\n'
        '{ heading = "unit", value = "line.unit_code", codes = { C62 = "szt.", KGM = "kg" } },'
    )
    profile = profile_of(tmp_path, columns)
    order = sent(profile)
    assert file_of(profile, order) == b"1,N,szt.\n1,N,szt.\n2,N,szt.\n9,N,szt.\n"
    with pytest.raises(RenderRefused, match=r"toml:10: column unit: lines\[2\]\.unit_code is none of C62, KGM"):
        file_of(profile, sent(profile, {"lines.1.unit": "box"}))


def test_a_prefix_stands_only_before_a_text(tmp_path: Path) -> None:
    columns = (
        '{ heading = "id", value = "external_id", before = "web_" },\n'
        '{ heading = "x", value = "customer_note", before = "#" },'
    )
    profile = profile_of(tmp_path, columns, "order")
    assert file_of(profile, sent(profile)) == b"web_10452,\n"


def test_html_keeps_what_was_written_readable(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, '{ heading = "note", value = "customer_note", form = "html" },', "order")
    order = sent(profile, {"customer_note": "a < b & c\n<script>"})
    assert file_of(profile, order) == b"a &lt; b &amp; c<br/>&lt;script&gt;\n"


@pytest.mark.parametrize(
    ("net", "quantity", "price"),
    [
        ("10.00", "3", None),
        ("10.00", "4", b"2.50\n"),
        ("-0.03", "2", None),
        ("0.00", "7", b"0.00\n"),
        ("1.00", "0", None),
    ],
)
def test_a_price_gives_its_amount_back_or_is_refused(
    net: str, quantity: str, price: bytes | None, tmp_path: Path
) -> None:
    column = '{ heading = "price", value = "line.net", form = "decimal", per = "line.quantity", places = 2 },'
    profile = profile_of(tmp_path, column)
    order = sent(profile)
    order["lines"] = [{**order["lines"][0], "net": net, "quantity": quantity}]
    if price is None:
        with pytest.raises(RenderRefused, match=r"column price: lines\[1\]\.net"):
            file_of(profile, order)
    else:
        assert file_of(profile, order) == price
        assert Decimal(price.decode()) * Decimal(quantity) == Decimal(net)


def test_so_many_decimals_are_never_reached_by_rounding(tmp_path: Path) -> None:
    columns = (
        '{ heading = "rate", value = "line.tax_rate", form = "percent", places = 1 },\n'
        '{ heading = "net", value = "line.net", form = "money", places = 3 },'
    )
    profile = profile_of(tmp_path, columns, csv='delimiter = ";"\ndecimal_comma = true\n')
    order = sent(profile)
    order["lines"] = [{**order["lines"][0], "tax_rate": "0.055"}]
    assert file_of(profile, order) == b"5,5;200,000\n"
    order["lines"][0]["tax_rate"] = "0.0555"
    with pytest.raises(RenderRefused, match=r"column rate: lines\[1\]\.tax_rate is no number of 1 decimal places"):
        file_of(profile, order)


def test_letters_of_joined_columns_are_judged_before_rendering(tmp_path: Path) -> None:
    columns = (
        '{ heading = "who", join = ["delivery.name", "delivery.company"], between = ", " },\n'
        '{ heading = "street", value = "delivery.address" }, { heading = "mail", first_of = ["billing.email"] },'
    )
    settings = f'{HEAD}encoding = "iso8859-1"\n[csv]\n[[csv.records]]\neach = "order"\ncolumns = [\n{columns}\n]\n'
    profile = made(tmp_path, settings)
    order = good_order({"delivery.last_name": "Wałęsa", "delivery.flat": "Ł", "billing.company": "Źrebię"})
    found = character_refused.check(Case.of(order, rules_of(profile), "10452"))
    assert [problem.field for problem in found] == ["delivery.last_name", "delivery.flat"]
    assert "billing.company" not in profile.written
