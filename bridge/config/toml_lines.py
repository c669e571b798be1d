"""On which line of a TOML file a key stands, so that every mistake can be shown with file and line.

`tomllib` gives values without places. This walks the same text once, knows strings, comments, tables and arrays, and
leaves all judging to `tomllib`: it is only asked about files that parse. Paths are tuples: ("limits", 2, "field").
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]
_KEY_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_KEY = re.compile(rf"\s*({_KEY_PART}(?:\s*\.\s*{_KEY_PART})*)\s*=")
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_KEY_PART}(?:\s*\.\s*{_KEY_PART})*)\s*\]")
_PARTS = re.compile(_KEY_PART)
# One token of a value: strings are skipped whole, whatever brackets they hold.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""' r"|'''.*?'''" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'" r"|\#[^\n]*" r"|[\[\]{},\n]", re.DOTALL
)


class TomlLines:
    """The lines of one file's keys. `line` falls back to the nearest known parent, and to 1."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._table: Path = ()
        at, line = 0, 1
        while at < len(text):
            end = self._statement(text, at, line)
            line += text.count("\n", at, end)
            at = end

    def line(self, path: Path) -> int:
        """The line of a key or table; of its nearest parent where the key itself does not stand there."""
        for length in range(len(path), 0, -1):
            if (found := self._lines.get(path[:length])) is not None:
                return found
        return 1

    def _statement(self, text: str, at: int, line: int) -> int:
        """Read one line, or one key with all lines of its value. Gives where the next one starts."""
        end = text.find("\n", at) + 1 or len(text)
        if table := _TABLE.match(text, at, end):
            self._open(table, line)
        elif key := _KEY.match(text, at, end):
            path = (*self._table, *_names(key.group(1)))
            self._note(path, line)
            return self._value(text, key.end(), path, line)
        return end

    def _open(self, table: re.Match[str], line: int) -> None:
        path: Path = ()
        names = _names(table.group(2))
        for number, name in enumerate(names, start=1):
            path = (*path, name)
            if number == len(names) and table.group(1) == "[[":
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
            self._note(path, line)
        self._table = path

    def _value(self, text: str, at: int, path: Path, line: int) -> int:
        """Walk over one value, noting the line of each element of its outermost array."""
        depth, element, fresh = 0, 0, False
        while (token := _TOKEN.search(text, at)) is not None:
            sign = token.group()
            if fresh and ((sign not in ("]", "\n") and not sign.startswith("#")) or text[at : token.start()].strip()):
                self._note((*path, element), line)
                fresh = False
            if sign == "\n" and depth == 0:
                return token.end()
            depth += (sign in "[{") - (sign in "]}") if len(sign) == 1 else 0
            if sign == "[" and depth == 1:
                fresh = True
            elif sign == "," and depth == 1:
                element, fresh = element + 1, True
            line += sign.count("\n")
            at = token.end()
        return len(text)

    def _note(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)


def _names(dotted: str) -> list[str]:
    return [tomllib.loads(f"{part}=0").popitem()[0] for part in _PARTS.findall(dotted)]
