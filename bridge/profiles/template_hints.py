"""What somebody who writes a template may have meant, added to what Jinja says is wrong with it."""

from __future__ import annotations

import re

from bridge.profiles.fields import ADDED_FIELDS, FILE_FIELDS, order_fields
from bridge.profiles.formats.sandbox import sandbox
from bridge.profiles.reading import suggestion

TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "macro", "endmacro", "include", "import", "from")
WORDS = ("order", "file", "parameters", "loop")
# what is known of a file only when all its orders are written
TAIL_WORDS = (
    "line_count", "gross_total", "first_order", "last_order", "record_count", "body_count", "control",
    "sha256", "sha1", "md5", "crc32",
)  # fmt: skip
_FILTER = re.compile(r"No filter named '(\w+)'")
_TAG = re.compile(r"unknown tag '(\w+)'")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_ATTRIBUTE = re.compile(r"'dict object' has no attribute '(\w+)'")


def with_hint(what: str) -> str:
    """The message, with the nearest name that is there."""
    if found := _FILTER.search(what):
        return what.rstrip(".") + suggestion(found.group(1), sorted(sandbox({}, "\n").filters))
    if found := _TAG.search(what):
        word = found.group(1)
        near = suggestion(word, TAGS)
        return what.rstrip(".") + ("; nothing is open that it would end" if word in TAGS else near)
    if found := _UNDEFINED.search(what):
        if found.group(1) == "line":
            return f"{what}; a line is there inside {{% for line in order.lines %}}"
        return what + suggestion(found.group(1), WORDS)
    if found := _ATTRIBUTE.search(what):
        names = [part for path in (*order_fields(), *ADDED_FIELDS, *FILE_FIELDS) for part in path.split(".")]
        return what + _elsewhere_or_near(found.group(1), list(dict.fromkeys(names)))
    return what


def _elsewhere_or_near(word: str, names: list[str]) -> str:
    """A right name at a wrong place is no slip of the pen: say where it belongs."""
    if word in TAIL_WORDS:
        return f"; file.{word} is there only in the template of the file's end (the tail)"
    if word in names:
        return f"; there is a field {word}, but not of what stands before the dot"
    return suggestion(word, names)
