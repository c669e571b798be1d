"""Telling a Magento shop the ERP's numbers: a status comment of ours, looked for before it is written.

`POST /V1/orders/{id}/comments` is not idempotent, and it sets the order's status to what is sent: the status goes along
as it was just read (or as `status_after` has it from there), and a shop that changed it meanwhile refuses (or, in old
releases, takes it back for that moment). The state is never changed: a status of another one is refused, by us too.
It is read back: a comment that a module rewrites would be written anew at each try. An order that was edited in the
admin gets the number in its newest version. A write without an answer is in doubt; the next try reads first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.magento.client import MagentoClient
from bridge.stores.magento.listing import AT_ONCE_MAX, MagentoListing
from bridge.stores.magento.number_field import FIELD, NumberField
from bridge.stores.magento.parts import Part
from bridge.stores.magento.problems import StatusRefused
from bridge.stores.magento.settings import MagentoSettings
from bridge.stores.magento.statuses import may_stand_in
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreDidNotKeep,
    StoreFailsAtOrder,
    StoreRequestRefused,
    StoreUnreachable,
)
from bridge.stores.raw import Json, Unreadable, plain_text, tables_of, text_of
from bridge.stores.write_backs import receipts

TO_WRITE = "write the ERP number into an order"


class WritingBack:
    """Write-backs to one shop."""

    def __init__(self, client: MagentoClient, listing: MagentoListing, settings: MagentoSettings) -> None:
        self._client = client
        self._listing = listing
        self._settings = settings
        self._field: NumberField | None = None
        if settings.stop_file is not None:
            self._field = NumberField(client, settings.http.name, settings.stop_file, self._read)

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the shop itself the rest is not tried."""
        http = self._settings.http
        cut = StoreUnreachable(store=http.name, host=http.host, what="an earlier write had no answer")
        return receipts(numbers, AT_ONCE_MAX, self._found, self._write_back, cut)

    def _found(self, group: Sequence[WriteBack]) -> Mapping[str, Part | None]:
        return self._listing.newest([number.store_order_id for number in group])

    def _write_back(self, number: WriteBack, found: Mapping[str, Part | None]) -> WriteBackReceipt:
        if number.store_order_id not in found:
            return WriteBackReceipt(number, WriteBackOutcome.GONE)
        try:
            return self._written(number, self._fields_of(number.store_order_id, found) or {})
        except StoreAddressWrong as error:  # 404: no such route, or deleted between our read and our write
            return self._gone_or(number, error)
        except BridgeError as error:
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)

    def _written(self, number: WriteBack, listed: Json) -> WriteBackReceipt:
        """Judged by the group's reading first; before a write the order is read once more, its status goes along."""
        settled = self._settled(number, listed)
        if settled is not None:
            return settled
        order = self._read(number.store_order_id)
        if order is None:
            return WriteBackReceipt(number, WriteBackOutcome.GONE)
        settled = self._settled(number, order)
        if settled is not None:
            return settled
        if self._field and not text_of(order, FIELD):
            self._field.write(number, order)
        if not self._numbers_in(order, number):
            status = self._comment(number, order)
            self._look_again(number, order, status)
        return WriteBackReceipt(number, WriteBackOutcome.WRITTEN)

    def _settled(self, number: WriteBack, order: Json) -> WriteBackReceipt | None:
        """What is known without writing: our number is there, or another one is; None where something is missing."""
        in_comments = self._numbers_in(order, number)
        in_field = text_of(order, FIELD) if self._field else ""
        others = [text for text in (*in_comments, in_field) if text not in (number.erp_number.strip(), "")]
        if others:
            return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=others[0])
        if in_comments and (in_field or not self._field):
            return WriteBackReceipt(number, WriteBackOutcome.ALREADY)
        return None

    def _comment(self, number: WriteBack, order: Json) -> str | None:
        """The comment, with its status; one that changed meanwhile is refused there, and read once more. Gives it."""
        try:
            return self._post(number, order)
        except StoreRequestRefused as error:
            now = self._read(number.store_order_id)
            if now is not None and now.get("status") != order.get("status"):
                return self._post(number, now)
            if self._status_after(order) != order.get("status"):
                raise self._status_refused(number, order) from error
            raise

    def _look_again(self, number: WriteBack, order: Json, status: str | None) -> None:
        """Success is believed only if the shop shows what it was told."""
        kept = self._read(number.store_order_id) or {}
        for key, is_kept in (
            ("a status comment", bool(self._numbers_in(kept, number))),
            ("status", status == order.get("status") or kept.get("status") == status),
        ):
            if not is_kept:
                raise StoreDidNotKeep(store=self._settings.http.name, order=number.store_order_id, key=key)

    def _post(self, number: WriteBack, order: Json) -> str | None:
        """For the shop's people only: a notified customer would get a mail. Gives the status that went along."""
        text = self._settings.comment.format(
            erp_number=number.erp_number, external_id=number.external_id, endpoint=number.endpoint
        )
        entity_id, status = text_of(order, "entity_id"), self._status_after(order)
        if status and status != order.get("status") and not may_stand_in(status, text_of(order, "state")):
            raise self._status_refused(number, order)
        history = {
            "comment": text,
            "is_customer_notified": 0,
            "is_visible_on_front": 0,
            "parent_id": int(entity_id),
            "status": status,
        }
        path = f"/orders/{entity_id}/comments"
        self._client.write(path, TO_WRITE, {"statusHistory": history}, number.store_order_id)
        return status

    def _status_after(self, order: Json) -> str | None:
        """The status of the order together with its number: as it is, unless the settings change it from there."""
        status = order.get("status")
        return self._settings.status_after.get(status, status) if isinstance(status, str) else None

    def _status_refused(self, number: WriteBack, order: Json) -> StatusRefused:
        return StatusRefused(
            store=self._settings.http.name,
            order=number.store_order_id,
            status=self._status_after(order),
            state=text_of(order, "state"),
        )

    def _numbers_in(self, order: Json, number: WriteBack) -> list[str]:
        """The numbers in comments of ours for this ERP; what people write otherwise is no number."""
        pattern = _pattern(self._settings.comment, number.endpoint)
        try:
            rows = tables_of(order, "status_histories")
        except Unreadable:
            rows = []
        matches = [pattern.fullmatch(plain_text(row.get("comment"))) for row in rows]
        return [match["erp_number"].strip() for match in matches if match]

    def _read(self, store_order_id: str) -> Json | None:
        """The newest version of one order as it stands, whole; None where it is gone."""
        return self._fields_of(store_order_id, self._listing.newest([store_order_id]))

    def _fields_of(self, store_order_id: str, found: Mapping[str, Part | None]) -> Json | None:
        if store_order_id not in found:
            return None
        order = found[store_order_id]
        if order is None:
            raise StoreFailsAtOrder(store=self._settings.http.name, order=store_order_id)
        return order.fields

    def _gone_or(self, number: WriteBack, error: BridgeError) -> WriteBackReceipt:
        try:
            if self._read(number.store_order_id) is None:
                return WriteBackReceipt(number, WriteBackOutcome.GONE)
        except BridgeError as unanswered:
            return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=unanswered)
        return WriteBackReceipt(number, WriteBackOutcome.FAILED, error=error)


def _pattern(template: str, endpoint: str) -> re.Pattern[str]:
    """What a comment of ours looks like, whatever number and external id it holds."""
    words = {"erp_number": "(?P<erp_number>.+?)", "external_id": ".*?", "endpoint": re.escape(endpoint)}
    parts = re.split(r"\{(\w+)\}", template.strip())
    return re.compile("".join(words[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.S)
