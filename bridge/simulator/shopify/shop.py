"""The simulated Shopify shop behind the API: what buyers, staff and apps do to its orders, and what moves `updatedAt`.

Orders live in memory. Every act holds the one lock. Nearly everything moves `updatedAt` here: payments, refunds, edits,
tags, notes, archiving; a metafield written by an app does not, and `unseen` is what nobody tells.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bridge.simulator.clock import Clock
from bridge.simulator.shopify.money import ZERO, Json, amount_of, currencies_of
from bridge.simulator.shopify.orders import complete, line, transaction
from bridge.simulator.shopify.sums import line_worth, tell_payment, tell_sums

ALL_SCOPES = ("read_orders", "write_orders", "read_all_orders")
SEEN_WITHOUT_ALL_ORDERS = timedelta(days=60)


def shopify_time(moment: datetime) -> str:
    """Whole seconds, UTC, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def gid_of(order_id: str) -> str:
    """The global id of an order's number; a global id stays."""
    return f"gid://shopify/Order/{order_id}" if order_id.isdigit() else order_id


@dataclass(slots=True)
class Shop:
    """One shop. scopes: what the app may do."""

    clock: Clock
    scopes: Sequence[str] = ALL_SCOPES
    orders: dict[str, Json] = field(default_factory=dict)  # by gid
    lock: threading.RLock = field(default_factory=threading.RLock)
    next_number: int = 1001
    paged_objects_max: int = 25_000  # so far Shopify pages through one list

    def add_order(self, given: Mapping[str, Any]) -> str:
        """A new order; what is left out is filled in. Gives its gid."""
        with self.lock:
            number, self.next_number = self.next_number, self.next_number + 1
            order = complete(given, number, shopify_time(self.clock()))
            self.orders[order["id"]] = order
            return str(order["id"])

    def order(self, order_id: str) -> Json:
        """One order as it stands, by number or gid. Raises KeyError when the shop has none."""
        return self.orders[gid_of(order_id)]

    def shown(self) -> list[Json]:
        """The orders that the app may see: without `read_all_orders` those of the last 60 days."""
        with self.lock:
            orders = list(self.orders.values())
        return [order for order in orders if self.shows(order)]

    def shows(self, order: Json) -> bool:
        """Whether the app may see this order."""
        if "read_all_orders" in self.scopes:
            return True
        return str(order["createdAt"]) >= shopify_time(self.clock() - SEEN_WITHOUT_ALL_ORDERS)

    def edit(self, order_id: str, **changes: Any) -> None:
        """Staff change fields of an order; addresses are merged. It moves."""
        self._change(order_id, lambda order: _merge(order, changes))

    def unseen(self, order_id: str, **changes: Any) -> None:
        """A change that moves nothing: only the sweep meets it."""
        self._change(order_id, lambda order: _merge(order, changes), moves=False)

    def touch(self, order_id: str) -> None:
        """A risk check, an e-mail, a fulfilment event: the time moves, no field of ours changes."""
        self.edit(order_id)

    def pay(self, order_id: str, amount: Decimal | None = None, gateway: str = "shopify_payments", **more: Any) -> None:
        """Money comes in: what is due, or an amount."""

        def act(order: Json) -> None:
            given = {"amount": str(amount or amount_of(order["totalOutstandingSet"])), "gateway": gateway, **more}
            self._add_transaction(order, given)

        self._change(order_id, act)

    def cancel(self, order_id: str, reason: str = "CUSTOMER") -> None:
        """Cancelled: the figures stay, nothing is given back by itself."""
        self.edit(order_id, cancelledAt=shopify_time(self.clock()), cancelReason=reason)

    def archive(self, order_id: str) -> None:
        """Closed: what Shopify does by itself when all is paid and sent."""
        self.edit(order_id, closedAt=shopify_time(self.clock()))

    def delete(self, order_id: str) -> None:
        """Gone for good."""
        with self.lock:
            del self.orders[gid_of(order_id)]

    def refund(
        self,
        order_id: str,
        lines: Mapping[int, int] | None = None,
        shipping: Decimal = ZERO,
        amount: Decimal | None = None,
        is_paid_back: bool = True,
        gateway: str = "shopify_payments",
    ) -> str:
        """Pieces of lines (by place, from 0) and shipping go back; with `amount` another sum than they are worth.

        Not paid back: an order edit that removes pieces. Gives the refund's gid.
        """
        refund_id = ""

        def act(order: Json) -> None:
            nonlocal refund_id
            refund = self._refund(order, lines or {}, shipping)
            refund_id = refund["id"]
            if is_paid_back:
                self._pay_back(order, refund, amount, gateway)
            order["refunds"].append(refund)
            order["edited"] = order["edited"] or not is_paid_back

        self._change(order_id, act)
        return refund_id

    def add_line(self, order_id: str, given: Mapping[str, Any]) -> None:
        """An order edit that adds a line: the total grows and is not paid yet."""

        def act(order: Json) -> None:
            number = f"{order['legacyResourceId']}{len(order['lineItems'])}"
            order["lineItems"].append(line(given, number, currencies_of(order), order["taxesIncluded"]))
            order["edited"] = True

        self._change(order_id, act)

    def _change(self, order_id: str, act: Callable[[Json], None], moves: bool = True) -> None:
        with self.lock:
            gid = gid_of(order_id)
            order = copy.deepcopy(self.orders[gid])  # whoever reads the old one meanwhile keeps it whole
            before = (len(order["refunds"]), len(order["transactions"]), len(order["lineItems"]))
            act(order)
            if before != (len(order["refunds"]), len(order["transactions"]), len(order["lineItems"])):
                tell_sums(order)
                tell_payment(order)
            if moves:
                order["updatedAt"] = shopify_time(self.clock())
            self.orders[gid] = order

    def _add_transaction(self, order: Json, given: Mapping[str, Any]) -> Json:
        number = f"{order['legacyResourceId']}{len(order['transactions'])}"
        made = transaction(given, number, currencies_of(order), shopify_time(self.clock()))
        order["transactions"].append(made)
        return made

    def _refund(self, order: Json, lines: Mapping[int, int], shipping: Decimal) -> Json:
        number, pair = f"{order['legacyResourceId']}{len(order['refunds'])}", currencies_of(order)
        now = shopify_time(self.clock())
        returned = [_refund_line(order, place, pieces, f"{number}{place}") for place, pieces in lines.items()]
        back = [_refund_shipping(order, shipping, number)] if shipping else []
        return {
            "__typename": "Refund", "id": f"gid://shopify/Refund/{number}", "legacyResourceId": number, "note": None,
            "createdAt": now, "processedAt": now, "updatedAt": now, "duties": [], "orderAdjustments": [],
            "refundLineItems": returned, "refundShippingLines": back, "transactions": [],
            "totalRefundedSet": pair.bag(ZERO),
        }  # fmt: skip

    def _pay_back(self, order: Json, refund: Json, amount: Decimal | None, gateway: str) -> None:
        pair, on_top = currencies_of(order), not order["taxesIncluded"]
        worth = sum((amount_of(each["subtotalSet"]) for each in refund["refundLineItems"]), ZERO)
        worth += sum((amount_of(each["subtotalAmountSet"]) for each in refund["refundShippingLines"]), ZERO)
        if on_top:
            worth += sum((amount_of(each["totalTaxSet"]) for each in refund["refundLineItems"]), ZERO)
            worth += sum((amount_of(each["taxAmountSet"]) for each in refund["refundShippingLines"]), ZERO)
        paid_back = worth if amount is None else amount
        refund["transactions"] = [
            self._add_transaction(order, {"amount": str(paid_back), "kind": "REFUND", "gateway": gateway})
        ]
        refund["totalRefundedSet"] = pair.bag(paid_back)
        if paid_back != worth:
            refund["orderAdjustments"] = [
                {
                    "__typename": "OrderAdjustment", "id": f"gid://shopify/OrderAdjustment/{refund['legacyResourceId']}",
                    "amountSet": pair.bag(worth - paid_back), "taxAmountSet": pair.bag(ZERO),
                    "reason": "REFUND_DISCREPANCY",
                }
            ]  # fmt: skip


