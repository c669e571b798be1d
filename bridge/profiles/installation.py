"""What one installation of an ERP sets in a profile: parameters, and lengths of fields that nobody could verify.

`[parameters.NAME]` of profile.toml says what can be set; `[endpoints.NAME.parameters]` and `[endpoints.NAME.limits]`
of bridge.toml set it. A text of profile.toml takes a parameter as `{parameters.NAME}`, a template as `parameters.NAME`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bridge.profiles.errors import ProfileRefused
from bridge.profiles.patterns import TooManyWays, refuse_too_many_ways
from bridge.profiles.reading import Source, suggestion
from bridge.profiles.settings import ParameterSettings

INSTALLATION_FILE = "installation.json"  # in the kept contract
_PLACE = re.compile(r"\{parameters\.([A-Za-z0-9_-]+)\}")
_DECLARED = TypeAdapter(dict[str, ParameterSettings])


@dataclass(frozen=True, slots=True)
class Installation:
    """parameters: by name. lengths: canonical field -> length of the ERP's field. place: file:line in bridge.toml."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    place: str = ""
    sample: bool = False  # a parameter that is not set is its own name: to show and to try a profile

    def told(self) -> bytes:
        """As it is kept beside the profile's own files; empty where nothing is set."""
        if not (self.parameters or self.lengths):
            return b""
        told = {"parameters": dict(self.parameters), "limits": dict(self.lengths)}
        return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()

    def digest_words(self) -> str:
        """What of it a file depends on."""
        return repr((sorted(self.parameters.items()), sorted(self.lengths.items())))


def chosen_parameters(source: Source, table: Mapping[str, Any], installation: Installation) -> dict[str, str]:
    """The value of every declared parameter. Raises ProfileRefused for one that is missing, unknown or odd."""
    try:
        declared = _DECLARED.validate_python(table.get("parameters", {}))
    except ValidationError:
        return {}  # read_settings tells it with its line
    known = f"Known are {', '.join(declared) or 'none'}."
    mistakes = [
        source.mistake(("parameters",), f"{installation.place}: {_unknown(name, declared)}", known)
        for name in installation.parameters
        if name not in declared
    ]
    chosen: dict[str, str] = {}
    for name, one in declared.items():
        if wrong := _odd_pattern(one):
            mistakes.append(source.mistake(("parameters", name, "pattern"), f"parameter {name}: its pattern {wrong}"))
            continue
        value = installation.parameters.get(name, one.default)
        if value is None and installation.sample:
            value = one.choices[0] if one.choices else name
        what = f"parameter {name} is missing: {one.description}" if value is None else _unfit(name, value, one)
        if what and not (installation.sample and name not in installation.parameters):
            cure = f"Set {name} under [endpoints.NAME.parameters] in bridge.toml."
            mistakes.append(source.mistake(("parameters", name), f"{installation.place}: {what}".lstrip(": "), cure))
        chosen[name] = value or ""
    if mistakes:
        raise ProfileRefused(mistakes)
    return chosen


def _odd_pattern(one: ParameterSettings) -> str:
    """What is wrong with the pattern itself."""
    try:
        refuse_too_many_ways(one.pattern or "")
    except re.error as error:
        return f"is no regular expression: {error}"
    except TooManyWays as refused:
        return str(refused)
    return ""


def _unknown(name: str, declared: Mapping[str, ParameterSettings]) -> str:
    return f"parameter {name} is not known{suggestion(name, list(declared))}"


def _unfit(name: str, value: str, one: ParameterSettings) -> str:
    if one.choices and value not in one.choices:
        allowed = f"allowed are {', '.join(one.choices)}"
        return f"parameter {name} = {value!r} is not known{suggestion(value, one.choices)}; {allowed}"
    if one.pattern and not re.fullmatch(one.pattern, value):
        return f"parameter {name} = {value!r} does not fit: it wants {one.pattern_words or one.pattern}"
    return ""


def with_parameters(table: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The tables of profile.toml with each `{parameters.NAME}` in a text replaced."""

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return _PLACE.sub(lambda found: parameters.get(found.group(1), found.group(0)), value)
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    return {key: value if key == "parameters" else filled(value) for key, value in table.items()}


def unknown_places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each text that still has a `{parameters.NAME}` after all were replaced, with its path."""
    if isinstance(value, str) and (found := _PLACE.search(value)):
        yield path, found.group(1)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unknown_places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from unknown_places(item, (*path, number))
