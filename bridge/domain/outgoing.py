"""What a profile's template gets of one order: the canonical order as a plain dict, mapped, folded and fitted.

The keys are the contract's, and beside them `external_id`, `shipping_erp_code`, `payment.erp_code`, `lines[].erp_sku`,
`lines[].erp_tax_code`, `lines[].unit_code`, `FIELD_parts` (n texts, empty ones at the end) for a field that the profile
holds in n parts, and `bridge_notes` (what was abbreviated). Amounts and other numbers are exact decimal texts
("12.30"), instants ISO 8601 in UTC ("2026-11-24T09:30:00Z"), what is absent is an empty text, never missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bridge.domain.bundles import lines_to_send
from bridge.domain.contract import Line, Order, Party, Payment, Totals
from bridge.domain.fitting import abbreviated, split_in_words
from bridge.domain.maps import PAYMENT, SHIPPING, erp_method, erp_sku, erp_tax_code, unit_code
from bridge.domain.policies import FieldPolicy
from bridge.domain.rules import FittedLimit, Rules

Tree = dict[str, Any]
_ORDER_TEXTS = ("number", "locale", "status", "customer_note", "warehouse", "buyer_order_number", "shipping_method")
_LINE_TEXTS = ("sku", "name", "unit", "tax_code", "warehouse")


def outgoing(order: Order, rules: Rules, external_id: str) -> Tree:
    """The order for the template. Total for any order: what no check has passed is shown as it is, for previews."""
    amount = amount_text(order.currency_digits)
    tree = dict(order.__dict__)  # pydantic keeps the fields there: a tenth of the time of model_dump
    tree["created_at"] = _instant(order.created_at)
    tree["updated_at"] = _instant(order.updated_at)
    tree["external_id"] = external_id
    tree["shipping_erp_code"] = erp_method(order.shipping_method, SHIPPING, rules.maps, rules.flow) or ""
    tree["payment"] = _payment(order.payment, rules)
    tree["billing"] = _party(order.billing, rules)
    tree["delivery"] = _party(order.delivery, rules)
    tree["lines"] = [_line(line, rules, amount) for line in lines_to_send(order, rules.flow)]
    tree["totals"] = _totals(order.totals, amount)
    tree["extra"] = {name: rules.prepared(text) for name, text in order.extra.items()}
    notes: list[str] = []
    tree["bridge_notes"] = notes
    _prepare(tree, _ORDER_TEXTS, rules)
    for fitted in rules.fitted:
        if fitted.limit.parts > 1 or fitted.policy == FieldPolicy.ABBREVIATE:
            _fit(tree, fitted, notes)
    return tree


def amount_text(digits: int) -> Callable[[Decimal], str]:
    """Writes amounts with the currency's digits; one finer than that keeps all its digits, for people to see."""
    if not digits:
        return lambda amount: _padded(amount, 0)
    point = slice(-digits - 1, -digits)

    def text_of(amount: Decimal) -> str:
        text = str(amount)
        # Nearly all amounts come with their digits; a sign (no "-0.00") and an exponent are looked at one by one.
        if text[point] == "." and text[0] != "-" and (digits < 3 or "E" not in text):
            return text
        return _padded(amount, digits)

    return text_of


def _padded(amount: Decimal, digits: int) -> str:
    text = plain(amount if amount else abs(amount))
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(digits, '0')}" if digits else text


def plain(number: Decimal) -> str:
    """Digits without exponent and without trailing zeros."""
    text = str(number)
    if text.isdigit():
        return text
    if "E" in text:
        text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(moment: datetime | None) -> str:
    # Canonical instants are UTC already (the contract converts them), so the offset is always +00:00.
    return "" if moment is None else moment.isoformat()[:19] + "Z"


def _prepare(tree: Tree, names: tuple[str, ...], rules: Rules) -> None:
    for name in names:
        text = tree[name]
        if text:
            tree[name] = rules.prepared(text)


def _party(party: Party, rules: Rules) -> Tree:
    tree = dict(party.__dict__)
    together = "".join(tree.values())
    if not together.isascii() or not together.isprintable() or rules.folds_ascii:
        return {name: rules.prepared(text) for name, text in tree.items()}
    return tree