def _merge(order: Json, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        order[name] = {**order[name], **value} if name in ("billingAddress", "shippingAddress") and value else value


def _refund_line(order: Json, place: int, pieces: int, number: str) -> Json:
    """Some pieces of a line: its worth and tax by pieces, rounded; the last pieces take what is left."""
    item, pair = order["lineItems"][place], currencies_of(order)
    earlier = [
        each
        for refund in order["refunds"]
        for each in refund["refundLineItems"]
        if each["lineItem"]["id"] == item["id"]
    ]
    tax = sum((amount_of(each["priceSet"]) for each in item["taxLines"]), ZERO)
    left = int(item["currentQuantity"])
    shares = []
    for whole, name in ((line_worth(item), "subtotalSet"), (tax, "totalTaxSet")):
        rest = whole - sum((amount_of(each[name]) for each in earlier), ZERO)
        shares.append(rest if pieces == left else pair.rounded(rest * pieces / left))
    item["currentQuantity"] = left - pieces
    return {
        "id": f"gid://shopify/RefundLineItem/{number}", "lineItem": item, "quantity": pieces,
        "restockType": "RETURN", "priceSet": item["originalUnitPriceSet"],
        "subtotalSet": pair.bag(shares[0]), "totalTaxSet": pair.bag(shares[1]),
    }  # fmt: skip


def _refund_shipping(order: Json, shipping: Decimal, number: str) -> Json:
    item, pair = order["shippingLines"][0], currencies_of(order)
    price = amount_of(item["discountedPriceSet"])
    tax = sum((amount_of(each["priceSet"]) for each in item["taxLines"]), ZERO)
    return {
        "__typename": "RefundShippingLine", "id": f"gid://shopify/RefundShippingLine/{number}", "shippingLine": item,
        "subtotalAmountSet": pair.bag(shipping), "taxAmountSet": pair.bag(pair.rounded(tax * shipping / price)),
    }  # fmt: skip
