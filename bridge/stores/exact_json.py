"""JSON whose numbers stay exact, and whose parts keep the bytes that the other side wrote.

The standard decoder is used because it tells where a value ends and takes a decimal hook; a shop's `10.8` must not
become 10.800000000000001.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson

# A field's bare number that a float or a 64-bit integer would not hold exactly. Inside a text it only costs the slower
# way. (A search that begins with one fixed byte is several times faster than one for any digit.)
_INEXACT = re.compile(rb":[ \t\r\n]*-?[0-9]+(?:[.eE]|(?<=[0-9]{18}))")
_BLANK = re.compile(r"[ \t\r\n]*")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def value_of(content: bytes) -> Any:
    """A group of fields with exact numbers. Raises ValueError for anything that is not JSON in UTF-8."""
    if _INEXACT.search(content) is None:
        return orjson.loads(content)
    return decoded(content.decode())


def decoded(text: str) -> Any:
    """One JSON value with exact numbers. Raises ValueError, also for nesting deeper than any order."""
    try:
        return DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def elements(text: str) -> list[tuple[Any, str]]:
    """Each element of a JSON array with its own text. Raises ValueError when it is no whole array."""
    position = _past_blank(text, 0)
    if text[position : position + 1] != "[":
        raise ValueError("not an array")
    found: list[tuple[Any, str]] = []
    position = _past_blank(text, position + 1)
    if text[position : position + 1] == "]":
        return found
    while True:
        try:
            value, end = DECODER.raw_decode(text, position)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        found.append((value, text[position:end]))
        position = _past_blank(text, end)
        mark = text[position : position + 1]
        position = _past_blank(text, position + 1)
        if mark == "]":
            if position != len(text):
                raise ValueError("something stands behind the array")
            return found
        if mark != ",":
            raise ValueError("the array breaks off")


def inner_text(text: str, *names: str) -> str:
    """The text of a value inside JSON objects, as the other side wrote it. Raises KeyError where it is not there.

    The values beside it are decoded to step over them; those it lies in are not.
    """
    position = _past_blank(text, 0)
    try:
        for name in names:
            position = _member(text, position, name)
        return text[position : DECODER.raw_decode(text, position)[1]]
    except (ValueError, RecursionError) as error:
        raise KeyError("/".join(names)) from error


def one_line(text: str) -> bytes:
    """The same JSON on one line: a raw line break can only stand between its tokens."""
    return text.replace("\r", " ").replace("\n", " ").encode()


def _member(text: str, position: int, name: str) -> int:
    """Where the value of one member of the object at `position` begins. Raises KeyError or ValueError."""
    mark, position = text[position : position + 1], position + 1
    if mark != "{":
        raise KeyError(name)
    while True:
        key, position = DECODER.raw_decode(text, _past_blank(text, position))
        position = _past_blank(text, position)
        if text[position : position + 1] != ":":
            raise ValueError("no member stands there")
        position = _past_blank(text, position + 1)
        if key == name:
            return position
        position = _past_blank(text, DECODER.raw_decode(text, position)[1])
        if text[position : position + 1] != ",":
            raise KeyError(name)
        position += 1


def _past_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position
