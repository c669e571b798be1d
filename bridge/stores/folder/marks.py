"""A set of texts that only grows, in sixteen bytes each: a Python set would take a hundred, and files can be long."""

from __future__ import annotations

from array import array
from hashlib import blake2b

_SLOTS_AT_FIRST = 1024


class Marks:
    """Which texts were met, as 64-bit digests in one array: two of a million meet in one of 37 million files."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _SLOTS_AT_FIRST))  # 0: free
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> bool:
        """Whether the text is met for the first time."""
        mark = int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) or 1
        if not self._put(mark):
            return False
        self._count += 1
        if self._count * 2 > len(self._slots):
            self._grow()
        return True

    def _put(self, mark: int) -> bool:
        slots = self._slots
        last = len(slots) - 1
        place = mark & last
        while slots[place]:
            if slots[place] == mark:
                return False
            place = (place + 1) & last
        slots[place] = mark
        return True

    def _grow(self) -> None:
        marks, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
        for mark in marks:
            if mark:
                self._put(mark)
