"""Values that a question is asked with: order ids in the database's own type, and places that a cursor can carry."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import NullType

from bridge.stores.sql.cells import cell_of, text_of

WHOLE_DIGITS_MAX = 18  # what a 64-bit column can hold


def bound(value: Any) -> sa.BindParameter[Any]:
    """A parameter without a type of ours: the database takes it as its column is."""
    return sa.bindparam(None, value, type_=NullType(), unique=True)


def bound_list(values: Iterable[Any]) -> sa.BindParameter[Any]:
    """A list of such parameters, for IN."""
    return sa.bindparam(None, list(values), type_=NullType(), unique=True, expanding=True)


def id_text(value: Any) -> str:
    """An order's id as text, as the mapping reads it."""
    return text_of(cell_of(value)).strip()


def id_asked(store_order_id: str, sample: Any) -> Any | None:
    """An id as the key column holds it, by a value that was seen there; None where the column cannot hold it."""
    if isinstance(sample, bool | int | Decimal):
        is_whole = store_order_id.removeprefix("-").isdecimal() and len(store_order_id) <= WHOLE_DIGITS_MAX
        return int(store_order_id) if is_whole and id_text(int(store_order_id)) == store_order_id else None
    if isinstance(sample, UUID | bytes):  # told in hex
        try:
            return UUID(store_order_id) if isinstance(sample, UUID) else bytes.fromhex(store_order_id)
        except ValueError:
            return None
    return None if "\x00" in store_order_id else store_order_id


def packed(*values: Any) -> str:
    """Values of the database as text for a cursor; they come back as they were."""
    return json.dumps([_packed(value) for value in values])


def unpacked(text: str) -> list[Any]:
    """The values of `packed`."""
    return [_KINDS[kind](value) for kind, value in json.loads(text)]


def _packed(value: Any) -> tuple[str, str | None]:
    if value is None:
        return "none", None
    kind = type(value).__name__.lower()
    if isinstance(value, datetime | date):
        return kind, value.isoformat()
    if isinstance(value, bytes):
        return kind, value.hex()
    return (kind, repr(value) if isinstance(value, float) else str(value)) if kind in _KINDS else ("str", str(value))


_KINDS: dict[str, Any] = {
    "none": lambda _: None,
    "str": str,
    "int": int,
    "float": float,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
    "bytes": bytes.fromhex,
}
