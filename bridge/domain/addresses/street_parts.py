"""A street text told apart: the street, the house number, the flat, and what stood between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Piece(StrEnum):
    """What a stretch of the text is."""

    STREET = "street"
    NUMBER = "number"
    FLAT = "flat"
    MARK = "mark"  # blanks, commas, a slash, "nr", "m.": what only says that a number follows


_NAMES = frozenset((Piece.STREET.value, Piece.NUMBER.value, Piece.FLAT.value))


@dataclass(frozen=True, slots=True)
class StreetParts:
    """The pieces in the order of the text; joined they are the text again, so that nothing of it can be lost.

    certain: the house number is told apart. doubtful: there may be one, but nobody can say where it begins or ends.
    Neither: the text holds no number.
    """

    pieces: tuple[tuple[Piece, str], ...]
    certain: bool = False
    doubtful: bool = False

    @classmethod
    def of_spans(cls, text: str, spans: Iterable[tuple[Piece, tuple[int, int]]]) -> StreetParts:
        """Told apart for certain: what lies between the spans are marks. Spans come in the order of the text."""
        pieces, at = [], 0
        for piece, (start, end) in spans:
            if start > at:
                pieces.append((Piece.MARK, text[at:start]))
            pieces.append((piece, text[start:end]))
            at = end
        if at < len(text):
            pieces.append((Piece.MARK, text[at:]))
        return cls(tuple(pieces), certain=True)

    @classmethod
    def of_match(cls, text: str, found: re.Match[str]) -> StreetParts | None:
        """Told apart by a pattern with the groups street, number and flat (flat2, ...: other places for it).

        None where two places hold a flat: nobody can say how the two belong together.
        """
        spans = [
            (Piece(name.rstrip("234")), found.span(name))
            for name, held in found.groupdict().items()
            if held and name.rstrip("234") in _NAMES
        ]
        if sum(piece is Piece.FLAT for piece, _ in spans) > 1:
            return None
        return cls.of_spans(text, sorted(spans, key=lambda one: one[1]))

    @property
    def street(self) -> str:
        """The street alone; the whole text where no number was told apart."""
        return self._text(Piece.STREET)

    @property
    def house_number(self) -> str:
        """The number with its letter or range (12a, 12-14, 12 bis)."""
        return self._text(Piece.NUMBER)

    @property
    def flat(self) -> str:
        """The flat, floor or stair, without the sign before it where that sign is only a sign (12/3, 12 m. 3)."""
        return self._text(Piece.FLAT)

    @property
    def number_and_flat(self) -> str:
        """Both as the buyer wrote them, for an ERP that has one field for the two."""
        places = [at for at, (piece, _) in enumerate(self.pieces) if piece in (Piece.NUMBER, Piece.FLAT)]
        return "".join(text for _, text in self.pieces[places[0] : places[-1] + 1]) if places else ""

    def _text(self, wanted: Piece) -> str:
        return "".join(text for piece, text in self.pieces if piece is wanted)


def untold(text: str, *, doubtful: bool) -> StreetParts:
    """The text as it is."""
    return StreetParts(((Piece.STREET, text),), doubtful=doubtful)
