"""maps/sku.csv with days, quantities, kits and patterns: what it means, and every mistake with its line and cure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.config.maps import articles_named, load_maps
from bridge.config.mistakes import DeploymentRefused
from bridge.domain.articles import Part, Span
from bridge.domain.maps import Maps

EVERY = "store_sku,erp_sku,quantity,store_quantity,unit,weight,net,tax_rate,valid_from,valid_until,note\n"


def read(folder: Path, content: str) -> Maps:
    """The maps of a folder with this SKU map."""
    (folder / "sku.csv").write_text(content, encoding="utf-8")
    return load_maps(folder)


def refused(folder: Path, content: str) -> list[str]:
    """Every mistake of this SKU map, without the file's name."""
    with pytest.raises(DeploymentRefused) as caught:
        read(folder, content)
    return [str(mistake).removeprefix("maps/sku.csv:") for mistake in caught.value.mistakes]


def spans(maps: Maps, sku: str) -> tuple[Span, ...]:
    """What the map says of a SKU beyond a plain code."""
    entry = maps.articles.entry(sku)
    return entry.spans if entry is not None else ()


def test_columns_that_are_empty_make_plain_codes(tmp_path: Path) -> None:
    maps = read(tmp_path, EVERY + "007,40018,,,,,,,,,a note\nABC-123,40017,,,,,,,,,\n")
    assert (maps.sku.codes, bool(maps.articles)) == ({"007": "40018", "ABC-123": "40017"}, False)


def test_a_row_may_say_its_days_its_quantity_and_its_unit(tmp_path: Path) -> None:
    maps = read(
        tmp_path,
        EVERY
        + "A,OLD,,,,,,,,2026-02-28,\nA,NEW,6,,,,,,2026-03-01,,\n"
        + 'EGG,BOX,1,6,box,,,,01.03.2026,31.12.2026,\nM,CM,"100,5",,cm,,,,,,\nSAME,S,1,1,,,,,,,\n',
    )
    assert maps.sku.codes == {}
    assert spans(maps, "A") == (
        Span((Part("OLD"),), None, date(2026, 2, 28)),
        Span((Part("NEW", Fraction(6), ""),), date(2026, 3, 1), None),
    )
    box = Part("BOX", Fraction(1, 6), "box")
    assert spans(maps, "EGG") == (Span((box,), date(2026, 3, 1), date(2026, 12, 31)),)
    assert spans(maps, "M") == (Span((Part("CM", Fraction(201, 2), "cm"),)),)
    assert spans(maps, "SAME") == (Span((Part("S"),)),)


def test_rows_of_one_sku_with_quantities_are_a_kit(tmp_path: Path) -> None:
    maps = read(
        tmp_path,
        EVERY
        + "SET,POT,1,,,70,,,,,\nSET,LID,2,,pair,30,,,,,\n"
        + 'MIX,BOOK,1,,,,40.00,5%,,,\nMIX,LAMP,1,,,,"60,00",23 %,,,\n',
    )
    assert spans(maps, "SET") == (
        Span((Part("POT", Fraction(1), "", Decimal(70)), Part("LID", Fraction(2), "pair", Decimal(30)))),
    )
    assert [(part.share, part.tax_rate) for part in spans(maps, "MIX")[0].parts] == [
        (Decimal("40.00"), Decimal("0.05")),
        (Decimal("60.00"), Decimal("0.23")),
    ]


def test_a_row_that_stands_twice_is_no_kit(tmp_path: Path) -> None:
    cure = "Keep one of the two rows, or give each part of a kit a quantity."
    assert refused(tmp_path, "store_sku,erp_sku,quantity\nA,1,\nB,9,\nA,2,1\n") == [
        f"4: 'A' stands on line 2 already. {cure}"
    ]
    assert refused(tmp_path, "store_sku,erp_sku,quantity,weight\nA,1,1,1\nA,2,1,1\nA,1,2,1\n") == [
        "4: 'A' has the part '1' on line 2 already. Write one row with both quantities added up."
    ]


