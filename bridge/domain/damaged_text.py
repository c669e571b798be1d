"""Text that somebody read in a wrong encoding: "Ã³" where "ó" was meant. Seen by what damage leaves, never mended.

A text in UTF-8 that was read as Windows-1252, Windows-1250 or Latin-1 gives pairs of signs that no language writes. If
all that is not ASCII in a text turns into whole letters when it is read again the other way, it was damaged.
"""

from __future__ import annotations

import re

_READ_AS = ("cp1252", "cp1250", "latin-1")
# A lead byte of UTF-8 for letters of Europe or for quotes, as the three encodings show it, and a sign after it that no
# word has there. Two capitals side by side are left out: Romanian in capitals has ĂŞ.
_REMAINS = re.compile("[ÂÃÄÅĂĹ](?![A-ZĄĆĘŁŃÓŚŠŞŤŢŹŻŽŒŸ])[^\x00-\x7f]|â€|ďż˝|\ufffd")
_REPLACED = "\ufffd"


def has_remains(text: str) -> bool:
    """Whether a text of many has signs that damage leaves: a quick look before `is_damaged` is asked of each."""
    return not text.isascii() and _REMAINS.search(text) is not None


def is_damaged(text: str) -> bool:
    """Whether the text was read in a wrong encoding, or has lost letters to it."""
    return has_remains(text) and (_REPLACED in text or any(_restored(text, encoding) for encoding in _READ_AS))


def _restored(text: str, encoding: str) -> str:
    """The text as it was meant; empty where it was not read in this encoding."""
    try:
        return text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""
