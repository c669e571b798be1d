"""Format `text`: plain text made of templates, with separators of the ERP's own: key=value, sections, lines, JSON.

The template writes the separators, values cannot: what becomes of a separator inside a value is the profile's rule.
`plain` refuses it, unless `replace` says what stands for it; `escaped` puts a character before it; `quoted` and `json`
carry it where the template has put the value in quotes, and let nothing but a plain word or number stand outside.
A control character is refused, and a line break too, except in JSON, which has a way to write it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bridge.domain.characters import UNHOLDABLE, CharacterRules, NewlinePolicy
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.formats.template import Uncarried
from bridge.profiles.settings import FileSettings, TextSettings

# Control characters, and those that some readers take for line ends.
CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_BESIDE = re.compile(r"([;|,=\t~^*#\[\]<>&])(?=\{\{)|(?<=\}\})([;|,=\t~^*#\[\]<>&])")
_JSON_QUOTE = '"'
_JSON_ESCAPES = re.compile(r"\\.", re.DOTALL)
_JSON_BARE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false|null").fullmatch
# Where a value begins and ends, until it is known whether it stands in quotes. No value can hold them.
_BEGIN, _END = "\x02", "\x03"


def text_mistakes(
    text: TextSettings, file: FileSettings, newline: NewlinePolicy
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What of the settings does not go together: the key, and the words."""
    if text.separators is None and text.values != "json":
        yield (
            ("text",),
            "text.separators is missing: every character that divides records or fields; '' where widths do, since no "
            "value can hold a line break anyway",
        )
    separators = text.separators or ""
    odd = [mark for mark in separators if mark.isalnum() or mark in f"\r\n{_BEGIN}{_END}"]
    if odd:
        what = f"U+{ord(odd[0]):04X} cannot be a separator: letters and digits are in values, line ends divide anyway"
        yield ("text", "separators"), what
    if text.values != "json" and newline is NewlinePolicy.KEEP:
        what = "a line break inside a value would begin a new record; set newline to blank or refuse"
        yield ("characters", "newline"), what
    marks = {"escaped": text.escape, "quoted": text.quote}
    mark = marks.get(text.values, "")
    if mark and (mark.isalnum() or re.search(f"[ {CONTROLS}]", mark)):
        yield ("text",), f"text.values = {text.values!r} needs a sign that is no letter, digit, blank or control"
    if text.values == "json" and text.decimal_comma:
        yield ("text", "decimal_comma"), "numbers of JSON have a decimal point"
    if text.values == "json" and (text.separators or text.replace):
        yield ("text", "values"), "JSON needs no separators and no replace: its strings hold every character"
    for found, other in text.replace.items():
        if re.search(f"[{CONTROLS}]", other) or (text.values == "plain" and any(one in separators for one in other)):
            yield ("text", "replace"), f"text.replace puts for U+{ord(found):04X} what no value can hold either"
    if file.line_end == "none" and text.values != "json":
        yield ("file", "line_end"), "files of format text have line ends; use lf or crlf"


def json_fault(content: bytes, encoding: str) -> str | None:
    """Why a file is no JSON, neither as a whole nor line by line; no words of it are told."""
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
        json.loads(text)
    except ValueError as whole:
        try:
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
        except ValueError:
            found = []
        if found:
            return None
        return f"{whole.msg}, line {whole.lineno}" if isinstance(whole, json.JSONDecodeError) else "it does not decode"
    return None


def text_characters(text: TextSettings, rules: CharacterRules) -> CharacterRules:
    """The profile's characters: replaced ones first, then what has no way into the file is refused."""
    if text.values == "json":
        return rules
    structure = re.escape(text.separators or "") if text.values == "plain" else ""
    kept = "separators" if text.values == "plain" and text.separators else "control characters"
    return replace(
        rules,
        fold={**rules.fold, **text.replace},
        refuses=re.compile(f"[{CONTROLS}{structure}]"),
        medium=f"{rules.encoding} without {kept} in values",
    )


def undeclared_separators(text: TextSettings, templates: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Signs that look like separators, for they stand beside a value, and are none by the settings: place and sign."""
    if text.values not in ("plain", "escaped"):
        return
    seen: set[str] = set(text.separators or "")
    for name, content in templates.items():
        for number, line in enumerate(
            content.decode("utf-8", "replace").split("\n") if name.endswith(".j2") else (), 1
        ):
            for found in _BESIDE.finditer(line):
                sign = found.group(1) or found.group(2)
                if sign not in seen:
                    seen.add(sign)
                    yield f"{name}:{number}", sign


class TextSyntax:
    """One profile's rule for values."""

    def __init__(self, text: TextSettings, file: FileSettings, rules: CharacterRules) -> None:
        self.decimal_comma = text.decimal_comma
        self._one_line = file.line_end == "none"
        self._strange = (rules.refuses or UNHOLDABLE).search
        self._unholdable = UNHOLDABLE.search
        self._values, self._separators = text.values, text.separators or ""
        self._quote = _JSON_QUOTE if text.values == "json" else text.quote
        self._knows_place = text.values in ("quoted", "json")
        self._escape = text.escape
        self._special = re.compile(f"[{re.escape(self._separators + text.escape)}]")

    def escaped(self, text: str) -> str:
        """A value. Raises Uncarried for what cannot stand in the file whatever is around it."""
        if not text.isalnum() and (self._strange(text) or self._unholdable(text)):
            raise Uncarried(text)
        if self._knows_place:
            return f"{_BEGIN}{text}{_END}"
        if self._values == "escaped":
            return self._special.sub(lambda found: self._escape + found.group(), text)
        return text

    def without_layout(self, text: str) -> str:
        """As it is: the template's line breaks are the file's. JSON needs none where the file has none."""
        return text.replace("\n", "") if self._one_line else text

    def finished(self, piece: str) -> str:
        """With each value written as its place asks: in quotes, or outside."""
        if not self._knows_place:
            return piece
        own, *rest = piece.split(_BEGIN)
        inside = self._turns(own)
        parts = [own]
        for one in rest:
            value, _, own = one.partition(_END)
            parts += (self._in_quotes(value) if inside else self._outside(value)), own
            inside ^= self._turns(own)
        if inside:
            raise FormRefused("a quote is opened and not closed")
        return "".join(parts)

    def _turns(self, own: str) -> bool:
        """Whether the template's own text goes into quotes, or out of them."""
        if self._values == "json" and "\\" in own:
            own = _JSON_ESCAPES.sub("", own)
        return own.count(self._quote) % 2 == 1

    def _in_quotes(self, value: str) -> str:
        if self._values == "json":
            return json.dumps(value, ensure_ascii=False)[1:-1]
        return value.replace(self._quote, self._quote * 2)

    def _outside(self, value: str) -> str:
        if self._values == "json":
            if not _JSON_BARE(value):
                raise FormRefused("a value without quotes is no number of JSON; put quotes around it")
            return value
        if any(mark in value for mark in (*self._separators, self._quote)):
            raise FormRefused("a value without quotes holds a separator; put quotes around it")
        return value
