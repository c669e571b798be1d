"""The canonical order as others may read it: JSON Schema for programs, a table for people, both from the model."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bridge.domain.contract import CONTRACT_VERSION, Order

SCHEMA_ID = "urn:erp-bridge:order:" + CONTRACT_VERSION
STORE, BRIDGE, DERIVED = "store", "erp-bridge", "store (derived)"

_TEXT = "longer than the ERP's field, or a character it cannot hold: held (`field-too-long`, `character-refused`)"

# What the bridge does on error, by the beginning of a field's path; the longest that fits wins.
_ON_ERROR = {
    "": "malformed: the order alone is held, its original kept (`order-malformed`)",
    "store": "set by erp-bridge",
    "currency_digits": "amount finer than that: held (`currency-digits`)",
    "currency": "not an ISO 4217 code: held (`currency-unknown`)",
    "created_at": "before the flow's orders_from: skipped (`before-start`)",
    "status": "unknown: held (`status-unknown`); not among the flow's statuses: skipped (`status`)",
    "cancelled": "cancelled before export: not sent; after: an exception",
    "payment.method": "no policy: held (`payment-policy-missing`); not in the map: held (`payment-unmapped`)",
    "payment.state": "not paid though it must be: skipped (`unpaid`) or waiting, taken up when it is",
    "refunds": "before export: by the flow's refunded_before; after: a change",
    "shipping_method": "not in the map: held (`shipping-unmapped`)",
    "billing": _TEXT,
    "extra": _TEXT,
    "lines[].warehouse": _TEXT,
    "lines[].unit": _TEXT,
    "lines[].name": _TEXT,
    "number": _TEXT,
    "pickup_point_id": _TEXT,
    "buyer_order_number": _TEXT,
    "warehouse": _TEXT,
    "customer_note": _TEXT,
    "delivery": _TEXT,
    "billing.tax_id": "of a company, not valid in its country: held (`tax-id`)",
    "billing.country": "not ISO 3166-1: held (`country-unknown`)",
    "delivery.country": "not ISO 3166-1: held (`country-unknown`)",
    "delivery.postal_code": "not of its country's form: held (`postal-code`)",
    "delivery.house_number": "missing where customary: held (`house-number-missing`)",
    "lines": "none: held (`no-lines`)",
    "lines[].sku": "missing: held (`sku-missing`); not in the map: held (`sku-unmapped`)",
    "lines[].quantity": "of goods, not above zero: held (`quantity-unfit`)",
    "lines[].tax_code": "not in the map, nor its rate: held (`tax-unmapped`)",
    "lines[].tax_rate": "tax, but neither rate nor code: held (`tax-rate-missing`)",
    "lines[].tax": "not net times rate within tolerance: held (`tax-disagrees`)",
    "lines[].net": "sums do not add up: held (`sums-disagree`)",
    "lines[].gross": "sums do not add up: held (`sums-disagree`)",
    "totals": "sums do not add up: held (`sums-disagree`)",
    "totals.rounding": "more than a minor unit for each rounded item: held (`rounding-too-large`)",
}
_DERIVED = ("lines[].unit_net", "lines[].unit_gross", "totals.due", "totals.rounding", "read_live")


_COMING_BACK = (
    {
        "field": "erp_number",
        "required": "no",
        "type": "text",
        "meaning": "The ERP's number of the document it made",
        "system_of_record": "ERP",
        "direction": "ERP to store",
        "frequency": "each answer or register of the ERP; written to the store once",
        "on_error": "another number stands in the store: nothing written (`number-differs-in-store`)",
    },
    {
        "field": "result",
        "required": "no",
        "type": "accepted | rejected",
        "meaning": "What the ERP did with the order, with its reason",
        "system_of_record": "ERP",
        "direction": "ERP to erp-bridge",
        "frequency": "each answer of the ERP",
        "on_error": "none in time: an exception; contradicting an earlier one: nothing changes",
    },
)


def order_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one canonical order, as the folder store reads it."""
    schema = Order.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def contract_rows() -> list[dict[str, str]]:
    """One row for each field, and for what comes back: who owns it, which way and how often it goes, what errors do."""
    return [*_rows(Order, ""), *_COMING_BACK]


def _rows(model: type[BaseModel], prefix: str) -> Iterator[dict[str, str]]:
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        inner, repeated = _inner_model(info.annotation)
        shown = f"{path}[]" if repeated else path
        yield {
            "field": shown,
            "required": "yes" if info.is_required() else "no",
            "type": "list of parts" if repeated else "part" if inner else _type_words(info),
            "meaning": info.description or "",
            "system_of_record": _owner(path),
            "direction": "store to ERP",
            "frequency": "each new revision",
            "on_error": _on_error(path),
        }
        if inner:
            yield from _rows(inner, f"{shown}.")


def _inner_model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a field is made of, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for part in get_args(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part, get_origin(annotation) is tuple
    return None, False


def _type_words(info: FieldInfo) -> str:
    return _words_of(info.annotation)


def _words_of(annotation: Any) -> str:
    if "AwareDatetime" in str(annotation) and get_origin(annotation) not in (Union, UnionType):
        return "instant (ISO 8601 with offset, kept in UTC)"
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return f"{' or '.join(_words_of(part) for part in parts)}, may be absent"
    if get_origin(annotation) is tuple:
        return f"list of {_words_of(get_args(annotation)[0])}s"
    if get_origin(annotation) is dict:
        return "table of texts"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " | ".join(str(member.value) for member in annotation)
    words = {
        str: "text",
        int: "whole number",
        bool: "true or false",
        Decimal: "decimal (exact, as text or number)",
    }
    return words.get(annotation, str(annotation))


def _owner(path: str) -> str:
    if path == "store":
        return BRIDGE
    return DERIVED if path in _DERIVED else STORE


def _on_error(path: str) -> str:
    """The words of the field itself, else of the nearest part around it."""
    while path and path not in _ON_ERROR:
        path = path.rpartition(".")[0]
    return _ON_ERROR[path]
