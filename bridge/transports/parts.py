"""What is handed over for one sealed file (the file, its sidecar, manifest and trigger) and the names on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bridge.domain.digests import digests_of
from bridge.domain.handover import (
    TEMPORARY_STYLES,
    Handover,
    Role,
    companion_content,
    companion_name,
    gone_name,
    linking_name,
    temporary_name,
    void_name,
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A sealed file in one attempt at handing it over. source: the archived bytes; words: what a manifest tells."""

    name: str
    size: int
    sha256: str
    attempt: int
    source: Path
    words: Mapping[str, str] = field(default_factory=dict)


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
    words: Mapping[str, str] = field(default_factory=dict)

    def facts(self, attempt: int) -> FileFacts:
        """The same file in another attempt."""
        return FileFacts(self.name, self.size, self.sha256, attempt, self.source, self.words)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to become visible. content: None for the file itself."""

    role: Role
    name: str
    temporary: str
    content: bytes | None


def parts_of(facts: FileFacts, temporary: str, handover: Handover) -> tuple[Part, ...]:
    """File and companions in the order in which they become visible. Raises OSError where their bytes are needed."""
    words = {**facts.words, **_digests(facts, handover)}
    words |= {"file": facts.name, "stem": facts.name.rpartition(".")[0] or facts.name, "size": str(facts.size)}
    companions = handover.companions()
    parts = []
    for role in handover.order:
        if role is Role.FILE:
            parts.append(Part(role, facts.name, temporary, None))
        elif role in companions:
            kept = temporary_name(_carrier(facts.name, role), facts.attempt, handover.temporary)
            content = companion_content(handover, role, facts.name, words)
            parts.append(Part(role, companion_name(companions[role], facts.name), kept, content))
    return tuple(parts)


def _digests(facts: FileFacts, handover: Handover) -> dict[str, str]:
    """The digests that companions tell; SHA-256 is known, others need the bytes."""
    wanted = handover.digests()
    found = {"sha256": facts.sha256}
    if further := wanted - found.keys():
        with facts.source.open("rb") as content:
            found |= digests_of(content, further)
    return found


def leftover_names(facts: FileFacts) -> Iterator[str]:
    """Every hidden name that the attempt can have left, in both styles: a profile may have changed since."""
    for style in TEMPORARY_STYLES:
        yield temporary_name(facts.name, facts.attempt, style)
        yield linking_name(temporary_name(facts.name, facts.attempt, style))
        yield void_name(facts.name, facts.attempt, style)
        yield gone_name(facts.name, facts.attempt, style)
        for role in (Role.CHECKSUM, Role.MANIFEST, Role.TRIGGER):
            hidden = temporary_name(_carrier(facts.name, role), facts.attempt, style)
            yield from (hidden, linking_name(hidden))


def path_in(folder: str, name: str) -> str:
    """A name's path in a remote folder."""
    return str(PurePosixPath(folder) / name)


def _carrier(name: str, role: Role) -> str:
    """What a part is called while it is hidden: by its role, so that a changed profile still finds it."""
    return f"{name}.{role.value}"
