"""Any order, and hostile ones, for the tests of profiles made of columns: each is rendered, or says why not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Line, LineKind, Order, Party, Payment, TaxTotal, Totals
from bridge.domain.outgoing import outgoing
from bridge.domain.rules import Rules
from bridge.domain.travelling import with_travelling_lines
from bridge.profiles import Profile, RenderRefused, load_profile
from bridge.profiles.installation import Installation
from bridge.profiles.proof import HOSTILE
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import file_of
from tests.profiles.test_carried import orders

# 200 in each run; the long target sets 10000.
many_orders = settings(
    max_examples=int(os.environ.get("ORDERS_PER_PROFILE", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

_words = st.text(st.sampled_from(list("abcdeXYZ 0123-,;\"'&<\nŁóżüß=+")), max_size=14).map(str.strip)
_codes = st.text(st.sampled_from(list("abcXYZ0123-")), min_size=1, max_size=12)
_RATES = (Decimal("0.23"), Decimal("0.08"), Decimal("0"), Decimal("0.055"))


@st.composite
def _sold_lines(draw: st.DrawFn, position: int, digits: int) -> Line:
    cents = Decimal(1).scaleb(-digits)
    kind = draw(st.sampled_from([LineKind.PRODUCT, LineKind.PRODUCT, LineKind.SERVICE, LineKind.GIFT]))
    quantity = draw(st.integers(1, 12).map(Decimal) | st.sampled_from([Decimal("0.5"), Decimal("2.25")]))
    price = draw(st.integers(0, 500_000)) * cents
    discount = draw(st.just(Decimal(0)) | st.integers(0, 300).map(lambda whole: whole * cents))
    rate = draw(st.sampled_from(_RATES))
    net = (price * quantity - discount).quantize(cents, rounding=ROUND_HALF_UP)
    tax = (net * rate).quantize(cents, rounding=ROUND_HALF_UP)
    return Line(
        position=position, sku=draw(_codes), name=draw(_words) or "Cup", kind=kind, quantity=quantity,
        unit=draw(st.sampled_from(["", "szt", "kg", "m"])), unit_net=price,
        unit_gross=(price * (1 + rate)).quantize(cents, rounding=ROUND_HALF_UP),
        discount=discount, tax_code="23", tax_rate=rate, net=net, tax=tax, gross=net + tax,
    )  # fmt: skip


@st.composite
def sold_orders(draw: st.DrawFn) -> Order:
    """An order as shops send them: prices times quantities, texts that mostly fit an ERP's fields."""
    digits = draw(st.sampled_from([2, 2, 0]))
    party = st.builds(
        Party,
        **dict.fromkeys(("company", "first_name", "last_name", "street", "city"), _words),
        house_number=st.sampled_from(["1", "12b"]),
        flat=st.sampled_from(["", "3"]),
        postal_code=st.sampled_from(["00-001", "01234", "SW1A 1AA", ""]),
        country=st.sampled_from(["PL", "DE", "GB"]),
        email=st.just("a@example.com"),
    )
    lines = tuple(draw(_sold_lines(position, digits)) for position in range(1, draw(st.integers(1, 4)) + 1))
    net, tax = (sum((getattr(line, name) for line in lines), Decimal(0)) for name in ("net", "tax"))
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 30_000_000)))
    by_rate = tuple(
        TaxTotal(
            rate=rate,
            net=sum((line.net for line in lines if line.tax_rate == rate), Decimal(0)),
            tax=sum((line.tax for line in lines if line.tax_rate == rate), Decimal(0)),
        )
        for rate in dict.fromkeys(line.tax_rate for line in lines)
        if rate is not None
    )
    return Order(
        store="shop", store_order_id=draw(_codes), number=draw(_codes), created_at=moment, updated_at=moment,
        currency="JPY" if digits == 0 else "PLN", currency_digits=digits, customer_note=draw(_words),
        payment=Payment(method="card"), shipping_method="parcel", billing=draw(party), delivery=draw(party),
        lines=lines,
        totals=Totals(net=net, tax=tax, gross=net + tax, paid=net + tax, due=Decimal(0), by_rate=by_rate),
    )  # fmt: skip


any_order = sold_orders() | orders()

_PARTY = ("company", "first_name", "last_name", "street", "house_number", "flat", "extra", "postal_code", "city")
HOSTILE_FIELDS = (
    "number", "customer_note", "buyer_order_number", "pickup_point_id", "lines.1.sku", "lines.1.name",
    *(f"delivery.{name}" for name in (*_PARTY, "region", "email", "phone", "tax_id")),
    *(f"billing.{name}" for name in (*_PARTY, "email", "tax_id")),
)  # fmt: skip
MORE_HOSTILE = (
    '"',
    '""',
    '",',
    ';"',
    ",",
    ";",
    "\n",
    "\r\n",
    "'",
    "[INFO]",
    "a\tb",
    "-1",
    "+1",
    "@x",
    "E;1",
    "\\",
    "?+",
)
# Lines whose articles and units every profile here knows, so that only the hostile text decides.
GOODS = {"lines.2.kind": "service", "lines.2.sku": "FREIGHT", "lines.3.kind": "service", "lines.3.sku": "VOUCHER"}


def installed(name: str, **parameters: str) -> Profile:
    """A built-in profile; what is not set of its parameters is as for samples."""
    return load_profile(name, None, Installation(parameters=parameters, sample=True))


def rules_of(profile: Profile) -> Rules:
    """What an order is held to before it is rendered; its codes go as they are."""
    rules = trial_rules(profile.limits, profile.characters)
    return Rules(rules.flow, rules.maps, rules.limits, rules.characters, carries=profile.written or None)


def tree_of(profile: Profile, order: Order) -> dict[str, Any]:
    """The order as columns get it, its external id the store's key."""
    return outgoing(order, rules_of(profile), order.store_order_id)


def as_it_travels(profile: Profile, order: Order) -> Order:
    """The order with its rounding as a line, where the profile's ERP has no field for it."""
    return with_travelling_lines(order, rules_of(profile))


def file_or_reason(profile: Profile, *made: Order) -> bytes | str:
    """The file; or why not: what the checks say before, else a column's refusal. A character is never met later."""
    for order in made:
        case = Case.of(order, rules_of(profile), order.store_order_id)
        if found := [problem.message for problem in problems_of(case) if problem.code in FITTING]:
            assert all(message.startswith("Order ") for message in found)
            return found[0]
    try:
        return file_of(profile, *(tree_of(profile, order) for order in made))
    except RenderRefused as refused:
        assert "column" in refused.problem.message, refused.problem.message
        return refused.problem.message


def hostile_orders() -> Iterator[tuple[str, str, Order]]:
    """The good order with each hostile text in each of its texts."""
    for path in HOSTILE_FIELDS:
        for text in (*HOSTILE, *MORE_HOSTILE):
            yield path, text, good_order({**GOODS, path: text})
