"""What an import job reads in a file of fixed width: the agreed positions, exact numbers, and never a cut value."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.checks import field_too_long
from bridge.domain.checks.case import Case
from bridge.profiles import CharacterRefused, FieldTooLong, Profile, ProfileRefused, RenderRefused
from bridge.profiles import test_profile as prove
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import CONTEXT, file_of, made, sent

HEAD = """\
format = "fixed"
[file]
name = "O{sequence:04}.TXT"
encoding = "cp1250"
orders_per_file_max = 10
[characters]
newline = "blank"
"""


ONE_CURRENCY = HEAD.replace("[characters]", 'batch_by = ["currency"]\n[characters]')


def record(each: str, *columns: str, **more: str) -> str:
    keys = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    shown = "".join(f'  {{ heading = "C{number}", {column} }},\n' for number, column in enumerate(columns, start=1))
    return f'[[fixed.records]]\neach = "{each}"\n{keys}columns = [\n{shown}]\n'


def fixed(folder: Path, *records: str, head: str = HEAD, table: str = "", more: str = "") -> Profile:
    return made(folder, f"{head}{more}[fixed]\n{table}{''.join(records)}")


def one_column(folder: Path, column: str, each: str = "line", **head: str) -> Profile:
    settings = HEAD
    for old, new in head.items():
        settings = settings.replace(old, new)
    return fixed(folder, record(each, column), head=settings)


def first_line(profile: Profile, changes: dict[str, Any]) -> str:
    return file_of(profile, sent(profile, changes)).decode(profile.encoding).split("\n")[0]


@pytest.mark.parametrize(
    ("column", "net", "written"),
    [
        ('form = "money"', "12.5", "00000012.50"),
        ('form = "money"', "-12.5", "-0000012.50"),
        ('form = "money", decimals = "comma"', "-12.5", "-0000012,50"),
        ('form = "money", decimals = "implied"', "12.5", "00000001250"),
        ('form = "money", decimals = "implied", sign = "trailing"', "12.5", "0000001250 "),
        ('form = "money", decimals = "implied", sign = "trailing"', "-12.5", "0000001250-"),
        ('form = "money", decimals = "implied", sign = "trailing", plus = true', "12.5", "0000001250+"),
        ('form = "money", decimals = "implied", plus = true', "12.5", "+0000001250"),
        ('form = "money", decimals = "implied", plus = true', "-12.5", "-0000001250"),
        ('form = "money", decimals = "implied", sign = "overpunched"', "12.5", "0000000125{"),
        ('form = "money", decimals = "implied", sign = "overpunched"', "12.57", "0000000125G"),
        ('form = "money", decimals = "implied", sign = "overpunched"', "-12.5", "0000000125}"),
        ('form = "money", decimals = "implied", sign = "overpunched"', "-12.59", "0000000125R"),
        ('form = "money", decimals = "implied", sign = "none"', "12.5", "00000001250"),
        ('form = "money", fill = " "', "-12.5", "     -12.50"),
        ('form = "money", align = "left", sign = "trailing"', "-12.5", "12.50-     "),
        ('form = "money", align = "left", sign = "trailing"', "12.5", "12.50      "),
        ('form = "money", places = 4, decimals = "implied"', "12.5", "00000125000"),
    ],
)
def test_numbers_stand_as_the_erp_counts_them(column: str, net: str, written: str, tmp_path: Path) -> None:
    profile = one_column(tmp_path, f'value = "line.net", width = 11, {column}')
    assert first_line(profile, {"lines.0.net": net, "lines.3": None}) == written


def test_a_negative_zero_has_no_minus(tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "line.net", width = 6, form = "money", sign = "trailing"')
    assert first_line(profile, {"lines.0.net": "-0.00"}) == "00.00 "


def test_a_field_without_a_sign_refuses_a_negative_number(tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "line.net", width = 11, form = "money", sign = "none"')
    with pytest.raises(RenderRefused, match=r"column C1: lines\.net is negative, and the field has no sign"):
        first_line(profile, {"lines.0.net": "-0.01"})


def test_a_rate_that_nobody_said_is_blank_unless_the_erp_wants_zeros(tmp_path: Path) -> None:
    column = 'value = "line.tax_rate", width = 5, form = "percent", places = 2, decimals = "implied"'
    blank = one_column(tmp_path / "blank", column)
    assert first_line(blank, {"lines.0.tax_rate": None}) == "     "
    assert first_line(blank, {"lines.0.tax_rate": "0"}) == "00000"
    assert first_line(blank, {"lines.0.tax_rate": "0.055"}) == "00550"
    zero = one_column(tmp_path / "zero", column + ', empty = "zero"')
    assert first_line(zero, {"lines.0.tax_rate": None}) == "00000"


@pytest.mark.parametrize(
    ("form", "written"),
    [("CYYMMDD", "1261120"), ("YYYYDDD", "2026324"), ("CYYDDD", "126324"), ("YYMMDD", "261120"), ("HHMM", "0930")],
)
def test_days_in_the_forms_of_old_machines(form: str, written: str, tmp_path: Path) -> None:
    profile = one_column(tmp_path, f'value = "created_at", width = {len(written)}, date = "{form}"', each="order")
    assert file_of(profile, sent(profile)).decode() == written + "\n"


def test_a_day_that_is_not_there_is_blank_or_zeros(tmp_path: Path) -> None:
    unpaid = {"payment.paid_at": None}
    blank = one_column(tmp_path / "blank", 'value = "payment.paid_at", width = 8', each="order")
    assert first_line(blank, unpaid) == " " * 8
    zero = one_column(tmp_path / "zero", 'value = "payment.paid_at", width = 8, empty = "zero"', each="order")
    assert first_line(zero, unpaid) == "0" * 8


def test_a_value_that_is_too_long_is_refused_with_both_lengths_and_never_cut(tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "line.name", width = 12')
    assert first_line(profile, {"lines.0.name": "Zażółć gęślą"}) == "Zażółć gęślą"
    with pytest.raises(FieldTooLong) as caught:
        first_line(profile, {"lines.1.name": "Zażółć gęślą!"})
    problem = caught.value.problem
    assert problem.message == "Order 10452: line 2 name is 13 characters; the ERP field holds 12."
    assert (problem.code, problem.field) == ("field-too-long", "lines[2].name")
    assert "column C1 (" in problem.action
    assert "/acme/profile.toml:12)" in problem.action


def test_a_number_that_is_too_long_is_refused(tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "totals.gross", width = 7, form = "money"', each="order")
    assert first_line(profile, {"totals.gross": "1234.56"}) == "1234.56"
    with pytest.raises(FieldTooLong, match="totals gross is 8 characters; the ERP field holds 7"):
        first_line(profile, {"totals.gross": "12345.67"})


def test_a_text_column_is_a_limit_so_that_the_check_finds_it_first(tmp_path: Path) -> None:
    profile = fixed(tmp_path, record("line", 'value = "external_id", width = 20', 'value = "line.name", width = 8'))
    limits = {limit.field: (limit.length_max, limit.source) for limit in profile.limits}
    assert limits["lines.name"] == (8, f"column C2, {tmp_path.name}/acme/profile.toml:13")
    case = Case.of(good_order({"lines.0.name": "Kettle 1.7"}), trial_rules(profile.limits, profile.characters), "1")
    (problem,) = field_too_long.check(case)
    assert problem.message == "Order 10452: line 1, line name is 10 characters; the ERP field holds 8."


def test_a_stated_limit_that_is_wider_than_its_column_is_a_mistake(tmp_path: Path) -> None:
    limit = '[[limits]]\nfield = "lines.name"\nlabel = "Name"\nlength_max = 9\n'
    with pytest.raises(ProfileRefused, match=r"column C1 holds 8, and the limit of lines\.name allows 9"):
        fixed(tmp_path, record("line", 'value = "line.name", width = 8') + limit)


def test_a_joined_column_needs_room_for_what_its_fields_may_hold(tmp_path: Path) -> None:
    join = record("order", 'join = ["delivery.postal_code", "delivery.city"], width = 12')
    with pytest.raises(ProfileRefused, match="delivery postal code is 20 characters; the ERP field holds 12") as caught:
        fixed(tmp_path / "wide", join)
    (mistake,) = caught.value.mistakes
    assert mistake.place == "wide/acme/profile.toml:12"
    assert mistake.cure == "Widen the column, or state limits of the fields that are joined in it."
    limits = "".join(
        f'[[limits]]\nfield = "delivery.{name}"\nlabel = "{name}"\nlength_max = {length}\n'
        for name, length in (("postal_code", 5), ("city", 6))
    )
    assert first_line(fixed(tmp_path / "limited", join + limits), {"delivery.city": "Pisz"}) == "00-001 Pisz "


def test_a_narrow_column_proves_itself_too(tmp_path: Path) -> None:
    columns = ('value = "external_id", width = 8', 'value = "customer_note", width = 5')
    profile = fixed(tmp_path, record("order", *columns))
    assert [one.what for one in prove(profile) if not one.fine] == ["sample"]


def test_parts_of_a_field_stand_in_records_of_their_own(tmp_path: Path) -> None:
    notes = [
        record("order", 'text = "N"', f'value = "customer_note_parts.{n}"', when=f"customer_note_parts.{n}")
        .replace('text = "N"', 'text = "N", width = 1').replace(f'parts.{n}" }}', f'parts.{n}", width = 10 }}')
        for n in (1, 2, 3)
    ]  # fmt: skip
    limit = '[[limits]]\nfield = "customer_note"\nlabel = "Note"\nlength_max = 10\nparts = 3\npolicies = ["split"]\n'
    profile = fixed(tmp_path, record("order", 'value = "external_id", width = 6'), *notes, limit)
    order = sent(profile, {"customer_note": "Ring twice and wait"})
    assert file_of(profile, order).decode() == "10452 \nNRing twice\nNand wait  \n"
    assert file_of(profile, sent(profile)).decode() == "10452 \n"


def test_records_of_a_line_stand_together_and_know_what_they_are_under(tmp_path: Path) -> None:
    columns = ('value = "record.number", width = 3', 'value = "record.number_in_order", width = 3',
               'value = "record.parent", width = 3')  # fmt: skip
    profile = fixed(
        tmp_path,
        record("file", 'text = "H", width = 1', columns[0]),
        record("order", 'text = "K", width = 1', *columns, name="order"),
        record("line", 'text = "L", width = 1', *columns, name="item", under="order"),
        record("line", 'text = "X", width = 1', *columns, under="item", when="line.sku"),
        record("order", 'text = "S", width = 1', *columns),
        record("end", 'text = "T", width = 1', columns[0], 'value = "file.record_count", width = 3',
               'value = "file.body_count", width = 3'),
    )  # fmt: skip
    order = sent(profile, {"lines.3": None, "lines.1": None})  # a product with an SKU, shipping without
    content = file_of(profile, order, order, context=CONTEXT).decode()
    assert content.split("\n") == [
        "H001", "K002001000", "L003002001", "X004003002", "L005004001", "S006005000",
        "K007001000", "L008002001", "X009003002", "L010004001", "S011005000", "T012012010", "",
    ]  # fmt: skip


def test_an_order_that_fails_leaves_the_numbers_of_its_file_whole(tmp_path: Path) -> None:
    profile = fixed(
        tmp_path,
        record("order", 'value = "record.number", width = 2', 'value = "external_id", width = 6'),
        record("end", 'value = "record.number", width = 2', 'value = "file.control.gross", width = 9, form = "money"'),
        more='[[control]]\nname = "gross"\nof = "totals.gross"\n',
    )
    renderer = profile.renderer(CONTEXT)
    broken = sent(profile)
    broken["external_id"] = "1234567"
    pieces = [renderer.head()]
    with pytest.raises(FieldTooLong):
        renderer.order(broken)
    pieces += [renderer.order(sent(profile)), renderer.tail()]
    assert b"".join(pieces) == b"0110452 \n02000301.35\n"


def test_a_record_that_is_not_counted_has_no_number(tmp_path: Path) -> None:
    control = record("order", 'text = "C", width = 1').replace("columns =", "counted = false\ncolumns =")
    profile = fixed(tmp_path, control, record("order", 'value = "record.number_in_order", width = 2'))
    assert file_of(profile, sent(profile)).decode() == "C\n01\n"


@pytest.mark.parametrize(
    ("keys", "head", "written"),
    [
        ("record_length = 8\n", "", b"10452   \n10452   \n"),
        ("record_length = 8\ntrim = true\n", "", b"10452\n10452\n"),
        ("last_line_end = false\n", 'line_end = "crlf"\n', b"10452 \r\n10452 "),
        ("record_length = 8\n", 'line_end = "none"\n', b"10452   10452   "),
    ],
)
def test_records_end_as_the_erp_reads_them(keys: str, head: str, written: bytes, tmp_path: Path) -> None:
    settings = HEAD.replace("[characters]", f"{head}[characters]")
    profile = fixed(tmp_path, record("order", 'value = "external_id", width = 6'), head=settings, table=keys)
    assert file_of(profile, sent(profile), sent(profile)) == written


def test_widths_in_bytes_count_what_the_machine_reads(tmp_path: Path) -> None:
    columns = ('value = "delivery.city", width = 8', 'value = "external_id", width = 6')
    settings = HEAD.replace("cp1250", "utf-8")
    profile = fixed(tmp_path, record("order", *columns), head=settings, table='unit = "bytes"\nrecord_length = 16\n')
    content = file_of(profile, sent(profile, {"delivery.city": "Łódź"}))
    assert content == "Łódź ".encode() + b"10452   \n"
    assert len(content) == 17
    with pytest.raises(FieldTooLong, match="delivery city is 10 bytes; the ERP field holds 8"):
        file_of(profile, sent(profile, {"delivery.city": "Łódź ą"}))
    assert [limit.unit for limit in profile.limits if limit.field == "delivery.city"] == ["bytes"]


def test_texts_can_go_out_in_capitals(tmp_path: Path) -> None:
    profile = fixed(tmp_path, record("order", 'value = "delivery.city", width = 8'), table="upper = true\n")
    assert first_line(profile, {"delivery.city": "Łódź"}) == "ŁÓDŹ    "


@pytest.mark.parametrize(("character", "name"), [("\x80", "U+0080"), ("\t", "U+0009"), ("\x1a", "U+001A")])
def test_a_control_character_never_reaches_a_record(character: str, name: str, tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "payment.transaction_id", width = 20', each="order")
    order = sent(profile)
    order["payment"]["transaction_id"] = f"ab{character}c"
    with pytest.raises(CharacterRefused, match=rf"payment transaction id holds {re.escape(name)} at position 3"):
        file_of(profile, order)


@pytest.mark.parametrize("line_break", ["\r\n", "\x85", "\u2028"])
def test_a_line_break_that_nobody_prepared_becomes_a_blank(line_break: str, tmp_path: Path) -> None:
    profile = one_column(tmp_path, 'value = "payment.transaction_id", width = 8', each="order")
    order = sent(profile)
    order["payment"]["transaction_id"] = f"ab{line_break}c"
    assert file_of(profile, order) == b"ab c    \n"


def test_control_totals_add_up_exactly_over_all_orders(tmp_path: Path) -> None:
    more = (
        '[[control]]\nname = "pieces"\nof = "lines.quantity"\n'
        '[[control]]\nname = "articles"\nof = "lines.erp_sku"\nkind = "hash"\ndigits = 4\n'
    )
    tail = record(
        "end", 'value = "file.order_count", width = 3', 'value = "file.line_count", width = 4',
        'value = "file.control.pieces", width = 9, form = "money", places = 3',
        'value = "file.control.articles", width = 4', 'value = "file.gross_total", width = 9, form = "money"',
        'value = "file.first_order", width = 6', 'value = "file.last_order", width = 6',
        'value = "file.crc32", width = 8',
    )  # fmt: skip
    profile = fixed(tmp_path, record("order", 'value = "external_id", width = 6'), tail, head=ONE_CURRENCY, more=more)
    one, two = sent(profile, {"lines.0.quantity": "0.001"}), sent(profile, {"lines.0.sku": "99-99-1"})
    two["external_id"] = "10453"
    content = file_of(profile, one, two).decode()
    # pieces: (0.001 + 5 + 1 + 1) + (2 + 5 + 1 + 1); articles: 123 + 7 + 99991 + 7 = 100128, its last four digits
    digest = f"{zlib.crc32(b'10452 %c10453 %c' % (10, 10)):08x}"
    assert content == f"10452 \n10453 \n002000800016.0010128000602.7010452 10453 {digest}\n"


def test_one_gross_total_for_two_currencies_is_refused_with_the_order_that_mixes_them(tmp_path: Path) -> None:
    tail = record("end", 'value = "file.gross_total", width = 9, form = "money"')
    profile = fixed(tmp_path, record("order", 'value = "external_id", width = 6'), tail, head=ONE_CURRENCY)
    yen = {"currency": "JPY", "currency_digits": 0, "totals": {"net": "5", "tax": "0", "gross": "5"}}
    renderer = profile.renderer(CONTEXT)
    renderer.head()
    renderer.order(sent(profile))
    with pytest.raises(RenderRefused, match=r"has orders in PLN; one in JPY goes into another file"):
        renderer.order(sent(profile, {**yen, "lines.0.net": "5"}))
    assert renderer.tail() == b"000301.35\n"


def test_one_gross_total_wants_files_of_one_currency(tmp_path: Path) -> None:
    tail = record("end", 'value = "file.gross_total", width = 9, form = "money"')
    with pytest.raises(ProfileRefused, match="a file may hold orders of several currencies"):
        fixed(tmp_path, record("order", 'value = "external_id", width = 6'), tail)


def test_a_csv_tail_sums_up_too(tmp_path: Path) -> None:
    settings = (
        'format = "csv"\n[file]\nname = "{sequence:04}.csv"\n[[control]]\nname = "net"\nof = "lines.net"\n'
        '[csv]\n[[csv.records]]\neach = "order"\ncolumns = [{ heading = "id", value = "external_id" }]\n'
        '[[csv.records]]\neach = "end"\ncolumns = [{ heading = "net", value = "file.control.net" }, '
        '{ heading = "md5", value = "file.md5" }]\n'
    )
    profile = made(tmp_path, settings)
    digest = hashlib.md5(b"10452\n", usedforsecurity=False).hexdigest()
    assert file_of(profile, sent(profile)).decode() == f"10452\n245.00,{digest}\n"


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ('value = "line.net", width = 5, at = 2', "column C1 is said to begin at 2; the widths before it end at 0"),
        ('value = "line.nett", width = 5', "lines.nett is no field|line.nett is no field"),
        ('value = "line.name", width = 5, sign = "trailing"', "decimals, sign and plus belong to numbers"),
        ('value = "line.net", width = 5, align = "left", fill = "0"', "zeros behind a number"),
        ('value = "line.quantity", width = 9, decimals = "implied"', "implied decimals need places"),
        ('text = "ABC", width = 2', "its text has 3; its width is 2"),
        ('value = "line.name", width = 5, once = true', "once and quoted belong to csv"),
        ('value = "file.control.gros", width = 9', "file.control.gros: there is no \\[\\[control\\]\\] of that name"),
        ('value = "line.name", width = 50, colour = "red"', "unknown key fixed.records"),
    ],
)
def test_a_mistake_in_a_column_is_told_when_the_profile_is_loaded(column: str, what: str, tmp_path: Path) -> None:
    each = "end" if "control" in column else "line"
    order = record("order", 'value = "external_id", width = 6')
    with pytest.raises(ProfileRefused, match=what) as caught:
        fixed(tmp_path, record(each, column), order)
    assert caught.value.mistakes[0].place.startswith(f"{tmp_path.name}/acme/profile.toml:")


@pytest.mark.parametrize(
    ("table", "head", "what"),
    [
        ("record_length = 5\n", "", "the columns are 6 wide; fixed.record_length is 5"),
        ('line_end = "nel"\n', "", "fixed.line_end = 'nel' is for EBCDIC"),
        ("trim = true\nrecord_length = 9\n", 'line_end = "none"\n', "must keep their blanks"),
        ("", 'line_end = "none"\n', "records without line ends need one length, and these have 3, 6"),
    ],
)
def test_a_file_that_nobody_could_take_apart_is_refused(table: str, head: str, what: str, tmp_path: Path) -> None:
    settings = HEAD.replace("[characters]", f"{head}[characters]")
    records = (
        record("order", 'value = "external_id", width = 6'),
        record("end", 'value = "file.order_count", width = 3'),
    )
    with pytest.raises(ProfileRefused, match=what):
        fixed(tmp_path, *records, head=settings, table=table)


def test_line_breaks_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match="a line break inside a field would end its record"):
        one_column(tmp_path, 'value = "line.name", width = 20', newline="fold = {} # ")


def test_a_total_that_outgrows_its_column_is_told_and_never_cut(tmp_path: Path) -> None:
    tail = record("end", 'value = "file.gross_total", width = 7, form = "money"')
    profile = fixed(tmp_path, record("order", 'value = "external_id", width = 6'), tail, head=ONE_CURRENCY)
    great = sent(profile, {"totals.gross": "99999.99"})
    with pytest.raises(RenderRefused, match="column C1: is 8 characters; it holds 7"):
        file_of(profile, great, context=replace(CONTEXT, totals={"PLN": Decimal("99999.99")}))
