"""The options that say what the columns of an export or a table are, for every store that reads rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.config.mistakes import suggestion
from bridge.config.options import Options
from bridge.stores.rows.columns import KNOWN
from bridge.stores.rows.layout import PRICES, Layout
from bridge.stores.rows.notation import Notation

AS_LAYOUT = "auto"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What bridge.toml says of the columns, over a layout that is known by name or none."""

    said: Layout
    prices: str | None  # None: as the layout has it

    def on(self, base: Layout) -> Layout:
        """`base`, and where bridge.toml says otherwise, that."""
        said = self.said
        return replace(
            base,
            columns={**base.columns, **said.columns},
            words={**base.words, **said.words},
            defaults={**base.defaults, **said.defaults},
            attributes={**base.attributes, **said.attributes},
            prices=self.prices or base.prices,
        )


def read_overrides(options: Options) -> Overrides:
    """The keys `columns`, `words`, `defaults`, `attributes` and `prices`."""
    columns = name_lists(options, "columns", options.nested("columns"))
    attributes = name_lists(options, "attributes", options.nested("attributes"))
    defaults = options.table("defaults", {})
    words = options.nested("words")
    for key, names in (("columns", columns), ("defaults", defaults), ("words", words), ("attributes", attributes)):
        refuse_unknown(options, key, names)
    prices = options.one_of("prices", AS_LAYOUT, (AS_LAYOUT, *PRICES))
    tables = {name: _words(options, name, table) for name, table in words.items()}
    said = Layout(columns=columns, words=tables, defaults=defaults, attributes=attributes)
    return Overrides(said, None if prices == AS_LAYOUT else prices)


def read_notation(options: Options) -> Notation:
    """How numbers and times are written."""
    notation = Notation(
        decimal=options.one_of("decimal", ".", (".", ",")),
        thousands=options.one_of("thousands", "", ("", ".", ",", " ", "\u00a0", "'")),
        timezone=read_timezone(options),
        time_format=options.text("time_format", "", may_be_empty=True),
    )
    if notation.thousands == notation.decimal:
        options.wrong("thousands", "is the decimal sign", "Leave it out, or set decimal to the other sign.")
    return notation


def read_timezone(options: Options) -> ZoneInfo | None:
    """Whose time it is when a time has no offset; None where the option is left out."""
    name = options.text("timezone", "", may_be_empty=True)
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        options.wrong("timezone", "is not a time zone", 'Write timezone = "Europe/Warsaw" or alike.')
        return None


def name_lists(options: Options, key: str, table: Any) -> dict[str, tuple[str, ...]]:
    """A table whose values are a text or a list of texts."""
    found: dict[str, tuple[str, ...]] = {}
    if not isinstance(table, Mapping):
        options.wrong(key, "must be a section", 'Write names with their texts: name = "text".')
        return found
    for name, value in table.items():
        texts = (value,) if isinstance(value, str) else value
        if not isinstance(texts, list | tuple) or not all(isinstance(text, str) and text for text in texts):
            what = "must be a text or a list of texts"
            options.wrong(f"{key}.{name[:40]}", what, f'Write {name[:40]} = "Their name", or a list of names.')
        else:
            found[name] = tuple(texts)
    return found


def _words(options: Options, name: str, table: Any) -> Mapping[str, str]:
    if not isinstance(table, Mapping) or not all(isinstance(word, str) for word in table.values()):
        cure = f'Write [stores.X.words.{name}] and "their" = "ours".'
        options.wrong(f"words.{name}", "must be a table of texts", cure)
        return {}
    return {str(theirs).casefold(): ours for theirs, ours in table.items()}


def refuse_unknown(options: Options, key: str, names: Mapping[str, Any]) -> None:
    """Refuse what is no column of ours."""
    for name in names:
        if name not in KNOWN and not name.startswith("extra_"):
            cure = f"{suggestion(name, KNOWN)}The columns are listed in docs/columns.md."
            options.wrong(f"{key}.{name[:40]}", "is no column", cure)
