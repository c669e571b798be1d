"""What values of a sample look like: their shape without a person's data, and the forms of dates and decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SHAPE_SHOWN_MAX = 24
DATE_FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "YYYY-MM-DDTHH:MM:SSZ"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"), "YYYY-MM-DDTHH:MM:SS"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "YYYY-MM-DD HH:MM:SS"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "YYYY-MM-DD"),
    (re.compile(r"\d\d\.\d\d\.\d{4}"), "DD.MM.YYYY"),
    (re.compile(r"\d\d\.\d\d\.\d\d"), "DD.MM.YY"),
    (re.compile(r"\d\d/\d\d/\d{4}"), "DD/MM/YYYY"),
    (re.compile(r"\d\d-\d\d-\d{4}"), "DD-MM-YYYY"),
    (re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d"), "YYYYMMDDHHMMSS"),
    (re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"), "YYYYMMDD"),
)
_CODE = re.compile(r"[A-Z]{1,3}|(?=[A-Z]*[0-9])[A-Z0-9]{1,6}")
_DECIMAL = re.compile(r"-?\d+([.,])(\d{1,6})")


def is_code(text: str) -> bool:
    """Whether it is short enough, or has a digit, to be a code and nobody's name: EUR, H, EAN008."""
    return bool(_CODE.fullmatch(text))


def plain_name(name: str) -> str:
    """A file's name as it can stand in a comment of any language."""
    return re.sub(r"[^\w. -]", "_", name)


def shape(text: str) -> str:
    """The text with its letters as A or a and its digits as 9: what it looks like, and nobody's name."""
    made = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", lambda found: "A" if found.group().isupper() else "a", text))
    return made if len(made) <= SHAPE_SHOWN_MAX else made[: SHAPE_SHOWN_MAX - 1] + "…"


def date_form_of(texts: Iterable[str]) -> str | None:
    """The form that all texts have; day and month of DD/MM/YYYY may stand the other way round."""
    given = [text for text in texts if text]
    return next((form for pattern, form in DATE_FORMS if given and all(map(pattern.fullmatch, given))), None)


def decimals_of(texts: Sequence[str]) -> tuple[str, int] | None:
    """The decimal mark and the most places, where every text is a number and one at least has places."""
    given = [text for text in texts if text]
    found = [match for text in given if (match := _DECIMAL.fullmatch(text))]
    others = [text for text in given if not _DECIMAL.fullmatch(text)]
    if not found or not all(re.fullmatch(r"-?\d+", text) for text in others):
        return None
    marks = {match.group(1) for match in found}
    return (marks.pop(), max(len(match.group(2)) for match in found)) if len(marks) == 1 else None


def file_name_pattern(name: str) -> str:
    """A name pattern after a sample's name: its day, and its last number as the sequence."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", stem).lstrip("._-") or "ORD_"
    stem = re.sub(r"(?<!\d)20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)", "{day:YYYYMMDD}", stem, count=1)
    numbers = [found for found in re.finditer(r"\d+", stem) if "{" not in stem[found.start() - 5 : found.start()]]
    if numbers:
        last = numbers[-1]
        width = max(2, last.end() - last.start())
        stem = f"{stem[: last.start()]}{{sequence:{width:02}}}{stem[last.end() :]}"
    else:
        stem += "_{sequence:06}"
    return f"{stem}.{ending}" if re.fullmatch(r"[A-Za-z0-9]{1,8}", ending) else stem
