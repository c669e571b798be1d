"""`searchCriteria` of Magento 2, turned into SQL as Magento means it.

Filters of one group are alternatives, groups must all hold. Names come in two spellings (`filter_groups` and
`filterGroups`). Only columns can be filtered and sorted by; any other name is an error of the database, so a 500.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.simulator.magento.reply import REQUIRED, MagentoError, internal_error

_COMPARISONS = {
    "eq": "=", "neq": "!=", "gt": ">", "gteq": ">=", "moreq": ">=", "from": ">=", "lt": "<", "lteq": "<=", "to": "<=",
    "like": "LIKE",
}  # fmt: skip
_FILTER = re.compile(r"searchCriteria\[filter(?:_g|G)roups\]\[(\w+)\]\[filters\]\[(\w+)\]\[(\w+)\]")
_SORT = re.compile(r"searchCriteria\[sort(?:_o|O)rders\]\[(\w+)\]\[(\w+)\]")
Parameters = Mapping[str, list[str]]


@dataclass(slots=True)
class Search:
    """What a list request asks for. page_size None: everything at once."""

    page: int = 1
    page_size: int | None = None
    where: str = "1"
    sorting: str = "entity_id"
    values: list[Any] = field(default_factory=list)


def parse_search(
    parameters: Parameters, columns: frozenset[str], size_max: int | None, ignores: Sequence[str] = ()
) -> Search:
    """Raises MagentoError. size_max: the shop limits pages (default size 20, error above the maximum)."""
    if not any(name.startswith("searchCriteria") for name in parameters):
        raise MagentoError(400, REQUIRED, {"fieldName": "searchCriteria"})
    search = Search(page=_number(parameters, "current_page", "currentPage") or 1)
    search.page_size = _number(parameters, "page_size", "pageSize")
    if size_max is not None:
        search.page_size = search.page_size or 20
        if search.page_size > size_max:
            raise MagentoError(400, "Maximum SearchCriteria pageSize is %max", {"max": size_max})
    groups = _groups(parameters)
    kept = [filters for filters in groups if not any(one.get("field") in ignores for one in filters)]
    conditions = [_any_of(filters, columns, search.values) for filters in kept]
    search.where = " AND ".join(conditions) or "1"
    search.sorting = _sorting(parameters, columns)
    return search


def _groups(parameters: Parameters) -> list[list[dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, texts in parameters.items():
        match = _FILTER.fullmatch(name)
        if match:
            group, number, word = match.groups()
            found.setdefault(group, {}).setdefault(number, {})[_snake(word)] = texts[-1]
    return [list(filters.values()) for filters in found.values()]


def _any_of(filters: list[dict[str, str]], columns: frozenset[str], values: list[Any]) -> str:
    return "(" + " OR ".join(_condition(one, columns, values) for one in filters) + ")"


def _condition(given: Mapping[str, str], columns: frozenset[str], values: list[Any]) -> str:
    column, kind, value = given.get("field", ""), given.get("condition_type") or "eq", given.get("value", "")
    if column not in columns:
        raise internal_error()  # SQLSTATE[42S22]: Column not found
    if kind in ("null", "notnull"):
        return f"{column} IS {'NOT ' if kind == 'notnull' else ''}NULL"
    if kind in ("in", "nin"):
        wanted = value.split(",")
        values.extend(wanted)
        return f"{column} {'NOT ' if kind == 'nin' else ''}IN ({', '.join('?' * len(wanted))})"
    if kind not in _COMPARISONS:
        raise internal_error()
    values.append(value)
    return f"{column} {_COMPARISONS[kind]} ?"


def _sorting(parameters: Parameters, columns: frozenset[str]) -> str:
    found: dict[str, dict[str, str]] = {}
    for name, texts in parameters.items():
        match = _SORT.fullmatch(name)
        if match:
            found.setdefault(match[1], {})[match[2]] = texts[-1]
    orders = []
    for order in found.values():
        if order.get("field") not in columns:
            raise internal_error()
        orders.append(f"{order['field']} {'ASC' if order.get('direction', '').upper() == 'ASC' else 'DESC'}")
    return ", ".join(orders) or "entity_id"


def _number(parameters: Parameters, *names: str) -> int | None:
    for name in names:
        texts = parameters.get(f"searchCriteria[{name}]")
        if texts and texts[-1].isdigit():
            return int(texts[-1])
    return None


def _snake(word: str) -> str:
    return re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), word)


def only_fields(content: Any, wanted: str) -> Any:
    """`fields=items[entity_id,updated_at],total_count`: the answer cut down to these."""
    tree, rest = _tree(wanted)
    if rest:
        raise MagentoError(400, "Invalid fields parameter")
    return _cut(content, tree)


def _tree(text: str) -> tuple[dict[str, Any], str]:
    tree: dict[str, Any] = {}
    while text:
        match = re.match(r"[A-Za-z0-9_]+", text)
        if not match:
            return tree, text
        name, text = match[0], text[match.end() :]
        tree[name] = None
        if text[:1] == "[":
            tree[name], text = _tree(text[1:])
            text = text[1:]
        if text[:1] != ",":
            return tree, text
        text = text[1:]
    return tree, text


def _cut(content: Any, tree: Mapping[str, Any] | None) -> Any:
    if tree is None:
        return content
    if isinstance(content, list):
        return [_cut(item, tree) for item in content]
    if not isinstance(content, Mapping):
        return content
    return {name: _cut(content[name], inner) for name, inner in tree.items() if name in content}
