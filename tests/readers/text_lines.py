"""Reads the invented text import of the tests, from its table of fields alone.

| record | what it is |
|---|---|
| `[ORDER]` | a line of its own: a new order begins |
| `KEY=value` | ID, NOTE, CITY: a field of the order |
| `LINE=position|article|name|quantity|net` | one article; five fields between bars |
| `[END]` | a line of its own: the last line of the file |

How a sign of these stands inside a value is agreed apart: not at all (`plain`), after a backslash (`escaped`), or in
quotes, a quote doubled (`quoted`).
"""

from __future__ import annotations

from typing import Any

LINE_FIELDS = ("position", "article", "name", "quantity", "net")


class Misread(ValueError):
    """The file is not what was agreed."""


def read_orders(content: bytes, how: str, line_end: str = "\r\n") -> list[dict[str, Any]]:
    """The orders of a file, every text as it was meant. Raises Misread."""
    *lines, rest = content.decode("utf-8").split(line_end)
    if rest or lines[-1] != "[END]":
        raise Misread("the file does not end with [END] and a line end")
    orders: list[dict[str, Any]] = []
    for line in lines[:-1]:
        if line == "[ORDER]":
            orders.append({"lines": []})
            continue
        key, value = _cut(line, "=", how)[0], line.partition("=")[2]
        if key == "LINE":
            fields = [_meant(one, how) for one in _cut(value, "|", how)]
            if len(fields) != len(LINE_FIELDS):
                raise Misread(f"an article of {len(fields)} fields")
            orders[-1]["lines"].append(dict(zip(LINE_FIELDS, fields, strict=True)))
        elif key in ("ID", "NOTE", "CITY"):
            if len(_cut(value, "=", how)) != 1 or key in orders[-1]:
                raise Misread(f"{key} holds a separator, or came twice")
            orders[-1][key] = _meant(value, how)
        else:
            raise Misread("a line without a known key")
    return orders


def _cut(text: str, mark: str, how: str) -> list[str]:
    """The text cut at each mark that is neither escaped nor quoted."""
    pieces, quoted, escaped = [""], False, False
    for sign in text:
        if how == "escaped" and (escaped or sign == "\\"):
            escaped = not escaped
        elif how == "quoted" and sign == '"':
            quoted = not quoted
        elif sign == mark and not quoted:
            pieces.append("")
            continue
        pieces[-1] += sign
    return pieces


def _meant(text: str, how: str) -> str:
    """A field without its escapes or quotes."""
    if how == "escaped":
        made, escaped = "", False
        for sign in text:
            if sign == "\\" and not escaped:
                escaped = True
                continue
            made, escaped = made + sign, False
        return made
    if how == "quoted" and text.startswith('"'):
        if len(text) < 2 or not text.endswith('"') or '"' in text[1:-1].replace('""', ""):
            raise Misread("quotes that do not close")
        return text[1:-1].replace('""', '"')
    return text
