"""The Magento connector: REST V1 of Magento Open Source and Adobe Commerce, with a token or signed requests."""

from __future__ import annotations

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, StoreOrder
from bridge.stores.looks import Looks
from bridge.stores.magento.client import MagentoClient
from bridge.stores.magento.listing import MagentoListing
from bridge.stores.magento.lists import NO_ORDER
from bridge.stores.magento.mapping import store_order
from bridge.stores.magento.parts import parts_of
from bridge.stores.magento.rights import findings as further_rights
from bridge.stores.magento.rights import needed
from bridge.stores.magento.settings import MagentoSettings, read_settings
from bridge.stores.magento.statuses import STATUSES
from bridge.stores.magento.write_back import WritingBack
from bridge.stores.polled import CLOCKS_APART_MAX, PolledStore, clock_findings
from bridge.stores.problems import StoreKeyRefused

TOKEN_ALONE = "From 2.4.4 on a shop takes a token alone only if it is set to: give all four keys of the integration."


def open_store(name: str, settings: StoreSettings, clock: Clock) -> MagentoStore:
    """The entry point `magento` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return MagentoStore(read_settings(name, settings), clock)


class MagentoStore(PolledStore):
    """One Magento shop over one kept session."""

    def __init__(self, settings: MagentoSettings, clock: Clock) -> None:
        self._settings = settings
        self._now = clock
        self._client = MagentoClient(settings, clock)
        self._listing = MagentoListing(self._client, settings)
        looks = Looks(settings.http.name, self._listing, settings.poll.overlap_s, self._listing.unshown)
        super().__init__(self._client, looks, self._listing, WritingBack(self._client, self._listing, settings))

    def children(self, store_order_id: str) -> Children:
        """See `Store`. Invoices tell more of payments than the order does."""
        return self._listing.children(store_order_id)

    def describe(self) -> Description:
        """See `Store`. MySQL moves the time at each write of the order's row; what lies in other tables does not."""
        poll = self._settings.poll
        return Description(
            system="Magento 2 / Adobe Commerce, REST V1",
            sweep_days=poll.sweep_days,
            sweep_every_h=poll.sweep_every_h,
            moves_the_time=("state and status", "payment", "credit memo", "shipment", "comment", "mail flag, cron"),
            only_the_sweep_sees=("address edited in the admin", "tracking number", "comment of a credit memo", "SQL"),
            least_rights=needed(self._settings),
            statuses=STATUSES | {*self._settings.status_after.values()},
            never_told=("tag",),
            writes=("erp_number", *(("status",) if self._settings.status_after else ())),
            number_field="ext_order_id" if self._settings.stop_file else "",
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return store_order(self._settings.http.name, parts_of(original), original, self._settings.fields)

    def check(self) -> list[Finding]:
        """Orders, invoices and credit memos are asked for, then what else the key may do. Changes nothing.

        Each by a search that finds nothing: an order at which the shop fails is no matter of the key.
        """
        name = self._settings.http.name
        findings: list[Finding] = []
        shop_now = self._now()
        for table, what in (("orders", "read orders"), ("invoices", "read invoices"), ("creditmemos", "read refunds")):
            tried = f"store {name}: {what} from {self._settings.http.host}"
            try:
                found = self._client.search(table, what, [NO_ORDER], size=1, fields="entity_id")
            except BridgeError as error:
                return [*findings, Finding(tried, False, error.problem.message, self._cure(error))]
            findings.append(Finding(tried, True, f"the key may {what}"))
            shop_now = found.now
        findings += clock_findings(name, shop_now, self._now())
        rights = further_rights(self._settings, self._client)
        return [*findings, *self._times_ahead(), *rights, *self._stopped()]

    def _cure(self, error: BridgeError) -> str:
        if not isinstance(error, StoreKeyRefused):
            return error.problem.action
        alone = f" {TOKEN_ALONE}" if self._settings.signing is None else ""
        return f"{error.problem.action} Needed are: {'; '.join(needed(self._settings))}.{alone}"

    def _times_ahead(self) -> list[Finding]:
        """Whether orders were changed in the future: then the shop's database does not write UTC."""
        tried = f"store {self._settings.http.name}: times"
        try:
            ahead = self._listing.changed_after(self._listing.now() + CLOCKS_APART_MAX)
        except BridgeError as error:
            return [Finding(tried, False, error.problem.message, error.problem.action)]
        if not ahead:
            return []
        detail = f"changes lie ahead of the shop's own clock (orders: {ahead}): its database does not write UTC"
        return [Finding(tried, False, detail, "Ask the shop's administrator to run MySQL in UTC, as Magento expects.")]

    def _stopped(self) -> list[Finding]:
        stop_file = self._settings.stop_file
        if stop_file is None or not stop_file.exists():
            return []
        detail = f"nothing is written into ext_order_id: {stop_file.name} is there"
        return [Finding(f"store {self._settings.http.name}: ext_order_id", False, detail, "See what the file says.")]
