"""The columns that orders as rows may have: those of the contract, and those that exports have in their place.

The names follow the contract: `number`, `payment_method`, `billing_street`, `delivery_city`, `line_sku`,
`total_gross`; `extra_NAME` becomes `extra.NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bridge.domain.contract import GIVEN_PAYMENTS, Line, LineKind, Order, Party, Payment, Totals

PARTIES = ("billing", "delivery")
_INNER = {"store", "payment", "billing", "delivery", "lines", "totals", "refunds", "extra", "read_live"}

OF_ORDER = {name: f"order: {field.description}" for name, field in Order.model_fields.items() if name not in _INNER}
OF_PAYMENT = {
    f"payment_{name}": f"payment: {field.description}"
    for name, field in Payment.model_fields.items()
    if name != "parts"
}
OF_PARTY = {
    f"{party}_{name}": f"{party}: {field.description}"
    for party in PARTIES
    for name, field in Party.model_fields.items()
}
OF_LINE = {f"line_{name}": f"line: {field.description}" for name, field in Line.model_fields.items()}
OF_TOTALS = {
    f"total_{name}": f"totals: {field.description}" for name, field in Totals.model_fields.items() if name != "by_rate"
}
COLUMNS: Mapping[str, str] = {**OF_ORDER, **OF_PAYMENT, **OF_PARTY, **OF_LINE, **OF_TOTALS}

# A charge of the whole order that an export tells in columns of its own, and the line that it becomes.
CHARGES: Mapping[str, tuple[LineKind, str]] = {
    "shipping": (LineKind.SHIPPING, ""),
    "fee": (LineKind.FEE, ""),
    "tip": (LineKind.FEE, "@tip"),
    "duty": (LineKind.FEE, "@duty"),
    "discount": (LineKind.DISCOUNT, ""),
}
_OF_CHARGE = {
    "amount": "its amount, net or gross as `prices` says",
    "net": "its net amount",
    "tax": "its tax",
    "gross": "its gross amount",
    "tax_rate": "its tax rate as a fraction",
    "tax_percent": "its tax rate in percent",
    "tax_code": "its tax class (key of maps/tax.csv)",
    "name": "its name",
}
TAXES_MAX = 9
FURTHER: Mapping[str, str] = {
    **{f"{charge}_{name}": f"{charge}: {words}" for charge in CHARGES for name, words in _OF_CHARGE.items()},
    **{f"{kind}_amount": f"paid by {kind.replace('_', ' ')}" for kind in GIVEN_PAYMENTS},
    **{f"tax_{place}_name": "name of a tax of the whole order, as VAT 23%" for place in range(1, TAXES_MAX + 1)},
    **{f"tax_{place}_amount": "amount of that tax" for place in range(1, TAXES_MAX + 1)},
    **{f"{party}_name": f"{party}: first and last name in one" for party in PARTIES},
    "email": "e-mail of both parties, where they have none of their own",
    "phone": "phone of both parties, where they have none of their own",
    "cancelled_at": "filled: the order is cancelled",
    "is_test": "true: a test order, which is marked with extra.test",
    "goods_amount": "sum of the goods after all discounts, as the export states it",
    "attributes": "lines of `key: value`, from which named keys are read",
    "line_price": "price of one before line discounts, net or gross as `prices` says; not read where it is `stated`",
    "line_amount": "amount of the line after its discounts, net or gross as `prices` says",
    "line_reduction": "discount on the whole line, net or gross as `prices` says",
    "line_tax_name": "name of the line's tax, as VAT 23%",
    "line_tax_percent": "the line's tax rate in percent",
    "line_taxable": "false: no tax on this line",
    "line_cell": "one line in one cell: name:...|sku:...|quantity:...|total:...|tax:...",
    "refund_id": "key of a refund: its rows stand among those of its order and tell what was given back of which line",
    "refund_at": "when that was given back",
    "refund_amount": "gross amount of that refund",
    "refund_of": "filled: the row is a refund told as an order of its own, which is refused",
}
KNOWN = {*COLUMNS, *FURTHER}

REQUIRED = ("store_order_id", "created_at", "currency", "total_gross", "line_quantity")
TIMES = {"created_at", "updated_at", "payment_paid_at", "refund_at"}
TRUTHS = {"cancelled", "tax_exempt", "is_test", "line_taxable"}


def _is_number(annotation: Any) -> bool:
    return annotation in (Decimal, Decimal | None)


NUMBERS = {
    *OF_TOTALS,
    *(f"line_{name}" for name, field in Line.model_fields.items() if _is_number(field.annotation)),
    *(name for name in FURTHER if name.endswith(("_amount", "_net", "_tax", "_gross", "_rate", "_percent"))),
    "line_price",
    "line_reduction",
}
# Filled below an order's first row too: what was paid or given back later stands in rows of its own.
LATER = {*(name for name in OF_PAYMENT), "total_refunded", "total_paid", "total_due", "cancelled_at"}

REFUND_COLUMNS = ("refund_id", "refund_at", "refund_amount")  # of one refund; `refund_of` is of the order

SPREADSHEET_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?E[+-][0-9]+", re.IGNORECASE)
DIGITS_MATTER = ("order_id", "number", "sku", "phone", "postal_code", "tax_id", "transaction_id", "point_id")


def is_of_line(name: str) -> bool:
    """Whether a column tells about one line (or one refunded line) and not about the order."""
    return name.startswith("line_")


def shown(name: str) -> str:
    """A column as a message may name it: ours, never a header from outside."""
    return name if name in KNOWN else "cell"
