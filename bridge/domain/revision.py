"""The canonical bytes of an order, and the digest that tells one revision from another.

The bytes hold the whole order: what is read back equals what was written. The digest leaves out what the store moves
by itself (`NOT_IN_REVISION`) and what it reads live from its products (`Order.read_live`), so that neither our own
write-back nor a renamed product makes a change that nobody made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import orjson

from bridge.domain.contract import NOT_IN_REVISION, Line, Order, Payment, Refund, Totals
from bridge.domain.money import minor_unit

# Raised when a connector maps the same original to other fields: the ledger keeps it beside the digest, and after an
# upgrade the kept original is mapped anew before a difference counts as a change.
MAPPER_VERSION = "4"
# Prices, quantities and rates come again and again: what they are written as is kept, by the number's own text (the
# hash of a new Decimal costs more than all of it).
NUMBERS_KEPT = 8192
AmountText = Callable[[str], str]


def content_of(order: Order) -> bytes:
    """The order as canonical JSON: sorted keys, amounts with the currency's digits, plain numbers, UTC instants."""
    return orjson.dumps(canonical_tree(order), option=orjson.OPT_SORT_KEYS)


def content_and_digest(order: Order) -> tuple[bytes, str]:
    """`content_of` and `revision_digest` for the price of one: both are made from the same tree."""
    tree = canonical_tree(order)
    content = orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)
    return content, _digest(tree, order.read_live)


def half_character(order: Order) -> tuple[str, str] | None:
    """Field and code point of the first lone surrogate, which no text in UTF-8 can hold; None where there is none."""
    return _half_character(order.model_dump(), "")


def _half_character(value: object, path: str) -> tuple[str, str] | None:
    if isinstance(value, str):
        found = next((character for character in value if "\ud800" <= character <= "\udfff"), None)
        return (path, f"U+{ord(found):04X}") if found else None
    inner: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list | tuple):
        inner = enumerate(value, start=1)
    return next((hit for name, part in inner if (hit := _half_character(part, f"{path}.{name}".lstrip(".")))), None)


def order_from_content(content: bytes) -> Order:
    """The order that `content_of` wrote. Raises pydantic's ValidationError for anything else."""
    return Order.model_validate(orjson.loads(content))


def revision_digest(order: Order) -> str:
    """SHA-256 (hex) over the fields that matter: equal digests are the same revision."""
    return _digest(canonical_tree(order), order.read_live)


def _digest(tree: dict[str, Any], read_live: Sequence[str]) -> str:
    for name in ("read_live", *NOT_IN_REVISION):
        tree.pop(name)
    for path in read_live:
        _leave_out(tree, path)
    return hashlib.sha256(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)).hexdigest()


def customer_key(order: Order) -> str | None:
    """What finds all orders of one customer for erasure: a digest of the e-mail, else of the phone; None without both.

    A digest, so that no index column holds an address. Blind to case and to blanks around.
    """
    for party in (order.billing, order.delivery):
        for kind, text in (("email", party.email), ("phone", party.phone)):
            if known := text.strip().casefold():
                return hashlib.sha256(f"{kind}:{known}".encode()).hexdigest()[:32]
    return None


def _leave_out(tree: dict[str, Any], path: str) -> None:
    """Drop one field (`status`) or one field of each line (`lines.sku`)."""
    head, _, rest = path.partition(".")
    if not rest:
        tree.pop(head, None)
        return
    inner = tree.get(head)
    for part in inner if isinstance(inner, list) else [inner]:
        if isinstance(part, dict):
            part.pop(rest, None)


def canonical_tree(order: Order) -> dict[str, Any]:
    """The order as `content_of` writes it, before it becomes bytes: new dicts, which the caller may change."""
    amount = _amount_text(order.currency_digits)
    tree = {**order.__dict__}  # pydantic keeps the fields there: a tenth of the time of model_dump
    tree["created_at"] = _instant(order.created_at)
    tree["updated_at"] = _instant(order.updated_at)
    tree["payment"] = _payment(order.payment, amount)
    tree["billing"] = {**order.billing.__dict__}
    tree["delivery"] = {**order.delivery.__dict__}
    tree["lines"] = [_line(line, amount) for line in order.lines]
    tree["totals"] = _totals(order.totals, amount)
    tree["refunds"] = [_refund(refund, amount) for refund in order.refunds]
    return tree


