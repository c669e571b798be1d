"""The same bytes may come twice at once, to two endpoints say: they have one name in `incoming/`.

The first that is placed takes it away; the other gets the bytes from the place that they have by then.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.archive import effects
from bridge.archive.errors import ArchiveDamaged
from bridge.archive.incoming import copy_in, digest_of, make_durable
from bridge.archive.names import INCOMING, PART, checked_digest
from bridge.archive.search import with_digest

TRIES_MAX = 5  # each but the first needs one more twin that was placed in just this moment


@contextmanager
def at_hand(archive: Path, sha256: str) -> Iterator[Path]:
    """Kept bytes under a name that nobody takes away while they are read. Raises ArchiveDamaged."""
    path = archive / INCOMING / (PART + secrets.token_hex(8))
    link_kept(archive, sha256, path)
    try:
        yield path
    finally:
        effects.unlink(path)


def link_kept(archive: Path, sha256: str, target: Path) -> None:
    """A further name for kept bytes. Raises FileExistsError where the name is in use, ArchiveDamaged without bytes."""
    source = archive / INCOMING / checked_digest(sha256)
    is_missed = False
    for _ in range(TRIES_MAX):
        try:
            return effects.link(source, target)
        except FileNotFoundError:
            if target.exists():
                raise FileExistsError(target) from None
            if is_missed:
                break  # to look through all days once is enough
            is_missed = not take_from_twin(archive, sha256)
    raise ArchiveDamaged(path=f"{INCOMING}/{sha256}", what="its bytes are gone before they got their place")


def take_from_twin(archive: Path, sha256: str) -> bool:
    """Bring back bytes that a twin has put in their place already; False where none has."""
    for twin in with_digest(archive, sha256):
        if holds(archive / twin.path, sha256):
            make_durable(archive, [copy_in(archive, archive / twin.path)])
            return True
    return False


def holds(path: Path, sha256: str) -> bool:
    """Whether the file has these bytes."""
    return path.is_file() and not path.is_symlink() and digest_of(path) == sha256
