"""Telling a PrestaShop the ERP's numbers: a private message of the order, looked for before it is written.

An order is never PUT: that would rewrite its every field. A message can be added only, so each carries our marker in
its last line; what stands in a marker is the number that the store has. A write without an answer is in doubt; the next
try looks for the marker first. Messages move no order's time and are in no revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.messages import Messages, Threads, Told
from bridge.stores.prestashop.parts import plain
from bridge.stores.prestashop.relations import Relations
from bridge.stores.prestashop.settings import THREAD, PrestaShopSettings
from bridge.stores.problems import StoreDidNotKeep, StoreRequestRefused, StoreUnreachable
from bridge.stores.write_backs import receipts

READ_AT_ONCE_MAX = 50
MARK = "[erp-bridge:"
WHERE = "its messages"


class WritingBack:
    """Write-backs to one shop."""

    def __init__(self, client: PrestaShopClient, settings: PrestaShopSettings) -> None:
        self._settings = settings
        relations = Relations(client, settings.shop_id)
        self._place = (Threads if settings.message_in == THREAD else Messages)(client, relations)

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the shop itself the rest is not tried."""
        http = self._settings.http
        cut = StoreUnreachable(store=http.name, host=http.host, what="an earlier write had no answer")
        return receipts(numbers, READ_AT_ONCE_MAX, self._read, self._write_back, cut)

    def _read(self, group: Sequence[WriteBack]) -> Told:
        ids = [one.store_order_id for one in group if one.store_order_id.isascii() and one.store_order_id.isdigit()]
        return self._place.told(ids)

    def _write_back(self, number: WriteBack, told: Told) -> WriteBackReceipt:
        one = number.store_order_id
        if one not in told.texts:
            return WriteBackReceipt(number, WriteBackOutcome.GONE)
        if one in told.unshown:
            what = "show the messages of an order"
            error = StoreRequestRefused(store=self._settings.name, what=what, status=500, code="unreadable")
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
        there = [found for text in told.texts[one] if (found := number_in(text, number.endpoint))]
        others = [found for found in there if found != number.erp_number.strip()]
        if others:
            return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=others[0])
        if there:
            return WriteBackReceipt(number, WriteBackOutcome.ALREADY)
        try:
            self._write(number, told)
        except BridgeError as error:
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
        return WriteBackReceipt(number, WriteBackOutcome.WRITTEN)

    def _write(self, number: WriteBack, told: Told) -> None:
        """One message; the answer is believed only if it shows the number."""
        words = self._settings.message.format(
            erp_number=number.erp_number, external_id=number.external_id, endpoint=number.endpoint
        )
        text = f"{words}\n{MARK}{number.endpoint}] {number.erp_number.strip()}"
        shown = self._place.add(number.store_order_id, text, told)
        if number_in(shown, number.endpoint) != number.erp_number.strip():
            raise StoreDidNotKeep(store=self._settings.name, order=number.store_order_id, key=WHERE)


def number_in(message: str, endpoint: str) -> str:
    """The ERP number that a message of ours holds for an endpoint; empty for any other message."""
    _, mark, number = plain(message).rpartition(f"{MARK}{endpoint}] ")
    return number.strip() if mark else ""
