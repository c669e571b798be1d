"""One segment of an EDIFACT answer, with the separators of its interchange."""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTROLS = re.compile("[\x00-\x1f\x7f]")
_KEPT = ("\x00", "\x01", "\x02", "\x03")  # released characters until the elements are apart; no text has them


class EdifactBroken(ValueError):
    """What is wrong, and in which segment, counted from 1. The text quotes no value."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of one interchange; release is empty where there is none."""

    component: str
    element: str
    decimal_comma: bool
    release: str
    segment: bytes

    @property
    def released(self) -> tuple[str, str, str, str]:
        """What loses its meaning behind a release character."""
        return self.release, self.component, self.element, self.segment.decode()


class Segment:
    """One segment: its number in the file from 1, its tag, and its values."""

    __slots__ = ("_elements", "_marks", "number", "tag")

    def __init__(self, number: int, text: str, marks: Marks) -> None:
        self.number, self._marks = number, marks
        self._elements = text.split(marks.element)
        self.tag = text[:3]

    def value(self, element: int, component: int = 1) -> str:
        """A component of an element, both counted from 1, without blanks around; empty where it is not there."""
        if element >= len(self._elements):
            return ""
        whole, mark = self._elements[element], self._marks.component
        if mark in whole:
            parts = whole.split(mark)
            return parts[component - 1].strip() if component <= len(parts) else ""
        return whole.strip() if component == 1 else ""

    def values(self, element: int) -> list[str]:
        """Every component of an element that is not empty."""
        whole = self._elements[element] if element < len(self._elements) else ""
        return [text for part in whole.split(self._marks.component) if (text := part.strip())]

    def pointed(self, amount: str) -> str:
        """An amount of this segment with a decimal point, whatever UNA says."""
        return amount.replace(",", ".") if self._marks.decimal_comma else amount

    def pair(self, element: int) -> tuple[str, str]:
        """The first two components of an element: usually what it is, and how much or when."""
        if element >= len(self._elements):
            return "", ""
        first, _, rest = self._elements[element].partition(self._marks.component)
        return first.strip(), rest.partition(self._marks.component)[0].strip()


class OddSegment(Segment):
    """One with released characters, which are kept aside until its elements are apart, or with control characters."""

    __slots__ = ("_is_broken",)

    def __init__(self, number: int, text: str, marks: Marks) -> None:
        self._is_broken = CONTROLS.search(text) is not None
        for kept, mark in zip(_KEPT, marks.released, strict=True):
            text = text.replace(marks.release + mark, kept) if marks.release else text
        super().__init__(number, text, marks)

    def value(self, element: int, component: int = 1) -> str:
        """As above."""
        return self._released(super().value(element, component))

    def values(self, element: int) -> list[str]:
        """As above."""
        return [self._released(text) for text in super().values(element)]

    def pair(self, element: int) -> tuple[str, str]:
        """As above."""
        first, second = super().pair(element)
        return self._released(first), self._released(second)

    def _released(self, text: str) -> str:
        """Raises EdifactBroken for a control character in a segment that says something."""
        if self._is_broken:
            raise EdifactBroken(self.number, f"{self.tag} holds a control character")
        for kept, mark in zip(_KEPT, self._marks.released, strict=True):
            text = text.replace(kept, mark)
        return text.strip()
