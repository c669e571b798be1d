"""Trial orders: the smallest, the fullest and an empty order that the contract allows, as a template gets them.

Rendered when a profile is loaded, so that a template that fails for an order without a phone fails there, not at night.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bridge.domain.changes import changed, only_differences
from bridge.domain.characters import CharacterRules
from bridge.domain.contract import Line, LineKind, Order, Party, Payment, TaxTotal, Totals
from bridge.domain.limits import Limit
from bridge.domain.maps import MAP_NAMES, Maps
from bridge.domain.outgoing import outgoing
from bridge.domain.policies import FlowRules, Unmapped
from bridge.domain.rules import Rules
from bridge.domain.states import Purpose
from bridge.profiles.formats.base import FileContext

MOMENT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
SMALLEST, FULLEST, BARE = range(3)  # where each stands among the trial orders
TRIAL_CONTEXT = FileContext(1, "TRIAL_000001", "trial", date(2026, 11, 24), MOMENT, 1)

# Where mapping takes its codes from, when codes go as the store has them.
SOURCES = {
    "lines.erp_sku": "lines.sku",
    "lines.erp_tax_code": "lines.tax_code",
    "lines.unit_code": "lines.unit",
    "payment.erp_code": "payment.method",
    "shipping_erp_code": "shipping_method",
}


def trial_rules(limits: Sequence[Limit], characters: CharacterRules) -> Rules:
    """Rules that pass every code on as the store has it."""
    flow = FlowRules(orders_from=datetime.min.replace(tzinfo=UTC), unmapped=dict.fromkeys(MAP_NAMES, Unmapped.SAME))
    return Rules(flow=flow, maps=Maps(), limits=tuple(limits), characters=characters)


def trial_changes(
    limits: Sequence[Limit], characters: CharacterRules, purpose: Purpose, delta: bool
) -> list[dict[str, Any]]:
    """Changes or cancellations as templates get them: all lines new, all gone, none of them other, none at all."""
    made = []
    for new, sent in ((FULLEST, SMALLEST), (SMALLEST, FULLEST), (FULLEST, FULLEST), (BARE, FULLEST)):
        trees, before = trial_orders(limits, characters), trial_orders(limits, characters)
        tree = changed(trees[new], before[sent], purpose, 1, "SO-1")
        made.append(only_differences(tree) if delta else tree)
    return made


def trial_orders(limits: Sequence[Limit], characters: CharacterRules) -> list[dict[str, Any]]:
    """The smallest order, the fullest and one without lines, as templates get them.

    No new order goes out without lines; a change of which only the address differs does.
    """
    rules = trial_rules(limits, characters)
    tried = (smallest(), fullest(limits), smallest().model_copy(update={"lines": ()}))
    return [outgoing(order, rules, str(number)) for number, order in enumerate(tried, start=1)]


def smallest() -> Order:
    """Only what the contract requires, and one line."""
    totals = Totals(net=Decimal("0.00"), tax=Decimal("0.00"), gross=Decimal("0.00"))
    return Order(
        store="trial", store_order_id="1", number="1", created_at=MOMENT, updated_at=MOMENT, currency="EUR",
        totals=totals, lines=(Line(position=1),),
    )  # fmt: skip


def fullest(limits: Sequence[Limit] = ()) -> Order:
    """Every field filled, with plain letters that any encoding holds, no longer than the limits."""
    tree = _fullest().model_dump()
    for limit in limits:
        if limit.length_max is not None:
            for owner, name, room in _shares(tree, limit, limit.length_max):
                if isinstance(owner.get(name), str):
                    owner[name] = owner[name][:room].strip()
    return Order.model_validate(tree)


def _shares(tree: dict[str, Any], limit: Limit, length_max: int) -> Iterator[tuple[dict[str, Any], str, int]]:
    """The texts of which a limited field is made, each with its room."""
    path, _, name = SOURCES.get(limit.field, limit.field).rpartition(".")
    owners = tree["lines"] if path == "lines" else [tree[path] if path else tree]
    names = {"name": ("first_name", "last_name"), "address": ("street", "house_number", "flat")}
    made_of = names.get(name, (name,)) if path in ("billing", "delivery") else (name,)
    room = (length_max + 1) // len(made_of) - 1 if len(made_of) > 1 else length_max  # less what stands between
    for owner in owners:
        for one in made_of:
            yield owner, one, room


def _fullest() -> Order:
    texts = {name: f"{name.replace('_', ' ')} A" for name in Party.model_fields}
    told = {"country": "DE", "email": "a@example.com", "phone": "+491234567", "tax_id": "DE136695976"}
    party = Party(**{**texts, **told})
    amounts = {"net": Decimal("20.00"), "tax": Decimal("4.60"), "gross": Decimal("24.60")}
    line = {
        "sku": "A-1", "name": "Article", "quantity": Decimal("2.5"), "unit": "kg", "unit_net": Decimal("8.0"),
        "unit_gross": Decimal("9.84"), "discount": Decimal("0.00"), "tax_code": "23", "tax_rate": Decimal("0.23"),
        "warehouse": "W1", "parent_position": 1, **amounts,
    }  # fmt: skip
    kinds = list(LineKind)
    by_rate = TaxTotal(rate=Decimal("0.23"), net=amounts["net"], tax=amounts["tax"])
    return Order(
        store="trial", store_order_id="2", number="2/2026", created_at=MOMENT, updated_at=MOMENT, currency="EUR",
        locale="de_DE", status="processing", customer_note="Note", warehouse="W1", buyer_order_number="PO-1",
        payment=Payment(method="card", transaction_id="T-1", paid_at=MOMENT), fulfilment_status="open",
        shipping_method="parcel", pickup_point_id="P-1", billing=party, delivery=party,
        lines=tuple(Line(position=number, kind=kind, **line) for number, kind in enumerate(kinds, start=1)),
        totals=Totals(**amounts, discount=Decimal("1.00"), shipping=Decimal("2.00"), rounding=Decimal("0.01"),
                      paid=Decimal("24.60"), by_rate=(by_rate,)),
        extra={"NAME": "value"},
    )  # fmt: skip
