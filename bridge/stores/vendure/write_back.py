"""Telling a Vendure shop the ERP's numbers: read before write, one custom field, and the answer must show it.

`setOrderCustomFields` with the same value again changes nothing, and the field is no part of the order that we read. A
write without an answer is in doubt; the next try's read settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.errors import BridgeError
from bridge.stores import write_backs
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.problems import StoreDidNotKeep, StoreRequestRefused, StoreUnreachable
from bridge.stores.raw import key_of, table_of, tables_of
from bridge.stores.vendure.client import VendureClient
from bridge.stores.vendure.problems import StoreFieldMissing
from bridge.stores.vendure.queries import READ_NUMBERS, WRITE_NUMBER
from bridge.stores.vendure.settings import VendureSettings
from bridge.stores.vendure.values import custom_of, custom_text

TO_READ, TO_WRITE = "read the ERP numbers of orders", "write the ERP number into an order"
ABSENT = "ENTITY_NOT_FOUND"
NO_SUCH_FIELD = frozenset({"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"})
AT_ONCE_MAX = 100


class WritingBack:
    """Write-backs to one shop."""

    def __init__(self, client: VendureClient, settings: VendureSettings) -> None:
        self._client = client
        self._settings = settings

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the shop itself the rest is not tried."""
        http = self._settings.http
        cut = StoreUnreachable(store=http.name, host=http.host, what="an earlier write had no answer")
        return write_backs.receipts(numbers, AT_ONCE_MAX, self._read, self._written, cut)

    def _read(self, group: Sequence[WriteBack]) -> dict[str, str]:
        """Order id to the number that stands there, empty for none; an order that is gone is left out."""
        found: dict[str, str] = {}
        for name in dict.fromkeys(self._settings.erp_field(number.endpoint) for number in group):
            ids = [one.store_order_id for one in group if self._settings.erp_field(one.endpoint) == name]
            options = {"filter": {"id": {"in": ids}}, "take": len(ids)}
            try:
                answer = self._client.ask(READ_NUMBERS % name, TO_READ, options=options)
            except StoreRequestRefused as error:
                raise self._explained(error, name) from error
            rows = tables_of(table_of(answer.data, "orders"), "items")
            found |= {key_of(row): custom_text(custom_of(row).get(name)) for row in rows}
        return found

    def _written(self, number: WriteBack, found: Mapping[str, str]) -> WriteBackReceipt:
        there = found.get(number.store_order_id)
        if there is None:
            return WriteBackReceipt(number, WriteBackOutcome.GONE)
        if there and there != number.erp_number.strip():
            return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=there)
        if there:
            return WriteBackReceipt(number, WriteBackOutcome.ALREADY)
        try:
            self._write(number)
        except BridgeError as error:
            if isinstance(error, StoreRequestRefused) and error.subject.get("code") == ABSENT:
                return WriteBackReceipt(number, WriteBackOutcome.GONE)  # deleted between our read and our write
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)
        return WriteBackReceipt(number, WriteBackOutcome.WRITTEN)

    def _write(self, number: WriteBack) -> None:
        """The number in its field, and nothing else; the answer is believed only if it shows the number."""
        name = self._settings.erp_field(number.endpoint)
        variables = {"order": {"id": number.store_order_id, "customFields": {name: number.erp_number}}}
        try:
            answer = self._client.write(WRITE_NUMBER % name, TO_WRITE, number.store_order_id, variables)
        except StoreRequestRefused as error:
            raise self._explained(error, name) from error
        kept = custom_text(custom_of(table_of(answer.data, "setOrderCustomFields")).get(name))
        if kept != number.erp_number.strip():
            raise StoreDidNotKeep(store=self._settings.http.name, order=number.store_order_id, key=name)

    def _explained(self, error: StoreRequestRefused, name: str) -> BridgeError:
        """We send one kind of request: what is not valid in it can only be the field."""
        if error.subject.get("code") in NO_SUCH_FIELD:
            return StoreFieldMissing(store=self._settings.http.name, field_name=name)
        return error
