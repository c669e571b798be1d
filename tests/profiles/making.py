"""Makes profiles in a folder and orders as templates get them, for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bridge.domain.outgoing import outgoing
from bridge.profiles import FileContext, Profile, load_profile
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order

SEALED_AT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
CONTEXT = FileContext(17, "ORD_000017", "acme", date(2026, 11, 24), SEALED_AT, 1)

CSV = """\
format = "csv"

[file]
name = "O{sequence:04}.csv"
encoding = "ENCODING"

[csv]
delimiter = ";"

[[csv.records]]
each = "order"
columns = [
  { heading = "id", value = "external_id" },
  { heading = "note", value = "customer_note" },
  { heading = "gross", value = "totals.gross", form = "money" },
]
"""
XML = """\
format = "xml"

[file]
name = "O{sequence:04}.xml"

[xml]
template = "order.xml.j2"
"""
TEMPLATE = "<order><id>{{ order.external_id }}</id><note>{{ order.customer_note }}</note></order>\n"


def made(folder: Path, settings: str, files: Mapping[str, str | bytes] | None = None, name: str = "acme") -> Profile:
    """A profile of the user's own folder, loaded."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "profile.toml").write_text(settings, encoding="utf-8")
    for file, content in (files or {}).items():
        (place / file).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return load_profile(name, folder)


def csv_profile(folder: Path, encoding: str = "utf-8", more: str = "", **replaced: str) -> Profile:
    """The small csv profile above, with replacements and more tables."""
    settings = CSV.replace("ENCODING", encoding)
    for old, new in replaced.items():
        settings = settings.replace(old, new)
    return made(folder, settings + more)


def xml_profile(folder: Path, template: str = TEMPLATE, more: str = "") -> Profile:
    """The small xml profile above."""
    return made(folder, XML + more, {"order.xml.j2": template})


def sent(profile: Profile, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The good order of the domain's tests, changed, as a template gets it."""
    return outgoing(good_order(changes), trial_rules(profile.limits, profile.characters), "10452")


def file_of(profile: Profile, *orders: dict[str, Any], context: FileContext = CONTEXT) -> bytes:
    """A whole file."""
    renderer = profile.renderer(replace(context, count=len(orders)))
    return b"".join([renderer.head(), *(renderer.order(order) for order in orders), renderer.tail()])
