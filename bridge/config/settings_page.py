"""docs/settings.md, generated from the tables that the parser reads: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from bridge.config.secrets import SECRET_KEYS
from bridge.config.settings import SECTIONS, Section, Setting

INTRODUCTION = """\
# Settings

Generated from the code by `make docs`; do not edit. Every key of `bridge.toml`. A key that is not listed is refused,
except in sections whose further keys belong to a store's or transport's type; `bridge check` shows every mistake with
file and line. Relative paths lie in the deployment folder.

Secrets are references: `env:NAME` (environment), `file:PATH`, `credential:NAME` (systemd's `LoadCredential=`). They
are resolved in every key of a store or transport. A literal value is refused in: {secret_keys}, and
wherever a page of [stores.md](stores.md) says *reference*.
"""


def page() -> str:
    """The whole page."""
    secret_keys = ", ".join(f"`{key}`" for key in sorted(SECRET_KEYS))
    return "\n".join([INTRODUCTION.format(secret_keys=secret_keys), *(_section(section) for section in SECTIONS)])


def _section(section: Section) -> str:
    lines = [
        f"## {section.heading}",
        "",
        section.words,
        "",
        "| key | what it is for | kind | default |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *_rows(section), ""])


def _rows(section: Section) -> Iterator[str]:
    for setting in section.settings:
        cells = (f"`{setting.key}`", setting.words, setting.kind.words, _default(setting))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(setting: Setting) -> str:
    return "required" if setting.required else _shown(setting.default)


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, StrEnum):
        return f'`"{value.value}"`'
    if isinstance(value, tuple | frozenset | Mapping):
        return "empty"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"
