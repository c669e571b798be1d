"""What a profile's template gets of one order: the canonical order as a plain dict, mapped, folded and fitted.

The keys are the contract's, and beside them `external_id`, `shipping_erp_code`, `payment.erp_code`, `lines[].erp_sku`,
`lines[].erp_tax_code`, `lines[].unit_code`, `FIELD_parts` (n texts, empty ones at the end) for a field that the profile
holds in n parts, and `bridge_notes` (what goes out otherwise than the store has it). Each party has `name` (first and
last) and `address` (street with number and flat) beside its fields. What a change or cancel file needs is always there:
`purpose`, `change_number` (0, 1, ...), `erp_number`, `deleted_lines`, and of each line `action` (added, changed,
unchanged, deleted), `previous_quantity` and `previous_unit_net`. Amounts and other numbers are exact decimal texts
("12.30"), instants ISO 8601 in UTC ("2026-11-24T09:30:00Z"), what is absent is an empty text, never missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from bridge.domain.abbreviations import abbreviated_company, abbreviated_street
from bridge.domain.bundles import kinds_by_policy
from bridge.domain.characters import changes_of
from bridge.domain.contract import Line, Order
from bridge.domain.fitting import abbreviated, split_in_words
from bridge.domain.maps import (
    GOODS,
    PAYMENT,
    SHIPPING,
    UNIT_CODES,
    article_of,
    entry_of,
    erp_method,
    erp_tax_code,
    unit_code,
)
from bridge.domain.parties import party_address, party_name
from bridge.domain.policies import FieldPolicy, RefundedBefore
from bridge.domain.refunds import as_it_goes
from bridge.domain.revision import canonical_tree, order_from_content
from bridge.domain.rules import FittedLimit, Rules
from bridge.domain.travelling import with_travelling_lines
from bridge.domain.travelling_parties import changes_of_parties, words_of

Tree = dict[str, Any]
_ORDER_TEXTS = ("number", "locale", "status", "customer_note", "warehouse", "buyer_order_number", "shipping_method")
_LINE_TEXTS = ("sku", "name", "unit", "tax_code", "warehouse")


def outgoing(order: Order, rules: Rules, external_id: str, refunds: Collection[str] | None = None) -> Tree:
    """The order for the template. Total for any order: what no check has passed is shown as it is, for previews.

    refunds: those that the flow takes off the order, where it does; None: all.
    """
    goes = as_it_goes(order, rules.flow.refunded_before, refunds)
    return _of_tree(canonical_tree(with_travelling_lines(goes, rules)), rules, external_id)


def outgoing_from_content(
    content: bytes, rules: Rules, external_id: str, refunds: Collection[str] | None = None
) -> Tree:
    """`outgoing` of what `content_of` wrote, without making the order of it: all texts are in their form already."""
    tree: Tree = orjson.loads(content)
    if _travels_otherwise(tree, rules):
        return outgoing(order_from_content(content), rules, external_id, refunds)
    return _of_tree(tree, rules, external_id)


def _travels_otherwise(tree: Tree, rules: Rules) -> bool:
    """Whether the lines that go are not the order's own: by policy, by an entry of the map, with a rounding, less a
    refund."""
    if tree.get("refunds") and rules.flow.refunded_before == RefundedBefore.REDUCE:
        return True
    if rules.rounding_as_line and Decimal(tree["totals"]["rounding"]):
        return True
    kinds, maps = kinds_by_policy(rules.flow), rules.maps
    if kinds and any(line["kind"] in kinds for line in tree["lines"]):
        return True
    return bool(maps.articles) and any(entry_of(line["kind"], line["sku"], maps) for line in tree["lines"])


def _of_tree(tree: Tree, rules: Rules, external_id: str) -> Tree:
    """The canonical tree, changed in place into what a template gets."""
    if rules.maps.depend_on_order:
        to = tree["delivery"] if tree["delivery"]["country"] else tree["billing"]
        created_at = datetime.fromisoformat(tree["created_at"])
        rules = rules.for_order(created_at, to["country"], to["postal_code"], tree["tax_exempt"])
    maps, flow = rules.maps, rules.flow
    tree["created_at"] = _instant(tree["created_at"])
    tree["updated_at"] = _instant(tree["updated_at"])
    tree["read_live"] = [*tree["read_live"]]
    tree["tags"] = [*tree["tags"]]
    tree["external_id"] = external_id
    shipping, payment = tree["shipping_method"], tree["payment"]
    tree["shipping_erp_code"] = maps.shipping.codes.get(shipping) or erp_method(shipping, SHIPPING, maps, flow) or ""
    method = payment["method"]
    payment["paid_at"] = _instant(payment["paid_at"])
    payment["erp_code"] = maps.payment.codes.get(method) or erp_method(method, PAYMENT, maps, flow) or ""
    tree["purpose"], tree["change_number"], tree["erp_number"], tree["deleted_lines"] = "new", 0, "", []
    notes: list[str] = []
    tree["bridge_notes"] = notes
    _prepare_parties(tree, rules, notes)
    _complete_lines(tree["lines"], rules, notes)
    for refund in tree["refunds"]:
        refund.setdefault("parts", [])  # contents leave it out where the store does not say
    if tree["extra"]:
        tree["extra"] = {name: rules.prepared(text) for name, text in tree["extra"].items()}
    _prepare(tree, _ORDER_TEXTS, rules, notes, "")
    _prepare(payment, ("transaction_id",), rules, notes, "payment")
    for fitted in rules.fitted:
        if fitted.limit.parts > 1 or fitted.policy == FieldPolicy.ABBREVIATE:
            _fit(tree, fitted, notes)
    return tree


def _instant(text: str | None) -> str:
    """Whole seconds; canonical instants are UTC already."""
    return "" if text is None else text[:19] + "Z"


def _prepare(tree: Tree, names: Iterable[str], rules: Rules, notes: list[str], owner: str) -> None:
    """The texts as they go into the file. Most are plain, and none of them costs more than a look."""
    folds = rules.folds_ascii
    for name in names:
        text = tree[name]
        if folds or not text.isascii() or not text.isprintable():
            tree[name] = rules.prepared(text)
            for words in changes_of(text, rules.characters):
                notes.append(f"{f'{owner} {name}'.strip().replace('_', ' ').capitalize()}: {words}.")


def _prepare_parties(tree: Tree, rules: Rules, notes: list[str]) -> None:
    """Both parties; of most orders they are one address, which is then worked on once."""
    billing, delivery = tree["billing"], tree["delivery"]
    of_billing, of_delivery = changes_of_parties(billing, delivery, rules)
    if of_billing is of_delivery:
        _prepare_party(billing, of_billing, "billing and delivery", rules, notes)
        tree["delivery"] = {**billing}
        return
    _prepare_party(billing, of_billing, "billing", rules, notes)
    _prepare_party(delivery, of_delivery, "delivery", rules, notes)


def _prepare_party(party: Tree, changes: dict[str, str], owner: str, rules: Rules, notes: list[str]) -> None:
    if changes:
        party.update(changes)
        notes += words_of(changes, owner)
    together = "".join(party.values())
    if rules.folds_ascii or not together.isascii() or not together.isprintable():
        _prepare(party, [*party], rules, notes, owner)
    party["name"] = party_name(party["first_name"], party["last_name"])
    party["address"] = party_address(party["street"], party["house_number"], party["flat"], party["country"])


def _complete_lines(lines: Iterable[Tree], rules: Rules, notes: list[str]) -> None:
    """The ERP's codes beside the store's, and nothing missing. What a map does not hold goes by the whole rule."""
    maps, folds = rules.maps, rules.folds_ascii
    articles, taxes = maps.sku.codes, maps.tax.alone
    for line in lines:
        sku, unit, tax_code = line["sku"], line["unit"], line["tax_code"]
        if "erp_sku" not in line:  # an entry of the map has given it already
            kind = line["kind"]
            quickly = articles.get(sku) if kind in GOODS else None
            line["erp_sku"] = quickly or article_of(kind, sku, maps, rules.flow) or ""
        code = taxes.get(tax_code)
        line["erp_tax_code"] = _tax_code(line, rules) if code is None else code
        line["unit_code"] = UNIT_CODES.get(unit) or unit_code(unit)
        line["action"], line["previous_quantity"], line["previous_unit_net"] = "added", "", ""
        if line["tax_rate"] is None:
            line["tax_rate"] = ""
        if line["parent_position"] is None:
            line["parent_position"] = ""
        together = f"{sku}{line['name']}{unit}{tax_code}{line['warehouse']}"
        if folds or not together.isascii() or not together.isprintable():
            _prepare(line, _LINE_TEXTS, rules, notes, f"line {line['position']}")


def _tax_code(line: Tree, rules: Rules) -> str:
    """By the whole rule: the store's code alone does not say it."""
    return erp_tax_code(Line.model_validate(line), rules.maps, rules.flow) or ""


