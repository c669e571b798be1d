"""Archives made for the tests: files sent and received, the real sha256sum, and a listener to the effects."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from bridge.archive import Archive, Kept, Placement
from bridge.domain.effects import Observer, observe

Heard = TypeVar("Heard", bound=Observer)

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kept(archive: Archive, content: bytes) -> Kept:
    """Bytes durable in `incoming/`."""
    with archive.incoming() as writer:
        writer.write(content)
        one = writer.keep()
    archive.make_durable([one])
    return one


def export_file(number: int, content: bytes, day: date = MONDAY, endpoint: str = "acme") -> Placement:
    """Where an export file of the tests belongs; its bytes are kept elsewhere."""
    record = {"why": "orders", "sequence_number": number, "orders": [f"104{number}"]}
    return Placement(sha256(content), day, endpoint, "out", f"ORD_{number:06}.xml", record)


def sent(archive: Archive, number: int, content: bytes, day: date = MONDAY, endpoint: str = "acme") -> Path:
    """An export file in its place."""
    kept(archive, content)
    (path,) = archive.place([export_file(number, content, day, endpoint)])
    return path


def received(archive: Archive, name: str, content: bytes, day: date = MONDAY, endpoint: str = "acme") -> Path:
    """An answer in its place."""
    one = kept(archive, content)
    (path,) = archive.place([Placement(one.sha256, day, endpoint, "in", name, {"why": "acknowledgement"})])
    return path


def filled(folder: Path) -> Archive:
    """Two days with files of an endpoint and a store."""
    archive = Archive(folder)
    archive.prepare()
    for number in (1, 2, 3):
        sent(archive, number, f"<Order>{number}</Order>".encode())
    received(archive, "ACK_000001.xml", b"<Ack>1</Ack>")
    archive.write_lines(MONDAY, "shop", [b'{"id": 1}', b'{"id": 2}'], "shop-acme")
    sent(archive, 4, b"<Order>4</Order>", TUESDAY)
    return archive


def damages(archive: Archive) -> list[tuple[str, str]]:
    """Path and words of each finding."""
    return [(damage.path, damage.what) for damage in archive.verify()]


def damaged_paths(archive: Archive) -> set[str]:
    return {path for path, _ in damages(archive)}


def sha256sum(archive: Archive, day: date = MONDAY) -> tuple[int, list[str]]:
    """Exit code and failing names of the real command, as docs/archive-format.md gives it."""
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "head.sha256", "files.sha256"],
        cwd=archive.folder / "days" / day.isoformat(),
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    return done.returncode, [line.partition(":")[0] for line in done.stdout.splitlines()]


def index_rows(archive: Archive, day: date = MONDAY) -> list[list[str]]:
    """The rows of a day's index, columns and row 0 left out."""
    text = (archive.folder / "days" / day.isoformat() / "index.csv").read_text()
    return [line.split(",") for line in text.splitlines()[2:]]


def rewrite(path: Path, content: bytes) -> None:
    """Write over a read-only file, as somebody with all rights would."""
    path.chmod(0o600)
    path.write_bytes(content)


class Listener:
    """Writes down the kinds of effects; fails the ones that it is told to fail."""

    def __init__(self, fails: str = "", error: OSError | None = None) -> None:
        self.kinds: list[str] = []
        self._fails = fails
        self._error = error

    def before(self, kind: str) -> None:
        if kind == self._fails and self._error is not None:
            raise self._error

    def after(self, kind: str) -> None:
        self.kinds.append(kind.removeprefix("archive."))


@contextmanager
def listening(listener: Heard) -> Iterator[Heard]:
    """The listener hears this process's effects meanwhile."""
    earlier = observe(listener)
    try:
        yield listener
    finally:
        observe(earlier)


def in_order(kinds: Sequence[str], *wanted: str) -> list[str]:
    """The kinds heard, only those asked for, repeats next to each other told once."""
    heard = [kind for kind in kinds if kind in wanted]
    return [kind for place, kind in enumerate(heard) if place == 0 or heard[place - 1] != kind]
