"""A set of many texts in eight bytes each, so that verification of a day of any size stays flat."""

from __future__ import annotations

import hashlib
import secrets
from array import array
from bisect import bisect_left


class Marks:
    """Texts are added first, then asked for. The marks are keyed anew each time, so that nobody can forge a match."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._marks = array("Q")
        self._sorted = True

    def add(self, text: str) -> None:
        """Put a text into the set."""
        self._marks.append(self._mark(text))
        self._sorted = False

    def __contains__(self, text: str) -> bool:
        return self._count(self._mark(text)) > 0

    def repeats(self) -> bool:
        """Whether a text was added more than once."""
        self._sort()
        return any(self._marks[place] == self._marks[place + 1] for place in range(len(self._marks) - 1))

    def _mark(self, text: str) -> int:
        content = text.encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(content, digest_size=8, key=self._key).digest(), "big")

    def _count(self, mark: int) -> int:
        self._sort()
        place = bisect_left(self._marks, mark)
        return int(place < len(self._marks) and self._marks[place] == mark)

    def _sort(self) -> None:
        if not self._sorted:
            self._marks = array("Q", sorted(self._marks))
            self._sorted = True