def test_days_that_overlap_are_refused_with_both_lines(tmp_path: Path) -> None:
    rows = """store_sku,erp_sku,valid_from,valid_until
A,1,,2026-03-01
B,1,2026-01-01,
A,2,2026-03-01,2026-04-30
B,2,,
C,1,2026-01-01,2026-12-31
C,2,2026-02-01,2026-02-28
C,3,2026-06-01,2026-06-30
D,1,2026-01-01,2026-01-31
D,2,2026-02-01,2026-02-28
E,1,2026-03-02,2026-03-01
"""
    cure = "End one of them on the day before the other begins. The parts of a kit have the same days."
    assert refused(tmp_path, rows) == [
        "4: 'A' is valid from 2026-03-01 until 2026-04-30, and on line 2 until 2026-03-01: they overlap. " + cure,
        "5: 'B' is valid always, and on line 3 from 2026-01-01: they overlap. " + cure,
        "7: 'C' is valid from 2026-02-01 until 2026-02-28, and on line 6 from 2026-01-01 until 2026-12-31: "
        "they overlap. " + cure,
        "8: 'C' is valid from 2026-06-01 until 2026-06-30, and on line 6 from 2026-01-01 until 2026-12-31: "
        "they overlap. " + cure,
        "11: ends (2026-03-01) before it begins. Correct its dates.",
    ]


def test_parts_of_a_kit_with_other_days_overlap(tmp_path: Path) -> None:
    rows = "store_sku,erp_sku,quantity,weight,valid_from\nS,1,1,1,2026-01-01\nS,2,1,1,2026-01-02\n"
    assert [one.partition(". ")[0] for one in refused(tmp_path, rows)] == [
        "3: 'S' is valid from 2026-01-02, and on line 2 from 2026-01-01: they overlap"
    ]


def test_a_kit_whose_price_cannot_be_shared_is_refused(tmp_path: Path) -> None:
    head = "store_sku,erp_sku,quantity,weight,net,tax_rate\n"
    assert refused(tmp_path, head + "A,1,1,,,\nA,2,1,5,,\nB,1,1,1,,\nB,2,1,,1,\nC,1,1,0,,\nC,2,1,0,,\n") == [
        "2: The kit 'A' (with line 3) does not say how its price is shared. "
        "Give each of its rows a weight, or each its net amount in one kit.",
        "4: The kit 'B' (with line 5) has weights and net amounts. Fill one of the two columns in all its rows.",
        "6: The kit 'C' (with line 7) has nothing but zeros as its shares. Give at least one part a share.",
    ]
    assert refused(tmp_path, head + "A,1,1,1,,5%\nA,2,1,1,,23%\nA,3,1,1,,\n") == [
        "2: The kit 'A' (with line 3, 4) has parts of different tax rates, and weights say nothing of their prices. "
        "Fill net instead of weight: what each part costs in one kit, without tax."
    ]
    assert refused(tmp_path, head + "A,1,1,,,5%\n") == [
        "2: 'A' is no kit, and has a tax rate. Empty the cell: the store's own tax rate goes to the ERP."
    ]


def test_patterns_that_could_both_decide_are_refused(tmp_path: Path) -> None:
    rows = """store_sku,erp_sku
AB*,1
*XY,2
AC*,3
A*Z,4
ABC*,5
"""
    cure = "Make one of them longer: the longer pattern decides."
    assert refused(tmp_path, rows) == [
        f"3: '*XY' and 'AB*' (line 2) can both match one SKU. {cure}",
        f"4: 'AC*' and '*XY' (line 3) can both match one SKU. {cure}",
        f"5: 'A*Z' and 'AB*' (line 2) can both match one SKU. {cure}",
        f"5: 'A*Z' and 'AC*' (line 4) can both match one SKU. {cure}",
    ]
    assert refused(tmp_path, "store_sku,erp_sku\nA*B*,1\n@fe*,2\n") == [
        "2: 'A*B*' has more than one star. Write one star for what varies.",
        "3: '@fe*' is no pattern of SKUs. Name each charge on a row of its own.",
    ]


