"""The ERP's item list as ERPs export it: read, kept whole, and refused with the place where it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.config.items import CodesFile, Imported, import_items, items_path, load_items
from bridge.config.mistakes import DeploymentRefused


def exported(folder: Path, content: bytes | str, **how: object) -> CodesFile:
    """A file that the ERP exported."""
    path = folder / "items.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CodesFile(path, **how)  # type: ignore[arg-type]  # the tests name fields of CodesFile


def imported(folder: Path, content: bytes | str, **how: object) -> set[str]:
    """The articles of the list after the import."""
    import_items(exported(folder, content, **how), folder / "maps", "acme")
    kept = load_items(folder / "maps", "acme")
    assert kept is not None
    return set(kept.articles)


def refused(folder: Path, content: bytes | str, **how: object) -> list[str]:
    """Every mistake of the file, without its path."""
    with pytest.raises(DeploymentRefused) as caught:
        imported(folder, content, **how)
    return [str(mistake).removeprefix(str(folder / "items.csv")) for mistake in caught.value.mistakes]


LIST = {"0040018", "40017", "A,1", "Ł-7"}


@pytest.mark.parametrize(
    ("content", "how"),
    [
        ("erp_sku,name\n0040018,Cup\n40017,Kettle\n\"A,1\",x\nŁ-7,\n", {}),
        ("\ufeffErp_SKU;name\r\n0040018;Cup\r\n40017;\"Kettle; 1,7 l\"\r\nA,1;x\r\n\r\nŁ-7;\r\n", {}),
        ("sep=;\r\nnr;erp_sku\r\n1;0040018\r\n2;40017\r\n3;A,1\r\n4;Ł-7\r\n", {}),
        ("Nazwa|Indeks\nCup|0040018\nKettle|40017\nx|A,1\ny|Ł-7\n", {"column": "indeks"}),
        ("Nazwa\tIndeks\nCup\t0040018\nKettle\t40017\nx\tA,1\ny\tŁ-7\n".encode("utf-16"), {"column": "2"}),
        ("Cup;0040018\nKettle;40017\nx;A,1\ny;Ł-7\n".encode("cp1250"),
         {"column": "2", "has_heading": False, "encoding": "windows-1250"}),
        ("Indeks~Nazwa\n0040018~a;b;c\n40017~\nA,1~\nŁ-7~\n", {"column": "Indeks", "delimiter": "~"}),
        ("\nerp_sku\n 0040018 \n40017\nA,1\nŁ-7", {"delimiter": ";"}),
    ],
)  # fmt: skip
def test_a_list_is_read_however_the_erp_writes_it(tmp_path: Path, content: bytes | str, how: dict[str, object]) -> None:
    assert imported(tmp_path, content, **how) == LIST


def test_the_list_is_kept_as_a_file_that_people_can_read(tmp_path: Path) -> None:
    done = import_items(exported(tmp_path, "erp_sku,w\n40017,1\n007,2\n40017,3\n,4\n"), tmp_path / "maps", "acme")
    assert done == Imported(articles=2, repeated=1, empty=1, before=None)
    assert items_path(tmp_path / "maps", "acme").read_text(encoding="utf-8") == "erp_sku\n40017\n007\n"
    again = import_items(exported(tmp_path, "erp_sku\n5\n"), tmp_path / "maps", "acme")
    assert again == Imported(articles=1, repeated=0, empty=0, before=2)
    assert [path.name for path in (tmp_path / "maps" / "items").iterdir()] == ["acme.csv"]
    kept = load_items(tmp_path / "maps", "acme")
    assert kept is not None
    assert abs(kept.told_at - datetime.now(UTC)) < timedelta(hours=1)


def test_an_endpoint_without_a_list_has_none(tmp_path: Path) -> None:
    assert load_items(tmp_path / "maps", "acme") is None


def test_a_file_with_a_mistake_changes_nothing(tmp_path: Path) -> None:
    assert imported(tmp_path, "erp_sku\n40017\n") == {"40017"}
    cure = (
        "Restore the code, and format the column as text before opening the file in a spreadsheet. "
        "If all are the codes, add --as-they-are."
    )
    assert refused(tmp_path, "erp_sku,n\n40018,\n4.9E+10,\n\n1-Mar,\n") == [
        f":3: '4.9E+10' looks like a long number that a spreadsheet has shortened. {cure}",
        f":5: '1-Mar' looks like a code that a spreadsheet has turned into a date. {cure}",
    ]
    kept = load_items(tmp_path / "maps", "acme")
    assert kept is not None
    assert kept.articles == {"40017"}


def test_codes_that_look_damaged_are_kept_where_somebody_says_that_they_are_the_codes(tmp_path: Path) -> None:
    source = replace(exported(tmp_path, "erp_sku\n5E+3\nMar-10\n"), as_they_are=True)
    assert import_items(source, tmp_path / "maps", "acme").articles == 2
    kept = load_items(tmp_path / "maps", "acme")
    assert kept is not None and kept.articles == {"5E+3", "Mar-10"}


def test_a_damaged_list_is_replaced_by_a_good_one(tmp_path: Path) -> None:
    items_path(tmp_path / "maps", "acme").parent.mkdir(parents=True)
    items_path(tmp_path / "maps", "acme").write_bytes(b"\xff\xff")
    with pytest.raises(DeploymentRefused):
        load_items(tmp_path / "maps", "acme")
    assert import_items(exported(tmp_path, "erp_sku\n5\n"), tmp_path / "maps", "acme").before is None


@pytest.mark.parametrize(
    ("content", "how", "told"),
    [
        ("sku;name\n1;x\n", {}, ":1: has no column 'erp_sku', or has it twice. "
         "Name it with --column. Did you mean sku? Its columns: sku, name."),
        ("erp_sku;ERP_SKU\n1;2\n", {}, ":1: has no column 'erp_sku', or has it twice. "
         "Name it with --column. Did you mean erp_sku? Its columns: erp_sku, ERP_SKU."),
        ("1;2\n", {"column": "3", "has_heading": False}, ":1: has no column '3', or has it twice. "
         "Name it with --column. Write a number from 1 to 2."),
        ("1;2\n", {"column": "0", "has_heading": False}, ":1: has no column '0', or has it twice. "
         "Name it with --column. Write a number from 1 to 2."),
        ("", {}, ": names no article. Export the item list anew, with its rows."),
        ("erp_sku;name\n;x\n", {}, ": names no article. Export the item list anew, with its rows."),
        (b"erp_sku\n\xb3\n", {}, ": is written in another encoding. "
         "Name its encoding, for example --encoding windows-1250; utf-8 was tried."),
        ("erp_sku\n1\n", {"encoding": "no-such"}, ": is written in another encoding. "
         "Name its encoding, for example --encoding windows-1250; no-such was tried."),
        ("erp_sku\nA\x00B\n", {}, ":2: has a code of 3 characters, or one that cannot be seen. "
         "Name the column of the codes; a code has at most 200 characters."),
        ("erp_sku\n" + "A" * 201 + "\n", {}, ":2: has a code of 201 characters, or one that cannot be seen. "
         "Name the column of the codes; a code has at most 200 characters."),
        ('erp_sku;n\n1;"x\n', {}, ": is no CSV (unexpected end of data). "
         "Look at its quotes, or name its separator with --delimiter."),
        ("erp_sku\n" + "A" * 200_000 + "\n", {}, ": is no CSV (field larger than field limit (131072)). "
         "Look at its quotes, or name its separator with --delimiter."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place_and_cure(
    tmp_path: Path, content: bytes | str, how: dict[str, object], told: str
) -> None:
    assert refused(tmp_path, content, **how) == [told]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        import_items(CodesFile(tmp_path / "none.csv"), tmp_path / "maps", "acme")
    assert str(caught.value) == f"{tmp_path}/none.csv: is not there."


def test_of_a_file_that_is_damaged_throughout_the_first_mistakes_are_shown(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "erp_sku\n" + "1E+5\n" * 100_000)) == 51
