"""Where modules of a shop put what Magento has no field for: dotted paths into the order, from bridge.toml.

`extension_attributes.pickup_location_code` goes from group to group. In a list of named values (`custom_attributes`,
`payment_additional_info`) a step is the name of the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bridge.stores.raw import Json, plain_text


def text_at(source: Json, path: str) -> str:
    """The text at a path; empty where there is none."""
    return plain_text(value_at(source, path))


def first_at(source: Json, paths: Iterable[str]) -> str:
    """The first text that is not empty."""
    return next(filter(None, (text_at(source, path) for path in paths)), "")


def value_at(source: Any, path: str) -> Any:
    """The value at a path; None where there is none."""
    value = source
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else _named(value, step)
    return value


def _named(rows: Any, name: str) -> Any:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and name in (row.get("attribute_code"), row.get("key")):
            return row.get("value")
    return None
