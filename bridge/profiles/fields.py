"""The fields that a profile may name: those of the canonical order, plus what mapping adds to it.

Made from the contract itself, so that a new field there can be used here at once.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from bridge.domain.contract import Order
from bridge.domain.parties import PARTY_TEXTS


class FieldKind(StrEnum):
    """What a field holds, which gives its usual form."""

    TEXT = "text"
    AMOUNT = "amount"
    INTEGER = "integer"
    FLAG = "flag"
    INSTANT = "instant"
    LIST = "list"
    NAMED = "named"  # raw fields by name: extra.NAME


# What mapping adds to the canonical order before it is rendered.
ADDED_FIELDS = {
    "external_id": FieldKind.TEXT,
    "shipping_erp_code": FieldKind.TEXT,
    "payment.erp_code": FieldKind.TEXT,
    "lines.erp_sku": FieldKind.TEXT,
    "lines.erp_tax_code": FieldKind.TEXT,
    "lines.unit_code": FieldKind.TEXT,
    **{f"{party}.{name}": FieldKind.TEXT for party in ("billing", "delivery") for name in PARTY_TEXTS},
    "position": FieldKind.INTEGER,  # of the order in its file, from 1
    "purpose": FieldKind.TEXT,  # new, change, cancel
    "change_number": FieldKind.INTEGER,
    "erp_number": FieldKind.TEXT,
    "lines.action": FieldKind.TEXT,
    "lines.previous_quantity": FieldKind.AMOUNT,
    "lines.previous_unit_net": FieldKind.AMOUNT,
}
FILE_FIELDS = {
    "sequence_number": FieldKind.INTEGER,
    "daily_number": FieldKind.INTEGER,
    "name": FieldKind.TEXT,
    "endpoint": FieldKind.TEXT,
    "business_day": FieldKind.INSTANT,
    "sealed_at": FieldKind.INSTANT,
    "order_count": FieldKind.INTEGER,
    "line_count": FieldKind.INTEGER,
    "totals": FieldKind.LIST,
    "record_count": FieldKind.INTEGER,  # all records of a fixed file, its head and tail too; only in the tail
    "body_count": FieldKind.INTEGER,  # those of orders and lines
    "gross_total": FieldKind.AMOUNT,  # of a file in one currency; only in the tail, like all that follow
    "first_order": FieldKind.TEXT,
    "last_order": FieldKind.TEXT,
    **dict.fromkeys(("sha256", "sha1", "md5", "crc32"), FieldKind.TEXT),  # of the bytes before the tail
}


@lru_cache(maxsize=1)
def order_fields() -> dict[str, FieldKind]:
    """Every canonical path (`delivery.street`, `lines.name`) with what it holds."""
    return {**dict(_walk(Order, "")), **ADDED_FIELDS}


def file_field_kind(name: str) -> FieldKind | None:
    """What `file.NAME` holds. `control.NAME` is a total of `[[control]]`; the loader tries whether it is there."""
    return FieldKind.AMOUNT if name.startswith("control.") else FILE_FIELDS.get(name)


def field_kind(path: str) -> FieldKind | None:
    """What a path holds; None where there is no such field. Knows `extra.NAME` and `FIELD_parts.N`."""
    known = order_fields().get(path)
    if known is not None:
        return known
    if path.startswith("extra."):
        return FieldKind.TEXT
    whole, _, number = path.rpartition(".")
    if number.isdigit() and whole.endswith("_parts"):
        return order_fields().get(whole.removesuffix("_parts"))
    return None


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldKind]]:
    for name, info in model.model_fields.items():
        path, annotation = prefix + name, _without_none(info.annotation)
        origin = get_origin(annotation)
        if origin is tuple:
            yield path, FieldKind.LIST
            item = get_args(annotation)[0]
            if isinstance(item, type) and issubclass(item, BaseModel):
                yield from _walk(item, path + ".")
        elif origin is dict:
            yield path, FieldKind.NAMED
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _walk(annotation, path + ".")
        else:
            yield path, _scalar(annotation)


def _scalar(annotation: Any) -> FieldKind:
    for held, kind in (
        (bool, FieldKind.FLAG),
        (int, FieldKind.INTEGER),
        (Decimal, FieldKind.AMOUNT),
        (AwareDatetime, FieldKind.INSTANT),
    ):
        if isinstance(annotation, type) and issubclass(annotation, held):
            return kind
    return FieldKind.TEXT


def _without_none(annotation: Any) -> Any:
    """`Instant | None` and `Annotated[datetime, ...]` are a datetime."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    return annotation.__origin__ if hasattr(annotation, "__metadata__") else annotation
