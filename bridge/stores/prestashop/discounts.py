"""Cart rules of a PrestaShop order. The shop keeps them beside the lines; here they become what they mean.

A gift is a line with a price and a rule of the same value: it becomes a line that costs nothing. Free shipping is laid
on the shipping line. What is left is one discount line for each tax rate that it lies on, in the share of the goods, as
the shop's own invoice does. The order's header is the truth: where the rules do not add up to it, it speaks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.domain.contract import Line, LineKind
from bridge.stores.prestashop.amounts import Money
from bridge.stores.prestashop.lines import charge, details_of
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.rates import ZERO
from bridge.stores.prestashop.selections import Reach, laid_on, left_of
from bridge.stores.prestashop.xml import Part
from bridge.stores.raw import number_of

HEADER = "Discount"
UNKNOWN = Reach()
MIXED = Reach(may_select=False)  # of an amount for several reasons at once: no selection of goods explains it


@dataclass(frozen=True, slots=True)
class Rule:
    """One cart rule as the order keeps it: what it takes off, net and gross, both positive."""

    name: str
    net: Decimal
    gross: Decimal
    free_shipping: bool = False
    gift: tuple[str, str] = ("0", "0")  # product and combination
    code: str = ""
    reach: Reach = UNKNOWN

    def less(self, net: Decimal, gross: Decimal) -> Rule:
        return replace(self, net=self.net - net, gross=self.gross - gross)


def rules_of(parts: OrderParts, money: Money) -> list[Rule]:
    """The order's cart rules, in the order of their ids; those taken back are left out."""
    return [_rule(part, parts, money) for part in parts.all("order_cart_rules") if part["deleted"] != "1"]


def money_paid_in(rules: Sequence[Rule], codes: Sequence[str]) -> list[Rule]:
    """The rules that are gift cards or store credit: their code or name begins as the settings say."""
    begins = tuple(code.casefold() for code in codes if code)
    return [rule for rule in rules if begins and (rule.code.casefold().startswith(begins) or _named(rule, begins))]


def with_discounts(
    goods: Sequence[Line],
    charges: Sequence[Line],
    rules: Sequence[Rule],
    cards: Sequence[Rule],
    parts: OrderParts,
    money: Money,
) -> tuple[Line, ...]:
    """All lines of the order. `cards` are payments: they take nothing off."""
    lines = [*goods, *charges]
    keys = [_key(part) for part in details_of(parts)]
    rest: list[Rule] = []
    for rule in _by_header(parts, money, rules, cards):
        left = _lay_on_shipping(lines, _lay_on_gift(lines, keys, rule))
        if left.net or left.gross:
            rest.append(left)
    sold = [line for line in lines if _is_good(line)]
    for rule in rest:
        named = [line for line in sold if keys[line.position - 1][0] == rule.reach.product != "0"]
        laid = laid_on(rule.net, rule.gross, sold, named, rule.reach, money)
        for net, gross, rate in laid.shares:
            if net or gross:
                lines.append(charge(len(lines) + 1, LineKind.DISCOUNT, rule.name, -net, -gross, rate))
        sold = left_of(sold, laid)
    return tuple(lines)


def _rule(part: Part, parts: OrderParts, money: Money) -> Rule:
    known = parts.one("cart_rules", part["id_cart_rule"])
    gift = (known["gift_product"], known["gift_product_attribute"]) if known is not None else ("0", "0")
    return Rule(
        name=part["name"] or HEADER,
        net=money.read(part, "value_tax_excl", "cart rule: "),
        gross=money.read(part, "value", "cart rule: "),
        free_shipping=part["free_shipping"] == "1",
        gift=(gift[0] or "0", gift[1] or "0"),
        code=known["code"] if known is not None else "",
        reach=_reach(known) if known is not None else UNKNOWN,
    )


def _reach(known: Part) -> Reach:
    """What the shop's own cart rule says now: it may have been edited since, so that its word is tried, not taken."""
    percent, amount = (number_of(known.values, f"reduction_{name}", "cart rule: ") for name in ("percent", "amount"))
    return Reach(known["reduction_product"], percent, may_select=not amount)


def _by_header(parts: OrderParts, money: Money, rules: Sequence[Rule], cards: Sequence[Rule]) -> list[Rule]:
    """The rules that take off; one without a name where they miss the order's own sum by more than rounding."""
    net = money.read(parts.order, "total_discounts_tax_excl") - sum((card.net for card in cards), ZERO)
    gross = money.read(parts.order, "total_discounts_tax_incl") - sum((card.gross for card in cards), ZERO)
    taking = [rule for rule in rules if rule not in cards]
    missed = (net - sum((rule.net for rule in taking), ZERO), gross - sum((rule.gross for rule in taking), ZERO))
    if taking and max(map(abs, missed)) <= money.minor * len(taking):
        return taking
    return [Rule(HEADER, net, gross, reach=MIXED)] if net or gross else []


def _lay_on_gift(lines: list[Line], keys: Sequence[tuple[str, str]], rule: Rule) -> Rule:
    """Take the price of one given piece off its line; a line that is the gift alone then costs nothing."""
    if rule.gift[0] == "0" or rule.gift not in keys:
        return rule
    place = keys.index(rule.gift)
    line = lines[place]
    net, gross = (line.net, line.gross) if line.quantity == 1 else _one_piece(line)
    if not gross or net > rule.net or gross > rule.gross:
        return replace(rule, reach=MIXED)
    lines[place] = _cheaper(line, net, gross, LineKind.GIFT if line.quantity == 1 else line.kind)
    return rule.less(net, gross)


def _lay_on_shipping(lines: list[Line], rule: Rule) -> Rule:
    for place, line in enumerate(lines):
        if not rule.free_shipping or line.kind is not LineKind.SHIPPING or not line.gross:
            continue
        if line.net <= rule.net and line.gross <= rule.gross:
            lines[place] = _cheaper(line, line.net, line.gross, line.kind)
            rule = rule.less(line.net, line.gross)
        else:
            rule = replace(rule, reach=MIXED)
    return rule


def _cheaper(line: Line, net: Decimal, gross: Decimal, kind: LineKind) -> Line:
    left, left_gross = line.net - net, line.gross - gross
    return line.model_copy(update={
        "kind": kind, "discount": line.discount + net, "net": left, "tax": left_gross - left, "gross": left_gross,
    })  # fmt: skip


def _one_piece(line: Line) -> tuple[Decimal, Decimal]:
    """Net and gross of one of several equal pieces; nothing where they are not equal."""
    step = line.gross.as_tuple().exponent
    pieces = (line.net / line.quantity, line.gross / line.quantity) if line.quantity else (ZERO, ZERO)
    unit = Decimal(1).scaleb(step if isinstance(step, int) else 0)
    return pieces if all(piece == piece.quantize(unit) for piece in pieces) else (ZERO, ZERO)


def _is_good(line: Line) -> bool:
    return line.kind in (LineKind.PRODUCT, LineKind.GIFT)


def _key(part: Part) -> tuple[str, str]:
    return (part["product_id"] or "0", part["product_attribute_id"] or "0")


def _named(rule: Rule, begins: tuple[str, ...]) -> bool:
    return rule.name.casefold().startswith(begins)
