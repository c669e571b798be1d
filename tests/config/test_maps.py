"""Maps as people and spreadsheets write them: codes stay text, damage is refused with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bridge.config.maps import load_maps
from bridge.config.mistakes import DeploymentRefused


def sku_map(folder: Path, content: str | bytes) -> dict[str, str]:
    """The SKU map of this file."""
    (folder / "sku.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return dict(load_maps(folder).sku.codes)


def refused(folder: Path, content: str | bytes) -> list[str]:
    """Every mistake of this SKU map."""
    with pytest.raises(DeploymentRefused) as caught:
        sku_map(folder, content)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_missing_file_is_an_empty_map(tmp_path: Path) -> None:
    maps = load_maps(tmp_path)
    assert [dict(maps.named(name).codes) for name in ("sku", "tax", "payment", "shipping")] == [{}, {}, {}, {}]


def test_each_map_is_read_from_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_text("store_tax,erp_tax\n23%,A\n", encoding="utf-8")
    (tmp_path / "payment.csv").write_text("store_method,erp_method\ncod,COD\n", encoding="utf-8")
    (tmp_path / "shipping.csv").write_text("erp_method,store_method,note\nDPD,flat_rate:7,parcel\n", encoding="utf-8")
    maps = load_maps(tmp_path)
    assert (maps.tax.codes, maps.payment.codes, maps.shipping.codes) == (
        {"23%": "A"},
        {"cod": "COD"},
        {"flat_rate:7": "DPD"},
    )


@pytest.mark.parametrize(
    "content",
    [
        "store_sku,erp_sku\n007,0040018\nABC-123,40017\n",
        "\ufeffstore_sku,erp_sku,note\n007,0040018,\nABC-123,40017,kettle\n",
        "store_sku;erp_sku\r\n007;0040018\r\nABC-123;40017\r\n",
        "sep=;\r\nstore_sku;erp_sku\r\n007;0040018\r\nABC-123;40017\r\n",
        '"sep=;"\r\n"store_sku";"erp_sku"\r\n"007";"0040018"\r\n\r\n"ABC-123";"40017"\r\n;\r\n',
        "Store_SKU , ERP_SKU\n 007 , 0040018 \nABC-123,40017",
    ],
)
def test_keys_and_codes_are_text_however_the_file_was_saved(tmp_path: Path, content: str) -> None:
    assert sku_map(tmp_path, content) == {"007": "0040018", "ABC-123": "40017"}


def test_a_code_may_hold_a_comma_a_quote_or_a_letter_of_any_alphabet(tmp_path: Path) -> None:
    content = 'store_sku,erp_sku\n"A,1","B""2"\nЖ-1,ł\n'
    assert sku_map(tmp_path, content) == {"A,1": 'B"2', "Ж-1": "ł"}


def test_what_a_spreadsheet_has_made_of_codes_is_refused_with_every_line(tmp_path: Path) -> None:
    damaged = ("4.9E+10,1", 'A,"5,90123E+12"', "B,1-Mar", "Mar-01,2", "1 sty,4", "#REF!,3", "########,5")
    content = "\n".join(("store_sku,erp_sku", *damaged, "E10,6", "MAR-X,7", ""))
    cure = (
        "Restore the code, and format the column as text before opening the file in a spreadsheet. "
        "If it is the code, write yes into a column as_it_is."
    )
    shortened = "a long number that a spreadsheet has shortened"
    date = "a code that a spreadsheet has turned into a date"
    assert refused(tmp_path, content) == [
        f"maps/sku.csv:2: '4.9E+10' looks like {shortened}. {cure}",
        f"maps/sku.csv:3: '5,90123E+12' looks like {shortened}. {cure}",
        f"maps/sku.csv:4: '1-Mar' looks like {date}. {cure}",
        f"maps/sku.csv:5: 'Mar-01' looks like {date}. {cure}",
        f"maps/sku.csv:6: '1 sty' looks like {date}. {cure}",
        f"maps/sku.csv:7: '#REF!' looks like an error of a spreadsheet. {cure}",
        f"maps/sku.csv:8: '########' looks like an error of a spreadsheet. {cure}",
    ]


@pytest.mark.parametrize("code", ["LIP-010", "SIE-100", "MAR-10", "DEC 100", "1-MAR", "Mar-010"])
def test_codes_that_no_spreadsheet_writes_are_codes(tmp_path: Path, code: str) -> None:
    assert sku_map(tmp_path, f"store_sku,erp_sku\n{code},{code}\n") == {code: code}


def test_a_code_that_looks_damaged_is_taken_where_somebody_says_that_it_is_the_code(tmp_path: Path) -> None:
    content = "store_sku,erp_sku,as_it_is\n5E+3,Mar-10,yes\n00123,A,\n123,B,Yes\nC,4,\n"
    assert sku_map(tmp_path, content) == {"5E+3": "Mar-10", "00123": "A", "123": "B", "C": "4"}
    (told,) = refused(tmp_path, "store_sku,erp_sku,as_it_is\nC,4,perhaps\n")
    assert told == "maps/sku.csv:2: has 'perhaps' in the column as_it_is. Write yes, or leave it empty."


def test_a_key_that_stands_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    assert refused(tmp_path, "store_sku,erp_sku\nA,1\nB,2\nA,1\n") == [
        "maps/sku.csv:4: 'A' stands on line 2 already. Keep one of the two rows, or give each part of a kit a quantity."
    ]


def test_keys_that_differ_by_leading_zeros_only_are_suspect(tmp_path: Path) -> None:
    assert refused(tmp_path, "store_sku,erp_sku\n007,1\nX7,2\n7,3\n") == [
        "maps/sku.csv:4: '7' and '007' (line 2) differ by leading zeros only. "
        "A spreadsheet has probably taken the zeros of one. Keep the row that is right. "
        "If both are right, write yes for them into a column as_it_is."
    ]


def test_a_heading_that_is_not_the_maps_is_refused_with_what_it_must_be(tmp_path: Path) -> None:
    further = "quantity, store_quantity, unit, weight, net, tax_rate, valid_from, valid_until"
    assert refused(tmp_path, "sku,erp_sku\nA,1\n") == [
        f"maps/sku.csv:1: has the unknown column 'sku'. Did you mean erp_sku? "
        f"Allowed: store_sku, erp_sku, {further}, note, as_it_is.",
        "maps/sku.csv:1: lacks the column store_sku. "
        f"The first line must be store_sku,erp_sku (columns {further}, note and as_it_is are allowed).",
    ]
    (tmp_path / "sku.csv").unlink()
    (tmp_path / "tax.csv").write_text("store_tax,rate,rate\nA,1,2\n", encoding="utf-8")
    with pytest.raises(DeploymentRefused) as caught:
        load_maps(tmp_path)
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "maps/tax.csv:1: has the unknown column 'rate'. "
        "Allowed: store_tax, erp_tax, valid_from, valid_until, country, tax_exempt, note, as_it_is.",
        "maps/tax.csv:1: has the column 'rate' twice. Keep one of them.",
        "maps/tax.csv:1: lacks the column erp_tax. "
        "The first line must be store_tax,erp_tax "
        "(columns valid_from, valid_until, country, tax_exempt, note and as_it_is are allowed).",
    ]


def test_a_row_without_a_code_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "sep=,\nstore_sku,erp_sku\nA\n") == [
        "maps/sku.csv:3: A has no ERP code. Fill it, or remove the row."
    ]


def test_a_quote_left_open_is_refused(tmp_path: Path) -> None:
    (mistake,) = refused(tmp_path, 'store_sku,erp_sku\nA,1\n"B,2\n')
    assert mistake.startswith("maps/sku.csv:3: is no CSV")


def test_a_file_of_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, b"store_sku,erp_sku\nA,1\nB,\xb3\n") == [
        'maps/sku.csv:3: is not UTF-8. In the spreadsheet choose "CSV UTF-8" when saving.'
    ]


def test_lines_are_counted_as_editors_count_them_across_cells_of_several_lines(tmp_path: Path) -> None:
    assert refused(tmp_path, 'store_sku,erp_sku,note\nA,1,"two\nlines"\nB,1E+5,\n')[0].startswith(
        "maps/sku.csv:4: '1E+5'"
    )


def test_mistakes_of_all_maps_are_shown_together(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_text("store_tax,erp_tax\nA,1E+5\n", encoding="utf-8")
    assert [mistake.partition(" ")[0] for mistake in refused(tmp_path, "store_sku,erp_sku\nA,1E+5\n")] == [
        "maps/sku.csv:2:",
        "maps/tax.csv:2:",
    ]


def test_the_digest_tells_contents_apart_and_not_spellings(tmp_path: Path) -> None:
    sku_map(tmp_path, "store_sku,erp_sku\nA,1\nB,2\n")
    first = load_maps(tmp_path).digest
    sku_map(tmp_path, "sep=;\nerp_sku;store_sku;note\n2;B;x\n1;A;\n")
    assert load_maps(tmp_path).digest == first
    sku_map(tmp_path, "store_sku,erp_sku\nA,1\nB,3\n")
    assert load_maps(tmp_path).digest != first


def test_rows_of_the_other_maps_hold_on_their_days(tmp_path: Path) -> None:
    rows = "store_tax,erp_tax,valid_from,valid_until\nstandard,V24,2027-01-01,\nstandard,V23,,31.12.2026\n8%,B,,\n"
    (tmp_path / "tax.csv").write_text(rows, encoding="utf-8")
    maps = load_maps(tmp_path)
    assert maps.is_dated
    assert [maps.on(date(2026, 12, 31)).tax.codes, maps.on(date(2027, 1, 1)).tax.codes] == [
        {"standard": "V23", "8%": "B"},
        {"standard": "V24", "8%": "B"},
    ]
    digest = maps.digest
    (tmp_path / "tax.csv").write_text(rows.replace("2027-01-01", "2027-02-01"), encoding="utf-8")
    gapped = load_maps(tmp_path)
    assert gapped.digest != digest
    assert gapped.on(date(2027, 1, 2)).tax.asked("standard") == "standard from 2027-01-01 to 2027-01-31"


def test_rows_of_one_key_that_hold_on_one_day_are_refused(tmp_path: Path) -> None:
    head = "store_method,erp_method,valid_from,valid_until\n"
    rows = "card,A,,2026-12-31\ncard,B,2026-12-31,\ncod,C,2026-12-31,2026-01-01\ncod,D,03/01/2026,\n"
    (tmp_path / "payment.csv").write_text(head + rows, encoding="utf-8")
    with pytest.raises(DeploymentRefused) as caught:
        load_maps(tmp_path)
    assert [str(mistake).partition(". ")[0] for mistake in caught.value.mistakes] == [
        "maps/payment.csv:3: 'card' is valid on days on which line 2 is valid too",
        "maps/payment.csv:4: ends (2026-01-01) before it begins",
        "maps/payment.csv:5: valid_from is '03/01/2026', which people read in two ways, or in none",
    ]
