"""What is handed over for one sealed file (the file, its checksum sidecar, its trigger) and the names on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from bridge.domain.handover import (
    TEMPORARY_STYLES,
    Handover,
    gone_name,
    linking_name,
    sidecar_content,
    sidecar_name,
    temporary_name,
    trigger_name,
    void_name,
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A sealed file in one attempt at handing it over. source: the archived bytes."""

    name: str
    size: int
    sha256: str
    attempt: int
    source: Path


@dataclass(frozen=True, slots=True)
class HandoverFile:
    """A sealed file on its way, under a temporary name that was never used before."""

    sequence_number: int
    name: str
    source: Path
    size: int
    sha256: str
    attempt: int
    temporary: str

    def facts(self, attempt: int) -> FileFacts:
        """The same file in another attempt."""
        return FileFacts(self.name, self.size, self.sha256, attempt, self.source)


class Role(StrEnum):
    """What a part is for the ERP."""

    FILE = "file"
    CHECKSUM = "checksum"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to become visible. content: None for the file itself."""

    role: Role
    name: str
    temporary: str
    content: bytes | None


def parts_of(name: str, sha256: str, attempt: int, temporary: str, handover: Handover) -> tuple[Part, ...]:
    """File, sidecar and trigger in the order in which they become visible; the trigger is always last."""
    parts = [Part(Role.FILE, name, temporary, None)]
    if handover.checksum is not None:
        kept = temporary_name(_carrier(name, Role.CHECKSUM), attempt, handover.temporary)
        sidecar = Part(Role.CHECKSUM, sidecar_name(name), kept, sidecar_content(name, sha256))
        parts.insert(0 if handover.checksum_first else 1, sidecar)
    if handover.trigger_suffix is not None:
        kept = temporary_name(_carrier(name, Role.TRIGGER), attempt, handover.temporary)
        parts.append(Part(Role.TRIGGER, trigger_name(name, handover.trigger_suffix), kept, b""))
    return tuple(parts)


def leftover_names(facts: FileFacts) -> Iterator[str]:
    """Every hidden name that the attempt can have left, in both styles: a profile may have changed since."""
    for style in TEMPORARY_STYLES:
        yield temporary_name(facts.name, facts.attempt, style)
        yield linking_name(temporary_name(facts.name, facts.attempt, style))
        yield void_name(facts.name, facts.attempt, style)
        yield gone_name(facts.name, facts.attempt, style)
        for role in (Role.CHECKSUM, Role.TRIGGER):
            hidden = temporary_name(_carrier(facts.name, role), facts.attempt, style)
            yield from (hidden, linking_name(hidden))


def path_in(folder: str, name: str) -> str:
    """A name's path in a remote folder."""
    return str(PurePosixPath(folder) / name)


def _carrier(name: str, role: Role) -> str:
    """What a part is called while it is hidden: by its role, so that a changed profile still finds it."""
    return f"{name}.{role.value}"
