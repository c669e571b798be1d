"""Making a long text fit an ERP's field: split between words, or abbreviated. Never cut without somebody saying so."""

from __future__ import annotations

from collections.abc import Callable


def measure(unit: str, encoding: str) -> Callable[[str], int]:
    """How long a text is for the ERP: in characters, or in bytes of its encoding."""
    if unit == "bytes":
        return lambda text: len(text.encode(encoding, "replace"))
    return len


def split_in_words(text: str, length_max: int, parts_max: int, length: Callable[[str], int] = len) -> list[str] | None:
    """The text in at most parts_max parts between words, joined by one blank again. None where it does not fit.

    A word that is longer than a whole part is cut inside: a long article or company name has no better place.
    """
    parts: list[str] = []
    for word in text.split():
        if parts and length(f"{parts[-1]} {word}") <= length_max:
            parts[-1] = f"{parts[-1]} {word}"
            continue
        while length(word) > length_max:
            head = _longest_head(word, length_max, length)
            if not head:
                return None
            parts.append(head)
            word = word[len(head) :]
            if len(parts) > parts_max:
                return None
        parts.append(word)
    return parts if len(parts) <= parts_max else None


def abbreviated(text: str, length_max: int, length: Callable[[str], int] = len) -> str:
    """The longest head of whole words, with a full stop for what is missing; cut inside a word if it must be."""
    if length(text) <= length_max:
        return text
    head = _longest_head(text, length_max - 1, length)
    if not head:  # no room for a character and a full stop
        return _longest_head(text, length_max, length)
    at_word, blank, _ = head.rpartition(" ")
    # A whole word is not worth losing more than half of the text.
    if blank and text[len(head)] != " " and len(at_word) * 2 >= len(head):
        head = at_word
    return head.rstrip(" ,;.-") + "."


def _longest_head(text: str, length_max: int, length: Callable[[str], int]) -> str:
    """As many whole characters as fit; none where not even one does."""
    head = text[: max(length_max, 0)]
    while head and length(head) > length_max:
        head = head[:-1]
    return head
