"""A connector's or transport's own keys of bridge.toml, read with their types: every mistake of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from bridge.config.kinds import DAY_S
from bridge.config.mistakes import DeploymentRefused, Mistake, suggestion
from bridge.config.values import Secret, StoreSettings, TransportSettings

T = TypeVar("T")
NO_SECRET = Secret("", "")


class Options:
    """Reads each key once. A mistake is noted, and something harmless stands for the value: `finish` refuses them all.

    It also refuses what nobody asked for: no misspelt key is silently without effect.
    """

    def __init__(self, settings: StoreSettings | TransportSettings) -> None:
        self._settings = settings
        self._read: dict[str, None] = {}
        self._unusable: set[str] = set()  # what follows from the value that stands for theirs is nobody's mistake
        self._mistakes: list[Mistake] = []

    def text(self, key: str, default: str | None = None, may_be_empty: bool = False) -> str:
        """A text; required when there is no default."""
        value = self._value(key, default)
        if not isinstance(value, str) or not (value or may_be_empty):
            return self._unfit(key, "must be a text", f"Write {key} as a text in quotes.", default or "")
        return value

    def secret(self, key: str) -> Secret:
        """A required reference to a secret (`env:NAME`, `file:PATH`, `credential:NAME`), already resolved."""
        value = self._value(key, None)
        if not isinstance(value, Secret):
            cure = f'Write {key} = "env:NAME" or "file:PATH".'
            return self._unfit(key, "must not stand here itself", cure, NO_SECRET)
        return value

    def address(self, key: str, default: str | None = None) -> str | Secret:
        """A text, or a reference to a secret; which of the two is right is for its reader to judge."""
        value = self._value(key, default)
        if not isinstance(value, str | Secret) or not value:
            cure = f'Write {key} = "env:NAME", "file:PATH" or a text.'
            return self._unfit(key, "must be a text", cure, default or "")
        return value

    def seconds(self, key: str, default: float, least: float = 0.0, most: float = DAY_S) -> float:
        """A number of seconds within bounds."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            cure = f"Write a number from {least:g} to {most:g}."
            return self._unfit(key, "must be a number of seconds", cure, default)
        return float(value)

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return self._unfit(key, "must be a whole number", f"Write a number from {least} to {most}.", default)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            return self._unfit(key, "must be true or false", "Write true or false, without quotes.", default)
        return value

    def one_of(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._value(key, default)
        if value not in allowed:
            guess = suggestion(value, allowed) if isinstance(value, str) else ""
            cure = f"{guess}Use one of: {', '.join(repr(word) for word in allowed)}."
            return self._unfit(key, "has an unknown value", cure, default)
        return str(value)

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            return self._unfit(key, "must be a list of texts", f'Write {key} = ["...", "..."].', default)
        return tuple(value)

    def texts_or_one(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text that stands for a list of it; empty when it is left out."""
        value = self._settings.options.get(key)
        if isinstance(value, str):
            self._read[key] = None
            return (value,)
        return self.texts(key, ())

    def table(self, key: str, default: Mapping[str, str]) -> dict[str, str]:
        """A table of texts."""
        value = self._value(key, default)
        if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
            return self._unfit(key, "must be a table of texts", f'Write {key} = {{ name = "key" }}.', dict(default))
        return dict(value)

    def template(self, key: str, default: str, words: tuple[str, ...], may_be_empty: bool = False) -> str:
        """A text that may hold some words in braces."""
        text = self.text(key, default, may_be_empty=may_be_empty)
        try:
            text.format(**dict.fromkeys(words, ""))
        except (KeyError, IndexError, ValueError):
            allowed = ", ".join(f"{{{word}}}" for word in words)
            return self._unfit(key, "holds an unknown word in braces", f"Allowed are: {allowed}.", default)
        return text

    def nested(self, key: str) -> dict[str, Any]:
        """A table of any values, which its reader judges; empty when it is left out."""
        value = self._value(key, {})
        if not isinstance(value, Mapping):
            return self._unfit(key, "must be a section", f"Write [{self._settings.section}.{key}].", {})
        return dict(value)

    def given(self, *keys: str) -> bool:
        """Whether one of the keys is there, where one way or another is taken; none of them is unknown then."""
        self._read.update(dict.fromkeys(keys))
        return any(key in self._settings.options for key in keys)

    def finish(self) -> None:
        """Raise ConfigurationRefused with every mistake that was noted, and every key that was not read."""
        known = list(self._read)
        for key in self._settings.options:
            if key not in self._read:
                guess = suggestion(key, known).strip()
                self.wrong(key, "is unknown", guess or f"Allowed are: {', '.join(known)}.")
        if self._mistakes:
            raise DeploymentRefused(self._mistakes)

    def wrong(self, key: str, what: str, cure: str) -> None:
        """Note what is wrong with one key, or with one below it (`fees.wrapping`)."""
        if key.partition(".")[0] not in self._unusable:
            mistake = Mistake(self._settings.place_of(key), f"{self._settings.section}.{key} {what}.", cure)
            self._mistakes.append(mistake)

    def _unfit(self, key: str, what: str, cure: str, instead: T) -> T:
        """Note that a value is of the wrong kind; gives what stands for it."""
        self.wrong(key, what, cure)
        self._unusable.add(key)
        return instead

    def _value(self, key: str, default: Any) -> Any:
        self._read[key] = None
        value = self._settings.options.get(key, default)
        if value is None:
            self._unfit(key, "is missing", f"Add {key} to [{self._settings.section}].", None)
        return value