def test_a_thousand_patterns_are_enough(tmp_path: Path) -> None:
    rows = "".join(f"P{number:04}*,1\n" for number in range(1001))
    assert refused(tmp_path, "store_sku,erp_sku\n" + rows) == [
        "1002: there are more than 1000 patterns. Give the SKUs rows of their own; a map may have as many as you like."
    ]
    assert len(read(tmp_path, "store_sku,erp_sku\n" + rows[: -len("P1000*,1\n")]).articles.patterns) == 1000


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("quantity", "0", "quantity is 0. Write a number above zero."),
        ("quantity", "-1", "quantity is '-1', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "1.Jun", "quantity is '1.Jun', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "6 pcs", "quantity is '6 pcs', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "NaN", "quantity is 'NaN', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "1e3", "quantity is '1e3', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "٣", "quantity is '٣', which is no number. Write digits, as 6 or 2.5."),
        ("quantity", "9" * 13, f"quantity is '{'9' * 13}', which is no number. Write digits, as 6 or 2.5."),
        ("store_quantity", "0.0", "store_quantity is 0. Write a number above zero."),
        ("weight", "1.000", "weight is '1.000', which is 1 or 1000. Write 1000, or 1."),
        ("net", "12,345", "net is '12,345', which is 12.345 or 12345. Write 12345, or 12.345."),
        ("tax_rate", "0.23", "tax_rate is '0.23', without a percent sign. Write it as 23% or 5.5%."),
        ("tax_rate", "123%", "tax_rate is '123%', which is no tax rate. Write it as 23% or 5.5%."),
        ("tax_rate", "%", "tax_rate is '%', which is no tax rate. Write it as 23% or 5.5%."),
        ("valid_from", "03/01/2026", "valid_from is '03/01/2026', which people read in two ways, or in none. "
         "Write it as 2026-03-01."),
        ("valid_from", "########", "valid_from is '########', which people read in two ways, or in none. "
         "Write it as 2026-03-01."),
        ("valid_until", "2026-02-30", "valid_until is '2026-02-30', and there is no such day. Correct it."),
        ("valid_until", "31.02.2026", "valid_until is '31.02.2026', and there is no such day. Correct it."),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_in_one_way_is_refused(tmp_path: Path, column: str, cell: str, told: str) -> None:
    assert refused(tmp_path, f'store_sku,erp_sku,{column}\nB,2,\nA,1,"{cell}"\n') == [f"3: {told}"]


@pytest.mark.parametrize("cell", ["0.125", "0,125", "12.3450", "1234.567", "7"])
def test_a_number_that_has_one_meaning_is_read(tmp_path: Path, cell: str) -> None:
    maps = read(tmp_path, f'store_sku,erp_sku,quantity\nA,1,"{cell}"\n')
    assert spans(maps, "A")[0].parts[0].quantity == Fraction(cell.replace(",", "."))


def test_keys_that_differ_by_leading_zeros_are_suspect_beside_entries_too(tmp_path: Path) -> None:
    assert refused(tmp_path, "store_sku,erp_sku,valid_from\n007,1,2026-01-01\n7,3,\n") == [
        "3: '7' and '007' (line 2) differ by leading zeros only. "
        "A spreadsheet has probably taken the zeros of one. Keep the row that is right. "
        "If both are right, write yes for them into a column as_it_is."
    ]


def test_the_digest_changes_with_anything_that_an_entry_says(tmp_path: Path) -> None:
    base = read(tmp_path, EVERY + "A,1,6,,,,,,,,\nB*,2,,,,,,,,,\n").digest
    assert read(tmp_path, EVERY + "B*,2,,,,,,,,,x\nA,1,6,,,,,,,,y\n").digest == base
    others = (
        "A,1,7,,,,,,,,\nB*,2,,,,,,,,,\n",
        "A,1,6,,box,,,,,,\nB*,2,,,,,,,,,\n",
        "A,1,6,,,,,,2026-01-01,,\nB*,2,,,,,,,,,\n",
        "A,1,6,,,,,,,2026-01-01,\nB*,2,,,,,,,,,\n",
        "A,1,6,,,,,,,,\nB*,3,,,,,,,,,\n",
        "A,1,6,,,,,,,,\nBC*,2,,,,,,,,,\n",
        "A,1,6,,,,,,,,\n",
    )
    digests = [read(tmp_path, EVERY + other).digest for other in others]
    assert base not in digests
    assert len(set(digests)) == len(digests)


def test_the_articles_of_a_map_are_told_with_their_lines(tmp_path: Path) -> None:
    assert list(articles_named(tmp_path)) == []
    read(tmp_path, "sep=;\nstore_sku;erp_sku;quantity;weight\nA;1;1;1\n\nA;2;1;1\nB*;3;;\n")
    assert list(articles_named(tmp_path)) == [(3, "A", "1"), (5, "A", "2"), (6, "B*", "3")]
