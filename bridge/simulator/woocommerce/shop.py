"""The simulated shop behind the API: what its people, buyers and plugins do to orders, and what that moves.

Every act is one transaction of the shop's own file. The clock and the shop's zone are passed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bridge.simulator.clock import Clock
from bridge.simulator.woocommerce.edits import (
    Storage,
    moves_date_modified,
    refund_entry,
    refunded_fully,
    rest_write,
)
from bridge.simulator.woocommerce.keys import Keys
from bridge.simulator.woocommerce.orders import Json, amount, complete, digits_of, set_local_dates, wordpress_time
from bridge.simulator.woocommerce.query import STATUSES
from bridge.simulator.woocommerce.shelf import Note, Shelf

NEEDS_PAYMENT = ("pending", "failed")  # an order on hold is not paid by `set_paid`


@dataclass(slots=True)
class Shop:
    """One shop.

    refund_moves, view_moves: whether these move `date_modified` (both differ by version). statuses: those that are
    registered; plugins add their own. broken: orders at whose lines, or refunds, PHP dies. broken_meta: at whose meta.
    """

    shelf: Shelf
    keys: Keys
    zone: ZoneInfo
    clock: Clock
    storage: Storage = Storage.HPOS
    refund_moves: bool = True
    view_moves: bool = False
    statuses: Sequence[str] = STATUSES
    broken: set[int] = field(default_factory=set)
    broken_meta: set[int] = field(default_factory=set)

    def order(self, order_id: int | str) -> Json:
        """One order as it stands. Raises KeyError when the shop has none."""
        order = self.shelf.order(int(order_id))
        if order is None:
            raise KeyError(f"the simulated store has no order {order_id}")
        return order

    def add_order(self, partial: Mapping[str, Any]) -> int:
        """A new order; what the caller leaves out is filled in. Gives its id."""
        with self.shelf.transaction():
            order_id = int(partial.get("id") or self.shelf.next_id())
            order = complete(partial, order_id, self.clock(), self.zone)
            order["refunds"] = [dict(given) for given in order["refunds"]]
            self.shelf.put(order)  # takes its id before its refunds take theirs
            for refund in order["refunds"]:
                refund["id"] = refund.get("id") or self.shelf.next_id()
                value, reason = -Decimal(str(refund["total"])), str(refund.get("reason") or "")
                self._keep_refund(order, refund["id"], value, reason, ())
            self.shelf.put(order)
            return order_id

    def pay(self, order_id: int | str) -> None:
        """Payment complete: `date_paid` is set and the order goes to processing."""
        with self.shelf.transaction():
            order = self.order(order_id)
            order["date_paid_gmt"] = wordpress_time(self.clock())
            order["status"] = "processing"
            self._save(order)

    def edit(self, order_id: int | str, **changes: Any) -> None:
        """A person edits and saves the order's page: fields replaced, addresses merged, totals as given. It moves."""
        self._edit(order_id, changes, moved=True)

    def edit_unseen(self, order_id: int | str, **changes: Any) -> None:
        """A change that no `modified_after` sees: the items box's own Save, a plugin, or SQL."""
        self._edit(order_id, changes, moved=False)

    def set_status(self, order_id: int | str, status: str) -> None:
        """Status change in the admin: cancelled, completed, on-hold, trash, …"""
        self._edit(order_id, {"status": status}, moved=True)

    def delete(self, order_id: int | str) -> None:
        """Deleted for good: 404 by id."""
        self.shelf.remove(int(order_id))

    def open_in_admin(self, order_id: int | str) -> None:
        """Somebody merely looks; early order tables moved `date_modified` by that."""
        self._edit(order_id, {}, moved=self.view_moves)

    def refund(
        self, order_id: int | str, value: Decimal | None = None, reason: str = "", lines: Sequence[Json] = ()
    ) -> int:
        """Give money back: all of it, or `value`. Gives the refund's id. The order's total stays as it was."""
        with self.shelf.transaction():
            order = self.order(order_id)
            refund_id = self.shelf.next_id()
            given_back = value or Decimal(order["total"])
            order["refunds"] = [refund_entry(order, refund_id, given_back, reason), *order["refunds"]]
            self._keep_refund(order, refund_id, given_back, reason, lines)
            full = refunded_fully(order)
            if full:
                order["status"] = "refunded"
            self._save(order, moved=full or self.refund_moves)
            return refund_id

    def write_by_rest(self, order_id: int, sent: Mapping[str, Any]) -> Json:
        """A REST write; whether it moves `date_modified` depends on the storage."""
        with self.shelf.transaction():
            order, changed = rest_write(self.order(order_id), sent)
            if sent.get("set_paid") and order["status"] in NEEDS_PAYMENT:
                order["date_paid_gmt"] = wordpress_time(self.clock())
                order["status"] = "processing"
                changed |= {"status"}
            if changed:
                self._save(order, moved=moves_date_modified(self.storage, changed))
            return order

    def add_note(self, order_id: int | str, note: str, customer_note: bool = False) -> Note:
        """One more note. It moves nothing."""
        return self.shelf.add_note(int(order_id), "system", wordpress_time(self.clock()), note, customer_note)

    def _edit(self, order_id: int | str, changes: Mapping[str, Any], moved: bool) -> None:
        with self.shelf.transaction():
            order = self.order(order_id)
            for name, value in changes.items():
                order[name] = {**order[name], **value} if name in ("billing", "shipping") else value
            self._save(order, moved)

    def _save(self, order: Json, moved: bool = True) -> None:
        if moved:
            order["date_modified_gmt"] = wordpress_time(self.clock())
        set_local_dates(order, self.zone)
        self.shelf.put(order)

    def _keep_refund(self, order: Json, refund_id: int, value: Decimal, reason: str, lines: Sequence[Json]) -> None:
        now = wordpress_time(self.clock())
        details = {
            "id": refund_id,
            "date_created": now,
            "date_created_gmt": now,
            "amount": amount(value, digits_of(order)),
            "reason": reason,
            "refunded_by": 1,
            "refunded_payment": True,
            "meta_data": [],
            "line_items": list(lines),
        }
        self.shelf.add_refund(details, int(order["id"]))
