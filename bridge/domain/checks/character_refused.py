"""Every character fits the file: its encoding, XML 1.0, and the profile's rule for line breaks.

Bad: an emoji for a file in Windows-1250; a NUL anywhere. Good: "Łódź" in Windows-1250; a dash that the profile folds.
Nothing is replaced by a question mark: what the profile does not fold waits, with field, position and character named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.domain.articles import MappedLine
from bridge.domain.characters import (
    INVISIBLE,
    LINE_BREAK,
    UNHOLDABLE,
    NewlinePolicy,
    RefusedCharacter,
    first_refused,
    first_refused_in_code,
)
from bridge.domain.checks.case import Case, label, line_field
from bridge.domain.maps import PAYMENT, SHIPPING, erp_method, erp_sku, erp_tax_code, unit_code
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="character-refused",
    title="Order {order}: {label} holds {character}",
    message="Order {order}: {label} holds {character} at position {position}, which a file in {encoding} cannot carry.",
    action="Correct the text in {store}, or say under [characters] fold in the profile what stands for the character; "
    "transliterate = true there writes Latin, Greek and Cyrillic letters otherwise.",
    cause="order:{where}:character-refused:{path}",
    meaning="A text holds a character that the ERP's file cannot carry: by its encoding, by XML 1.0, or a line break.",
)
_ORDER = ("number", "customer_note", "buyer_order_number", "warehouse", "shipping_method")
_LINE = ("sku", "name", "unit", "warehouse")
_PICKUP_POINT = "pickup_point_id"  # a carrier's code: with a letter folded it can be another point


def check(case: Case) -> Iterator[Problem]:
    """One problem for each carried text with such a character, naming the first of them."""
    order = case.order
    # Nearly all orders are seen to be fine at once, from all their texts in one string.
    parts = [*order.billing.__dict__.values(), *order.delivery.__dict__.values(), order.customer_note]
    parts.extend(order.__dict__[name] for name in _ORDER)
    parts.append(order.pickup_point_id)
    codes, taxes = case.rules.maps.sku.codes, case.rules.maps.tax.codes
    for line in order.lines:
        parts += (line.sku, line.name, line.unit, line.warehouse, codes.get(line.sku, ""), taxes.get(line.tax_code, ""))
    if case.rules.maps.articles:
        parts.extend(line.erp_sku for line in case.lines if isinstance(line, MappedLine))
    together = "".join(parts)
    if order.extra:
        together += "".join(order.extra.values())
    if not _fits(together, case):
        yield from _problems(case)


def _fits(together: str, case: Case) -> bool:
    characters = case.rules.characters
    if characters.refuses is not None and characters.refuses.search(together):
        return False
    if together.isprintable():  # as nearly all are: none of the signs that `_is_marred` looks for is
        if together.isascii():
            return True
    elif _is_marred(together, characters.newline):
        return False
    try:
        together.encode(characters.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _is_marred(together: str, newline: NewlinePolicy) -> bool:
    """Whether it holds what no file can, what a text loses and a code must not have, or a line break too many."""
    if UNHOLDABLE.search(together) or INVISIBLE.search(together):
        return True
    return newline is not NewlinePolicy.KEEP and LINE_BREAK.search(together) is not None


def _problems(case: Case) -> Iterator[Problem]:
    carries = case.rules.carries
    for path, carried_as, text in _texts(case):
        carried = carries is None or carried_as in carries
        if not (text and carried):
            continue
        refused = first_refused(case.rules.prepared(text), case.rules.characters)
        if refused:
            yield _problem(case, path, refused)
    for path, carried_as, code in _codes(case):
        if carried_as == _PICKUP_POINT if carries is None else carried_as in carries:
            refused = first_refused_in_code(code, case.rules.characters)
            if refused:
                yield _problem(case, path, refused)


def _texts(case: Case) -> Iterator[tuple[str, str, str]]:
    """Every text with its path and the name by which a profile says that it carries it."""
    order = case.order
    for name in _ORDER:
        yield name, name, order.__dict__[name]
    for owner, party in (("billing", case.billing), ("delivery", case.delivery)):
        values: dict[str, Any] = party.__dict__
        for name, text in values.items():
            yield f"{owner}.{name}", f"{owner}.{name}", text
    for line in case.lines:
        for name in _LINE:
            yield f"lines[{line.position}].{name}", f"lines.{name}", line.__dict__[name]
    for name, text in order.extra.items():
        yield f"extra.{name}", f"extra.{name}", text


def _codes(case: Case) -> Iterator[tuple[str, str, str]]:
    """The ERP's codes that a profile writes in place of the store's: a map passes on what it does not know."""
    yield _PICKUP_POINT, _PICKUP_POINT, case.order.pickup_point_id
    maps, flow = case.rules.maps, case.rules.flow
    for line in case.lines:
        mapped = {"erp_sku": erp_sku(line, maps, flow), "erp_tax_code": erp_tax_code(line, maps, flow)}
        for name, code in {**mapped, "unit_code": unit_code(line.unit)}.items():
            yield line_field(line, name), f"lines.{name}", code or ""
    yield "payment.erp_code", "payment.erp_code", erp_method(case.order.payment.method, PAYMENT, maps, flow) or ""
    yield "shipping_erp_code", "shipping_erp_code", erp_method(case.order.shipping_method, SHIPPING, maps, flow) or ""


def _problem(case: Case, path: str, refused: RefusedCharacter) -> Problem:
    character = f"{refused.code_point} ({refused.name})" if refused.name else refused.code_point
    encoding = case.rules.characters.medium or case.rules.characters.encoding
    words = {"label": label(path), "character": character, "position": refused.position, "encoding": encoding}
    return case.problem(KIND, path, path=path, **words)
