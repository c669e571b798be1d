"""The PrestaShop connector: its door. Reading, writing back and the web service live in files of their own."""

from __future__ import annotations

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Description, StoreOrder
from bridge.stores.polled import PolledStore
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.description import described
from bridge.stores.prestashop.listing import PrestaShopListing
from bridge.stores.prestashop.questions import PrestaShopQuestions
from bridge.stores.prestashop.reading import Reading
from bridge.stores.prestashop.settings import PrestaShopSettings, read_settings
from bridge.stores.prestashop.trial import findings
from bridge.stores.prestashop.write_back import WritingBack


def open_store(name: str, settings: StoreSettings, clock: Clock) -> PrestaShopStore:
    """The entry point `prestashop` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return PrestaShopStore(read_settings(name, settings), clock)


class PrestaShopStore(PolledStore):
    """One PrestaShop over its web service."""

    def __init__(self, settings: PrestaShopSettings, clock: Clock) -> None:
        self._settings = settings
        self._now = clock
        self._client = PrestaShopClient(settings, clock)
        self._listing = PrestaShopListing(self._client, settings)
        reading = Reading(self._client, self._listing, settings)
        questions = PrestaShopQuestions(self._client, self._listing, settings.poll.per_page)
        super().__init__(self._client, reading, questions, WritingBack(self._client, settings))

    def describe(self) -> Description:
        """See `Store`."""
        return described(self._settings)

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return self._listing.mapped_again(original)

    def check(self) -> list[Finding]:
        """See `Store`."""
        return findings(self._settings, self._client, self._listing, self._now)
