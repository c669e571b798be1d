"""A finding: one line of `bridge check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, whether it is fine, and what to do if not."""

    what: str
    fine: bool
    detail: str
    action: str = ""
