"""Orders for the tests of the domain: one good order, and changes to it by path."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bridge.config.dated_codes import dated_codes
from bridge.config.maps import COLUMNS
from bridge.config.mistakes import Mistake
from bridge.config.sheets import rows_of
from bridge.config.sku_rows import entries_of
from bridge.config.tax_rows import tax_rows as rows_of_tax
from bridge.domain.articles import Articles
from bridge.domain.characters import CharacterRules
from bridge.domain.contract import Order
from bridge.domain.limits import Limit
from bridge.domain.maps import CodeMap, Maps
from bridge.domain.policies import FlowRules
from bridge.domain.rules import Rules

_PARTY = {
    "company": "",
    "first_name": "Anna",
    "last_name": "Nowak",
    "street": "Lipowa",
    "house_number": "12",
    "postal_code": "00-001",
    "city": "Warszawa",
    "country": "PL",
    "email": "anna@example.com",
    "phone": "+48221234567",
}

# Two goods lines, shipping and a discount: 200.00 + 50.00 + 15.00 - 20.00 net, all at 23%.
GOOD: dict[str, Any] = {
    "store": "shop",
    "store_order_id": "10452",
    "number": "10452",
    "created_at": "2026-11-20T09:30:00Z",
    "updated_at": "2026-11-20T09:31:00Z",
    "currency": "PLN",
    "currency_digits": 2,
    "status": "processing",
    "payment": {"method": "przelewy24", "state": "paid", "paid_at": "2026-11-20T09:31:00Z"},
    "shipping_method": "flat_rate:7",
    "billing": _PARTY,
    "delivery": _PARTY,
    "lines": [
        {"position": 1, "sku": "ABC-123", "name": "Kettle", "quantity": "2", "unit_net": "100", "unit_gross": "123",
         "tax_code": "standard", "tax_rate": "0.23", "net": "200.00", "tax": "46.00", "gross": "246.00"},
        {"position": 2, "sku": "007", "name": "Cup", "quantity": "5", "unit_net": "10", "unit_gross": "12.3",
         "tax_code": "standard", "tax_rate": "0.23", "net": "50.00", "tax": "11.50", "gross": "61.50"},
        {"position": 3, "kind": "shipping", "name": "Courier", "unit_net": "15", "unit_gross": "18.45",
         "tax_code": "standard", "tax_rate": "0.23", "net": "15.00", "tax": "3.45", "gross": "18.45"},
        {"position": 4, "kind": "discount", "name": "Voucher", "unit_net": "-20", "unit_gross": "-24.6",
         "tax_code": "standard", "tax_rate": "0.23", "net": "-20.00", "tax": "-4.60", "gross": "-24.60"},
    ],
    "totals": {
        "net": "245.00", "tax": "56.35", "gross": "301.35", "paid": "301.35", "due": "0.00", "shipping": "15.00",
        "by_rate": [{"rate": "0.23", "net": "245.00", "tax": "56.35"}],
    },
}  # fmt: skip

MAPS = {
    "sku": {"ABC-123": "40017", "007": "40018", "@shipping": "FREIGHT"},
    "tax": {"standard": "A", "0%": "Z"},
    "payment": {"przelewy24": "P24", "cod": "COD"},
    "shipping": {"flat_rate:7": "DPD"},
}


def changed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The good order as JSON, with values set by path (`lines.0.sku`, `totals.gross`); None takes a field away."""
    tree: dict[str, Any] = json.loads(json.dumps(GOOD))  # no part is shared
    for path, value in copy.deepcopy(dict(changes)).items():
        where: Any = tree
        *parents, last = path.split(".")
        for name in parents:
            where = where[int(name)] if isinstance(where, list) else where[name]
        if isinstance(where, list):
            where[int(last) : int(last) + 1] = [] if value is None else [value]
        elif value is None:
            where.pop(last, None)
        else:
            where[last] = value
    return tree


def order(changes: Mapping[str, Any] | None = None) -> Order:
    """The good order, changed."""
    return Order.model_validate(changed(changes or {}))


def rules(
    maps: Mapping[str, Mapping[str, str]] | None = None,
    limits: tuple[Limit, ...] = (),
    characters: CharacterRules | None = None,
    sku_rows: str | None = None,
    tax_rows: str | None = None,
    **flow: Any,
) -> Rules:
    """Rules of a flow that takes the good order. sku_rows, tax_rows: these maps as a person writes them."""
    codes: dict[str, Mapping[str, str]] = {**MAPS, **(maps or {})}
    articles = Articles()
    if sku_rows is not None:
        codes["sku"], articles = sku_map(sku_rows)
    made = Maps(**{name: CodeMap(found) for name, found in codes.items()}, articles=articles)
    if tax_rows is not None:
        made = replace(made, tax=tax_map(tax_rows))
    own = FlowRules(**{"orders_from": datetime(2026, 11, 1, tzinfo=UTC), "name": "shop-acme", **flow})
    return Rules(own, made, limits, characters or CharacterRules())


def sku_map(text: str) -> tuple[dict[str, str], Articles]:
    """What a maps/sku.csv without mistakes says: its plain codes, and its entries."""
    mistakes: list[Mistake] = []
    rows = list(rows_of(text, COLUMNS["sku"], "maps/sku.csv", mistakes.append))
    plain, articles = entries_of(rows, "maps/sku.csv", mistakes.append)
    assert [str(mistake) for mistake in mistakes] == []
    return {row.cells[0]: row.cells[1] for row in plain}, articles


def tax_map(text: str) -> CodeMap:
    """What a maps/tax.csv without mistakes says."""
    mistakes: list[Mistake] = []
    rows = rows_of(text, COLUMNS["tax"], "maps/tax.csv", mistakes.append)
    for_all, conditional = rows_of_tax(rows, "maps/tax.csv", mistakes.append)
    plain, dated = dated_codes(for_all, "maps/tax.csv", mistakes.append)
    assert [str(mistake) for mistake in mistakes] == []
    return CodeMap({row.cells[0]: row.cells[1] for row in plain}, dated, conditional=conditional)
