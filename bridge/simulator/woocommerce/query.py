"""The parameters of `GET /orders`, checked and turned into SQL as WooCommerce means them.

`modified_after` is exclusive, of whole seconds, and compared with the shop-local column unless `dates_are_gmt` is true;
a zone suffix changes nothing about that. `status=any` leaves out what is registered as excluded from search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STATUSES = (
    "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft",
)  # fmt: skip
NOT_IN_ANY = ("trash", "auto-draft", "checkout-draft")
ORDER_BY = {
    "date": ("created_gmt", "id"),
    "modified": ("modified_gmt", "id"),
    "id": ("id",),
    "title": ("id",),
    "slug": ("id",),
    "include": ("id",),
}
PER_PAGE_MAX = 100
_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$")
_DATE_PARAMETERS = {
    "after": ("created", ">"),
    "before": ("created", "<"),
    "modified_after": ("modified", ">"),
    "modified_before": ("modified", "<"),
}


class InvalidParameter(Exception):
    """WordPress's answer 400 `rest_invalid_param` for one parameter."""

    def __init__(self, name: str, detail_code: str, message: str) -> None:
        super().__init__(message)
        self.body = {
            "code": "rest_invalid_param",
            "message": f"Invalid parameter(s): {name}",
            "data": {
                "status": 400,
                "params": {name: message},
                "details": {name: {"code": detail_code, "message": message, "data": None}},
            },
        }


@dataclass(slots=True)
class OrderQuery:
    """What a list request asks for."""

    page: int
    per_page: int
    sorting: str
    offset: int
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions) or "1"

    def require(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition)
        self.values.extend(values)


def parse_query(parameters: Mapping[str, list[str]], statuses: Sequence[str]) -> OrderQuery:
    """Raises InvalidParameter as soon as one parameter is not allowed. `statuses` are those of this shop."""
    page = _integer(parameters, "page", 1, 1, None)
    per_page = _integer(parameters, "per_page", 10, 1, PER_PAGE_MAX)
    order = _choice(parameters, "order", "desc", ("asc", "desc"))
    columns = ORDER_BY[_choice(parameters, "orderby", "date", tuple(ORDER_BY))]
    query = OrderQuery(page, per_page, ", ".join(f"{column} {order}" for column in columns), (page - 1) * per_page)
    if "offset" in parameters:
        query.offset = _integer(parameters, "offset", 0, 0, None)
    _add_statuses(query, listed(parameters, "status") or ["any"], ("any", "trash", "auto-draft", *statuses))
    _add_dates(query, parameters)
    for name, word in (("include", "IN"), ("exclude", "NOT IN")):
        ids = [_id_of(text, name) for text in listed(parameters, name)]
        if ids:
            query.require(f"id {word} ({', '.join('?' * len(ids))})", *ids)
    return query


def listed(parameters: Mapping[str, list[str]], name: str) -> list[str]:
    """A list parameter: `a,b`, `name[]=a&name[]=b`, `name[0]=a`."""
    texts = [
        text
        for key, values in parameters.items()
        if key == name or re.fullmatch(rf"{name}\[\d*\]", key)
        for value in values
        for text in value.split(",")
    ]
    return [text.strip() for text in texts if text.strip()]


def one(parameters: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """A single parameter; of several the last counts, as in PHP."""
    return parameters[name][-1] if parameters.get(name) else default


def is_true(text: str) -> bool:
    """How WordPress reads a boolean parameter."""
    return text.lower() in ("1", "true", "yes", "on")


def _add_statuses(query: OrderQuery, statuses: list[str], askable: Sequence[str]) -> None:
    for place, status in enumerate(statuses):
        if status not in askable:
            raise InvalidParameter("status", "rest_not_in_enum", f"status[{place}] is not one of {_words(askable)}.")
    if "any" in statuses:
        query.require(f"status NOT IN ({', '.join('?' * len(NOT_IN_ANY))})", *NOT_IN_ANY)
    else:
        query.require(f"status IN ({', '.join('?' * len(statuses))})", *statuses)


def _add_dates(query: OrderQuery, parameters: Mapping[str, list[str]]) -> None:
    zone = "gmt" if is_true(one(parameters, "dates_are_gmt")) else "local"
    for name, (column, comparison) in _DATE_PARAMETERS.items():
        text = one(parameters, name)
        if not text:
            continue
        found = _DATE.match(text)
        if not found:
            raise InvalidParameter(name, "rest_invalid_date", "Invalid date.")
        query.require(f"{column}_{zone} {comparison} ?", f"{found[1]}T{found[2]}")


def _integer(parameters: Mapping[str, list[str]], name: str, default: int, low: int, high: int | None) -> int:
    text = one(parameters, name)
    if not text:
        return default
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise InvalidParameter(name, "rest_invalid_type", f"{name} is not of type integer.")
    value = int(text)
    if high is not None and not low <= value <= high:
        message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
        raise InvalidParameter(name, "rest_out_of_bounds", message)
    if value < low:
        raise InvalidParameter(name, "rest_out_of_bounds", f"{name} must be greater than or equal to {low}")
    return value


def _choice(parameters: Mapping[str, list[str]], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = one(parameters, name, default)
    if text not in allowed:
        raise InvalidParameter(name, "rest_not_in_enum", f"{name} is not one of {_words(allowed)}.")
    return text


def _id_of(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text):
        raise InvalidParameter(name, "rest_invalid_type", f"{name}[0] is not of type integer.")
    return int(text)


def _words(allowed: Sequence[str]) -> str:
    return f"{', '.join(allowed[:-1])}, and {allowed[-1]}"
