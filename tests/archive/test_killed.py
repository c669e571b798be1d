"""A real process is killed before and after each effect of the archive; the next run finishes what it left.

The child process is killed by SIGKILL, so nothing of it gets to clean up. What is asserted of durability is the order
of effects (test_placing.py): the page cache outlives a process.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.archive import Archive, ArchiveDamaged, ArchiveUnavailable
from bridge.domain.effects import observe
from tests.archive.made import (
    MONDAY,
    TUESDAY,
    damages,
    export_file,
    index_rows,
    kept,
    listening,
    received,
    rewrite,
    sent,
    sha256sum,
)

pytestmark = pytest.mark.fault

LATER = datetime.now(UTC) + timedelta(days=1)


class Killer:
    """Counts effects, and ends the process at one side of one of them."""

    def __init__(self, ordinal: int = 0, side: str = "") -> None:
        self.count = 0
        self._moment = (ordinal, side)

    def before(self, kind: str) -> None:
        self.count += 1
        self._die_at("before")

    def after(self, kind: str) -> None:
        self._die_at("after")

    def _die_at(self, side: str) -> None:
        if self._moment == (self.count, side):
            os.kill(os.getpid(), signal.SIGKILL)


def a_day_of_work(archive: Archive) -> None:
    """What passes do, all of it repeatable: a page, a batch of export files, an answer under a safe name, a new day."""
    archive.prepare()
    archive.write_lines(MONDAY, "shop", [b'{"id": 1}', b'{"id": 2}'], "shop-acme")
    archive.keep_contract({"profile.toml": b"x", "maps/sku.csv": b"y"})
    for number in (1, 2):
        kept(archive, b"order %d" % number)
    archive.place([export_file(number, b"order %d" % number) for number in (1, 2)])
    received(archive, "../ACK.xml", b"ack")
    sent(archive, 3, b"order 3", TUESDAY)


def killed_at(folder: Path, ordinal: int, side: str, work: Callable[[Archive], None]) -> bool:
    """Do the work in a process that is killed there; whether it came so far."""
    child = os.fork()
    if child == 0:
        observe(Killer(ordinal, side))
        try:
            work(Archive(folder))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def moments(tmp_path: Path, work: Callable[[Archive], None]) -> Iterator[tuple[Path, int, str]]:
    """Every moment of the work, each with a folder of its own."""
    counting = Killer()
    observe(counting)
    try:
        work(Archive(tmp_path / "counted"))
    finally:
        observe(None)
    for ordinal in range(1, counting.count + 1):
        for side in ("before", "after"):
            yield tmp_path / f"{ordinal}-{side}", ordinal, side


def files_of(archive: Archive) -> list[str]:
    return sorted(
        path.relative_to(archive.folder).as_posix()
        for path in archive.folder.glob("days/*/*/*/*")
        if not path.name.endswith(".record.json")
    )


def test_killed_at_any_moment_the_repeated_work_ends_whole_and_nothing_is_indexed_twice(tmp_path: Path) -> None:
    tried = 0
    for folder, ordinal, side in moments(tmp_path, a_day_of_work):
        assert killed_at(folder, ordinal, side, a_day_of_work)
        archive = Archive(folder)
        a_day_of_work(archive)
        archive.mend()
        archive.sweep_incoming(lambda _: False, LATER)
        assert damages(archive) == [], (ordinal, side)
        assert files_of(archive) == files_of(Archive(tmp_path / "counted")), (ordinal, side)
        paths = [row[1] for row in index_rows(archive)]
        assert len(paths) == len(set(paths)) == 4, (ordinal, side)
        assert list((folder / "incoming").iterdir()) == [], (ordinal, side)
        assert sha256sum(archive) == (0, []), (ordinal, side)
        assert archive.highest_sequence("acme") == 3
        tried += 1
    assert tried > 100


class FullDisk:
    """The disk refuses one effect, once."""

    def __init__(self, ordinal: int) -> None:
        self._left = ordinal

    def before(self, kind: str) -> None:
        self._left -= 1
        if self._left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    def after(self, kind: str) -> None:
        pass


def test_a_disk_that_is_full_at_any_moment_is_said_so_and_the_repeated_work_ends_whole(tmp_path: Path) -> None:
    for folder, ordinal, side in moments(tmp_path, a_day_of_work):
        if side == "after":
            continue
        with pytest.raises(ArchiveUnavailable, match="the disk is full"), listening(FullDisk(ordinal)):
            a_day_of_work(Archive(folder))
        archive = Archive(folder)
        a_day_of_work(archive)
        archive.mend()
        archive.sweep_incoming(lambda _: False, LATER)
        assert damages(archive) == [], ordinal
        assert len(index_rows(archive)) == 4, ordinal
        assert list((folder / "incoming").iterdir()) == [], ordinal


def a_page(archive: Archive) -> None:
    archive.prepare()
    archive.write_lines(MONDAY, "shop", [b'{"id": 1}'], "shop-acme")


def test_work_that_is_never_repeated_is_finished_or_swept(tmp_path: Path) -> None:
    for folder, ordinal, side in moments(tmp_path, a_page):
        assert killed_at(folder, ordinal, side, a_page)
        archive = Archive(folder)
        archive.prepare()
        archive.mend()
        archive.sweep_incoming(lambda _: False, LATER)
        assert damages(archive) == [], (ordinal, side)
        assert list((folder / "incoming").iterdir()) == [], (ordinal, side)


def test_a_kill_while_the_index_is_written_is_told_apart_from_damage(tmp_path: Path) -> None:
    words = set()
    for folder, ordinal, side in moments(tmp_path, a_page):
        killed_at(folder, ordinal, side, a_page)
        archive = Archive(folder)
        archive.prepare()
        for damage in archive.verify():
            words.add(damage.what)
            assert damage.action == "A run was stopped there. Run bridge once: it is finished by itself.", damage
    assert words == {
        "it is in its place, but not in the index yet",
        "the last batch was not finished",
    }


def test_an_unfinished_last_line_is_taken_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.prepare()
    sent(archive, 1, b"1")
    with (archive.folder / "days/2026-11-23/index.csv").open("ab") as index:
        index.write(b"2,acme/out/ORD_000002.xml,1,d4735e3a265e16ee")
    sent(archive, 2, b"2")
    assert [row[1] for row in index_rows(archive)] == ["acme/out/ORD_000001.xml", "acme/out/ORD_000002.xml"]
    assert damages(archive) == []


def test_an_index_that_somebody_changed_is_not_carried_on(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.prepare()
    sent(archive, 1, b"1")
    index = archive.folder / "days/2026-11-23/index.csv"
    rewrite(index, index.read_bytes().replace(b"ORD_000001", b"ORD_000009"))
    before = index.read_bytes()
    with pytest.raises(ArchiveDamaged, match=r"days/2026-11-23/index\.csv in the archive is damaged"):
        sent(Archive(archive.folder), 2, b"2")
    assert index.read_bytes() == before
    sent(Archive(archive.folder), 2, b"2", TUESDAY)


def test_two_processes_write_to_one_day_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    Archive(folder).prepare()
    children = []
    for endpoint in ("acme", "other", "third"):
        child = os.fork()
        if child == 0:
            archive = Archive(folder)
            for number in range(1, 31):
                sent(archive, number, f"{endpoint} {number}".encode(), endpoint=endpoint)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    archive = Archive(folder)
    assert len(index_rows(archive)) == 90
    assert damages(archive) == []
    assert sha256sum(archive) == (0, [])


def test_verification_beside_a_writing_service_finds_no_damage(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    archive = Archive(folder)
    archive.prepare()
    child = os.fork()
    if child == 0:
        for number in range(1, 201):
            sent(Archive(folder), number, f"order {number}".encode())
        os._exit(0)
    looks = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert damages(archive) == []
        looks += 1
    assert looks > 1
    assert damages(archive) == []
    assert len(index_rows(archive)) == 200
