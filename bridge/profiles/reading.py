"""Reads `profile.toml` into settings; every mistake gets its file and line, what is allowed, and a suggestion."""

from __future__ import annotations

import difflib
import re
import tomllib
import typing
from collections.abc import Mapping, Sequence
from encodings.aliases import aliases
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bridge.config.toml_lines import TomlLines
from bridge.profiles.errors import Mistake, ProfileRefused
from bridge.profiles.settings import ProfileSettings

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class Layer:
    """One TOML file of a profile with its name for messages, its tables, and the lines of its keys."""

    def __init__(self, shown: str, content: bytes) -> None:
        self.shown = shown
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ProfileRefused([Mistake(f"{shown}:{line}", "is not UTF-8", "Save it as UTF-8.")]) from error
        self.table = _parsed(shown, text)
        self.lines = TomlLines(text)

    def says(self, path: Sequence[str | int]) -> int:
        """How many steps of the path this file has."""
        value: Any = self.table
        for depth, step in enumerate(path):
            inside = isinstance(value, dict) and step in value
            if not (inside or (isinstance(value, list) and isinstance(step, int) and step < len(value))):
                return depth
            value = value[step]
        return len(path)


class Source:
    """The settings of a profile: profile.toml, and what is laid over it for a variant or a purpose."""

    def __init__(self, shown: str, content: bytes, *over: tuple[str, bytes]) -> None:
        self.shown = shown
        self.layers = [Layer(name, text) for name, text in ((shown, content), *over)]

    @property
    def table(self) -> dict[str, Any]:
        """The tables of all layers: tables are merged key by key, anything else is replaced."""
        merged: dict[str, Any] = {}
        for layer in self.layers:
            merged = _laid_over(merged, layer.table)
        return merged

    def place(self, *path: str | int) -> str:
        """file:line of a key, in the last file that has it."""
        best = max(self.layers[::-1], key=lambda layer: layer.says(path))
        return f"{best.shown}:{best.lines.line(path)}"

    def mistake(self, path: tuple[str | int, ...], what: str, cure: str = "") -> Mistake:
        """A mistake at a key; without a cure the language's page is named."""
        return Mistake(
            self.place(*path), what, cure or f"Change {dotted(path)}; docs/profile-language.md has every key."
        )


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _laid_over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _parsed(shown: str, text: str) -> dict[str, Any]:
    """The file's tables. Raises ProfileRefused with the line that is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found.group(1)) if found and found.group(1) else text.count("\n") + 1
        hint = _hint([*text.split("\n"), ""][line - 1], str(error))
        what = f"is no TOML: {_AT_LINE.sub('', str(error))}{hint}"
        raise ProfileRefused([Mistake(f"{shown}:{line}", what, f"Mend line {line}.")]) from error


def _hint(wrong: str, said: str) -> str:
    """What often makes a line no TOML. wrong: the line; said: what the parser says of it."""
    if re.search("[\u201c\u201d\u201e\u2018\u2019]", wrong):
        return '; it has typographic quotes, write "'
    if found := re.search(r"=\s*(True|False|Yes|No)\b", wrong):
        return f"; write {'true' if found.group(1) in ('True', 'Yes') else 'false'}"
    if "overwrite" in said:
        return "; the key stands twice in this table"
    if re.search(r"=\s*[A-Za-z;,|{\\][^\"'\[]*$", wrong):
        return '; a text stands in quotes, "like this"'
    return ""


def read_settings(source: Source, table: Mapping[str, Any]) -> ProfileSettings:
    """The settings. table: the source's, with its parameters filled in. Raises ProfileRefused with all mistakes."""
    try:
        return ProfileSettings.model_validate(table)
    except ValidationError as error:
        raise ProfileRefused([_mistake(source, one) for one in _first_hand(error)]) from error


def suggestion(word: str, allowed: Sequence[str]) -> str:
    """`; did you mean X?` where one is near."""
    near = difflib.get_close_matches(word, allowed, 1)
    return f"; did you mean {near[0]}?" if near else ""


def encoding_suggestion(encoding: str) -> str:
    """The nearest encoding that Python knows by a name."""
    return suggestion(encoding, sorted({*aliases, *aliases.values()}))


def dotted(path: Sequence[str | int]) -> str:
    """answers.csv.columns; limits[2].field, counted from 1."""
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")


def _first_hand(error: ValidationError) -> list[ErrorDetails]:
    """Without what only follows: a list is "too short" when its one item is wrong."""
    found = error.errors(include_url=False)
    paths = [one["loc"] for one in found]
    return [
        one
        for one in found
        if one["type"] != "too_short"
        or not any(path[:-1] and path[: len(one["loc"])] == one["loc"] != path for path in paths)
    ]


def _mistake(source: Source, error: ErrorDetails) -> Mistake:
    path = error["loc"]
    key = str(path[-1]) if path else ""
    if error["type"] == "extra_forbidden":
        allowed = _keys_of(_model_at(path[:-1]))
        what = f"unknown key {dotted(path)}{suggestion(key, allowed)}"
        return source.mistake(path, what, f"Allowed here: {', '.join(allowed)}.")
    if error["type"] == "missing":
        return source.mistake(
            path, f"{dotted(path)} is missing", f"Add {key}; docs/profile-language.md says what it is."
        )
    if error["type"] in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str((error.get("ctx") or {}).get("expected", "")))
        given = error["input"] if isinstance(error["input"], str) else ""
        what = f"{dotted(path)} = {given!r} is not known{suggestion(given, allowed)}"
        return source.mistake(path, what, f"Allowed are {', '.join(allowed)}.")
    if error["type"] == "tuple_type" and isinstance(error["input"], dict):
        what = f"{dotted(path)} can be there several times, so its name has two brackets: [[{dotted(path)}]]"
        return source.mistake(path, what, f"Write [[{dotted(path)}]] instead of [{dotted(path)}].")
    message = error["msg"]
    return source.mistake(path, f"{dotted(path)}: {message[:1].lower()}{message[1:]}")


def _keys_of(model: type[BaseModel] | None) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_at(path: Sequence[str | int]) -> type[BaseModel] | None:
    """The settings class of a table, by the path of keys that leads there."""
    model: type[BaseModel] | None = ProfileSettings
    for step in path:
        if isinstance(step, int) or model is None:
            continue
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        model = _class_in(fields[step].annotation) if step in fields else None
    return model


def _class_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in typing.get_args(annotation) if (found := _class_in(one))), None)
