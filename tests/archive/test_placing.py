"""Files get their place: with a record, never overwriting, however often it is repeated, whatever they are called."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from bridge.archive import Archive, ArchiveDamaged, ArchivePathRefused, Placement
from tests.archive.made import (
    MONDAY,
    TUESDAY,
    Listener,
    export_file,
    in_order,
    index_rows,
    kept,
    listening,
    received,
    rewrite,
    sent,
    sha256,
)

DAY = "days/2026-11-23"


def names(archive: Archive, place: str) -> list[str]:
    """What lies in a folder of Monday, records left out."""
    folder = archive.folder / DAY / place
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".record.json"))


def test_an_export_file_stands_under_its_name_beside_its_record(archive: Archive) -> None:
    path = sent(archive, 318, b"<Order/>")
    assert path == Path(DAY, "acme/out/ORD_000318.xml")
    assert (archive.folder / path).read_bytes() == b"<Order/>"
    assert (archive.folder / DAY / "acme/out/ORD_000318.xml.record.json").read_text() == (
        "{\n"
        ' "name": "ORD_000318.xml",\n'
        ' "orders": [\n  "104318"\n ],\n'
        ' "sequence_number": 318,\n'
        ' "sha256": "70d1fddaf10df96004cedd27ed9293ec5981c053e0d4d07fca4cd602a4630de8",\n'
        ' "size": 8,\n'
        ' "why": "orders"\n'
        "}\n"
    )
    assert list((archive.folder / "incoming").iterdir()) == []


def test_what_is_archived_is_read_only(archive: Archive) -> None:
    path = archive.folder / sent(archive, 1, b"<Order/>")
    record = path.with_name(path.name + ".record.json")
    assert [oct(one.stat().st_mode & 0o777) for one in (path, record)] == ["0o440", "0o440"]


def test_placing_again_changes_nothing_and_gives_the_same_paths(archive: Archive) -> None:
    items = [export_file(number, b"%d" % number) for number in (1, 2)]
    for number in (1, 2):
        kept(archive, b"%d" % number)
    first = archive.place(items)
    rows = index_rows(archive)
    assert archive.place(items) == first
    assert archive.place(list(reversed(items))) == list(reversed(first))
    assert index_rows(archive) == rows
    assert [row[1] for row in rows] == ["acme/out/ORD_000001.xml", "acme/out/ORD_000002.xml"]


def test_an_export_file_never_overwrites_another(archive: Archive) -> None:
    sent(archive, 1, b"first")
    kept(archive, b"second")
    with pytest.raises(ArchiveDamaged, match=r"ORD_000001\.xml in the archive is damaged: other bytes have this name"):
        archive.place([export_file(1, b"second")])
    assert (archive.folder / DAY / "acme/out/ORD_000001.xml").read_bytes() == b"first"


def test_repeating_over_a_changed_file_tells_the_damage(archive: Archive) -> None:
    path = sent(archive, 1, b"first")
    rewrite(archive.folder / path, b"forged")
    kept(archive, b"first")
    with pytest.raises(ArchiveDamaged, match=r"no longer has the bytes that were put there") as raised:
        archive.place([export_file(1, b"first")])
    assert raised.value.exit_code == 5
    assert (archive.folder / path).read_bytes() == b"forged"


def test_bytes_that_are_gone_before_their_place_are_told_by_digest(archive: Archive) -> None:
    with pytest.raises(ArchiveDamaged, match=f"incoming/{sha256(b'lost')}"):
        archive.place([export_file(1, b"lost")])


def test_a_received_name_that_was_taken_that_day_becomes_a_safe_one(archive: Archive) -> None:
    first = received(archive, "ANSWER.xml", b"one")
    second = received(archive, "ANSWER.xml", b"two")
    third = received(archive, "answer.XML", b"three")
    next_day = received(archive, "ANSWER.xml", b"four", TUESDAY)
    assert first.name == "ANSWER.xml"
    assert second.name == "received-3fc4ccfe7458-answer.xml"
    assert third.name == "received-8b5b9db0c13d-answer.xml"
    assert next_day == Path("days/2026-11-24/acme/in/ANSWER.xml")
    record = json.loads((archive.folder / (str(third) + ".record.json")).read_text())
    assert record["name"] == "answer.XML"
    assert list(archive.verify()) == []


def test_the_same_answer_twice_is_one_file(archive: Archive) -> None:
    assert received(archive, "ANSWER.xml", b"one") == received(archive, "ANSWER.xml", b"one")
    assert names(archive, "acme/in") == ["ANSWER.xml"]


HOSTILE = {
    "../../../etc/cron.d/x": "received-2c26b46b68ff-etc_cron.d_x",
    "..": "received-2c26b46b68ff",
    ".hidden": "received-2c26b46b68ff-hidden",
    "-rf": "received-2c26b46b68ff-rf",
    "a\nb": "received-2c26b46b68ff-a_b",
    "a\\b.xml": "received-2c26b46b68ff-a_b.xml",
    'say "hi",.xml': "received-2c26b46b68ff-say_hi_.xml",
    "x.record.json": "received-2c26b46b68ff-x",
    "\u202egnp.exe": "received-2c26b46b68ff-gnp.exe",
    unicodedata.normalize("NFD", "łódź.xml"): "received-2c26b46b68ff-o_dz_.xml",
    "undecodable\udcff.xml": "received-2c26b46b68ff-undecodable_.xml",
    "x" * 151: "received-2c26b46b68ff-" + "x" * 60,
    "": "received-2c26b46b68ff",
}


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_received_name_becomes_a_safe_one_with_the_original_in_the_record(
    archive: Archive, name: str
) -> None:
    path = received(archive, name, b"foo")
    assert path == Path(DAY, "acme/in", HOSTILE[name])
    record = json.loads((archive.folder / (str(path) + ".record.json")).read_text())
    assert record["name"] == name
    assert list(archive.verify()) == []


@pytest.mark.parametrize(
    "name", ["ACK_000318.xml", "Antwort für Łódź  2.xml", "x" * 150, "'quoted' (1) [a] %20 =1+1.csv"]
)
def test_a_harmless_received_name_stays_as_it_is(archive: Archive, name: str) -> None:
    assert received(archive, name, b"foo").name == name


def test_an_unsafe_name_of_our_own_is_refused(archive: Archive) -> None:
    one = kept(archive, b"foo")
    with pytest.raises(ArchivePathRefused, match="signs that the archive does not use"):
        archive.place([Placement(one.sha256, MONDAY, "acme", "out", "../x.xml", {})])
    with pytest.raises(ArchivePathRefused, match="letters, digits"):
        archive.place([Placement(one.sha256, MONDAY, "../acme", "out", "x.xml", {})])


def test_a_batch_over_two_days_gives_paths_in_the_order_asked(archive: Archive) -> None:
    items = [export_file(2, b"b", TUESDAY), export_file(1, b"a", MONDAY), export_file(3, b"c", TUESDAY)]
    for content in (b"a", b"b", b"c"):
        kept(archive, content)
    assert [str(path) for path in archive.place(items)] == [
        "days/2026-11-24/acme/out/ORD_000002.xml",
        "days/2026-11-23/acme/out/ORD_000001.xml",
        "days/2026-11-24/acme/out/ORD_000003.xml",
    ]


def test_a_batch_costs_one_look_at_the_folder_and_three_writes_of_the_index(archive: Archive) -> None:
    sent(archive, 1, b"1")
    items = [export_file(number, b"%d" % number) for number in range(2, 102)]
    for number in range(2, 102):
        kept(archive, b"%d" % number)
    with listening(Listener()) as listener:
        archive.place(items)
    count = {kind: listener.kinds.count(kind) for kind in set(listener.kinds)}
    assert count["link"] == 100
    assert count["append"] == 2  # index.csv and files.sha256
    assert count["rename"] == 2  # head.sha256 and numbers/acme
    assert count["fsync_file"] == 100 + 2  # records; head and number
    assert count["fsync_folder"] == 2  # the files' folder and numbers/


def test_a_file_and_its_folder_are_durable_before_the_index_names_it(archive: Archive) -> None:
    sent(archive, 1, b"1")
    kept(archive, b"2")
    with listening(Listener()) as listener:
        archive.place([export_file(2, b"2")])
    steps = listener.kinds[listener.kinds.index("link") :]
    assert in_order(steps, "link", "fsync_file", "fsync_folder", "append", "rename", "unlink") == [
        "link",
        "fsync_file",
        "fsync_folder",
        "append",
        "fsync_file",
        "rename",
        "unlink",
    ]


def test_a_record_torn_by_a_power_cut_is_written_anew(archive: Archive) -> None:
    path = sent(archive, 1, b"1")
    other = archive.folder / DAY / "acme/out/ORD_000002.xml"
    one = kept(archive, b"2")
    other.hardlink_to(archive.folder / one.path)
    other.with_name(other.name + ".record.json").write_bytes(b"")
    assert archive.place([export_file(2, b"2")]) == [path.with_name("ORD_000002.xml")]
    record = json.loads(other.with_name(other.name + ".record.json").read_text())
    assert record["sequence_number"] == 2
    assert list(archive.verify()) == []
