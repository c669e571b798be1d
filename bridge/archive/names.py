"""Names and paths in the archive: what is safe, what a received file is called, where things are.

The rules are those of docs/archive-format.md. No function here touches the disk.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from bridge.archive.errors import ArchivePathRefused

Direction = Literal["in", "out"]

INCOMING, DAYS, CONTRACTS, PREVIEWS, NUMBERS = "incoming", "days", "contracts", "previews", "numbers"
INDEX, FILES, HEAD = "index.csv", "files.sha256", "head.sha256"
DAY_FILES = frozenset({INDEX, FILES, HEAD})
MANIFEST = "manifest-sha256.txt"
PART = ".part-"  # prefix of a write that has not ended
RECORD = ".record.json"
NAME_BYTES_MAX = 150

OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
DIGEST = re.compile(r"[0-9a-f]{64}")
UNUSED_SIGNS = re.compile(r'[/\\:*?"<>|,]')
HARMLESS_MAX = 60


def name_trouble(name: str) -> str | None:
    """Why the archive does not use this name; None where it is fine."""
    if not name or len(name.encode("utf-8", "surrogateescape")) > NAME_BYTES_MAX:
        return f"it is empty or longer than {NAME_BYTES_MAX} bytes"
    if any(unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in ("Zl", "Zp") for sign in name):
        return "it has control or direction characters"
    if UNUSED_SIGNS.search(name) or name[0] in ".- " or name[-1] in ". ":
        return "it has signs that the archive does not use"
    if not unicodedata.is_normalized("NFC", name) or name.casefold().endswith(RECORD):
        return "it is not in Unicode form NFC, or it is the name of a record"
    return None


def folded(name: str) -> str:
    """Equal for names that one of the usual disks takes for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def safe_name(name: str, sha256: str, prefix: str = "received") -> str:
    """The name of a file whose own name is not used: a digest and what is harmless of the name."""
    harmless = re.sub(r"[^a-z0-9._-]+", "_", name.encode("ascii", "replace").decode().lower())
    rest = harmless[-HARMLESS_MAX:].strip("._-")
    rest = rest.removesuffix(RECORD)
    return f"{prefix}-{sha256[:12]}-{rest}" if rest else f"{prefix}-{sha256[:12]}"


def checked_owner(owner: str) -> str:
    """The endpoint's or store's name as a folder. Raises ArchivePathRefused."""
    if not OWNER.fullmatch(owner):
        raise ArchivePathRefused(name=repr(owner), why="an endpoint or store is named by letters, digits, - and _")
    return owner


def checked_name(name: str) -> str:
    """A name of our own making. Raises ArchivePathRefused."""
    trouble = name_trouble(name)
    if trouble:
        raise ArchivePathRefused(name=ascii(name), why=trouble)
    return name


def checked_digest(sha256: str) -> str:
    """A SHA-256 in lower-case hex. Raises ArchivePathRefused."""
    if not DIGEST.fullmatch(sha256):
        raise ArchivePathRefused(name=ascii(sha256), why="it is no SHA-256 in lower-case hex")
    return sha256


def day_folder(day: date) -> Path:
    """`days/YYYY-MM-DD`, seen from the archive."""
    return Path(DAYS, day.isoformat())


def checked_relative(relative: Path | PurePosixPath | str) -> PurePosixPath:
    """A path that stays inside the archive as written. Raises ArchivePathRefused."""
    text = str(relative)
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in text:
        raise ArchivePathRefused(name=ascii(text), why="it leads out of the archive")
    return path
