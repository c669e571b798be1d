"""Kits, configurables, gifts and services by the flow's policy: the lines that go to the ERP.

The sums of the order stay exact under each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from bridge.domain.contract import Line, LineKind, Order
from bridge.domain.money import from_minor, minor_unit
from bridge.domain.policies import FlowRules, GiftPolicy, KitPolicy, ServicePolicy

_AS_THEY_ARE = (KitPolicy.SEPARATE, KitPolicy.SEPARATE, GiftPolicy.SEPARATE, ServicePolicy.SEPARATE)
_NONE: frozenset[LineKind] = frozenset()


def kinds_by_policy(flow: FlowRules) -> frozenset[LineKind]:
    """The kinds of lines that travel otherwise than the store has them."""
    if (flow.kit, flow.configurable, flow.gift, flow.service) == _AS_THEY_ARE:  # of most flows, for every order
        return _NONE
    picked = {
        LineKind.KIT: flow.kit != KitPolicy.SEPARATE,
        LineKind.CONFIGURABLE: flow.configurable != KitPolicy.SEPARATE,
        LineKind.GIFT: flow.gift != GiftPolicy.SEPARATE,
        LineKind.SERVICE: flow.service != ServicePolicy.SEPARATE,
    }
    return frozenset(kind for kind, differs in picked.items() if differs)


def lines_to_send(order: Order, flow: FlowRules) -> tuple[Line, ...]:
    """The order's lines as they travel: net, tax and gross add up to what the order's own lines add up to."""
    lines = order.lines
    kinds = kinds_by_policy(flow)
    if not (kinds and any(line.kind in kinds for line in lines)):
        return lines
    lines = tuple(_alone(line, flow) for line in lines)
    for kind, policy in _families(flow):
        lines = _by_policy(lines, kind, policy, order.currency_digits)
    return lines


def _families(flow: FlowRules) -> Iterator[tuple[LineKind, KitPolicy]]:
    """The kinds of lines that have lines below them, each with what becomes of it."""
    if flow.configurable != KitPolicy.SEPARATE:
        yield LineKind.CONFIGURABLE, KitPolicy(flow.configurable)
    if flow.kit != KitPolicy.SEPARATE:
        yield LineKind.KIT, KitPolicy(flow.kit)


def _by_policy(lines: Sequence[Line], kind: LineKind, policy: KitPolicy, digits: int) -> tuple[Line, ...]:
    if policy is KitPolicy.BUNDLE:
        return _bundled(lines, kind)
    if policy is KitPolicy.SERVICE:
        return tuple(
            line.model_copy(update={"kind": LineKind.SERVICE}) if line.kind is kind else line
            for line in _bundled(lines, kind)
        )
    return _in_components(lines, kind, digits, keep_head=policy is KitPolicy.COMMENT)


def _alone(line: Line, flow: FlowRules) -> Line:
    """A gift or service by the flow's policy. What costs something is no comment, and a gift with a price no gift."""
    kind = line.kind
    if kind is LineKind.GIFT and flow.gift != GiftPolicy.SEPARATE and not _has_worth(line):
        kind = LineKind.COMMENT if flow.gift == GiftPolicy.COMMENT else LineKind.SERVICE
    elif kind is LineKind.SERVICE and flow.service == ServicePolicy.FEE:
        kind = LineKind.FEE
    elif kind is LineKind.SERVICE and flow.service == ServicePolicy.COMMENT and not _has_worth(line):
        kind = LineKind.COMMENT
    return line if kind is line.kind else line.model_copy(update={"kind": kind})


def _has_worth(line: Line) -> bool:
    return bool(line.net or line.tax or line.gross)


def _components(lines: Sequence[Line], kind: LineKind) -> dict[int, list[Line]]:
    """Kit position to its component lines, outermost kits first, as a kit may hold another.

    A component that names no kit of the order stays a line of its own, and so do kits that hold each other.
    """
    kits = {line.position for line in lines if line.kind is kind}
    inside = {line.position: line.parent_position for line in lines if line.parent_position in kits}
    depths = {position: depth_of(position, inside) for position in (*kits, *inside)}
    found: dict[int, list[Line]] = {}
    for line in lines:
        kit = line.parent_position
        if kit in kits and depths[line.position] is not None:
            found.setdefault(kit or 0, []).append(line)
    return dict(sorted(found.items(), key=lambda each: depths[each[0]] or 0))


def depth_of(position: int, inside: Mapping[int, int | None]) -> int | None:
    """In how many kits a line lies; None where it lies in itself. inside: position to the kit's."""
    around: dict[int, None] = {}
    at: int | None = position
    while at is not None and at in inside and at not in around:
        around[at] = None
        at = inside[at]
    return None if at == position and around else len(around)


def _leaves(kit: int, components: Mapping[int, Sequence[Line]]) -> list[Line]:
    """What a kit holds in the end: its components, and of a kit among them that one's."""
    return [leaf for part in components[kit] for leaf in
            (_leaves(part.position, components) if part.position in components else [part])]  # fmt: skip


