"""What an import job reads in a csv file: the agreed bytes, in any dialect, and never a broken row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.errors import Fault
from bridge.domain.naming import NameFacts
from bridge.profiles import CharacterRefused, RenderRefused, load_profile
from tests.profiles.making import CONTEXT, CSV, csv_profile, file_of, made, sent
from tests.readers.csv_orders import read_orders, records


def test_the_agreed_layout_of_csv_orders() -> None:
    profile = load_profile("csv-orders", None)
    content = file_of(profile, sent(profile), context=replace(CONTEXT, totals={"PLN": Decimal("301.35")}))
    assert content.decode("utf-8").split("\r\n") == [
        "F;17;2026-11-24T09:30:15Z;1",
        "H;10452;10452;2026-11-20;PLN;przelewy24;flat_rate:7;;Anna Nowak;Lipowa;12;;;00-001;Warszawa;;PL;"
        "anna@example.com;+48221234567;;;245.00;56.35;301.35;301.35;0.00;;4;"
        ";;;Anna Nowak;Lipowa;12;;;00-001;Warszawa;;PL",
        "L;10452;1;product;ABC-123;Kettle;2;C62;100;0.00;standard;23;200.00;46.00;246.00",
        "L;10452;2;product;007;Cup;5;C62;10;0.00;standard;23;50.00;11.50;61.50",
        "L;10452;3;shipping;;Courier;1;C62;15;0.00;standard;23;15.00;3.45;18.45",
        "L;10452;4;discount;;Voucher;1;C62;-20;0.00;standard;23;-20.00;-4.60;-24.60",
        "T;1;4;PLN=301.35",
        "",
    ]


def test_a_file_of_many_orders_adds_up_in_its_tail() -> None:
    profile = load_profile("csv-orders", None)
    whole = {"net": "400", "tax": "100", "gross": "500"}
    line = {"position": 1, "name": "Cup", **whole}
    yen = {"currency": "JPY", "currency_digits": 0, "totals": whole, "lines": [line, {**line, "position": 2}]}
    orders = [sent(profile), sent(profile), sent(profile, yen)]
    content = file_of(profile, *orders, context=replace(CONTEXT, count=3))
    assert records(content)[0] == ["F", "17", "2026-11-24T09:30:15Z", "3"]
    assert records(content)[-1] == ["T", "3", "10", "JPY=500|PLN=602.70"]


def test_the_name_of_a_file() -> None:
    profile = load_profile("csv-orders", None)
    assert profile.file_name(NameFacts(318, CONTEXT.business_day, CONTEXT.sealed_at, "acme", 500)) == "ORD_000318.csv"


def test_days_are_those_of_the_deployment_and_z_means_utc() -> None:
    profile = load_profile("csv-orders", None)
    late = sent(profile, {"created_at": "2026-11-20T23:30:00Z"})
    content = file_of(profile, late, context=replace(CONTEXT, zone=ZoneInfo("Europe/Warsaw")))
    assert records(content)[0][2] == "2026-11-24T09:30:15Z"
    assert records(content)[1][3] == "2026-11-21"


def test_another_dialect(tmp_path: Path) -> None:
    columns = """
