"""Each way to damage the archive is found, and the file that was damaged is named: by us and by sha256sum alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from bridge.archive import Archive, Damage, ExpectedFile, Placement
from tests.archive.made import (
    TUESDAY,
    damaged_paths,
    damages,
    export_file,
    filled,
    kept,
    received,
    rewrite,
    sent,
    sha256,
    sha256sum,
)

MONDAY_FOLDER = "days/2026-11-23"
ORDER_1 = f"{MONDAY_FOLDER}/acme/out/ORD_000001.xml"
ORDER_2 = f"{MONDAY_FOLDER}/acme/out/ORD_000002.xml"
RECORD_1 = f"{ORDER_1}.record.json"
INDEX = f"{MONDAY_FOLDER}/index.csv"
FILES = f"{MONDAY_FOLDER}/files.sha256"
HEAD = f"{MONDAY_FOLDER}/head.sha256"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return filled(tmp_path / "archive")


def expected_of(archive: Archive) -> list[ExpectedFile]:
    """What a ledger that knows everything would say."""
    return [
        ExpectedFile(path.relative_to(archive.folder).as_posix(), sha256(path.read_bytes()), path.stat().st_size)
        for path in sorted(archive.folder.glob("days/*/*/*/*"))
        if not path.name.endswith(".record.json")
    ]


def chained_anew(archive: Archive, day: str) -> None:
    """Rewrite chain, list and head of a day so that they fit its rows: a careful forgery."""
    folder = archive.folder / "days" / day
    columns, *rows = (folder / "index.csv").read_text().splitlines()
    chain, lines, sums = "0" * 64, [columns], ""
    for row in rows:
        text = row.rpartition(",")[0]
        chain = sha256(f"{chain},{text}".encode())
        lines.append(f"{text},{chain}")
        _, path, _, digest, record_digest, _ = text.split(",")
        if record_digest:
            sums += f"{digest}  {path}\n{record_digest}  {path}.record.json\n"
    rewrite(folder / "index.csv", ("\n".join(lines) + "\n").encode())
    rewrite(folder / "files.sha256", sums.encode())
    head = f"{sha256((folder / 'index.csv').read_bytes())}  index.csv\n{sha256(sums.encode())}  files.sha256\n"
    rewrite(folder / "head.sha256", head.encode())


def test_an_untouched_archive_has_no_damage(archive: Archive) -> None:
    assert list(archive.verify(expected_of(archive))) == []
    assert sha256sum(archive) == (0, [])
    assert sha256sum(archive, TUESDAY) == (0, [])


def test_a_flipped_bit_is_found(archive: Archive) -> None:
    content = bytearray((archive.folder / ORDER_1).read_bytes())
    content[3] ^= 1
    rewrite(archive.folder / ORDER_1, bytes(content))
    assert damages(archive) == [(ORDER_1, "it was changed: other bytes of the same size")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml"])


def test_a_cut_file_is_found(archive: Archive) -> None:
    rewrite(archive.folder / ORDER_1, b"<Order>1</")
    assert damages(archive) == [(ORDER_1, "it was changed: 10 bytes instead of 16")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml"])


def test_a_file_that_grew_is_found(archive: Archive) -> None:
    rewrite(archive.folder / ORDER_1, b"<Order>1</Order>\n")
    assert damages(archive) == [(ORDER_1, "it was changed: 17 bytes instead of 16")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml"])


def test_two_swapped_files_are_both_found(archive: Archive) -> None:
    first, second = archive.folder / ORDER_1, archive.folder / ORDER_2
    first.rename(first.with_name("aside"))
    second.rename(first)
    first.with_name("aside").rename(second)
    assert damaged_paths(archive) == {ORDER_1, ORDER_2}
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml", "acme/out/ORD_000002.xml"])


def test_a_renamed_file_is_found_under_both_names(archive: Archive) -> None:
    (archive.folder / ORDER_1).rename(archive.folder / MONDAY_FOLDER / "acme/out/ORD_000009.xml")
    assert damages(archive) == [
        (ORDER_1, "it is gone"),
        (f"{MONDAY_FOLDER}/acme/out/ORD_000009.xml", "it was added: the index does not list it"),
    ]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml"])


def test_a_removed_file_is_found(archive: Archive) -> None:
    (archive.folder / ORDER_1).unlink()
    assert damages(archive) == [(ORDER_1, "it is gone")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml"])


def test_an_added_file_is_found(archive: Archive) -> None:
    (archive.folder / MONDAY_FOLDER / "acme/in/forged.xml").write_bytes(b"<Ack/>")
    assert damages(archive) == [(f"{MONDAY_FOLDER}/acme/in/forged.xml", "it was added: the index does not list it")]


@pytest.mark.parametrize("place", ["stray.txt", "acme/stray.txt", "other/in/deep/stray.txt"])
def test_an_added_file_is_found_wherever_it_is(archive: Archive, place: str) -> None:
    path = archive.folder / MONDAY_FOLDER / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    assert damaged_paths(archive) == {f"{MONDAY_FOLDER}/{place}"}


def test_a_link_in_the_place_of_a_file_is_found(archive: Archive) -> None:
    aside = archive.folder.parent / "aside"
    (archive.folder / ORDER_1).rename(aside)
    (archive.folder / ORDER_1).symlink_to(aside)
    assert damages(archive) == [(ORDER_1, "it is gone"), (ORDER_1, "it is a link or a device, no plain file")]


def test_an_edited_record_is_found(archive: Archive) -> None:
    content = (archive.folder / RECORD_1).read_bytes().replace(b"1041", b"1042")
    rewrite(archive.folder / RECORD_1, content)
    assert damages(archive) == [(RECORD_1, "the record was changed")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml.record.json"])


def test_a_removed_record_is_found(archive: Archive) -> None:
    (archive.folder / RECORD_1).unlink()
    assert damages(archive) == [(RECORD_1, "the record is gone")]
    assert sha256sum(archive) == (1, ["acme/out/ORD_000001.xml.record.json"])


def test_a_row_taken_out_of_the_index_is_found_with_its_file(archive: Archive) -> None:
    lines = (archive.folder / INDEX).read_bytes().splitlines(keepends=True)
    rewrite(archive.folder / INDEX, b"".join(lines[:2] + lines[3:]))
    assert (INDEX, "the chain breaks at line 3: a row was changed, put in or taken out") in damages(archive)
    assert (ORDER_1, "it was added: the index does not list it") in damages(archive)
    assert sha256sum(archive) == (1, ["index.csv"])


def test_the_last_row_taken_out_of_the_index_is_found(archive: Archive) -> None:
    lines = (archive.folder / INDEX).read_bytes().splitlines(keepends=True)
    rewrite(archive.folder / INDEX, b"".join(lines[:-1]))
    assert damaged_paths(archive) >= {INDEX, FILES}
    assert sha256sum(archive) == (1, ["index.csv"])


def test_a_changed_row_is_found(archive: Archive) -> None:
    content = (archive.folder / INDEX).read_bytes().replace(b"ORD_000001.xml,16", b"ORD_000001.xml,17")
    rewrite(archive.folder / INDEX, content)
    assert (INDEX, "the chain breaks at line 3: a row was changed, put in or taken out") in damages(archive)
    assert sha256sum(archive) == (1, ["index.csv"])


def test_a_line_taken_out_of_the_list_is_found(archive: Archive) -> None:
    lines = (archive.folder / FILES).read_bytes().splitlines(keepends=True)
    rewrite(archive.folder / FILES, b"".join(lines[1:]))
    assert (FILES, "its line for acme/out/ORD_000001.xml is missing or not as written") in damages(archive)
    assert sha256sum(archive) == (1, ["files.sha256"])


def test_a_file_and_its_line_changed_together_are_found(archive: Archive) -> None:
    old, forged = sha256((archive.folder / ORDER_1).read_bytes()), b"<Order>9</Order>"
    rewrite(archive.folder / ORDER_1, forged)
    lines = (archive.folder / FILES).read_bytes().replace(old.encode(), sha256(forged).encode())
    rewrite(archive.folder / FILES, lines)
    assert damaged_paths(archive) == {ORDER_1, FILES}
    assert sha256sum(archive) == (1, ["files.sha256"])


@pytest.mark.parametrize("name", ["index.csv", "files.sha256", "head.sha256"])
def test_a_list_that_is_gone_is_found(archive: Archive, name: str) -> None:
    (archive.folder / MONDAY_FOLDER / name).unlink()
    assert f"{MONDAY_FOLDER}/{name}" in damaged_paths(archive)
    assert sha256sum(archive)[0] == 1


def test_a_day_that_was_forged_with_care_no_longer_fits_the_next_day(archive: Archive) -> None:
    rewrite(archive.folder / ORDER_1, b"<Order>9</Order>")
    rows = (archive.folder / INDEX).read_text().replace(sha256(b"<Order>1</Order>"), sha256(b"<Order>9</Order>"))
    rewrite(archive.folder / INDEX, rows.encode())
    chained_anew(archive, "2026-11-23")
    assert sha256sum(archive) == (0, [])
    assert damages(archive) == [(INDEX, "it is not the one that the next day is tied to")]


def test_the_ledger_finds_a_forged_newest_day(archive: Archive) -> None:
    expected = expected_of(archive)
    path = "days/2026-11-24/acme/out/ORD_000004.xml"
    rewrite(archive.folder / path, b"<Order>9</Order>")
    index = archive.folder / "days/2026-11-24/index.csv"
    rows = index.read_text().replace(sha256(b"<Order>4</Order>"), sha256(b"<Order>9</Order>"))
    rewrite(index, rows.encode())
    chained_anew(archive, "2026-11-24")
    assert damages(archive) == []
    assert [damage.path for damage in archive.verify(expected)] == [path]


def test_a_day_that_is_gone_is_found_by_the_next_one_and_by_the_ledger(archive: Archive) -> None:
    expected = expected_of(archive)
    shutil.rmtree(archive.folder / MONDAY_FOLDER)
    assert damages(archive) == [(MONDAY_FOLDER, "the whole day is gone; a later day is tied to it")]
    found = [damage.path for damage in archive.verify(expected)]
    assert found.count(MONDAY_FOLDER) == 1
    assert ORDER_1 in found


def test_the_newest_day_that_is_gone_is_found_by_the_ledger(archive: Archive) -> None:
    expected = expected_of(archive)
    shutil.rmtree(archive.folder / "days/2026-11-24")
    assert [damage.path for damage in archive.verify(expected)] == ["days/2026-11-24/acme/out/ORD_000004.xml"]


def test_an_export_file_that_the_ledger_does_not_know_tells_of_an_old_ledger(archive: Archive) -> None:
    expected = [one for one in expected_of(archive) if not one.path.endswith("ORD_000004.xml")]
    (found,) = archive.verify(expected)
    assert found == Damage(
        "days/2026-11-24/acme/out/ORD_000004.xml",
        "the ledger does not know this export file",
        "If the ledger was restored from a backup, restore a newer one. "
        "Find out who put it there, and move it out of the archive.",
    )


def test_a_file_that_the_ledger_knows_by_another_digest_is_found(archive: Archive) -> None:
    expected = [
        ExpectedFile(one.path, sha256(b"other"), one.size) if one.path == ORDER_2 else one
        for one in expected_of(archive)
    ]
    assert [(damage.path, damage.what) for damage in archive.verify(expected)] == [
        (ORDER_2, "the ledger knows it with other bytes (SHA-256 d9298a10d1b0...)")
    ]


def test_a_sealed_file_that_still_waits_for_its_place_is_no_damage(archive: Archive) -> None:
    one = kept(archive, b"sealed")
    item = export_file(5, b"sealed", TUESDAY)
    expected = [*expected_of(archive), ExpectedFile(f"days/2026-11-24/acme/out/{item.name}", one.sha256, one.size)]
    assert list(archive.verify(expected)) == []


def test_the_ledger_need_not_say_digest_and_size(archive: Archive) -> None:
    expected = [ExpectedFile(one.path) for one in expected_of(archive)]
    assert list(archive.verify(expected)) == []
    gone = ExpectedFile("days/2026-11-24/shop/in/shop-acme-0123456789ab.jsonl")
    assert [damage.path for damage in archive.verify([*expected, gone])] == [gone.path]


def test_the_ledger_may_tell_its_files_in_any_order(archive: Archive) -> None:
    expected = expected_of(archive)
    expected = expected[::2] + expected[::-1]  # mixed days, some twice
    assert list(archive.verify(iter(expected))) == []
    nowhere = ExpectedFile("previews/x", sha256(b"x"), 1)
    assert [damage.what for damage in archive.verify([*expected, nowhere])] == [
        "the ledger names it, but it lies in no day of the archive"
    ]


def test_a_damaged_contract_is_found(archive: Archive) -> None:
    digest = archive.keep_contract({"profile.toml": b"[naming]", "maps/sku.csv": b"sku,erp\n"})
    assert damages(archive) == []
    rewrite(archive.folder / "contracts" / digest / "maps/sku.csv", b"sku,erp\nA,1\n")
    (archive.folder / "contracts" / digest / "added").write_bytes(b"")
    assert damages(archive) == [
        (f"contracts/{digest}/maps/sku.csv", "it was changed"),
        (f"contracts/{digest}/added", "it was added: the manifest does not list it"),
    ]


def test_a_contract_that_is_gone_is_found_by_the_records_that_name_it(archive: Archive) -> None:
    digest = archive.keep_contract({"profile.toml": b"x"})
    item = export_file(5, b"made with it", TUESDAY)
    kept(archive, b"made with it")
    archive.place([Placement(item.sha256, item.day, item.owner, "out", item.name, {**item.record, "contract": digest})])
    assert damages(archive) == []
    shutil.rmtree(archive.folder / "contracts" / digest)
    assert damages(archive) == [(f"contracts/{digest}", "it is gone; records of export files name it")]


def test_a_number_that_fell_behind_is_found(archive: Archive) -> None:
    rewrite(archive.folder / "numbers/acme", b"2\n")
    assert damages(archive) == [("numbers/acme", "it says 2, but file number 4 is in the archive")]


def test_changed_bytes_that_wait_are_found(archive: Archive) -> None:
    one = kept(archive, b"waiting")
    rewrite(archive.folder / one.path, b"wait-ing")
    assert damages(archive) == [(one.path, "its bytes are not those of its name")]


def test_a_thousand_damages_are_all_named(archive: Archive) -> None:
    items = [export_file(number, b"%d" % number, TUESDAY) for number in range(5, 1005)]
    for number in range(5, 1005):
        kept(archive, b"%d" % number)
    paths = archive.place(items)
    for path in paths:
        rewrite(archive.folder / path, b"x")
    assert damaged_paths(archive) == {str(path) for path in paths}


def test_the_chain_can_be_computed_from_the_page_alone(archive: Archive) -> None:
    before = "0" * 64
    for row in (archive.folder / INDEX).read_text().splitlines()[1:]:
        text, _, chain = row.rpartition(",")
        assert hashlib.sha256(f"{before},{text}".encode()).hexdigest() == chain
        before = chain
    row_0 = (archive.folder / "days/2026-11-24/index.csv").read_text().splitlines()[1]
    assert row_0.startswith(f"0,../2026-11-23/index.csv,0,{before},,,")


def test_late_rows_of_the_day_before_break_nothing(archive: Archive) -> None:
    sent(archive, 5, b"sealed just before midnight")
    received(archive, "LATE.xml", b"late")
    assert damages(archive) == []
    assert sha256sum(archive) == (0, [])
