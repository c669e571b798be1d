"""Telling a WooCommerce shop the ERP's numbers: read before write, one meta key, then a note that is looked for first.

A PUT that carries `billing` or `line_items` makes the shop recalculate the order with today's rates, so `meta_data`
goes alone. A write without an answer is in doubt; the next try's read settles it. The note comes after the number, and
is completed on the next try when it was cut off in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.exact_json import decoded, elements
from bridge.stores.problems import (
    StoreAnswerUnreadable,
    StoreDidNotKeep,
    StoreFailsAtOrder,
    StoreRequestRefused,
    StoreUnreachable,
)
from bridge.stores.raw import meta_rows, plain_text
from bridge.stores.woocommerce.client import ORDER_ABSENT, WooCommerceClient
from bridge.stores.woocommerce.lists import AT_ONCE_MAX, ListedOrder, OrderLists
from bridge.stores.woocommerce.settings import WooCommerceSettings
from bridge.stores.write_backs import receipts

FIELDS = "id,status,meta_data"
TO_WRITE = "write the ERP number into an order"
Json = dict[str, Any]


class WritingBack:
    """Write-backs to one shop."""

    def __init__(self, client: WooCommerceClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._lists = OrderLists(client, settings)
        self._settings = settings

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the shop itself the rest is not tried."""
        http = self._settings.http
        cut = StoreUnreachable(store=http.name, host=http.host, what="an earlier write had no answer")
        return receipts(numbers, AT_ONCE_MAX, self._read, self._write_back, cut)

    def _write_back(self, number: WriteBack, found: Mapping[str, ListedOrder]) -> WriteBackReceipt:
        listed = found.get(number.store_order_id)
        try:
            if listed is not None and not listed.is_shown:
                raise StoreFailsAtOrder(store=self._settings.http.name, order=number.store_order_id)
            # one that is not in the list is in the bin, deleted, or hidden
            order = self._read_one(number.store_order_id) if listed is None else listed.raw
            if order is None or order.get("status") == "trash":
                return WriteBackReceipt(number, WriteBackOutcome.GONE)
            there = self._numbers_in(order, number)
            others = [text for text in there if text != number.erp_number.strip()]
            if others:
                return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=others[0])
            if not there:
                self._write_number(number, self._settings.status_after.get(str(order.get("status")), ""))
            self._note(number)
        except StoreRequestRefused as error:
            if error.subject.get("code") == ORDER_ABSENT:  # deleted between our read and our write
                return WriteBackReceipt(number, WriteBackOutcome.GONE)
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
        except BridgeError as error:
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
        return WriteBackReceipt(number, WriteBackOutcome.ALREADY if there else WriteBackOutcome.WRITTEN)

    def _read(self, group: Sequence[WriteBack]) -> dict[str, ListedOrder]:
        """The orders by id, also those that the shop itself fails to show."""
        ids = [number.store_order_id for number in group if number.store_order_id.isdigit()]
        if not ids:
            return {}
        found = self._lists.listed(include=",".join(ids), per_page=str(AT_ONCE_MAX), _fields=FIELDS)
        return {one.key: one for one in found.orders}

    def _read_one(self, store_order_id: str) -> Json | None:
        """One order by id; None when the shop has it no more."""
        if not store_order_id.isdigit():
            return None
        try:
            answer = self._client.get(f"/orders/{store_order_id}", "read an order", _fields=FIELDS)
        except StoreRequestRefused as error:
            if error.subject.get("code") == ORDER_ABSENT:
                return None
            raise
        return self._table(answer.text)

    def _write_number(self, number: WriteBack, status: str) -> None:
        """The number under its key and, if asked for, the status; the answer is believed only if it shows both."""
        body: Json = {"meta_data": [{"key": self._key(number), "value": number.erp_number}]}
        if status:
            body["status"] = status
        path = f"/orders/{number.store_order_id}"
        answer = self._client.write("PUT", path, TO_WRITE, body, number.store_order_id)
        shown = self._table(answer.text)
        for key, is_kept in (
            (self._key(number), number.erp_number.strip() in self._numbers_in(shown, number)),
            ("status", not status or shown.get("status") == status),
        ):
            if not is_kept:
                raise StoreDidNotKeep(store=self._settings.http.name, order=number.store_order_id, key=key)

    def _note(self, number: WriteBack) -> None:
        """The order note, once: posting it again would add a second one."""
        if not self._settings.note:
            return
        text = self._settings.note.format(
            erp_number=number.erp_number, external_id=number.external_id, endpoint=number.endpoint
        )
        path = f"/orders/{number.store_order_id}/notes"
        answer = self._client.get(path, "read the notes of an order")
        try:
            notes = [raw for raw, _ in elements(answer.text)]
        except ValueError as error:
            raise self._unreadable() from error
        if any(isinstance(note, dict) and plain_text(note.get("note")) == text for note in notes):
            return
        body = {"note": text, "customer_note": False}  # a customer note would send a mail
        self._client.write("POST", path, "add a note to an order", body, number.store_order_id)

    def _numbers_in(self, order: Json, number: WriteBack) -> list[str]:
        """Every value under our key: keys can repeat."""
        key = self._key(number)
        texts = [plain_text(row.get("value")) for row in meta_rows(order) if row.get("key") == key]
        return [text for text in texts if text]

    def _key(self, number: WriteBack) -> str:
        return self._settings.erp_number_key.format(endpoint=number.endpoint)

    def _table(self, text: str) -> Json:
        try:
            value = decoded(text)
        except ValueError as error:
            raise self._unreadable() from error
        if not isinstance(value, dict):
            raise self._unreadable()
        return value

    def _unreadable(self) -> StoreAnswerUnreadable:
        return StoreAnswerUnreadable(store=self._settings.http.name, what="it breaks off or has another shape")
