"""What straight code shares that writes given outgoing trees: the file's facts, and XML's escapes.

Straight code is written for one installation, so what bridge.toml would set stands in it as a constant. It does what
the file needs and nothing else: amounts through Decimal, escapes, counts and widths. It checks and explains nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import escape

Tree = dict[str, Any]
_SPECIAL = re.compile("[&<>\"']").search


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a file before its first byte; its moments are in UTC."""

    number: int
    day: date
    sealed_at: datetime


def escaped(text: str) -> str:
    """For XML. Most texts need nothing, and a look is cheaper than a copy."""
    return str(escape(text)) if _SPECIAL(text) else text
