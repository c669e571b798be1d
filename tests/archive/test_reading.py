"""Reading by path, line, name or digest, without the ledger; and what is kept beside the days."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bridge.archive import Archive, ArchiveDamaged, ArchivePathRefused
from bridge.domain.errors import Missing
from tests.archive.made import (
    MONDAY,
    TUESDAY,
    Listener,
    damages,
    filled,
    in_order,
    listening,
    received,
    rewrite,
    sent,
    sha256,
)


def test_a_page_of_orders_is_one_file_that_is_read_line_by_line(archive: Archive) -> None:
    path, digest = archive.write_lines(MONDAY, "shop", [b'{"id": 1}', b'{"id": 2}'], "shop-acme")
    assert digest == sha256(b'{"id": 1}\n{"id": 2}\n')
    assert path == Path(f"days/2026-11-23/shop/in/shop-acme-{digest[:12]}.jsonl")
    assert archive.read_line(path, 1) == b'{"id": 1}'
    assert archive.read_line(str(path), 2) == b'{"id": 2}'
    with pytest.raises(ArchiveDamaged, match="it has no line 3"):
        archive.read_line(path, 3)
    assert damages(archive) == []


def test_the_same_page_twice_in_a_day_is_one_file(archive: Archive) -> None:
    first = archive.write_lines(MONDAY, "shop", [b"{}"], "shop-acme")
    assert archive.write_lines(MONDAY, "shop", [b"{}"], "shop-acme") == first
    assert len(list((archive.folder / "days/2026-11-23/shop/in").glob("*.jsonl"))) == 1


def test_a_text_with_a_line_end_is_refused_before_anything_is_kept(archive: Archive) -> None:
    with pytest.raises(ValueError, match="line end"):
        archive.write_lines(MONDAY, "shop", [b"{}\n{}"], "shop-acme")
    assert list((archive.folder / "incoming").iterdir()) == []


@pytest.mark.parametrize("path", ["../secret", "days/../../secret", "/etc/passwd", "days/x\0y", ""])
def test_a_path_that_leads_out_is_refused(archive: Archive, path: str) -> None:
    (archive.folder.parent / "secret").write_bytes(b"secret")
    with pytest.raises(ArchivePathRefused, match="leads out of the archive"):
        archive.open_file(path)


def test_no_link_is_followed_neither_as_file_nor_as_folder(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    (archive.folder / "days/folder").symlink_to(tmp_path / "outside")
    (archive.folder / "days/file").symlink_to(tmp_path / "outside/secret")
    for path in ("days/folder/secret", "days/file"):
        with pytest.raises(ArchivePathRefused, match="over a link"):
            archive.open_file(path)


def test_a_file_that_is_not_there_is_said_so(archive: Archive) -> None:
    with pytest.raises(Missing, match=r"days/2026-11-23/acme/out/x\.xml in the archive is not there"):
        archive.open_file("days/2026-11-23/acme/out/x.xml")


def test_files_are_found_by_name_or_digest_newest_day_first(tmp_path: Path) -> None:
    archive = filled(tmp_path / "archive")
    assert [one.path for one in archive.find("ord_")] == [
        "days/2026-11-24/acme/out/ORD_000004.xml",
        "days/2026-11-23/acme/out/ORD_000001.xml",
        "days/2026-11-23/acme/out/ORD_000002.xml",
        "days/2026-11-23/acme/out/ORD_000003.xml",
    ]
    (one,) = archive.find(sha256(b"<Ack>1</Ack>")[:8].upper())
    assert (one.path, one.size, one.day) == ("days/2026-11-23/acme/in/ACK_000001.xml", 12, MONDAY)
    assert list(archive.find("nothing like it")) == []


def test_the_highest_number_is_known_at_once_and_made_again_when_it_is_lost(archive: Archive) -> None:
    assert archive.highest_sequence("acme") is None
    sent(archive, 317, b"a")
    sent(archive, 318, b"b")
    received(archive, "ACK.xml", b"c", TUESDAY)
    sent(archive, 7, b"d", TUESDAY, endpoint="other")
    assert (archive.highest_sequence("acme"), archive.highest_sequence("other")) == (318, 7)
    (archive.folder / "numbers/acme").unlink()
    assert archive.highest_sequence("acme") == 318
    rewrite(archive.folder / "numbers/acme", b"")
    assert archive.highest_sequence("acme") == 318
    assert (archive.folder / "numbers/acme").read_bytes() == b"318\n"


def test_the_number_is_raised_before_the_file_shows(archive: Archive) -> None:
    sent(archive, 1, b"a")
    with listening(Listener()) as listener:
        sent(archive, 2, b"b")
    steps = in_order(listener.kinds, "link", "rename")  # incoming/DIGEST, numbers/acme, the file, head.sha256
    assert steps == ["link", "rename", "link", "rename"]


def test_a_contract_is_kept_once_and_checked_by_sha256sum_alone(archive: Archive) -> None:
    files = {"profile.toml": b"[naming]\n", "templates/order.xml.j2": b"<Order/>", "version": b"1.0"}
    digest = archive.keep_contract(files)
    with listening(Listener()) as listener:
        assert archive.keep_contract(dict(reversed(files.items()))) == digest
    assert listener.kinds == []
    folder = archive.folder / "contracts" / digest
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "manifest-sha256.txt"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout == "profile.toml: OK\ntemplates/order.xml.j2: OK\nversion: OK\n"
    assert sha256((folder / "manifest-sha256.txt").read_bytes()) == digest
    assert archive.keep_contract({**files, "version": b"1.1"}) != digest


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\nb", ".hidden", "manifest-sha256.txt"])
def test_a_contract_holds_no_path_that_leads_elsewhere(archive: Archive, name: str) -> None:
    with pytest.raises(ArchivePathRefused):
        archive.keep_contract({name: b""})
    assert list((archive.folder / "contracts").iterdir()) == []


def test_previews_lie_under_their_flow_and_are_no_evidence(archive: Archive) -> None:
    assert not archive.has_preview("shop-acme", "PREVIEW_10452.xml")
    path = archive.write_preview("shop-acme", "PREVIEW_10452.xml", b"<Order/>")
    assert path == Path("previews/shop-acme/PREVIEW_10452.xml")
    assert archive.has_preview("shop-acme", "PREVIEW_10452.xml")
    hostile = archive.write_preview("shop-acme", "PREVIEW_10/../52.xml", b"<Order/>")
    assert hostile.parent == Path("previews/shop-acme")
    assert archive.has_preview("shop-acme", "PREVIEW_10/../52.xml")
    assert damages(archive) == []
