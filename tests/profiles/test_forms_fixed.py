"""The filters that files of fixed width need, in a template: exact, and never cutting."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from bridge.profiles import RenderRefused
from tests.profiles.making import XML, file_of, made, sent, xml_profile


def said(folder: Path, expression: str, **changes: str) -> str:
    profile = xml_profile(folder, f"<a>{{{{ {expression} }}}}</a>")
    order = sent(profile, {key.replace("__", "."): value for key, value in changes.items()})
    return file_of(profile, order).decode().removeprefix("<a>").removesuffix("</a>")


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("order.delivery.city | left(12)", "Warszawa    "),
        ("order.delivery.city | right(12)", "    Warszawa"),
        ("order.delivery.city | left(12, '.')", "Warszawa...."),
        ("order.number | right(8, '0')", "00010452"),
        ("order.totals.due | money | right(9, '0')", "-00020.00"),
        ("order.totals.due | implied(2) | signed('trailing')", "2000-"),
        ("order.totals.rounding | implied(2) | signed('trailing') | right(8, '0')", "0020000 "),
        ("order.totals.due | implied(2) | signed('trailing', width=9)", "00002000-"),
        ("order.totals.due | implied(2) | signed('overpunched', width=7)", "000200}"),
        ("order.totals.rounding | implied(2) | signed('leading', true, 7)", "+020000"),
        ("order.lines | total('quantity')", "9"),
        ("order.lines | total('net') | money", "245.00"),
        ("order.created_at | date('CYYMMDD')", "1261120"),
        ("order.created_at | date('YYYYDDD')", "2026324"),
    ],
)
def test_a_value_in_the_form_of_its_field(expression: str, written: str, tmp_path: Path) -> None:
    assert said(tmp_path, expression, totals__due="-20.00", totals__rounding="200.00") == written


def test_a_total_is_exact_beyond_the_reach_of_floats(tmp_path: Path) -> None:
    great = {"lines__0__net": "12345678901234567.89", "lines__1__net": "0.02"}
    assert said(tmp_path, "order.lines | total('net')", **great) == "12345678901234562.91"


@pytest.mark.parametrize("form", ["left", "right"])
def test_what_is_too_long_is_refused_with_both_lengths_and_without_the_value(form: str, tmp_path: Path) -> None:
    with pytest.raises(RenderRefused) as caught:
        said(tmp_path, f"order.customer_note | {form}(4)", customer_note="secret")
    assert "6 characters do not fit into a field of 4" in caught.value.problem.message
    assert "secret" not in caught.value.problem.message


def test_a_number_without_a_sign_refuses_a_minus(tmp_path: Path) -> None:
    with pytest.raises(RenderRefused, match="is negative, and the field has no sign"):
        said(tmp_path, "order.totals.due | signed('none')", totals__due="-0.01")
    assert said(tmp_path, "order.totals.rounding | signed('none', width=8)", totals__rounding="200.00") == "00200.00"


def test_a_template_ends_with_totals_and_a_digest_of_what_is_before(tmp_path: Path) -> None:
    more = (
        'head = "head.xml.j2"\ntail = "tail.xml.j2"\n[[control]]\nname = "pieces"\nof = "lines.quantity"\n'
        '[[control]]\nname = "codes"\nof = "lines.erp_sku"\nkind = "hash"\n'
    )
    profile = made(
        tmp_path,
        XML.replace("[xml]", 'orders_per_file_max = 9\nbatch_by = ["currency"]\n[xml]') + more,
        {
            "head.xml.j2": "<f>",
            "order.xml.j2": "<o/>",
            "tail.xml.j2": "<t>{{ file.control.pieces }} {{ file.control.codes }} {{ file.gross_total | money }} "
            "{{ file.first_order }} {{ file.crc32 }}</t></f>",
        },
    )
    digest = f"{zlib.crc32(b'<f><o/><o/>'):08x}"
    content = file_of(profile, sent(profile), sent(profile)).decode()
    assert content == f"<f><o/><o/><t>18 260 602.70 10452 {digest}</t></f>"
