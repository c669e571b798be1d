"""A store's own keys of bridge.toml, read with their types; every mistake names the place and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.domain.errors import ConfigurationRefused


class Options:
    """Reads each key once; `finish` refuses what nobody asked for: no misspelt key is silently without effect."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._read: list[str] = []

    def text(self, key: str, default: str | None = None, may_be_empty: bool = False) -> str:
        """A text; required when there is no default."""
        value = self._value(key, default)
        if not isinstance(value, str) or not (value or may_be_empty):
            raise self.refused(key, "must be a text", f"Write {key} as a text in quotes.")
        return value

    def secret(self, key: str) -> Secret:
        """A required reference to a secret (`env:NAME`, `file:PATH`, `credential:NAME`), already resolved."""
        value = self._value(key, None)
        if not isinstance(value, Secret):
            raise self.refused(key, "must not stand here itself", f'Write {key} = "env:NAME" or "file:PATH".')
        return value

    def address(self, key: str, default: str | None = None) -> str | Secret:
        """A text, or a reference to a secret; which of the two is right is for its reader to judge."""
        value = self._value(key, default)
        if not isinstance(value, str | Secret) or not value:
            raise self.refused(key, "must be a text", f'Write {key} = "env:NAME", "file:PATH" or a text.')
        return value

    def seconds(self, key: str, default: float, least: float = 0.0) -> float:
        """A number of seconds."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            raise self.refused(key, "must be a number of seconds", f"Write a number of at least {least:g}.")
        return float(value)

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refused(key, "must be a whole number", f"Write a number from {least} to {most}.")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise self.refused(key, "must be true or false", "Write true or false, without quotes.")
        return value

    def one_of(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._value(key, default)
        if value not in allowed:
            raise self.refused(key, "has an unknown value", f"Use one of: {', '.join(repr(word) for word in allowed)}.")
        return str(value)

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self.refused(key, "must be a list of texts", f'Write {key} = ["...", "..."].')
        return tuple(value)

    def table(self, key: str, default: Mapping[str, str]) -> dict[str, str]:
        """A table of texts."""
        value = self._value(key, default)
        if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
            raise self.refused(key, "must be a table of texts", f'Write {key} = {{ name = "key" }}.')
        return dict(value)

    def template(self, key: str, default: str, words: tuple[str, ...], may_be_empty: bool = False) -> str:
        """A text that may hold some words in braces."""
        text = self.text(key, default, may_be_empty=may_be_empty)
        try:
            text.format(**dict.fromkeys(words, ""))
        except (KeyError, IndexError, ValueError) as error:
            allowed = ", ".join(f"{{{word}}}" for word in words)
            raise self.refused(key, "holds an unknown word in braces", f"Allowed are: {allowed}.") from error
        return text

    def nested(self, key: str) -> dict[str, Any]:
        """A table of any values, which its reader judges; empty when it is left out."""
        value = self._value(key, {})
        if not isinstance(value, Mapping):
            raise self.refused(key, "must be a section", f"Write [stores.{self._settings.name}.{key}].")
        return dict(value)

    def finish(self) -> None:
        """Refuse every key that was not read."""
        for key in self._settings.options:
            if key not in self._read:
                raise self.refused(key, "is unknown", f"Allowed are: {', '.join(self._read)}.")

    def refused(self, key: str, what: str, cure: str) -> ConfigurationRefused:
        """The error of one key."""
        settings = self._settings
        return ConfigurationRefused(place=settings.place, what=f"stores.{settings.name}.{key} {what}", cure=cure)

    def _value(self, key: str, default: Any) -> Any:
        self._read.append(key)
        value = self._settings.options.get(key, default)
        if value is None:
            raise self.refused(key, "is missing", f"Add {key} to [stores.{self._settings.name}].")
        return value