def _payment(payment: Payment, rules: Rules) -> Tree:
    tree = dict(payment.__dict__)
    tree["state"] = payment.state.value
    tree["paid_at"] = _instant(payment.paid_at)
    tree["erp_code"] = erp_method(payment.method, PAYMENT, rules.maps, rules.flow) or ""
    return tree


def _line(line: Line, rules: Rules, amount: Callable[[Decimal], str]) -> Tree:
    tree = dict(line.__dict__)
    tree["kind"] = line.kind.value
    tree["quantity"] = plain(line.quantity)
    tree["unit_net"] = plain(line.unit_net)
    tree["unit_gross"] = plain(line.unit_gross)
    tree["tax_rate"] = "" if line.tax_rate is None else plain(line.tax_rate)
    tree["discount"] = amount(line.discount)
    tree["net"] = amount(line.net)
    tree["tax"] = amount(line.tax)
    tree["gross"] = amount(line.gross)
    tree["erp_sku"] = erp_sku(line, rules.maps, rules.flow) or ""
    tree["erp_tax_code"] = erp_tax_code(line, rules.maps, rules.flow) or ""
    tree["unit_code"] = unit_code(line.unit)
    if line.parent_position is None:
        tree["parent_position"] = ""
    together = line.sku + line.name + line.unit + line.tax_code + line.warehouse
    if not together.isascii() or not together.isprintable() or rules.folds_ascii:
        _prepare(tree, _LINE_TEXTS, rules)
    return tree


def _totals(totals: Totals, amount: Callable[[Decimal], str]) -> Tree:
    tree: Tree = {name: amount(value) for name, value in totals.__dict__.items() if name != "by_rate"}
    tree["by_rate"] = [
        {"rate": plain(part.rate), "net": amount(part.net), "tax": amount(part.tax)} for part in totals.by_rate
    ]
    return tree


def _fit(tree: Tree, fitted: FittedLimit, notes: list[str]) -> None:
    """Give the parts of a field, and abbreviate where the flow allows it."""
    limit = fitted.limit
    for owner, where in _owners(tree, fitted.owner):
        text = owner.get(fitted.name, "")
        if not isinstance(text, str):
            continue
        parts = _parts(text, fitted)
        short = " ".join(parts) if limit.parts > 1 else parts[0]
        if fitted.policy == FieldPolicy.ABBREVIATE and limit.length_max is not None and len(short) < len(text):
            lengths = f"from {fitted.length(text)} to {fitted.length(short)} {limit.unit}"
            notes.append(f"{where}{limit.label} was abbreviated {lengths}.")
            owner[fitted.name] = short
        if limit.parts > 1:
            owner[f"{fitted.name}_parts"] = parts + [""] * (limit.parts - len(parts))


def _parts(text: str, fitted: FittedLimit) -> list[str]:
    """The text in at most as many parts as the field has, the last one abbreviated where the flow allows it."""
    limit, length = fitted.limit, fitted.length
    if limit.length_max is None:
        return [text]
    may_cut = fitted.policy == FieldPolicy.ABBREVIATE
    if limit.parts == 1:
        return [abbreviated(text, limit.length_max, length) if may_cut else text]
    parts = split_in_words(text, limit.length_max, len(text) if may_cut else limit.parts, length)
    if parts is None:  # a check holds the order; its preview shows the text as it is
        return [text]
    if len(parts) > limit.parts:
        rest = " ".join(parts[limit.parts - 1 :])
        parts[limit.parts - 1 :] = [abbreviated(rest, limit.length_max, length)]
    return parts


def _owners(tree: Tree, owner: str) -> list[tuple[Tree, str]]:
    """The dicts that hold a field, each with the words that place it in a note."""
    if owner == "order":
        return [(tree, "")]
    if owner == "lines":
        return [(line, f"Line {line['position']}: ") for line in tree["lines"]]
    part: Mapping[str, Any] | None = tree.get(owner)
    return [(part, "")] if isinstance(part, dict) else []
