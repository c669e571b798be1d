"""For `bridge check`: whether the archive's disk can do what the archive relies on, tried with two names of our own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bridge.archive import effects
from bridge.archive.errors import ArchiveUnavailable
from bridge.archive.incoming import new_part
from bridge.archive.index import locked
from bridge.archive.names import INCOMING, PART
from bridge.domain.finding import Finding

WHAT = "archive"
ACTION = "Put the archive on a local disk (ext4, XFS, Btrfs) or an NFS mount that allows hard links and locks."


def check(archive: Path) -> list[Finding]:
    """Write, make durable, link without overwriting, lock; leaves nothing behind."""
    made: list[Path] = []
    try:
        return [tried(archive / INCOMING, made)]
    except (ArchiveUnavailable, OSError) as trouble:
        detail = trouble.problem.message if isinstance(trouble, ArchiveUnavailable) else "the disk refused a hard link"
        return [Finding(WHAT, False, detail, ACTION)]
    finally:
        for path in made:
            effects.unlink(path)


def tried(folder: Path, made: list[Path]) -> Finding:
    """The finding of a disk that refused nothing; notes the names that it makes."""
    part, descriptor = new_part(folder)
    made.append(part)
    try:
        effects.write(descriptor, b"tried by bridge check\n")
        effects.fsync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    second = folder / (PART + secrets.token_hex(8))
    made.append(second)
    effects.link(part, second)
    try:
        effects.link(part, second)
    except FileExistsError:
        lock = folder / (PART + secrets.token_hex(8))
        made.append(lock)
        with locked(lock):
            return Finding(WHAT, True, "files can be written, linked without overwriting, and locked")
    return Finding(WHAT, False, "a link to a taken name was not refused", ACTION)
