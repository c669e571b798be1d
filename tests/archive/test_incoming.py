"""Bytes on their way: named by their digest, durable in batches, gone when not kept."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.archive import Archive, ArchiveDamaged, ArchiveUnavailable
from tests.archive.made import Listener, damages, export_file, kept, listening, received, rewrite, sent

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc", FIPS 180-2
LATER = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def incoming(archive: Archive) -> list[str]:
    return sorted(path.name for path in (archive.folder / "incoming").iterdir())


def test_bytes_written_in_pieces_lie_under_the_digest_of_the_whole(archive: Archive) -> None:
    with archive.incoming() as writer:
        writer.write(b"a")
        writer.write(b"bc")
        one = writer.keep()
    assert (one.sha256, one.size, one.path) == (ABC, 3, f"incoming/{ABC}")
    assert (archive.folder / one.path).read_bytes() == b"abc"
    assert incoming(archive) == [ABC]


def test_the_same_bytes_twice_are_one_file(archive: Archive) -> None:
    assert kept(archive, b"abc") == kept(archive, b"abc")
    assert incoming(archive) == [ABC]


def test_what_is_not_kept_leaves_nothing_behind(archive: Archive) -> None:
    with pytest.raises(ValueError, match="rendering failed"), archive.incoming() as writer:
        writer.write(b"half a file")
        raise ValueError("rendering failed")
    assert incoming(archive) == []


def test_five_hundred_files_become_durable_with_one_look_at_the_folder(archive: Archive) -> None:
    many = []
    for number in range(500):
        with archive.incoming() as writer:
            writer.write(b"%d" % number)
            many.append(writer.keep())
    with listening(Listener()) as listener:
        archive.make_durable(many)
    assert listener.kinds == ["fsync_file"] * 500 + ["fsync_folder"]


def test_a_finished_file_from_outside_is_taken_over(archive: Archive, tmp_path: Path) -> None:
    outside = tmp_path / "download"
    outside.write_bytes(b"abc")
    assert archive.adopt(outside).sha256 == ABC
    assert not outside.exists()
    assert (archive.folder / "incoming" / ABC).read_bytes() == b"abc"


def test_a_full_disk_is_said_in_business_words_and_nothing_half_stays(archive: Archive) -> None:
    full = Listener("archive.link", OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(ArchiveUnavailable) as raised, listening(full):
        kept(archive, b"abc")
    assert raised.value.problem.title == "The archive cannot be used: the disk is full"
    assert raised.value.problem.temporary
    assert incoming(archive) == []


def test_orphans_are_swept_when_they_are_old_and_the_ledger_does_not_know_them(archive: Archive) -> None:
    orphan, waiting = kept(archive, b"orphan"), kept(archive, b"waiting")
    (archive.folder / "incoming" / ".part-0123").write_bytes(b"killed in the middle")

    def known(sha256: str) -> bool:
        return sha256 == waiting.sha256

    assert archive.sweep_incoming(known, older_than=LONG_AGO) == 0
    assert len(incoming(archive)) == 3
    assert archive.sweep_incoming(known, older_than=LATER) == 2
    assert incoming(archive) == [waiting.sha256]
    assert orphan.sha256 not in incoming(archive)


def test_sweeping_touches_nothing_outside_incoming(archive: Archive) -> None:
    sent(archive, 1, b"sent")
    received(archive, "ACK.xml", b"received")
    before = sorted(path for path in archive.folder.rglob("*"))
    assert archive.sweep_incoming(lambda _: False, older_than=LATER) == 0
    assert sorted(path for path in archive.folder.rglob("*")) == before


def test_two_endpoints_that_receive_the_same_bytes_at_once_each_get_their_file(archive: Archive) -> None:
    kept(archive, b"the same")
    kept(archive, b"the same")  # one name in incoming/, and the first placement takes it away
    first, second = export_file(1, b"the same", endpoint="acme"), export_file(1, b"the same", endpoint="other")
    (path,) = archive.place([first])
    (twin,) = archive.place([second])
    assert (archive.folder / path).read_bytes() == (archive.folder / twin).read_bytes() == b"the same"
    assert list(archive.verify()) == []


def test_a_good_disk_passes_the_check_and_nothing_is_left(archive: Archive) -> None:
    (finding,) = archive.check()
    assert (finding.what, finding.fine) == ("archive", True)
    assert incoming(archive) == []


def test_a_disk_without_hard_links_is_found_by_the_check(archive: Archive) -> None:
    with listening(Listener("archive.link", OSError(errno.EPERM, "Operation not permitted"))):
        (finding,) = archive.check()
    assert not finding.fine
    assert finding.detail.startswith("The archive cannot be used: no permission (while it had to put a file in its")
    assert finding.action.startswith("Put the archive on a local disk")
    assert incoming(archive) == []


def test_bytes_that_a_twin_took_away_are_at_hand_all_the_same(archive: Archive) -> None:
    mine = kept(archive, b"the same")
    with archive.at_hand(mine) as path:
        sent(archive, 1, b"the same", endpoint="other")  # takes the name away while it is read
        assert path.read_bytes() == b"the same"
    with archive.at_hand(mine) as path:
        assert path.read_bytes() == b"the same"
    assert incoming(archive) == [mine.sha256]


def test_bytes_that_nobody_has_are_said_to_be_gone(archive: Archive) -> None:
    mine = kept(archive, b"once")
    (archive.folder / mine.path).unlink()
    with pytest.raises(ArchiveDamaged, match="gone"), archive.at_hand(mine):
        pass


def test_bytes_that_come_again_leave_the_file_that_was_made_durable(archive: Archive) -> None:
    """Another endpoint keeps them between our making them durable and our placing them, and has not synced its own."""
    mine = kept(archive, b"the same")
    durable = (archive.folder / mine.path).stat().st_ino
    with archive.incoming() as writer:
        writer.write(b"the same")
        writer.keep()
    (path,) = archive.place([export_file(1, b"the same")])
    assert (archive.folder / path).stat().st_ino == durable


def test_a_download_that_came_before_leaves_the_file_that_was_made_durable(archive: Archive, tmp_path: Path) -> None:
    mine = kept(archive, b"the same")
    durable = (archive.folder / mine.path).stat().st_ino
    (tmp_path / "download").write_bytes(b"the same")
    assert archive.adopt(tmp_path / "download") == mine
    assert ((archive.folder / mine.path).stat().st_ino, incoming(archive)) == (durable, [mine.sha256])


def test_a_placement_that_was_begun_is_ended_though_its_bytes_came_again(archive: Archive) -> None:
    received(archive, "ACK_1.xml", b"first")
    folder = archive.folder / "days" / "2026-11-23" / "acme" / "in"
    mine = kept(archive, b"killed")
    os.link(archive.folder / mine.path, folder / "ACK_2.xml")  # then the process was killed
    kept(archive, b"killed")
    assert archive.mend() == 1
    assert damages(archive) == []


def test_bytes_that_a_power_cut_left_torn_are_written_anew(archive: Archive) -> None:
    mine = kept(archive, b"the whole")
    rewrite(archive.folder / mine.path, b"the w")
    kept(archive, b"the whole")
    assert (archive.folder / mine.path).read_bytes() == b"the whole"
    assert incoming(archive) == [mine.sha256]


def test_old_bytes_that_come_again_while_they_are_looked_at_are_not_swept(archive: Archive) -> None:
    orphan = kept(archive, b"orphan")
    os.utime(archive.folder / orphan.path, (0, 0))

    def known(sha256: str) -> bool:
        assert sha256 == orphan.sha256
        kept(archive, b"orphan")  # by another endpoint, for a file that it is about to seal
        return False

    assert archive.sweep_incoming(known, older_than=LONG_AGO) == 0
    assert incoming(archive) == [orphan.sha256]
    archive.place([export_file(1, b"orphan")])
    assert damages(archive) == []
