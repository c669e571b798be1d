"""What verification finds, and what the ledger expects of the archive."""

from __future__ import annotations

from dataclasses import dataclass

RESTORE = "Find out who did it, and restore it from the backup."
LEAVE = "Find out who put it there, and move it out of the archive."
GO_ON = "A run was stopped there. Run bridge once: it is finished by itself."


@dataclass(frozen=True, slots=True)
class Damage:
    """One difference between what should be there and what is. `path` is seen from the archive."""

    path: str
    what: str
    action: str = RESTORE


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """What the ledger knows of one archived file. `path` is seen from the archive. None: the ledger does not say."""

    path: str
    sha256: str | None = None
    size: int | None = None
