"""What is kept beside the days: contracts, once each under their digest, and previews, which are no evidence."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from bridge.archive import effects
from bridge.archive.errors import ArchivePathRefused
from bridge.archive.incoming import replace_whole
from bridge.archive.names import (
    CONTRACTS,
    INCOMING,
    MANIFEST,
    PART,
    PREVIEWS,
    checked_owner,
    checked_relative,
    name_trouble,
    safe_name,
)


def keep_contract(archive: Path, files: Mapping[str, bytes]) -> str:
    """Keep what files are made with, once; gives its digest, which is the folder's name and that of its manifest.

    files: path in the folder (with `/`) to content. The folder appears whole and durable, or not at all.
    """
    manifest = manifest_of(files)
    digest = hashlib.sha256(manifest).hexdigest()
    folder = archive / CONTRACTS / digest
    if folder.is_dir():
        return digest
    part = archive / INCOMING / (PART + secrets.token_hex(8))
    for name, content in {**files, MANIFEST: manifest}.items():
        write_new(part / name, content)
    for made in sorted({(part / name).parent for name in files} | {part}):
        effects.fsync_folder(made)
    effects.rename_folder(part, folder)
    effects.fsync_folder(archive / CONTRACTS)
    if part.is_dir():
        effects.remove_folder(part)
    return digest


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The lines of sha256sum for the files, in order of their names' bytes. Raises ArchivePathRefused."""
    lines: list[str] = []
    for name in sorted(files, key=os.fsencode):
        for step in checked_relative(name).parts:
            if (trouble := name_trouble(step)) or name == MANIFEST:
                raise ArchivePathRefused(name=ascii(name), why=trouble or "it is the manifest's")
        lines.append(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n")
    return "".join(lines).encode()


def write_new(path: Path, content: bytes) -> None:
    """A new file with this content, durable; its folder is made."""
    effects.make_folder(path.parent)
    descriptor = effects.create(path)
    try:
        effects.write(descriptor, content)
        effects.fsync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def preview_path(flow: str, name: str) -> Path:
    """Where a preview of this name lies, seen from the archive."""
    if name_trouble(name):
        name = safe_name(name, hashlib.sha256(os.fsencode(name)).hexdigest(), prefix="preview")
    return Path(PREVIEWS, checked_owner(flow), name)


def write_preview(archive: Path, flow: str, name: str, content: bytes) -> Path:
    """Keep a preview; gives its path, seen from the archive."""
    path = preview_path(flow, name)
    effects.make_folder((archive / path).parent)
    replace_whole(archive, archive / path, content)
    return path
