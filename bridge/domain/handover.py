"""How a file becomes visible to the ERP, as a value, and the names that it passes through. Pure.

A temporary name is used for one attempt only, so that a rename of a dead connection can never publish the bytes of a
later attempt. A name put aside (`void`) is one that no such rename can find any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Literal

from bridge.domain.digests import DIGESTS

TemporaryStyle = Literal["dot", "suffix"]
TEMPORARY_STYLES: tuple[TemporaryStyle, ...] = ("dot", "suffix")


class Role(StrEnum):
    """What a part of a handover is for the ERP."""

    FILE = "file"
    CHECKSUM = "checksum"
    MANIFEST = "manifest"
    TRIGGER = "trigger"


USUAL_ORDER = (Role.FILE, Role.CHECKSUM, Role.MANIFEST, Role.TRIGGER)
COMPANION_WORDS = ("file", "stem")
MANIFEST_WORDS = (
    "file", "stem", "size", "sha256", "sha1", "md5", "crc32", "sequence", "orders", "totals", "gross", "day", "time",
)  # fmt: skip


class CompanionRefused(ValueError):
    """A companion's name or line cannot be made; the text says why, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A small file that tells the ERP about its file. lines: texts with the words of MANIFEST_WORDS in braces."""

    name: str
    lines: tuple[str, ...]
    line_end: str = "\n"
    encoding: str = "ascii"


@dataclass(frozen=True, slots=True)
class Handover:
    """What a profile asks for. Names of companions are patterns with {file} and {stem}; order: as they are placed."""

    checksum: Literal["sha256", "sha1", "md5"] | None = None  # a sidecar in the form of sha256sum and its kin
    checksum_name: str = "{file}.sha256"
    manifest: Manifest | None = None
    trigger: str | None = None  # the name of an empty file that says: read
    order: tuple[Role, ...] = USUAL_ORDER
    temporary: TemporaryStyle = "dot"  # `.NAME.ATTEMPT.tmp`, or `NAME.ATTEMPT.tmp` where dots are not hidden

    def companions(self) -> dict[Role, str]:
        """The name pattern of each companion that there is, in the order in which they are placed."""
        manifest = self.manifest.name if self.manifest else None
        found = {Role.CHECKSUM: self.checksum_name if self.checksum else None, Role.MANIFEST: manifest}
        found[Role.TRIGGER] = self.trigger
        return {role: name for role in self.order if (name := found.get(role)) is not None}

    def digests(self) -> set[str]:
        """The digests that companions tell."""
        told = {self.checksum} if self.checksum else set()
        lines = "".join(self.manifest.lines) if self.manifest else ""
        return told | {name for name in DIGESTS if f"{{{name}}}" in lines}


def companion_name(pattern: str, file_name: str) -> str:
    """`{stem}.go` of ORD_1.xml is ORD_1.go. Raises CompanionRefused."""
    stem = file_name.rpartition(".")[0] or file_name
    return _filled(pattern, {"file": file_name, "stem": stem}, COMPANION_WORDS)


def companion_content(handover: Handover, role: Role, file_name: str, words: Mapping[str, str]) -> bytes:
    """The bytes of one companion. words: of MANIFEST_WORDS, at least the digests that the handover tells."""
    if role is Role.CHECKSUM and handover.checksum:
        return f"{words[handover.checksum]}  {file_name}\n".encode()  # what sha256sum -c reads, in its text form
    if role is Role.MANIFEST and handover.manifest:
        manifest = handover.manifest
        lines = [_filled(line, words, MANIFEST_WORDS) + manifest.line_end for line in manifest.lines]
        return "".join(lines).encode(manifest.encoding)
    return b""


def _filled(pattern: str, words: Mapping[str, str], allowed: tuple[str, ...]) -> str:
    made = []
    try:
        pieces = list(Formatter().parse(pattern))
    except ValueError as error:
        raise CompanionRefused(f"{pattern} does not parse: {error}") from error
    for literal, word, form, conversion in pieces:
        made.append(literal)
        if word is None:
            continue
        if word not in allowed or form or conversion:
            known = ", ".join(f"{{{one}}}" for one in allowed)
            raise CompanionRefused(f"{{{word}}} is not known here; allowed are {known}")
        made.append(words[word])
    return "".join(made)


def temporary_name(name: str, attempt: int, style: TemporaryStyle = "dot") -> str:
    """The name of one attempt's bytes before they are visible."""
    return f"{_lead(style)}{name}.{attempt}.tmp"


def void_name(name: str, attempt: int, style: TemporaryStyle = "dot") -> str:
    """Where an attempt's bytes are put so that they can never be published; hidden like the temporary name."""
    return f"{_lead(style)}{name}.{attempt}.void"


def gone_name(name: str, attempt: int, style: TemporaryStyle = "dot") -> str:
    """The sign that an attempt's bytes were gone before their rename: nothing may be inferred from their absence."""
    return f"{_lead(style)}{name}.{attempt}.gone"


def linking_name(temporary: str) -> str:
    """Where a share without a one-step rename keeps the bytes while they become visible: they may have been read."""
    return f"{temporary.removesuffix('.linking')}.linking"


def is_hidden(name: str) -> bool:
    """Whether the name is one of ours on the way, which no ERP may take."""
    return name.endswith((".tmp", ".void", ".gone", ".linking"))


def _lead(style: TemporaryStyle) -> str:
    return "." if style == "dot" else ""