columns = [
  { heading = "no", value = "number" },
  { heading = "day", value = "created_at", date = "DD.MM.YY" },
  { heading = "quantity", value = "line.quantity", form = "decimal", places = 3 },
  { heading = "net", value = "line.net", form = "money" },
  { heading = "rate", value = "line.tax_rate", form = "percent" },
]
"""
    settings = (
        'format = "csv"\n[file]\nname = "{sequence}.txt"\nline_end = "crlf"\nbyte_order_mark = true\n'
        '[csv]\ndelimiter = "|"\nquote = "\'"\nquoting = "all"\nheading_row = true\ndecimal_comma = true\n'
        f'[[csv.records]]\neach = "line"{columns}'
    )
    profile = made(tmp_path, settings)
    order = sent(profile, {"lines.0.quantity": "2.5", "lines.0.tax_rate": "0.055", "number": "it's", "lines.3": None})
    assert file_of(profile, order).decode("utf-8-sig").split("\r\n")[:3] == [
        "'no'|'day'|'quantity'|'net'|'rate'",
        "'it''s'|'20.11.26'|'2,500'|'200,00'|'5,5'",
        "'it''s'|'20.11.26'|'5,000'|'50,00'|'23'",
    ]


@pytest.mark.parametrize(
    ("newline", "written"),
    [("keep", b'10452;"one\ntwo\nthree";301.35\n'), ("blank", b"10452;one two three;301.35\n")],
)
def test_line_breaks_go_by_policy(newline: str, written: bytes, tmp_path: Path) -> None:
    profile = csv_profile(tmp_path, more=f'[characters]\nnewline = "{newline}"\n')
    order = sent(profile)
    order["customer_note"] = "one\r\ntwo\rthree"  # as if nobody had prepared it
    assert file_of(profile, order) == written


def test_a_line_break_that_the_profile_refuses_names_field_and_position(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path, more='[characters]\nnewline = "refuse"\n')
    with pytest.raises(CharacterRefused) as caught:
        file_of(profile, sent(profile, {"customer_note": "one\ntwo"}))
    assert caught.value.problem.message == (
        "Order 10452: customer note holds U+000A at position 4, which a file in utf-8 cannot carry."
    )


def test_without_quotes_a_separator_is_refused_and_never_written(tmp_path: Path) -> None:
    settings = CSV.replace("ENCODING", "utf-8").replace("[csv]", '[csv]\nquoting = "never"')
    profile = made(tmp_path, settings + '[characters]\nnewline = "blank"\n')
    with pytest.raises(CharacterRefused, match=r"customer note holds U\+003B \(SEMICOLON\) at position 2"):
        file_of(profile, sent(profile, {"customer_note": "a;b"}))
    assert file_of(profile, sent(profile, {"customer_note": 'say "x"'})) == b'10452;say "x";301.35\n'


def test_a_character_that_the_encoding_lacks_names_the_line_and_its_name(tmp_path: Path) -> None:
    settings = CSV.replace("ENCODING", "cp1250").replace('each = "order"', 'each = "line"')
    profile = made(tmp_path, settings.replace('value = "customer_note"', 'value = "line.name"'))
    order = sent(profile, {"lines.1.name": "Cup \U0001f389"})
    with pytest.raises(CharacterRefused) as caught:
        file_of(profile, order)
    assert caught.value.problem.message == (
        "Order 10452: line 2 name holds U+1F389 (PARTY POPPER) at position 5, which a file in cp1250 cannot carry."
    )
    assert caught.value.problem.field == "lines[2].name"


def test_folding_and_dropped_accents_are_the_profiles_choice(tmp_path: Path) -> None:
    more = '[characters]\ndrop_accents = true\n[characters.fold]\n"ß" = "ss"\n"\u2013" = "-"\n'
    profile = csv_profile(tmp_path, encoding="iso8859-2", more=more)
    order = sent(profile, {"customer_note": "Straße \u2013 Łódź, ñandú"})
    assert file_of(profile, order).decode("iso8859-2") == "10452;Strasse - Łódź, nandú;301.35\n"


def test_a_formula_is_made_harmless_only_on_request(tmp_path: Path) -> None:
    note = {"customer_note": "=cmd|' /C calc'!A0"}
    plain = csv_profile(tmp_path / "plain")
    assert file_of(plain, sent(plain, note)) == b"10452;=cmd|' /C calc'!A0;301.35\n"
    settings = CSV.replace("ENCODING", "utf-8").replace("[csv]", "[csv]\nformula_guard = true")
    guarded = made(tmp_path / "guarded", settings)
    assert file_of(guarded, sent(guarded, note)) == b"10452;'=cmd|' /C calc'!A0;301.35\n"
    negative = sent(guarded, {"totals.gross": "-5.00"})
    assert file_of(guarded, negative) == b"10452;;-5.00\n"


def test_an_amount_is_never_rounded_away(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path)
    order = sent(profile)
    order["totals"]["gross"] = "301.355"
    with pytest.raises(RenderRefused) as caught:
        file_of(profile, order)
    assert "Order 10452: profile acme cannot render it." in caught.value.problem.message
    assert "acme/profile.toml:15: column gross: totals.gross is no whole number of minor units with 2 digits" in (
        caught.value.problem.message
    )
    assert "301.355" not in caught.value.problem.message


def test_amounts_beyond_the_reach_of_floats_are_exact(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path)
    order = sent(profile)
    order["totals"]["gross"] = Decimal("12345678901234567.89")
    assert file_of(profile, order) == b"10452;;12345678901234567.89\n"


def test_a_field_that_is_not_there_is_named_with_its_column(tmp_path: Path) -> None:
    settings = CSV.replace("ENCODING", "utf-8").replace('value = "customer_note"', 'value = "extra.VAT"')
    with pytest.raises(Exception, match=r"acme/profile\.toml:14: column note: extra\.VAT is not there"):
        made(tmp_path, settings)


def test_a_file_that_holds_other_orders_than_its_head_promised_is_never_finished() -> None:
    profile = load_profile("csv-orders", None)
    for promised in (replace(CONTEXT, count=2), replace(CONTEXT, totals={"PLN": Decimal("301.36")})):
        renderer = profile.renderer(promised)
        renderer.head()
        renderer.order(sent(profile))
        with pytest.raises(Fault, match="ORD_000017"):
            renderer.tail()


def test_an_order_that_fails_leaves_the_rest_of_its_file_whole() -> None:
    profile = load_profile("csv-orders", None)
    renderer = profile.renderer(CONTEXT)
    broken = sent(profile)
    del broken["lines"][1]["name"]
    pieces = [renderer.head(), renderer.order(sent(profile))]
    with pytest.raises(RenderRefused, match=r"column name: lines\[2\]\.name is not there"):
        renderer.order(broken)
    content = b"".join([*pieces, renderer.tail()])
    assert [order["external_id"] for order in read_orders(content)] == ["10452"]
    assert records(content)[-1] == ["T", "1", "4", "PLN=301.35"]


def test_a_megabyte_of_note_is_carried(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path)
    assert len(file_of(profile, sent(profile, {"customer_note": "ż;" * 500_000}))) == 1_500_000 + len(
        '10452;"";301.35\n'
    )
