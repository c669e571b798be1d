"""A column of fixed width: the forms of a column, then sign, decimals, fill. What is too long is refused, never cut.

A value that is empty is blank, or zero where the ERP's field must be a number: an absent tax rate is not 0 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from bridge.domain.fitting import measure
from bridge.profiles.fields import FieldKind
from bridge.profiles.formats.columns import FILE, Column, ColumnRefused
from bridge.profiles.formats.forms import ASCII_PUNCHES, signed
from bridge.profiles.table_settings import FixedColumnSettings, FixedSettings, RowStyle

NUMBERS = ("money", "decimal", "percent", "integer", "count")
# Values that are of the record itself: its place in the file, in the order, and that of the record it is under.
COUNTERS = ("record.number", "record.number_in_order", "record.parent")
# Inside a field they would end the record for one reader or the other. U+0085 is EBCDIC's next line.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
AMOUNTS_KEPT = 4096  # texts of one column
_WIDE = "é Ł 漢 あ 한 €"


def unit_bytes(unit: str, encoding: str) -> int:
    """How many units of a width a blank takes: 2 bytes in UTF-16, else 1."""
    return len(" ".encode(encoding)) if unit == "bytes" else 1


def varies(unit: str, encoding: str) -> bool:
    """Whether characters of this encoding have different widths in this unit."""
    return unit == "bytes" and len({len(one.encode(encoding, "ignore")) or 1 for one in _WIDE}) > 1


def is_ebcdic(encoding: str) -> bool:
    """Whether a blank is hexadecimal 40."""
    return " ".encode(encoding) == b"\x40"


def overpunches(encoding: str) -> tuple[str, str]:
    """What stands for the last digit 0 to 9 of a number that is not negative, and of one that is.

    In EBCDIC it is the byte that counts, C0 to C9 and D0 to D9, which is no brace in every code page.
    """
    if not is_ebcdic(encoding):
        return ASCII_PUNCHES
    return bytes(range(0xC0, 0xCA)).decode(encoding), bytes(range(0xD0, 0xDA)).decode(encoding)


class FixedColumn(Column):
    """One column. Its value may be one of the record's counters."""

    def __init__(
        self, settings: FixedColumnSettings, each: str, place: str, fixed: FixedSettings, encoding: str
    ) -> None:
        self.counter = settings.value if settings.value in COUNTERS else None
        if self.counter is not None:
            super().__init__(settings.model_copy(update={"value": None, "text": ""}), each, place)
            self.form = "integer"
        else:
            super().__init__(settings, each, place)
        self.fixed, self.width = settings, settings.width
        self.unit, self.room = fixed.unit, settings.width // unit_bytes(fixed.unit, encoding)
        self.upper, self.length = fixed.upper, measure(fixed.unit, encoding)
        self.blank, self._punches = unit_bytes(fixed.unit, encoding), overpunches(encoding)
        self.is_number = self.form in NUMBERS
        self.fill = settings.fill or ("0" if self.is_number and settings.align != "left" else " ")
        self.align = settings.align or ("right" if self.is_number else "left")
        for what in self._mistakes(encoding):
            raise ColumnRefused(f"column {self.heading}: {what}")

    def _mistakes(self, encoding: str) -> list[str]:
        given, found = self.fixed, []
        implied = given.decimals == "implied"
        if implied and self.form in ("decimal", "percent") and given.places is None:
            found.append("implied decimals need places")
        plain = (given.decimals, given.sign, given.plus) == ("point", "leading", False)
        if not plain and not self.is_number:
            found.append("decimals, sign and plus belong to numbers")
        if given.plus and given.sign in ("overpunched", "none"):
            found.append("plus belongs to a sign that has a place of its own")
        if self.is_number and self.align == "left" and self.fill.isdigit():
            found.append("zeros behind a number would make it another number")
        if given.once or given.quoted is not None:
            found.append("once and quoted belong to csv")
        if self.fill in "{}" or self.length(self.fill) != self.blank:
            found.append(f"{self.fill!r} cannot fill a column in {encoding}")
        if self.width % self.blank:
            found.append(f"a width in bytes of {encoding} is a multiple of {self.blank}")
        if given.text is not None and self.length(given.text) > self.width:
            found.append(f"its text has {self.length(given.text)}; its width is {self.width}")
        return found

    @property
    def spec(self) -> str:
        """How str.format fills the value of usual characters: {:0>9}."""
        return f"{{:{self.fill}{'<' if self.align == 'left' else '>'}{self.room}}}"

    def converter(self, csv: RowStyle, digits: int, zone: tzinfo) -> Callable[[Any], Any] | None:
        """How the raw value becomes the text that is then filled up to the width."""
        if self.fixed.text is not None:
            return None
        usual = None if self.counter else super().converter(csv, digits, zone)
        if self.is_number:
            return self._quick(self._number(usual), digits)
        if self.form == "date" and usual is not None:
            absent = "0" * self.room if self.fixed.empty == "zero" else ""
            return lambda value: absent if value == "" or value is None else usual(value)
        if self.upper and usual is None:
            return lambda value: str(value).upper()
        if self.upper and usual is not None:
            return lambda value: str(usual(value)).upper()
        return usual

    def _number(self, usual: Callable[[Any], Any] | None) -> Callable[[Any], str]:
        given, width, punches = self.fixed, self.room, self._punches
        zeros = width if self.fill == "0" else 0

        def number(value: Any) -> str:
            if value == "" or value is None:
                if given.empty == "blank":
                    return " " * width
                value = "0"
            text = str(value if usual is None else usual(value))
            if given.decimals == "implied":
                text = text.replace(".", "").replace(",", "")
            elif given.decimals == "comma":
                text = text.replace(".", ",")
            if given.sign == "leading" and not given.plus:
                return text.zfill(zeros) if text[0] == "-" else text
            return signed(text, given.sign, given.plus, zeros, punches)

        return number

    def _quick(self, number: Callable[[Any], str], digits: int) -> Callable[[Any], str]:
        """`number` without a Decimal for the usual amount: a plain text, not negative, with no more than its places.

        Prices and rates come again and again, so texts are kept.
        """
        given = self.fixed
        places = given.places if given.places is not None else digits if self.form == "money" else None
        exact = self.form in ("money", "decimal") and given.per is None and not given.codes and not given.before
        if given.decimals != "implied" or given.sign == "overpunched" or given.plus or places is None or not exact:
            places = -1
        mark = " " if given.sign == "trailing" else ""

        @lru_cache(maxsize=AMOUNTS_KEPT)
        def quick(text: str) -> str:
            whole, _, fraction = text.partition(".")
            if len(fraction) <= places and whole.isdigit() and (fraction.isdigit() or not fraction):
                return whole + fraction.ljust(places, "0") + mark  # str.format puts the zeros before it
            return number(text)

        return lambda value: quick(value) if type(value) is str else number(value)

    def padded(self, value: Any) -> str:
        """The value filled up to the width in its own unit: for characters of several bytes."""
        text = str(value)
        room = (self.width - self.length(text)) // self.blank
        return text + self.fill * room if self.align == "left" else self.fill * room + text

    def overflow(self, value: Any) -> int | None:
        """How long the value is, where it is longer than the column."""
        length = self.length(str(value))
        return length if length > self.width else None

    def limited(self) -> tuple[str, int] | None:
        """The text field whose length this column limits, and to how much; None where it is no plain text."""
        given = self.settings
        if self.form != "text" or len(self.places) != 1 or given.codes or self.counter:
            return None
        place = self.places[0]
        if place.root == FILE or place.kind is not FieldKind.TEXT:
            return None
        return place.path, self.width - self.length(given.before)
