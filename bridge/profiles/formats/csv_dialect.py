"""What goes together in one csv dialect, and which characters a file without quotes can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridge.domain.characters import CharacterRules
from bridge.profiles.formats.columns import Column, Place
from bridge.profiles.formats.quoted_lines import needs_quotes
from bridge.profiles.settings import CsvSettings

Record = tuple[str, Sequence[Column], Place | None]  # for each what, its columns, the path that must not be empty
Path = tuple[str | int, ...]


def csv_characters(settings: CsvSettings, rules: CharacterRules) -> CharacterRules:
    """The profile's characters: where nothing is quoted, no text can hold what stands between fields."""
    if settings.quoting != "never":
        return rules
    return replace(rules, refuses=re.compile(re.escape(settings.delimiter)), medium=f"{rules.encoding} without quotes")


def dialect_mistakes(settings: CsvSettings, records: Sequence[Record], encoding: str) -> Iterator[tuple[Path, str]]:
    """What does not go together in one dialect, with its key."""
    texts = settings.quoting == "texts"
    if settings.decimal_comma and settings.delimiter == "," and settings.quoting in ("texts", "never"):
        yield (
            ("csv", "decimal_comma"),
            "numbers stand without quotes, so a decimal comma cannot be told from the delimiter",
        )
    for number, (_, columns, _) in enumerate(records):
        for index, column in enumerate(columns):
            at: Path = ("csv", "records", number, "columns", index)
            given = column.settings
            if given.quoted is not None and not texts:
                yield at, f"column {column.heading}: quoted belongs to csv.quoting = 'texts'"
            fixed = f"{given.text or ''}{given.before}{given.between}{column.heading}{''.join(given.codes.values())}"
            if (lacking := _lacking(fixed, encoding)) is not None:
                yield at, f"column {column.heading}: {encoding} cannot hold U+{ord(lacking):04X}"
            bare = [*([given.text] if given.text is not None else []), *given.codes.values()]
            unquoted = settings.quoting == "never" or (texts and not column.is_quoted)
            if unquoted and any(needs_quotes(text, settings) for text in bare):
                yield at, f"column {column.heading}: its fixed word holds the delimiter or a quote and stands without"


def _lacking(text: str, encoding: str) -> str | None:
    """The first character that the encoding does not have."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        return text[error.start]
    return None
