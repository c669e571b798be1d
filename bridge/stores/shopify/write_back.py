"""Telling a Shopify shop the ERP's numbers: read before write, a metafield by compare-and-set, then a tag.

`metafieldsSet` takes the digest that our read saw (null: nothing was there), and the shop refuses the write when
something else is there now: so no other number is ever overwritten, not even one that is written in between. The tag
comes after the number and is completed at the next try when it was cut off in between. `orderUpdate` would replace the
note and all tags, so it is never used. Neither moves a field of the revision; the tag moves `updatedAt`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.errors import BridgeError
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.problems import StoreBusy, StoreDidNotKeep, StoreKeyRefused, StoreRequestRefused, StoreUnreachable
from bridge.stores.raw import Json, Unreadable, table_of, tables_of, verbatim_of
from bridge.stores.shopify.client import ShopifyClient
from bridge.stores.shopify.ids import gid_of, is_order_id
from bridge.stores.shopify.queries import ADD_TAG, NUMBERS, WRITE_NUMBER
from bridge.stores.shopify.rights import OLD, Rights
from bridge.stores.shopify.settings import ShopifySettings
from bridge.stores.write_backs import receipts

READ_AT_ONCE_MAX = 100
TO_WRITE = "write the ERP number into an order"
CHANGED_MEANWHILE = frozenset({"STALE_OBJECT", "INVALID_COMPARE_DIGEST", "TAKEN"})
W = WriteBackOutcome


class WritingBack:
    """Write-backs to one shop."""

    def __init__(self, client: ShopifyClient, settings: ShopifySettings, rights: Rights) -> None:
        self._client = client
        self._settings = settings
        self._rights = rights

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. After trouble with the shop itself the rest is not tried."""
        http = self._settings.http
        cut = StoreUnreachable(store=http.name, host=http.host, what="an earlier write had no answer")
        return receipts(numbers, READ_AT_ONCE_MAX, self._read, self._write_back, cut)

    def _read(self, group: Sequence[WriteBack]) -> dict[WriteBack, Json]:
        """The order of each that the shop shows. Two endpoints may keep two keys, so each key is read by itself."""
        self._client.begin()
        found: dict[WriteBack, Json] = {}
        for key in dict.fromkeys(self._key(number) for number in group):
            wanted = [number for number in group if self._key(number) == key and is_order_id(number.store_order_id)]
            gids = list(dict.fromkeys(gid_of(number.store_order_id) for number in wanted))
            if gids:
                orders = self._orders(gids, key)
                found |= {one: orders[gid] for one in wanted if (gid := gid_of(one.store_order_id)) in orders}
        return found

    def _orders(self, gids: Sequence[str], key: str) -> dict[str, Json]:
        variables = {"ids": list(gids), "namespace": self._settings.namespace, "key": key}
        told = self._client.ask(NUMBERS, "read the ERP numbers of orders", variables)
        nodes = told.data.get("nodes")
        if told.failed or not isinstance(nodes, list):
            raise self._client.unreadable("it does not hold the orders that were asked for")
        return {verbatim_of(node, "id"): node for node in nodes if isinstance(node, dict)}

    def _write_back(self, number: WriteBack, found: Mapping[WriteBack, Json]) -> WriteBackReceipt:
        self._client.begin()
        try:
            order = found.get(number)
            if order is None:
                return self._absent(number)
            there, digest = _number_in(order)
            is_new = not there
            if is_new and not self._write_number(number, digest):
                gid = gid_of(number.store_order_id)
                order = self._orders([gid], self._key(number)).get(gid)
                if order is None:
                    return self._absent(number)
                there, _ = _number_in(order)
                if not there:  # the shop says it changed, and shows nothing: later
                    raise StoreBusy(store=self._settings.name, status="STALE_OBJECT")
            if there and there != number.erp_number.strip():
                return WriteBackReceipt(number, W.DIFFERENT, found=there)
            self._tag(number, order)
        except Unreadable as error:
            return WriteBackReceipt(number, W.FAILED, error=self._client.unreadable(str(error)))
        except BridgeError as error:
            return WriteBackReceipt(number, W.FAILED, error=error)
        return WriteBackReceipt(number, W.ALREADY if there else W.WRITTEN)

    def _absent(self, number: WriteBack) -> WriteBackReceipt:
        """Gone; unless the key is not shown orders of its age."""
        if is_order_id(number.store_order_id) and self._rights.may_hide(number.store_order_id):
            what = f"see orders older than 60 days, which order {number.external_id} may be"
            error = StoreKeyRefused(store=self._settings.name, what=what, code=f"no {OLD}")
            return WriteBackReceipt(number, W.FAILED, error=error)
        return WriteBackReceipt(number, W.GONE)

    def _write_number(self, number: WriteBack, digest: str | None) -> bool:
        """The number under its key. False when something was written there meanwhile."""
        settings, value = self._settings, number.erp_number.strip()
        field = {
            "ownerId": gid_of(number.store_order_id),
            "namespace": settings.namespace,
            "key": self._key(number),
            "type": "single_line_text_field",
            "value": value,
            "compareDigest": digest,
        }
        told = self._client.write(WRITE_NUMBER, TO_WRITE, number.store_order_id, {"metafields": [field]})
        payload = table_of(told.data, "metafieldsSet")
        errors = [verbatim_of(error, "code") for error in tables_of(payload, "userErrors")]
        if CHANGED_MEANWHILE.intersection(errors):
            return False
        if errors:
            code = errors[0] or "userErrors"
            raise StoreRequestRefused(store=settings.name, what=TO_WRITE, status=200, code=code)
        if [verbatim_of(row, "value") for row in tables_of(payload, "metafields")] != [value]:
            key = f"{settings.namespace}.{self._key(number)}"
            raise StoreDidNotKeep(store=settings.name, order=number.store_order_id, key=key)
        return True

    def _tag(self, number: WriteBack, order: Json) -> None:
        """The tag by which the shop's people filter; adding it again changes nothing, but would move the time."""
        tag, tags = self._settings.tag, order.get("tags")
        if not tag or (isinstance(tags, list) and tag.lower() in (str(each).lower() for each in tags)):
            return
        variables = {"id": gid_of(number.store_order_id), "tags": [tag]}
        told = self._client.write(ADD_TAG, "tag an order", number.store_order_id, variables)
        if tables_of(table_of(told.data, "tagsAdd"), "userErrors"):
            raise StoreRequestRefused(store=self._settings.name, what="tag an order", status=200, code="userErrors")

    def _key(self, number: WriteBack) -> str:
        return self._settings.key.replace("{endpoint}", number.endpoint)


def _number_in(order: Json) -> tuple[str, str | None]:
    """What stands under our key, and its digest; None for nothing. A blank value counts as nothing."""
    row = table_of(order, "metafield")
    return verbatim_of(row, "value"), verbatim_of(row, "compareDigest") or None
