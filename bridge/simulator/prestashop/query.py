"""The query of one list request, as PrestaShop reads it: filter, sort, limit, display.

`>[a]` is exclusive, `[a,b]` includes both ends, `[a|b]` lists, `[a]` and a bare value are equality, `[a]%` and `%[a]%`
search. Dates can be filtered and sorted only with `date=1`. There is no count and no maximum of rows.
Source: the shop's public `WebserviceRequest::manageFilters` and `SQLUtils::getSQLRetrieveFilter`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from bridge.simulator.prestashop.tables import Resource, Row

DATES = ("date_add", "date_upd")
_BRACKETS = re.compile(r"^(.*)\[(.*)\](.*)$", re.DOTALL)
_RANGE = re.compile(r"^([\d.:\-\s]+),([\d.:\-\s]+)$")
Parameters = Mapping[str, list[str]]


class ServiceError(Exception):
    """An error of the web service: HTTP status, stable number, message in English."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Query:
    """What a list request asks for. `display` None: only ids; `ids`: a filter on ids, to look rows up quickly."""

    tests: Sequence[Callable[[Row], bool]]
    sorts: Sequence[tuple[str, bool]]
    offset: int
    count: int | None
    display: tuple[str, ...] | None
    ids: tuple[int, ...] | None

    def chosen(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that pass, sorted (by id where nothing else is said) and cut."""
        found = [row for row in rows if all(test(row) for test in self.tests)]
        for name, ascending in reversed(self.sorts):
            found.sort(key=lambda row: _comparable(str(row.get(name, ""))), reverse=not ascending)
        end = None if self.count is None else self.offset + self.count
        return [dict(row) for row in found[self.offset : end]]


def parse_query(parameters: Parameters, resource: Resource) -> Query:
    """Raises ServiceError for the first thing that the shop would refuse."""
    with_dates = _one(parameters, "date") not in ("", "0")
    usable = [name for name in resource.fields if name not in resource.languages]
    filterable = [name for name in usable if with_dates or name not in DATES]
    tests = []
    ids: tuple[int, ...] | None = None
    for key, values in parameters.items():
        named = re.fullmatch(r"filter\[(\w+)\](?:\[.*\])?", key)
        if named:
            tests.append(_filter(named[1], values[-1], filterable, resource))
            if named[1] == "id" and re.fullmatch(r"\[[\d|]+\]", values[-1]):
                ids = tuple(int(number) for number in values[-1][1:-1].split("|") if number)
    offset, count = _limit(_one(parameters, "limit"))
    return Query(
        tests, _sorts(_one(parameters, "sort"), filterable), offset, count,
        displayed(_one(parameters, "display"), resource), ids,
    )  # fmt: skip


def displayed(text: str, resource: Resource) -> tuple[str, ...] | None:
    """The fields to show; None for `minimum` and for nothing said."""
    if text in ("", "minimum"):
        return None
    if text == "full":
        return (*resource.fields, *resource.associations)
    found = _BRACKETS.match(text)
    if not found:
        raise ServiceError(400, 36, "The 'display' syntax is wrong. You can set 'full' or '[field_1,field_2]'.")
    names = tuple(name.strip() for name in found[2].split(","))
    for name in names:
        if name not in resource.fields:
            raise ServiceError(400, 35, f'Unable to display this field "{name}".')
    return names


def _filter(name: str, value: str, filterable: Sequence[str], resource: Resource) -> Callable[[Row], bool]:
    if name not in filterable:
        raise ServiceError(400, 32, f'This filter does not exist. The full list is: "{", ".join(filterable)}"')
    if value == "":
        raise ServiceError(400, 33, f'The filter "{name}" is malformed.')
    if name in resource.dynamic:
        raise ServiceError(400, 34, f'The field "{name}" is dynamic. It is not possible to filter GET query with it.')
    test = _test(value)
    return lambda row: test(str(row.get(name, "")))


def _test(value: str) -> Callable[[str], bool]:
    found = _BRACKETS.match(value)
    if not found:
        return lambda text: _comparable(text) == _comparable(value)
    before, inside, after = found.groups()
    if "%" in (before, after):
        parts = (".*" if before == "%" else "", re.escape(inside), ".*" if after == "%" else "")
        pattern = re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
        return lambda text: pattern.fullmatch(text) is not None
    if before == ">":
        return lambda text: _comparable(text) > _comparable(inside)
    if before == "<":
        return lambda text: _comparable(text) < _comparable(inside)
    if before == "!":
        return lambda text: _comparable(text) not in [_comparable(one) for one in inside.split("|")]
    if inside.find("|") > 0:
        wanted = frozenset(_comparable(one) for one in inside.split("|"))
        return lambda text: _comparable(text) in wanted
    span = _RANGE.match(inside)
    if span:
        low, high = sorted((_comparable(span[1]), _comparable(span[2])))
        return lambda text: low <= _comparable(text) <= high
    return lambda text: _comparable(text) == _comparable(inside)


@lru_cache(maxsize=200_000)
def _comparable(text: str) -> tuple[int, Any]:
    """How MySQL compares a value: numbers as numbers, texts without regard to capitals."""
    try:
        return (0, Decimal(text))
    except InvalidOperation:
        return (1, text.casefold())


def _sorts(text: str, filterable: Sequence[str]) -> list[tuple[str, bool]]:
    if not text:
        return []
    found = _BRACKETS.match(text)
    sorts = []
    for one in (found[2] if found else text).split(","):
        name, _, direction = one.rpartition("_")
        if direction.upper() not in ("ASC", "DESC"):
            raise ServiceError(400, 37, 'The "sort" value has to be formed as this example: "field_ASC"')
        if name not in filterable:
            raise ServiceError(400, 38, f"Unable to filter by this field. Available: {', '.join(filterable)}")
        sorts.append((name, direction.upper() == "ASC"))
    return sorts


def _limit(text: str) -> tuple[int, int | None]:
    if not text:
        return 0, None
    parts = text.split(",")
    if len(parts) > 2 or not all(part.strip().isdigit() for part in parts):
        raise ServiceError(400, 39, 'The "limit" value has to be formed as this example: "5,25" or "10"')
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 else (0, int(parts[0]))


def _one(parameters: Parameters, name: str) -> str:
    return parameters[name][-1] if parameters.get(name) else ""
