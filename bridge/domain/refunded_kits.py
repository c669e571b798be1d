"""Kits of which something came back.

A store names in a refund the lines that hold the money: of a kit with one price the kit, of one that is sold by its
components those. So what is named of one says how many pieces of the other came back. Where components came back
unevenly, what is left is no kit any more: who ships by the kit's article would ship what came back too. Nor is a kit
that held it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from bridge.domain.bundles import depth_of
from bridge.domain.contract import Line, LineKind, RefundLine
from bridge.domain.unclear import CannotTell

FINEST_QUANTITY = Decimal("0.000001")
# Kinds that are nothing but what is below them; below any other line stands what was bought with it.
_MADE_OF_PARTS = frozenset({LineKind.KIT, LineKind.CONFIGURABLE})


def with_whole_kits(
    lines: Sequence[Line], off: Mapping[int, RefundLine]
) -> tuple[dict[int, RefundLine], frozenset[int]]:
    """What came back of each line, with the pieces of kits and components that no refund names; and the positions of
    the kits that are none any more.

    off: by position, as refunds name it. Raises CannotTell.
    """
    found = dict(off)
    broken: set[int] = set()
    families = _families(lines)
    for kit, parts in families:
        _let_follow(kit, parts, found)
    for kit, parts in reversed(families):
        if not _makes_whole_kits(kit, parts, found, broken):
            broken.add(kit.position)
    return found, frozenset(broken)


def without_broken_kits(left: Iterable[Line], broken: Collection[int]) -> list[Line]:
    """The lines that are left, without the kits at these positions: their components are products of their own."""
    return [_freed(line) if line.parent_position in broken else line for line in left if line.position not in broken]


def _freed(line: Line) -> Line:
    kind = LineKind.PRODUCT if line.kind is LineKind.KIT_COMPONENT else line.kind
    return line.model_copy(update={"parent_position": None, "kind": kind})


def _families(lines: Sequence[Line]) -> list[tuple[Line, list[Line]]]:
    """Lines with lines below them, each before those that it holds. What holds itself is no family."""
    inside = {line.position: line.parent_position for line in lines if line.parent_position is not None}
    by_parent: dict[int, list[Line]] = {}
    for line in lines:
        if line.parent_position is not None and depth_of(line.position, inside) is not None:
            by_parent.setdefault(line.parent_position, []).append(line)
    families = [(line, by_parent[line.position]) for line in lines if line.position in by_parent]
    return sorted(families, key=lambda family: depth_of(family[0].position, inside) or 0)


def _makes_whole_kits(kit: Line, parts: Sequence[Line], found: dict[int, RefundLine], broken: Collection[int]) -> bool:
    """Tell of a kit what is told of its components; False where it is no kit any more.

    broken: the kits below it that are none.
    """
    of_kit = _left(kit, found)
    of_parts = {_left(part, found) for part in parts}
    if min(of_kit, *of_parts) < 0:
        return True  # more than there is: said of the line itself
    is_whole = not any(part.position in broken for part in parts)
    if (is_whole and of_parts == {of_kit}) or kit.kind not in _MADE_OF_PARTS:
        return True
    if of_kit < max(of_parts):  # components that nobody names went with it: this one is named, and otherwise
        other = next(part.position for part in parts if _left(part, found) > of_kit)
        raise CannotTell(f"more of the kit in line {kit.position} came back than of its component in line {other}")
    left = of_parts.pop() if is_whole and len(of_parts) == 1 else None
    has_worth = bool(kit.net or kit.tax or kit.gross)
    is_told = not has_worth or (of_kit == 1 and _has_money(found.get(kit.position)))
    if is_told and left is not None and (Fraction(kit.quantity) * left).denominator == 1:
        _leave(found, kit, left)
        return True
    if has_worth:
        named = ", ".join(str(part.position) for part in parts if part.position in broken or _left(part, found) < 1)
        came_back = f"pieces of the kit in line {kit.position} came back (line {named})"
        raise CannotTell(f"{came_back}, and the kit has one price for all of it")
    return False


def _let_follow(kit: Line, parts: Sequence[Line], found: dict[int, RefundLine]) -> None:
    """The components that no refund names go with their kit, of which pieces came back."""
    of_kit = _left(kit, found)
    if of_kit == 1 or min(of_kit, *(_left(part, found) for part in parts)) < 0:
        return
    for part in parts:
        if _left(part, found) < 1:
            continue
        if part.gross:
            raise CannotTell(f"line {part.position} belongs to a kit that came back, and no refund names it")
        _leave(found, part, of_kit)


def _left(line: Line, found: Mapping[int, RefundLine]) -> Fraction:
    """How much of a line's pieces is left: 1 for all, below 0 where more came back than there were."""
    given_back = found.get(line.position)
    if given_back is None or not given_back.quantity:
        return Fraction(1)
    return 1 - Fraction(given_back.quantity) / Fraction(line.quantity) if line.quantity else Fraction(-1)


def _leave(found: dict[int, RefundLine], line: Line, left: Fraction) -> None:
    """Let so much of a line's pieces be left. Raises CannotTell where no number says how many those are."""
    steps = Fraction(line.quantity) * left / Fraction(FINEST_QUANTITY)
    if steps.denominator != 1:
        raise CannotTell(f"the pieces of line {line.position} that are left make no number")
    before = found.get(line.position, RefundLine(position=line.position))
    found[line.position] = before.model_copy(update={"quantity": line.quantity - steps.numerator * FINEST_QUANTITY})


def _has_money(given_back: RefundLine | None) -> bool:
    return given_back is not None and bool(given_back.net or given_back.tax)