def _payment(payment: Payment, amount: AmountText) -> dict[str, Any]:
    tree = {**payment.__dict__}
    tree["state"] = payment.state._value_
    tree["paid_at"] = None if payment.paid_at is None else _instant(payment.paid_at)
    tree["parts"] = [{**part.__dict__, "amount": amount(str(part.amount))} for part in payment.parts]
    return tree


def _refund(refund: Refund, amount: AmountText) -> dict[str, Any]:
    tree = {**refund.__dict__}
    tree["refunded_at"] = None if refund.refunded_at is None else _instant(refund.refunded_at)
    tree["amount"] = amount(str(refund.amount))
    tree["lines"] = [
        {
            "position": line.position,
            "quantity": plain(line.quantity),
            **{name: amount(str(getattr(line, name))) for name in ("net", "tax", "gross")},
        }
        for line in refund.lines
    ]
    parts = tree.pop("parts")
    if parts:  # left out where the store does not say: the digests of such orders are older than the field
        tree["parts"] = [{**part.__dict__, "amount": amount(str(part.amount))} for part in parts]
    return tree


def _line(line: Line, amount: AmountText) -> dict[str, Any]:
    tree = {**line.__dict__}
    tree["kind"] = line.kind._value_
    tree["quantity"] = _plain(str(tree["quantity"]))
    tree["unit_net"] = _plain(str(tree["unit_net"]))
    tree["unit_gross"] = _plain(str(tree["unit_gross"]))
    tree["tax_rate"] = None if tree["tax_rate"] is None else _plain(str(tree["tax_rate"]))
    tree["discount"] = amount(str(tree["discount"]))
    tree["net"] = amount(str(tree["net"]))
    tree["tax"] = amount(str(tree["tax"]))
    tree["gross"] = amount(str(tree["gross"]))
    return tree


def _totals(totals: Totals, amount: AmountText) -> dict[str, Any]:
    tree: dict[str, Any] = {name: amount(str(value)) for name, value in totals.__dict__.items() if name != "by_rate"}
    tree["by_rate"] = [
        {"rate": plain(part.rate), "net": amount(str(part.net)), "tax": amount(str(part.tax))}
        for part in totals.by_rate
    ]
    return tree


@lru_cache(maxsize=8)
def _amount_text(digits: int) -> AmountText:
    """Writes amounts of a currency with so many digits, each given as its number's own text."""
    minor, point = minor_unit(digits), slice(-digits - 1, -digits or None)

    @lru_cache(maxsize=NUMBERS_KEPT)
    def text_of(text: str) -> str:
        # Nearly all amounts come as they are to be written; a sign (no "-0.00") and an exponent are looked at closely.
        if digits and text[point] == "." and text[0] != "-" and "E" not in text:
            return text
        return _amount(Decimal(text), minor)

    return text_of


def _amount(amount: Decimal, minor: Decimal) -> str:
    """12.3 gives "12.30"; an amount finer than the currency keeps all its digits, for the checks to find."""
    try:
        whole = amount.quantize(minor)
    except InvalidOperation:  # more than 28 digits: no order is that large, and the text stays exact
        return plain(amount)
    if whole != amount:
        return plain(amount)
    return str(whole) if whole else str(abs(whole))  # no "-0.00"


def plain(number: Decimal) -> str:
    """Digits without exponent and without trailing zeros: one text for one value."""
    return _plain(str(number))


@lru_cache(maxsize=NUMBERS_KEPT)
def _plain(text: str) -> str:
    """`plain` of the number that prints as this text."""
    if text.isdigit():
        return text
    if "E" in text:
        text = format(Decimal(text), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _instant(moment: datetime) -> str:
    """The contract's instants are UTC; one that was put into an order beside it may be in another zone."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat().removesuffix("+00:00") + "Z"
