"""Which of an order's fields reach the files of a profile: tried, not told.

Each field of the fullest order is changed alone. A file that stays the same does not hold it; what changes and is read
back equal is carried, and anything else is worked into another field.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bridge.domain.contract import Line, LineKind, Order, Party, PaymentState
from bridge.domain.outgoing import outgoing
from bridge.profiles.errors import CharacterRefused, RenderRefused
from bridge.profiles.profile import Profile
from bridge.profiles.trial import TRIAL_CONTEXT, fullest, trial_rules

AS_IT_IS, WORKED_IN, AS_LINE, WAITS, ABSENT = "yes", "in part", "a line", "waits", "no"
_OF_PARTIES = ("company", "last_name", "street", "extra", "postal_code", "city", "region", "country", "email", "phone")
# Each field with another value than the fullest order has; of lines the first.
FIELDS: dict[str, Any] = {
    "number": "7/2026", "created_at": datetime(2026, 3, 2, 5, 6, 7, tzinfo=UTC), "customer_note": "Other",
    "buyer_order_number": "PO-7", "warehouse": "W7", "shipping_method": "other", "pickup_point_id": "P-7",
    "payment.method": "other", "payment.state": PaymentState.PAID, "payment.transaction_id": "T-7",
    "payment.paid_at": datetime(2026, 3, 2, 5, 6, 7, tzinfo=UTC),
    **{f"{party}.{name}": "AT" if name == "country" else "Q7" for party in ("billing", "delivery") for name in
       (*_OF_PARTIES, "tax_id")},
    "lines.sku": "A-7", "lines.name": "Other", "lines.kind": LineKind.SERVICE, "lines.quantity": Decimal("5"),
    "lines.unit": "g", "lines.unit_net": Decimal("8.8"),
    "lines.discount": Decimal("2.00"), "lines.tax_code": "7", "lines.tax_rate": Decimal("0.07"),
    "lines.net": Decimal("30.00"), "lines.tax": Decimal("5.60"), "lines.warehouse": "W7",
    "totals.rounding": Decimal("0.07"), "totals.paid": Decimal("4.60"), "totals.due": Decimal("7.00"),
    "totals.refunded": Decimal("7.00"),
    "extra": {"NAME": "other"},
}  # fmt: skip
_CARRIED_AS = {
    "payment.method": "payment.erp_code", "shipping_method": "shipping_erp_code", "lines.sku": "lines.erp_sku",
    "lines.unit": "lines.unit_code", "lines.tax_code": "lines.erp_tax_code",
}  # fmt: skip


def carried_fields(profile: Profile) -> dict[str, str]:
    """Each field, and how it reaches the files of new orders."""
    order = fullest(profile.limits)
    alone = _without_companies(order)  # a person's name stands where no company does
    found = {}
    for path, value in FIELDS.items():
        if path == "totals.rounding" and any("line" in limit.policies for limit in profile.limits):
            found[path] = AS_LINE
        elif any("pass" in limit.policies for limit in profile.limits if limit.field == path):
            found[path] = WAITS
        elif _file(profile, order) == _file(profile, _with(order, path, value)) and (
            _file(profile, alone) == _file(profile, _with(alone, path, value))
        ):
            found[path] = ABSENT
        else:
            found[path] = AS_IT_IS if {path, _CARRIED_AS.get(path)} & set(profile.carries) else WORKED_IN
    return found


def _file(profile: Profile, order: Order) -> bytes | None:
    """The file; None where it would be refused, which an absent field cannot do."""
    rules = trial_rules(profile.limits, profile.characters)
    renderer = profile.renderer(TRIAL_CONTEXT)
    try:
        return renderer.head() + renderer.order(outgoing(order, rules, "1")) + renderer.tail()
    except (RenderRefused, CharacterRefused):
        return None


def _without_companies(order: Order) -> Order:
    parties = {name: getattr(order, name).model_copy(update={"company": ""}) for name in ("billing", "delivery")}
    return order.model_copy(update=parties)


def _with(order: Order, path: str, value: Any) -> Order:
    owner, _, name = path.rpartition(".")
    if not owner:
        return order.model_copy(update={name: value})
    if owner == "lines":
        first: Line = order.lines[0].model_copy(update={name: value})
        return order.model_copy(update={"lines": (first, *order.lines[1:])})
    part: Party | Any = getattr(order, owner)
    return order.model_copy(update={owner: part.model_copy(update={name: value})})
