"""The search syntax of `query` arguments, as Shopify reads it: what it does not understand it passes over in silence.

`updated_at:>='2026-01-01T00:00:00Z'`. A time without quotes breaks at its first colon, an unknown field matches nothing
it could mean: both are left out of the filter, and only `extensions.search[].warnings` of the answer tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Test = Callable[[Json], bool]

_TERM = re.compile(
    r"""\s*(?:(?P<word>AND)\b|(?P<name>\w+):(?P<sign>>=|<=|>|<)?(?:'(?P<quoted>[^']*)'|(?P<bare>\S+))|(?P<rest>\S+))"""
)
_TIMES = {"updated_at": "updatedAt", "created_at": "createdAt", "processed_at": "processedAt"}
_WORDS = {"name": "name", "financial_status": "displayFinancialStatus"}


@dataclass(slots=True)
class Search:
    """What a query asks for, and what was passed over."""

    tests: list[Test] = field(default_factory=list)
    warnings: list[Json] = field(default_factory=list)

    def matches(self, order: Json) -> bool:
        return all(test(order) for test in self.tests)


def parsed(query: str | None, passed_over: str = "") -> Search:
    """The filter of one query. No filter is an empty one. passed_over: a field that has no effect, and no warning."""
    search = Search()
    for found in _TERM.finditer(query or ""):
        if found["word"] or (passed_over and found["name"] == passed_over):
            continue
        name, sign = found["name"] or "", found["sign"] or ""
        value = found["quoted"] if found["quoted"] is not None else found["bare"]
        test = _test(name, sign, value, found["quoted"] is not None) if name else None
        if test is None:
            said = found.group().strip()
            warning = {"field": name or "default", "message": f"Invalid search field or value for this query: {said}"}
            search.warnings.append({**warning, "code": "invalid_field"})
        else:
            search.tests.append(test)
    return search


def _test(name: str, sign: str, value: str, is_quoted: bool) -> Test | None:
    if name in _TIMES:
        moment = _moment(value) if is_quoted or re.fullmatch(r"[\d-]+", value) else None
        return None if moment is None else _compared(lambda order: _moment(order[_TIMES[name]]), sign, moment)
    if name == "id" and value.isdigit():
        return _compared(lambda order: int(order["legacyResourceId"]), sign, int(value))
    if name in _WORDS and not sign:
        return lambda order: str(order[_WORDS[name]]).lower() == value.lower()
    if name == "tag" and not sign:
        return lambda order: value.lower() in (tag.lower() for tag in order["tags"])
    return None


def _compared(of: Callable[[Json], Any], sign: str, bound: Any) -> Test:
    tests: dict[str, Test] = {
        ">=": lambda order: of(order) >= bound,
        "<=": lambda order: of(order) <= bound,
        ">": lambda order: of(order) > bound,
        "<": lambda order: of(order) < bound,
        "": lambda order: of(order) == bound,
    }
    return tests[sign]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
