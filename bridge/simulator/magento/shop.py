"""The simulated Magento behind the API: what its people, buyers and modules do to orders, and what that moves.

MySQL sets `updated_at` whenever the order's row is written: by comments, by cron, by a mail flag. An address alone is
another table and moves nothing. The clock is passed in and is the database's, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bridge.simulator.clock import Clock
from bridge.simulator.magento.keys import MagentoKeys
from bridge.simulator.magento.orders import complete, mysql_time
from bridge.simulator.magento.refunds import refund_of
from bridge.simulator.magento.shelf import MagentoShelf
from bridge.simulator.magento.sums import Json, number

INVOICED = (
    ("row_invoiced", "row_total"), ("tax_invoiced", "tax_amount"), ("discount_invoiced", "discount_amount"),
    ("discount_tax_compensation_invoiced", "discount_tax_compensation_amount"),
)  # fmt: skip


@dataclass(slots=True)
class MagentoShop:
    """One shop. size_max: the shop limits the size of pages. repeats_last: what comes beyond the last page."""

    shelf: MagentoShelf
    keys: MagentoKeys
    clock: Clock
    size_max: int | None = None
    repeats_last: bool = True
    float_digits: int | None = None  # 17: a PHP whose floats show their noise
    bites: bool = False  # a save of a partial order changes more than was sent, even with all six fields
    cuts_at: int | None = None  # a module that gives fewer rows a page than it was asked for, and says nothing
    hidden: set[int] = field(default_factory=set)  # orders that a module takes out of a page after they were counted
    # Orders at which PHP dies, whatever of them is asked for, and with which status that is told.
    broken: dict[int, int] = field(default_factory=dict)
    broken_children: set[int] = field(default_factory=set)  # orders at whose invoices it dies
    ignores: Sequence[str] = ()  # fields by which a broken module lets nobody filter
    forgets: Sequence[str] = ()  # fields that a save takes without error and does not keep
    # Which status a comment may bring: before 2.4.7 any, in 2.4.7 the present one alone, later those of the state.
    takes_any_status: bool = False
    statuses_of: Mapping[str, Sequence[str]] = field(default_factory=dict)  # state -> statuses assigned to it
    meanwhile: list[Callable[[], None]] = field(default_factory=list)  # what happens before the next write, once each
    rewrites: Mapping[str, str] = field(default_factory=dict)  # what a module replaces in comments
    modules: Sequence[str] = field(default_factory=lambda: ("Magento_Sales", "Magento_Bundle"))

    def order(self, order_id: int | str) -> Json:
        """One order as it stands. Raises KeyError when the shop has none."""
        order = self.shelf.get(int(order_id))
        if order is None:
            raise KeyError(f"the simulated store has no order {order_id}")
        return order

    def add_order(self, given: Mapping[str, Any]) -> int:
        """A new order; what the caller leaves out is filled in (see `complete`). Gives its id."""
        with self.shelf.transaction():
            order_id = int(given.get("entity_id") or self.shelf.next_id())
            self.shelf.put(complete(given, order_id, self.clock()))
            return order_id

    def pay(self, order_id: int | str) -> int:
        """Invoiced and captured whole: `total_paid` is set, the order goes to processing. Gives the invoice's id."""
        with self.shelf.transaction():
            order = self.order(order_id)
            for item in order["items"]:
                self._invoice_item(item, Decimal(str(item["qty_ordered"])))
            return self._invoiced(order, Decimal(str(order["grand_total"])))

    def pay_some(self, order_id: int | str, quantities: Mapping[str, int]) -> int:
        """An invoice over some pieces, by SKU, and the shipping; the rest stays open."""
        with self.shelf.transaction():
            order = self.order(order_id)
            value = Decimal(str(order["shipping_amount"])) + Decimal(str(order["shipping_tax_amount"]))
            for item in order["items"]:
                value += self._invoice_item(item, Decimal(quantities.get(item["sku"], 0)))
            return self._invoiced(order, value)

    def cancel(self, order_id: int | str) -> None:
        """What is not invoiced is cancelled; an order of which nothing is becomes `canceled`."""
        with self.shelf.transaction():
            order = self.order(order_id)
            for item in order["items"]:
                item["qty_canceled"] = item["qty_ordered"] - item["qty_invoiced"]
            open_value = Decimal(str(order["grand_total"])) - Decimal(str(order.get("total_paid", 0)))
            order["total_canceled"], order["total_due"] = number(open_value), 0
            word = "canceled" if not order.get("total_paid") else "complete"
            order["state"] = order["status"] = word
            self.save(order)

    def edit(self, order_id: int | str, **changes: Any) -> None:
        """Fields replaced and the order saved, which moves `updated_at`. `delivery` and `billing` are merged."""
        with self.shelf.transaction():
            self.save(_edited(self.order(order_id), changes))

    def edit_unseen(self, order_id: int | str, **changes: Any) -> None:
        """The address form of the admin, or SQL: the order's row is not written, so no time moves."""
        with self.shelf.transaction():
            self.shelf.put(_edited(self.order(order_id), changes))

    def touch(self, order_id: int | str) -> None:
        """A cron job or a mail flag writes the order's row: the time moves, nothing else."""
        self.edit(order_id, email_sent=1)

    def refund(self, order_id: int | str, quantities: Mapping[str, int] | None = None, **amounts: str) -> int:
        """A credit memo: pieces by SKU (all when None), `shipping`, `adjustment_positive`, `adjustment_negative`."""
        with self.shelf.transaction():
            order = self.order(order_id)
            memo = refund_of(order, self.shelf.next_id("creditmemos"), quantities, amounts, mysql_time(self.clock()))
            self.shelf.put(memo, "creditmemos")
            back = Decimal(str(order.get("total_refunded", 0))) + Decimal(str(memo["grand_total"]))
            order["total_refunded"] = number(back)
            if back >= Decimal(str(order["grand_total"])):
                order["state"] = order["status"] = "closed"
            self.save(order)
            return int(memo["entity_id"])

    def replace(self, order_id: int | str, **given: Any) -> int:
        """Edited in the admin: a new order `…-1` takes the old one's place, which is cancelled. Gives the new id."""
        with self.shelf.transaction():
            old = self.order(order_id)
            original = str(old.get("original_increment_id") or old["increment_id"])
            edits = int(old.get("edit_increment", 0)) + 1
            relations = {
                "original_increment_id": original, "edit_increment": edits,
                "relation_parent_id": str(old["entity_id"]), "relation_parent_real_id": old["increment_id"],
            }  # fmt: skip
            raw = {**given.pop("raw", {}), **relations}
            new = self.add_order({**given, "increment_id": f"{original}-{edits}", "raw": raw})
            old["relation_child_id"], old["relation_child_real_id"] = str(new), f"{original}-{edits}"
            old["state"] = old["status"] = "canceled"
            self.save(old)
            return new

    def comment(self, order_id: int | str, sent: Mapping[str, Any]) -> None:
        """One more line in the status history. An omitted status empties the order's, as in some releases."""
        with self.shelf.transaction():
            order = self.order(order_id)
            text = sent.get("comment")
            for part, other in self.rewrites.items():
                text = text.replace(part, other) if text else text
            order["status_histories"].insert(
                0,
                {
                    "comment": text,
                    "created_at": mysql_time(self.clock()),
                    "entity_id": len(order["status_histories"]) + 1 + int(order["entity_id"]) * 1000,
                    "entity_name": "order",
                    "is_customer_notified": sent.get("is_customer_notified"),
                    "is_visible_on_front": sent.get("is_visible_on_front", 0),
                    "parent_id": order["entity_id"],
                    "status": sent.get("status"),
                },
            )
            if "status" not in self.forgets:
                order["status"] = sent.get("status")
            self.save(order)

    def save(self, order: Json) -> None:
        """Write the order's row: MySQL moves its time."""
        order["updated_at"] = mysql_time(self.clock())
        self.shelf.put(order)

    def _invoice_item(self, item: Json, quantity: Decimal) -> Decimal:
        """The item's invoiced amounts for so many pieces; gives their value."""
        share = quantity / Decimal(str(item["qty_ordered"]))
        item["qty_invoiced"] = number(quantity)
        for invoiced, ordered in INVOICED:
            if ordered in item:
                item[invoiced] = number(round(Decimal(str(item[ordered])) * share, 2))
        own_money = item.get("parent_item_id") is None or item.get("row_total", 0)
        if not own_money or item["product_type"] == "bundle":
            return Decimal(0)
        net, tax, discount, compensation = (Decimal(str(item.get(name, 0))) for name, _ in INVOICED)
        return net + tax - discount + compensation

    def _invoiced(self, order: Json, value: Decimal) -> int:
        invoice_id = self.shelf.next_id("invoices")
        now = mysql_time(self.clock())
        invoice = {
            "entity_id": invoice_id, "order_id": order["entity_id"], "increment_id": f"{invoice_id:09d}",
            "store_id": order["store_id"], "state": 2, "created_at": now, "updated_at": now,
            "grand_total": number(value), "base_grand_total": number(value), "transaction_id": f"txn-{invoice_id}",
        }  # fmt: skip
        self.shelf.put(invoice, "invoices")
        paid = Decimal(str(order.get("total_paid", 0))) + value
        rate = Decimal(str(order["base_to_order_rate"]))
        order["total_paid"], order["total_invoiced"] = number(paid), number(paid)
        order["base_total_paid"] = number(round(paid / rate, 2))
        order["total_due"] = number(Decimal(str(order["grand_total"])) - paid)
        order["payment"]["last_trans_id"] = f"txn-{invoice_id}"
        order["payment"]["amount_paid"] = number(paid)
        order["state"] = order["status"] = "processing"
        self.save(order)
        return invoice_id


def _edited(order: Json, changes: Mapping[str, Any]) -> Json:
    for name, value in changes.items():
        if name == "billing":
            order["billing_address"].update(value)
        elif name == "delivery":
            order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"].update(value)
        else:
            order[name] = value
    return order