def _fit(tree: Tree, fitted: FittedLimit, notes: list[str]) -> None:
    """Give the parts of a field, and abbreviate where the flow allows it."""
    limit = fitted.limit
    for owner, where in _owners(tree, fitted.owner):
        text = owner.get(fitted.name, "")
        if not isinstance(text, str):
            continue
        parts = _parts(text, fitted, owner.get("country", ""))
        short = " ".join(parts) if limit.parts > 1 else parts[0]
        if fitted.policy == FieldPolicy.ABBREVIATE and limit.length_max is not None and len(short) < len(text):
            lengths = f"from {fitted.length(text)} to {fitted.length(short)} {limit.unit}"
            notes.append(f"{where}{limit.label} was abbreviated {lengths}.")
            owner[fitted.name] = short
        if limit.parts > 1:
            owner[f"{fitted.name}_parts"] = parts + [""] * (limit.parts - len(parts))


def _parts(text: str, fitted: FittedLimit, country: str) -> list[str]:
    """The text in at most as many parts as the field has, the last one abbreviated where the flow allows it."""
    limit, length = fitted.limit, fitted.length
    if limit.length_max is None:
        return [text]
    may_cut = fitted.policy == FieldPolicy.ABBREVIATE
    if limit.parts == 1:
        return [_abbreviated(text, fitted, country, limit.length_max) if may_cut else text]
    parts = split_in_words(text, limit.length_max, len(text) if may_cut else limit.parts, length)
    if parts is None:  # a check holds the order; its preview shows the text as it is
        return [text]
    if len(parts) > limit.parts:
        rest = " ".join(parts[limit.parts - 1 :])
        parts[limit.parts - 1 :] = [_abbreviated(rest, fitted, country, limit.length_max)]
    return parts


def _abbreviated(text: str, fitted: FittedLimit, country: str, length_max: int) -> str:
    """As people abbreviate such a field."""
    if fitted.name == "company":
        return abbreviated_company(text, length_max, fitted.length)
    if fitted.name in ("street", "address"):
        return abbreviated_street(text, country, length_max, fitted.length)
    return abbreviated(text, length_max, fitted.length)


def _owners(tree: Tree, owner: str) -> list[tuple[Tree, str]]:
    """The dicts that hold a field, each with the words that place it in a note."""
    if owner == "order":
        return [(tree, "")]
    if owner == "lines":
        return [(line, f"Line {line['position']}: ") for line in tree["lines"]]
    part: Mapping[str, Any] | None = tree.get(owner)
    return [(part, "")] if isinstance(part, dict) else []