def kits_of_mixed_tax(order: Order, flow: FlowRules) -> list[tuple[Line, str, tuple[Decimal | None, ...]]]:
    """Kits that cannot travel by the flow's policy with a true tax rate: each with its policy and its rates."""
    found = []
    for kind, policy in _families(flow):
        components = _components(order.lines, kind)
        for kit in (line for line in order.lines if line.position in components):
            parts = _leaves(kit.position, components)
            rates = tuple(dict.fromkeys(one.tax_rate for one in (kit, *parts) if one.net or one.tax))
            is_one_line = policy in (KitPolicy.BUNDLE, KitPolicy.SERVICE)
            if len(rates) > 1 and (is_one_line or not _sharing(kit, parts)):
                found.append((kit, f"{kind} = {policy}", rates))
    return found


def _sharing(kit: Line, parts: Sequence[Line]) -> list[Line]:
    """The components that can take a share of the kit's own worth: taxed as it is, or worth nothing yet."""
    if not (kit.net or kit.tax):
        return list(parts)
    return [part for part in parts if part.tax_rate == kit.tax_rate or not (part.net or part.tax)]


def _bundled(lines: Sequence[Line], kind: LineKind) -> tuple[Line, ...]:
    """Each kit with the worth of its components, innermost kits first; the components themselves gone."""
    components = _components(lines, kind)
    kits = {line.position: line for line in lines if line.position in components}
    swallowed = {part.position for parts in components.values() for part in parts}
    for position in reversed(components):
        parts = [kits.get(part.position, part) for part in components[position]]
        kits[position] = _with_worth_of(kits[position], parts)
    return tuple(kits.get(line.position, line) for line in lines if line.position not in swallowed)


def _with_worth_of(kit: Line, parts: Sequence[Line]) -> Line:
    net = kit.net + sum((part.net for part in parts), Decimal(0))
    tax = kit.tax + sum((part.tax for part in parts), Decimal(0))
    discount = kit.discount + sum((part.discount for part in parts), Decimal(0))
    rates = {part.tax_rate for part in parts if part.net} | ({kit.tax_rate} if kit.net else set())
    worth = priced(kit, net, tax, discount)
    # Parts of different rates make a line whose tax is right and whose rate nobody can state.
    if not rates:
        return worth
    return worth.model_copy(update={"tax_rate": rates.pop() if len(rates) == 1 else None})


def priced(line: Line, net: Decimal, tax: Decimal, discount: Decimal) -> Line:
    """The line worth net and tax, with unit prices that follow from them (before discount, unrounded)."""
    quantity = line.quantity or Decimal(1)
    amounts = {
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "discount": discount,
        "unit_net": (net + discount) / quantity,
        "unit_gross": (net + tax + discount) / quantity,
    }
    return line.model_copy(update=amounts)


def _in_components(lines: Sequence[Line], kind: LineKind, digits: int, *, keep_head: bool) -> tuple[Line, ...]:
    """The kit's own worth shared among its components, outermost kits first. One without components stays as it is.

    keep_head: the kit stays above its components as a comment; else it is gone.
    """
    components = _components(lines, kind)
    shared = {line.position: line for line in lines if line.position in components}
    for position, own in components.items():
        kit, held = shared[position], [shared.get(part.position, part) for part in own]
        parts = _sharing(kit, held) or held
        by_worth = any(part.net for part in parts)
        weights = [part.net if by_worth else part.quantity for part in parts]
        given = [shares(amount, weights, digits) for amount in (kit.net, kit.tax, kit.discount)]
        for part, net, tax, discount in zip(parts, *given, strict=True):
            if net or tax or discount:
                shared[part.position] = _with_share(part, kit, net, tax, discount)
        if keep_head:
            zero = Decimal(0)
            shared[kit.position] = priced(kit, zero, zero, zero).model_copy(update={"kind": LineKind.COMMENT})
    travelling = (shared.get(line.position, line) for line in lines if keep_head or line.position not in components)
    return tuple(
        line.model_copy(update={"parent_position": None})
        if line.parent_position in components and not keep_head
        else line
        for line in travelling
    )


def _with_share(part: Line, kit: Line, net: Decimal, tax: Decimal, discount: Decimal) -> Line:
    """The component with its share. One that was worth nothing is taxed as the kit is."""
    worth = priced(part, part.net + net, part.tax + tax, part.discount + discount)
    if part.net or part.tax:
        return worth
    return worth.model_copy(update={"tax_rate": kit.tax_rate, "tax_code": kit.tax_code})


def shares(amount: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """The amount in shares by weight, each whole minor units, adding up to it exactly (largest remainder first)."""
    minor = int(amount.scaleb(digits).to_integral_value())
    rest = amount - from_minor(minor, digits)  # a fraction of a minor unit, if the store sent one: to the first share
    sizes = [Fraction(abs(weight)) for weight in weights]
    if not any(sizes):
        sizes = [Fraction(1)] * len(sizes)
    total = sum(sizes)
    exact = [minor * size / total for size in sizes]
    whole = [int(part) for part in exact]
    step = 1 if minor >= 0 else -1
    by_remainder = sorted(range(len(exact)), key=lambda index: abs(exact[index] - whole[index]), reverse=True)
    for index in by_remainder[: abs(minor - sum(whole))]:
        whole[index] += step
    result = [part * minor_unit(digits) for part in whole]
    result[0] += rest
    return result
