"""The page of all keys of `profile.toml`, made from the settings classes themselves."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bridge.profiles.samples import Sample
from bridge.profiles.settings import ProfileSettings

_HEAD = """\
# Every key of profile.toml

Generated from the code by `make docs`; do not edit. How a profile is written:
[profile-language.md](profile-language.md).
"""


def page() -> str:
    """docs/profile-keys.md."""
    parts = [_HEAD]
    for title, model in _tables(ProfileSettings, ""):
        parts += _section(title, model)
    for path, model in _tables(Sample, ""):
        parts += _section(path.replace("profile.toml", "sample/sample.toml"), model)
    return "\n".join(parts)


def _tables(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Each table of the file with its path, parents first."""
    yield path or "profile.toml", model
    for name, info in model.model_fields.items():
        inner, many = _inner(info.annotation)
        if inner is not None:
            key = f"{path}.{info.alias or name}".lstrip(".")
            yield from _tables(inner, f"{key}[]" if many else key)


def _section(path: str, model: type[BaseModel]) -> list[str]:
    """One table of keys."""
    whole = (model.__doc__ or "").strip().partition(": ")[2] or (model.__doc__ or "").strip()
    lines = [
        f"## `{path}`",
        "",
        whole[:1].upper() + whole[1:],
        "",
        "| key | type | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, info in model.model_fields.items():
        if _inner(info.annotation)[0] is None:
            row = (f"`{info.alias or name}`", _type(info.annotation), _default(info), info.description or "")
            lines.append(f"| {' | '.join(part.replace('|', chr(92) + '|') for part in row)} |")
    return [*lines, ""]


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The settings class inside an annotation, and whether there can be many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    many = typing.get_origin(annotation) is tuple
    for part in typing.get_args(annotation):
        inner, inner_many = _inner(part)
        if inner is not None:
            return inner, many or inner_many
    return None, False


def _type(annotation: Any) -> str:
    """A type in the words of TOML."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return ", ".join(f'"{one}"' for one in parts)
    if origin is tuple:
        return f"array of {_type(parts[0])}"
    if origin is dict:
        return f"table of {_type(parts[1])}"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    if parts:
        return " or ".join(_type(one) for one in parts if one is not type(None))
    if hasattr(annotation, "__members__"):
        return ", ".join(f'"{one.value}"' for one in annotation)
    names = {str: "text", bool: "true, false", int: "whole number"}
    return names.get(annotation, str(getattr(annotation, "__name__", annotation)))


def _default(info: FieldInfo) -> str:
    """The default as it would be written; a key without one is required."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    if value in (None, "", ()) or value == {}:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f'`"{value}"`' if isinstance(value, str) else f"`{list(value) if isinstance(value, tuple) else value}`"
