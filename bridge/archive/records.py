"""The record beside each archived file: why it is there, written once.

Ids, digests and counts only; never a name or an address of a person.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bridge.archive import effects
from bridge.archive.incoming import replace_whole
from bridge.archive.names import RECORD, Direction

RECORD_BYTES_MAX = 1 << 24


@dataclass(frozen=True, slots=True)
class Placement:
    """One kept file and where it belongs.

    record: why, members, contract: ids, counts and digests only. `sequence_number` in it makes the file a numbered one.
    """

    sha256: str
    day: date
    owner: str  # endpoint or store
    direction: Direction
    name: str  # as sealed or received
    record: Mapping[str, object]


def sequence_number_of(item: Placement) -> int | None:
    """The export file's number, if it is one."""
    number = item.record.get("sequence_number") if item.direction == "out" else None
    return number if isinstance(number, int) else None


def write_record(archive: Path, target: Path, item: Placement) -> str:
    """Write the file's record once, durably; gives its SHA-256. A whole one from an interrupted time stays."""
    record = target.with_name(target.name + RECORD)
    content = record_text(target, item)
    try:
        descriptor = effects.create(record)
    except FileExistsError:
        found = whole_record(record, item.sha256)
        if found is not None:
            effects.fsync_file(record)
            return hashlib.sha256(found).hexdigest()
        return replace_torn(archive, record, content)
    try:
        effects.write(descriptor, content)
        effects.fsync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    return hashlib.sha256(content).hexdigest()


def record_text(target: Path, item: Placement) -> bytes:
    """The record's JSON: what the caller says, and always name, digest and size."""
    always = {"name": item.name, "sha256": item.sha256, "size": target.stat().st_size}
    return (json.dumps({**item.record, **always}, sort_keys=True, indent=1) + "\n").encode("ascii")


def whole_record(record: Path, sha256: str) -> bytes | None:
    """The bytes of a record that is whole and speaks of this file; None for one torn by a power cut."""
    with record.open("rb") as content:
        found = content.read(RECORD_BYTES_MAX)
    try:
        read = json.loads(found)
    except ValueError:
        return None
    return found if isinstance(read, dict) and read.get("sha256") == sha256 else None


def replace_torn(archive: Path, record: Path, content: bytes) -> str:
    """A record that was never indexed and is no whole one: written anew."""
    replace_whole(archive, record, content, effects.FILE_MODE)
    return hashlib.sha256(content).hexdigest()
