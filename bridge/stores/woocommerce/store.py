"""The WooCommerce connector: REST v3 over HTTPS with consumer key and secret, whichever way the shop stores orders."""

from __future__ import annotations

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.base import Description, StoreOrder
from bridge.stores.looks import Looks
from bridge.stores.polled import PolledStore, clock_findings
from bridge.stores.woocommerce.checking import LEAST_RIGHTS, action_for, findings_of_rights
from bridge.stores.woocommerce.client import WooCommerceClient
from bridge.stores.woocommerce.listing import WooCommerceListing
from bridge.stores.woocommerce.mapping import STATUSES, mapped
from bridge.stores.woocommerce.settings import WooCommerceSettings, read_settings
from bridge.stores.woocommerce.write_back import WritingBack


def open_store(name: str, settings: StoreSettings, clock: Clock) -> WooCommerceStore:
    """The entry point `woocommerce` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return WooCommerceStore(read_settings(name, settings), clock)


class WooCommerceStore(PolledStore):
    """One WooCommerce shop over one kept session."""

    def __init__(self, settings: WooCommerceSettings, clock: Clock) -> None:
        self._settings = settings
        self._now = clock
        client = self._client = WooCommerceClient(settings, clock)
        self._listing = WooCommerceListing(client, settings)
        looks = Looks(settings.http.name, self._listing, settings.poll.overlap_s, self._listing.unshown)
        super().__init__(client, looks, self._listing, WritingBack(client, settings))

    def describe(self) -> Description:
        """See `Store`. From the facts of both storages: what moves the time in one and not in the other is listed."""
        poll = self._settings.poll
        return Description(
            system="WooCommerce, REST v3",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=("status", "payment", "refund made in the shop", "edit of the order's page in the admin"),
            only_the_sweep_sees=(
                "lines edited with Save in the items box",
                "refund by a payment plugin, or deleted",
                "addresses, totals and meta edited by the API, with the old post storage",
            ),
            least_rights=(LEAST_RIGHTS,),
            statuses=STATUSES | {*self._settings.status_after.values()},
            never_told=("tag", "fulfilment_status"),
            writes=self._settings.writes,
            number_field=self._settings.erp_number_key,
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return mapped(self._settings.http.name, original.decode(), self._settings.meta)

    def check(self) -> list[Finding]:
        """One order is asked for, then what the key may do. Changes nothing."""
        http = self._settings.http
        what = f"store {http.name}: read orders from {http.host}"
        try:
            shop_now = self._listing.now()
        except BridgeError as error:
            return [Finding(what, False, error.problem.message, action_for(error, self._settings, self._client))]
        rights = findings_of_rights(http.name, self._client)
        return [Finding(what, True, "the key reads orders"), *rights, *clock_findings(http.name, shop_now, self._now())]
