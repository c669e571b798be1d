"""Date forms as people write them: `YYYY-MM-DD`, `DD.MM.YY`, `YYYYMMDDHHMMSS`. Pure.

YYYY YY MM DD HH SS stand for digits; MM is the month until HH was seen, then the minute. CYY are the years after 1900
(126), DDD is the day of the year, as AS/400 files have them. `T`, `Z`, blanks and punctuation stand for themselves.
Anything else is refused, so that a slip (`YYYY-DD-mm`) is found at load.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

DATE_WORDS = ("YYYY", "YY", "CYY", "MM", "DD", "DDD", "HH", "SS")
_TOKEN = re.compile(r"YYYY|CYY|YY|MM|DDD|DD|HH|SS|[TZ]|[-./: _]|.", re.DOTALL)
_CODES = {
    "YYYY": "{0:04}", "YY": "{6:02}", "CYY": "{7}{6:02}", "MM": "{1:02}", "DD": "{2:02}", "DDD": "{8:03}",
    "HH": "{3:02}", "SS": "{5:02}",
}  # fmt: skip
_MINUTE = "{4:02}"
_PLAIN = "TZ-./: _"
_TOLD = {"year": ("{0:04}", "{6:02}"), "month": ("{1:02}",), "day": ("{2:02}",), "ordinal": ("{8:03}",)}


class DateFormRefused(ValueError):
    """The form holds something that is neither a date word nor punctuation."""


@dataclass(frozen=True, slots=True)
class DateForm:
    """One compiled form. `has_time` tells whether it needs an instant and not only a day."""

    text: str
    pattern: str
    has_time: bool

    def of(self, moment: date) -> str:
        """The moment in this form, in the zone that the moment is in already."""
        clock = (moment.hour, moment.minute, moment.second) if isinstance(moment, datetime) else (0, 0, 0)
        return self.pattern.format(moment.year, moment.month, moment.day, *clock, *self._of_year(moment))

    @property
    def tells(self) -> frozenset[str]:
        """Which of year, month, day and day of the year (`ordinal`) it writes."""
        return frozenset(word for word, codes in _TOLD.items() if any(code in self.pattern for code in codes))

    @staticmethod
    def _of_year(moment: date) -> tuple[int, int, int]:
        """Year of the century, century after 1900, day of the year."""
        return moment.year % 100, moment.year // 100 - 19, moment.timetuple().tm_yday


@lru_cache(maxsize=256)
def date_form(text: str) -> DateForm:
    """Compile a form. Raises DateFormRefused, whose text names the character and what is allowed."""
    pattern, has_time = "", False
    for token in _TOKEN.findall(text):
        if token == "MM" and has_time:
            pattern += _MINUTE
        elif token in _CODES:
            has_time = has_time or token in ("HH", "SS")
            pattern += _CODES[token]
        elif token in _PLAIN:
            pattern += token
        else:
            raise DateFormRefused(
                f"{token!r} is no part of a date form; allowed are {', '.join(DATE_WORDS)}, T, Z and -./: _"
            )
    if not pattern:
        raise DateFormRefused("the date form is empty")
    return DateForm(text, pattern, has_time)
