"""Verifying single files: bytes against the digest and size that the index gives, without following links."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bridge.archive.damage import LEAVE, Damage
from bridge.archive.effects import unavailable
from bridge.archive.names import DIGEST, RECORD
from bridge.archive.rows import READ_BYTES, Row

NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
READING = "read an archived file"


def found_digest(path: str) -> tuple[str, int] | None:
    """SHA-256 and size of a plain file; None where there is none (or a link, or a folder)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in NOT_THERE:
            return None
        raise unavailable(error, READING) from error
    try:
        return hashed(descriptor)
    except OSError as error:
        raise unavailable(error, READING) from error
    finally:
        os.close(descriptor)


def hashed(descriptor: int) -> tuple[str, int] | None:
    """What `found_digest` gives, of an open file. A short read is the end: most files take one read."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    digest, size = hashlib.sha256(), 0
    while chunk := os.read(descriptor, READ_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if len(chunk) < READ_BYTES:
            break
    return digest.hexdigest(), size


def row_damage(day_path: Path, row: Row) -> Iterator[Damage]:
    """What is wrong with a row's file and its record."""
    beginning = f"days/{day_path.name}/"
    found = found_digest(f"{day_path}/{row.path}")
    if found is None:
        yield Damage(beginning + row.path, "it is gone")
    elif found != (row.sha256, row.size):
        sizes = f"{found[1]} bytes instead of {row.size}" if found[1] != row.size else "other bytes of the same size"
        yield Damage(beginning + row.path, f"it was changed: {sizes}")
    record = found_digest(f"{day_path}/{row.path}{RECORD}")
    if record is None:
        yield Damage(beginning + row.path + RECORD, "the record is gone")
    elif record[0] != row.record_sha256:
        yield Damage(beginning + row.path + RECORD, "the record was changed")


def contract_of(record: Path) -> set[str]:
    """The contract that a record names; none where it names none or cannot be read."""
    try:
        read = json.loads(record.read_bytes()) if record.is_file() and not record.is_symlink() else None
    except ValueError:
        return set()
    contract = read.get("contract") if isinstance(read, dict) else None
    return {contract} if isinstance(contract, str) and DIGEST.fullmatch(contract) else set()


def folder_files(folder: Path, beginning: str = "") -> Iterator[tuple[str, bool]]:
    """Every name below a folder, seen from there, and whether it is a plain file; folders themselves are left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = beginning + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from folder_files(folder / entry.name, name + "/")
            else:
                yield name, entry.is_file(follow_symlinks=False)


def contract_damage(contracts: Path, digest: str, manifest_name: str) -> Iterator[Damage]:
    """What is wrong with one kept contract: its manifest against its name, its files against the manifest."""
    place = f"{contracts.name}/{digest}/"
    manifest = contracts / digest / manifest_name
    found = found_digest(str(manifest))
    if found is None or found[0] != digest:
        yield Damage(place + manifest_name, "its digest is not the folder's name")
        return
    listed = {manifest_name}
    for line in manifest.read_text("utf-8").splitlines():
        sha256, name = line[:64], line[66:]
        listed.add(name)
        found = found_digest(f"{contracts}/{digest}/{name}")
        if found is None or found[0] != sha256:
            yield Damage(place + name, "it is gone" if found is None else "it was changed")
    for name, _ in folder_files(contracts / digest):
        if name not in listed:
            yield Damage(place + name, "it was added: the manifest does not list it", LEAVE)
