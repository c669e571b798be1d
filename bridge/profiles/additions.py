"""Formats and answer styles that an installed package adds, found through entry points.

`erp_bridge.formats`: a factory `(parts: FormatParts) -> Format`. `erp_bridge.acknowledgements`: a factory
`(rule: AnswerRuleSettings, extension: str) -> Acknowledgements`. Both raise ValueError for options that are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from bridge.domain.characters import CharacterRules
from bridge.profiles.settings import FileSettings

FORMATS = "erp_bridge.formats"
STYLES = "erp_bridge.acknowledgements"


@dataclass(frozen=True, slots=True)
class FormatParts:
    """What a format of a package is made from. contents: every file of the profile's folder."""

    profile: str
    options: Mapping[str, Any]
    file: FileSettings
    characters: CharacterRules
    contents: Mapping[str, bytes]


def added_names(group: str) -> list[str]:
    """The names that installed packages add to a group."""
    return sorted(entry_points(group=group).names)


def added(group: str, name: str) -> Any:
    """The factory of that name, None where no package adds it."""
    for found in entry_points(group=group, name=name):
        return found.load()
    return None
