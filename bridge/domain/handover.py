"""How a file becomes visible to the ERP, as a value, and the names that it passes through. Pure.

A temporary name is used for one attempt only, so that a rename of a dead connection can never publish the bytes of a
later attempt. A name put aside (`void`) is one that no such rename can find any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TemporaryStyle = Literal["dot", "suffix"]
TEMPORARY_STYLES: tuple[TemporaryStyle, ...] = ("dot", "suffix")


@dataclass(frozen=True, slots=True)
class Handover:
    """What a profile asks for. The trigger, where there is one, always comes last."""

    checksum: Literal["sha256"] | None = None  # a sidecar `NAME.sha256` in sha256sum's form
    checksum_first: bool = False  # the sidecar becomes visible before its file
    trigger_suffix: str | None = None  # an empty file NAME + suffix, placed last
    temporary: TemporaryStyle = "dot"  # `.NAME.ATTEMPT.tmp`, or `NAME.ATTEMPT.tmp` where dots are not hidden


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


def sidecar_name(name: str) -> str:
    """The checksum file of a file."""
    return f"{name}.sha256"


def sidecar_content(name: str, sha256: str) -> bytes:
    """What `sha256sum -c` reads, in its text form."""
    return f"{sha256}  {name}\n".encode()


def trigger_name(name: str, suffix: str) -> str:
    """The empty file that says: the file is whole, read it."""
    return name + suffix


def _lead(style: TemporaryStyle) -> str:
    return "." if style == "dot" else ""
