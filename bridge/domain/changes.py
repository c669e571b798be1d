"""What a change or cancellation tells the ERP: the new revision held against the one that it has, line by line.

Which line is which: lines are the same when kind and article (without one, the name) are. Of an article that stands in
an order twice, equal lines are paired first, then those at the same position, then the rest in their order. What the
store reads live from its products (`read_live`) makes no other line: there the name decides, and the ERP's article
stays. Stores renumber positions when a line is taken away, and the ERP does not: a line keeps the position that the ERP
knows it by, and what is added gets positions that were never used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.rules import Rules
from bridge.domain.states import Purpose
from bridge.domain.taken_off import taken_off

Tree = dict[str, Any]
# What of a line is no content: where it stands, and what this module itself says of it.
_NO_CONTENT = {"position", "parent_position", "action", "previous_quantity", "previous_unit_net"}
_SKU_LIVE = "lines.sku"


@dataclass(frozen=True, slots=True)
class Told:
    """What a change or cancellation follows. contents: canonical orders, as sent and then as each accepted change.

    contracts: for each content the digest of the contract by which its file was made; empty where no file told it.
    """

    purpose: Purpose
    change_number: int
    erp_number: str
    contents: tuple[bytes, ...]
    contracts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.contracts:
            object.__setattr__(self, "contracts", ("",) * len(self.contents))


def further_outgoing(content: bytes, told: Told, rules: Rules, external_id: str, delta: bool) -> Tree:
    """The new revision for the template of a change or cancel file. delta: only the lines that differ."""
    contents = (*told.contents, content)
    sent, *later, tree = [
        outgoing_from_content(one, rules, external_id, off)
        for one, off in zip(contents, taken_off(contents, rules), strict=True)
    ]
    highest = _highest(sent["lines"], 0)
    for one in later:
        sent = changed(one, sent, Purpose.CHANGE, 0, "", highest)
        highest = _highest(sent["lines"], highest)
    made = changed(tree, sent, told.purpose, told.change_number, told.erp_number, highest)
    return only_differences(made) if delta else made


def changed(
    tree: Tree, sent: Mapping[str, Any], purpose: Purpose, change_number: int, erp_number: str, highest: int = 0
) -> Tree:
    """The new revision as its change or cancel file tells it: all its lines, and beside them `deleted_lines`.

    Of a cancellation the lines are those that the ERP has, each deleted. tree, sent: as `outgoing` gives them, of the
    new revision (changed in place) and of what the ERP has. highest: the highest position that was ever used.
    """
    tree["purpose"], tree["change_number"], tree["erp_number"] = purpose.value, change_number, erp_number
    if purpose is Purpose.CANCEL:
        tree["lines"], tree["deleted_lines"] = [_deleted(line) for line in sent["lines"]], []
        return tree
    live = _SKU_LIVE in tree["read_live"]
    lines, before = tree["lines"], sent["lines"]
    matched = _matched(lines, before, live)
    for number, old in matched.items():
        _hold_against(lines[number], before[old], live)
    positions = _positions(lines, before, matched, highest)
    for line in lines:
        line["position"], parent = positions[line["position"]], line["parent_position"]
        line["parent_position"] = positions.get(parent, parent)
    lines.sort(key=lambda line: line["position"])
    kept = set(matched.values())
    tree["deleted_lines"] = [_deleted(old) for number, old in enumerate(before) if number not in kept]
    return tree


def only_differences(tree: Tree) -> Tree:
    """The same with `lines` only where they differ, the deleted ones among them at their old positions."""
    lines = [line for line in tree["lines"] if line["action"] != "unchanged"]
    tree["lines"] = sorted([*lines, *tree["deleted_lines"]], key=lambda line: line["position"])
    return tree


def _deleted(line: Tree) -> Tree:
    return {
        **line,
        "action": "deleted",
        "previous_quantity": line["quantity"],
        "previous_unit_net": line["unit_net"],
    }


def _hold_against(line: Tree, old: Mapping[str, Any], live: bool) -> None:
    """Say of a line what became of it. Its article is the ERP's where only the store's product has another now."""
    if live:
        line["sku"], line["erp_sku"] = old["sku"], old["erp_sku"]
    line["action"] = "unchanged" if _content(line) == _content(old) else "changed"
    line["previous_quantity"], line["previous_unit_net"] = old["quantity"], old["unit_net"]


def _positions(
    lines: Sequence[Tree], before: Sequence[Tree], matched: Mapping[int, int], highest: int
) -> dict[int, int]:
    """The store's position of each new line -> the one that the ERP knows it by, or a fresh one."""
    positions, highest = {}, _highest(before, highest)
    for number, line in enumerate(lines):
        if number in matched:
            positions[line["position"]] = before[matched[number]]["position"]
        else:
            highest += 1
            positions[line["position"]] = highest
    return positions


def _highest(lines: Iterable[Tree], before: int) -> int:
    positions: list[int] = [line["position"] for line in lines]
    return max([before, *positions])


def _matched(lines: Sequence[Tree], before: Sequence[Tree], live: bool) -> dict[int, int]:
    """Index of a new line -> index of the sent line that it was."""
    matched: dict[int, int] = {}
    ways: list[Callable[[Tree], Any]] = [
        lambda line: (_article(line), _content(line), line["position"]),
        lambda line: (_article(line), _content(line)),
        # The parts of a kit have one SKU, and the articles that the map gave them.
        lambda line: (_article(line), line["erp_sku"], line["position"]),
        lambda line: (_article(line), line["erp_sku"]),
        lambda line: (_article(line), line["position"]),
        _article,
    ]
    if live:
        ways.append(lambda line: (line["kind"], line["name"]))
    for way in ways:
        taken = set(matched.values())
        free = [(number, way(old)) for number, old in enumerate(before) if number not in taken]
        for number, line in enumerate(lines):
            if number in matched:
                continue
            key = way(line)
            found = next((index for index, (_, other) in enumerate(free) if other == key), None)
            if found is not None:
                matched[number] = free.pop(found)[0]
    return matched


def _article(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["kind"], line["sku"] or line["name"]


def _content(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in _NO_CONTENT}
