"""A SKU that the map knows is mapped on the business day on which the order was placed.

Bad: an order of 1 March, and the rows of ABC in maps/sku.csv are valid until 28 February and from 2 March on.
Good: the same order when one of them is valid on 1 March. The day on which the order is exported does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.articles import MappedLine, gap_words
from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.contract import Line
from bridge.domain.maps import entry_of, map_key
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="sku-gap",
    title="SKU {row} has no mapping {gap}",
    message="Order {order}, {lines}: SKU {sku} has no mapping for {day}.",
    action="Add a row for {row} to maps/sku.csv that is valid on {day}, or correct the dates of its rows. "
    "All orders held by it then go on by themselves.",
    cause="sku:{row}:{gap}",
    meaning="The rows of a SKU in maps/sku.csv have dates, and none is valid on the day on which the order was placed.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each SKU, naming its lines."""
    maps = case.rules.maps
    if not maps.articles:
        return
    gaps: dict[str, list[Line]] = {}
    for line in case.lines:
        if not isinstance(line, MappedLine) and entry_of(line.kind, line.sku, maps) is not None:
            gaps.setdefault(map_key(line.kind, line.sku, maps), []).append(line)
    day = case.rules.day_of(case.order)
    for sku, lines in gaps.items():
        entry = entry_of(lines[0].kind, lines[0].sku, maps)
        assert entry is not None
        words = {"row": entry.key, "sku": sku, "day": day, "gap": gap_words(entry, day)}
        where = listed([line.position for line in lines])
        yield case.problem(KIND, line_field(lines[0], "sku"), lines=where, **words)
