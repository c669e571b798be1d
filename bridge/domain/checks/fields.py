"""The texts of an order that a limit speaks of, as they go into the file: mapped, and with the profile's characters.

Not a check: what the checks of limits and characters share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge.domain.checks.case import Case, line_field
from bridge.domain.contract import Line, Party
from bridge.domain.maps import PAYMENT, SHIPPING, erp_method, erp_sku, erp_tax_code, unit_code
from bridge.domain.parties import party_address, party_name
from bridge.domain.revision import plain
from bridge.domain.rules import FittedLimit

Texts = Iterator[tuple[str, str]]  # field path, text as it goes into the file

_OF_LINE: dict[str, Callable[[Line, Case], str | None]] = {
    "erp_sku": lambda line, case: erp_sku(line, case.rules.maps, case.rules.flow),
    "erp_tax_code": lambda line, case: erp_tax_code(line, case.rules.maps, case.rules.flow),
    "unit_code": lambda line, _: unit_code(line.unit),
}


def texts(case: Case, fitted: FittedLimit) -> Texts:
    """Every text of the limited field: one, or one for each travelling line. None at all for a field that nothing has.

    What no map holds is left out: the missing mapping is that field's problem already.
    """
    if fitted.owner == "lines":
        yield from _line_texts(case, fitted.name)
        return
    path = fitted.limit.field
    found = _single(case, fitted.owner, fitted.name)
    if found is not None:
        yield path, case.rules.prepared(found)


def raw_texts(case: Case, fitted: FittedLimit) -> Sequence[str]:
    """The same texts as `texts`, mapped, but with the order's own characters and without their paths: a quick look."""
    if fitted.owner == "lines":
        if of_line := _OF_LINE.get(fitted.name):
            return [text for line in case.lines if (text := of_line(line, case)) is not None]
        name = fitted.name
        every = [line.__dict__.get(name) for line in case.lines]
        return [text for value in every if (text := value if type(value) is str else _text(value)) is not None]
    found = _single(case, fitted.owner, fitted.name)
    return () if found is None else (found,)


def _line_texts(case: Case, name: str) -> Texts:
    of_line = _OF_LINE.get(name)
    prepared = case.rules.prepared
    for line in case.lines:
        found = of_line(line, case) if of_line else _text(line.__dict__.get(name))
        if found is not None:
            yield line_field(line, name), prepared(found)


def _single(case: Case, owner: str, name: str) -> str | None:
    order, rules = case.order, case.rules
    if owner == "order":
        if name == "external_id":
            return case.external_id
        if name == "shipping_erp_code":
            return erp_method(order.shipping_method, SHIPPING, rules.maps, rules.flow)
        return _text(order.__dict__.get(name))
    if owner == "payment" and name == "erp_code":
        return erp_method(order.payment.method, PAYMENT, rules.maps, rules.flow)
    part = case.billing if owner == "billing" else case.delivery if owner == "delivery" else order.__dict__.get(owner)
    if isinstance(part, Party):
        if name == "name":
            return party_name(part.first_name, part.last_name)
        if name == "address":
            return party_address(part.street, part.house_number, part.flat, part.country)
        return _text(part.__dict__.get(name))
    values = part if isinstance(part, dict) else getattr(part, "__dict__", {})
    return _text(values.get(name, "" if isinstance(part, dict) else None))


def _text(value: Any) -> str | None:
    """The value as text; None for what is no text (a list of lines, a field that the contract does not have)."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (dict, tuple, list)):
        return None
    return str(value) if isinstance(value, (int, bool)) else plain(value) if hasattr(value, "as_tuple") else str(value)
