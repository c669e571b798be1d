"""Every change that a folder store makes on disk: one seam, where the crash battery can count and kill."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.domain.effects import effect


def make_folder(folder: Path) -> None:
    """A folder of ours; its parent must exist, as a missing mount never becomes a local folder."""
    if not folder.is_dir():
        with effect("folder.make"):
            folder.mkdir(exist_ok=True)


def rename(path: Path, target: Path) -> None:
    """Give a file another name on the same disk."""
    with effect("folder.rename"):
        path.rename(target)


def remove(path: Path) -> None:
    """Remove a file of ours; one that is not there is fine."""
    with effect("folder.remove"):
        path.unlink(missing_ok=True)


def append_line(path: Path, line: str) -> None:
    """One more line of a note for people."""
    with effect("folder.note"), path.open("a", encoding="utf-8") as notes:
        notes.write(line + "\n")


def append_durably(path: Path, text: str) -> None:
    """More of a file of ours, on the disk."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        with effect("folder.fsync_file"):
            os.fsync(file.fileno())


def write_durably(path: Path, content: bytes) -> None:
    """All bytes, on the disk, under a name that nobody reads yet."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        with effect("folder.fsync_file"):
            os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make new names of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with effect("folder.fsync"):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def committing(index: sqlite3.Connection) -> Iterator[None]:
    """What the block changes is committed at its end. An error leaves it undone once the connection is closed."""
    yield
    with effect("folder.commit"):
        index.commit()
