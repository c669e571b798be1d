"""Reading one section of bridge.toml: every value with its kind, every mistake with its line, none of them the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.kinds import NAME, NAME_LENGTH_MAX
from bridge.config.mistakes import DeploymentRefused, Mistake, Wrong, suggestion
from bridge.config.secrets import SecretMissing, Secrets
from bridge.config.settings import Section
from bridge.config.toml_lines import TomlLines
from bridge.config.values import Secret

# Options that hold a path of this machine: relative ones lie in the deployment folder, wherever bridge is started.
PATH_OPTIONS = frozenset({"path", "results", "written_index", "folder", "private_key", "stop_file"})
Keys = tuple[str | int, ...]


@dataclass(slots=True)
class Reading:
    """One reading of one file. `mistakes` fills up; nothing is raised before the end."""

    file: str
    lines: TomlLines
    secrets: Secrets
    zone: ZoneInfo
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, keys: Keys) -> str:
        """Where a key stands, as `bridge.toml:12`."""
        return f"{self.file}:{self.lines.line(keys)}"

    def wrong(self, keys: Keys, what: str, cure: str) -> None:
        """Note a mistake; the key's whole name is part of its words."""
        self.mistakes.append(self.mistake(keys, what, cure))

    def mistake(self, keys: Keys, what: str, cure: str) -> Mistake:
        """What is wrong with a key, with its place."""
        return Mistake(self.place(keys), f"{dotted(keys)} {what}.", cure)

    def add(self, mistakes: Iterable[Mistake]) -> None:
        """Take over mistakes that others found, save those that follow from one that is noted already."""
        known = {mistake.what.partition(" ")[0] for mistake in self.mistakes}
        self.mistakes += [mistake for mistake in mistakes if mistake.what.partition(" ")[0] not in known]

    def section(self, section: Section, table: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        """The parsed settings of one table, defaults filled in. A wrong or missing one is noted and left out."""
        parsed: dict[str, Any] = {}
        for setting in section.settings:
            if setting.key not in table:
                if setting.required:
                    self.wrong((*keys, setting.key), "is missing", f"{setting.words} It is a {setting.kind.words}.")
                else:
                    parsed[setting.key] = setting.default
                continue
            try:
                parsed[setting.key] = setting.kind.parse(table[setting.key], self.zone)
            except Wrong as wrong:
                self.wrong((*keys, setting.key, *wrong.below), wrong.what, wrong.allowed)
        if not section.free:
            self._refuse_unknown(section, table, keys)
        return parsed

    def options(self, section: Section, table: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        """The connector's own keys: secrets resolved, paths made absolute, the rest as it is."""
        known = {setting.key for setting in section.settings} | set(section.tables)
        options: dict[str, Any] = {}
        for key, value in table.items():
            if key in known:
                continue
            try:
                resolved = self.secrets.option(key, value)
            except SecretMissing as missing:
                mistake = self.mistake((*keys, key), missing.what, missing.allowed)
                if not self.secrets.later:
                    self.mistakes.append(mistake)
                    continue
                resolved = Secret(str(value), "", DeploymentRefused([mistake]))
            except Wrong as wrong:
                self.wrong((*keys, key), wrong.what, wrong.allowed)
                continue
            if key in PATH_OPTIONS and isinstance(resolved, str):
                resolved = str(self.secrets.folder / Path(resolved).expanduser())
            options[key] = resolved
        return options

    def places(self, content: object, keys: Keys, below: str = "") -> dict[str, str]:
        """Where each key below stands, tables and all: by its name there, as `fees.wrapping`."""
        found: dict[str, str] = {}
        for key, value in content.items() if isinstance(content, dict) else ():
            name = f"{below}.{key}".removeprefix(".")
            found |= {name: self.place((*keys, key)), **self.places(value, (*keys, key), name)}
        return found

    def named(self, table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any], Keys]]:
        """The tables `[KEY.NAME]` with usable names, each with its name, content and keys."""
        found = table.get(key, {})
        if not isinstance(found, dict) or not found:
            self.wrong((key,), "are missing", f"Add at least one section [{key}.NAME].")
            return
        for name, content in found.items():
            if not NAME.fullmatch(name) or len(name) > NAME_LENGTH_MAX:
                allowed = f"Use a to z, 0 to 9 and dashes, at most {NAME_LENGTH_MAX}."
                self.wrong((key, name), "has a name that files and folders cannot bear", allowed)
            elif not isinstance(content, dict):
                self.wrong((key, name), "must be a section", f"Write [{key}.{name}] and its keys below it.")
            else:
                yield name, content, (key, name)

    def _refuse_unknown(self, section: Section, table: Mapping[str, Any], keys: Keys) -> None:
        known = [setting.key for setting in section.settings] + list(section.tables)
        for key in table:
            if key not in known:
                allowed = f"{suggestion(key, known)}Allowed: {', '.join(known)}."
                self.wrong((*keys, key), "is unknown", allowed)


def dotted(keys: Keys) -> str:
    """A key as one writes it: `flows.shop.mode`; of several tables of one name with its place among them, from 1."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")
