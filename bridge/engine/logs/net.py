"""The net below the allow-list: values are made short and harmless, and what looks personal or secret is masked.

The plan is that no such value is logged; this catches a slip. Nothing here can forge a line or move a cursor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from uuid import UUID

from structlog.typing import EventDict, WrappedLogger

MASK = "<masked>"
VALUE_CHARACTERS_MAX = 200
LIST_ITEMS_MAX = 20

PERSONAL_OR_SECRET = re.compile(
    r"""
      [\w.+%-]+@[\w-]+(?:\.[\w-]+)+                        # an e-mail address
    | (?<![\w.])\+\d[\d\ ()./-]{6,}\d                       # a phone number with its country
    | (?<![\w.:-])\(?\d{2,4}\)?(?:\ \d{2,4}){2,}(?![\w:])   # a phone number in groups
    | (?<!\w)[A-Z]{2}\d{2}(?:\ ?[A-Z0-9]{4}){3,7}(?:\ ?[A-Z0-9]{1,3})?(?!\w)   # an IBAN
    | (?<!\w)c[ks]_[0-9A-Za-z]{8,}                          # a key or secret of WooCommerce
    | (?i:(?:bearer|basic)\s+[\w.~+/=-]{6,})                # an authorisation header
    | (?i:(?:password|passwd|secret|token|consumer_key|api_?key)\s*[=:]\s*\S+)
    | (?<=://)[^/\s@]+:[^/\s@]+(?=@)                        # user and password of an address
    """,
    re.VERBOSE,
)

# Digests, module names and most names of endpoints: none of the patterns above can match in them, and they are many.
PLAIN = re.compile(r"[0-9a-z.-]{0,200}")


def tame_values(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Every value as a short, printable scalar, or a short list of them."""
    for name, value in line.items():
        if not name.startswith("_") and name not in ("exc_info", "errors"):
            line[name] = tamed(value)
    return line


def tamed(value: object) -> object:
    """A value as it may stand in a line. An object that nobody thought of gives its type's name only."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Decimal | UUID | Enum):
        return tamed_text(str(value.value if isinstance(value, Enum) else value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return tamed_text(value.name)  # its folders may bear the name of a person
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        items = [tamed(item) for item in value[:LIST_ITEMS_MAX]]
        return items if len(value) <= LIST_ITEMS_MAX else [*items, f"and {len(value) - LIST_ITEMS_MAX} more"]
    return f"<{type(value).__name__}>"


def tamed_text(text: str) -> str:
    """One short line without control characters, with what looks personal or secret masked."""
    if PLAIN.fullmatch(text):
        return text
    # Masked before it is cut, so that a cut can't hide the half that would have been recognised.
    text = PERSONAL_OR_SECRET.sub(MASK, text[: VALUE_CHARACTERS_MAX * 4])
    if len(text) > VALUE_CHARACTERS_MAX:
        text = text[:VALUE_CHARACTERS_MAX] + "..."
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    """A character, or its escape when it would end a line, steer a terminal or turn the reading direction."""
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
