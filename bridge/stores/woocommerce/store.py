"""The WooCommerce connector (REST v3): its door. Reading, writing back and HTTP live in files of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.base import Page, StoreOrder, WriteBack, WriteBackReceipt
from bridge.stores.exact_json import decoded
from bridge.stores.woocommerce.client import WooCommerceClient
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.reading import Reading
from bridge.stores.woocommerce.settings import WooCommerceSettings, read_settings
from bridge.stores.woocommerce.write_back import WritingBack

CLOCKS_APART_MAX = timedelta(minutes=5)


def open_store(name: str, settings: StoreSettings, clock: Clock) -> WooCommerceStore:
    """The entry point `woocommerce` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return WooCommerceStore(read_settings(name, settings), clock)


class WooCommerceStore:
    """One WooCommerce shop over one kept session."""

    def __init__(self, settings: WooCommerceSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client = WooCommerceClient(settings, clock)
        self._reading = Reading(self._client, settings)
        self._writing = WritingBack(self._client, settings)

    def changed_since(self, cursor: str | None, orders_from: datetime) -> Iterator[Page]:
        """See `Store`. Each page is one answer of the shop."""
        return self._reading.pages(cursor, orders_from)

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._writing.receipts(numbers)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        text = original.decode()
        return store_order(self._settings.name, decoded(text), text, self._settings.meta)

    def check(self) -> list[Finding]:
        """One order is asked for; the right to write is only known by writing, so it is named and not tried."""
        what = f"store {self._settings.name}: read orders from {self._settings.host}"
        try:
            answer = self._client.get("/orders", "read orders", per_page="1", status="any", _fields="id")
        except BridgeError as error:
            return [Finding(what, False, error.problem.message, error.problem.action)]
        apart = abs(answer.now - self._clock())
        findings = [Finding(what, True, "the key reads orders; its right to write shows at the first write-back")]
        if apart > CLOCKS_APART_MAX:
            minutes = int(apart.total_seconds() // 60)
            detail = f"the shop's clock and ours are {minutes} minutes apart"
            findings.append(Finding(f"store {self._settings.name}: clock", False, detail, "Set both clocks by NTP."))
        return findings

    def wake_paths(self) -> Sequence[str]:
        """None: a shop is polled."""
        return ()

    def close(self) -> None:
        self._client.close()
