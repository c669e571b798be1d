"""What a Vendure shop says about itself: how it counts money, and which custom fields it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.stores.graphql import Json
from bridge.stores.problems import StoreAnswerUnreadable
from bridge.stores.raw import table_of, tables_of, verbatim_of
from bridge.stores.vendure.client import VendureClient
from bridge.stores.vendure.queries import PLAIN_TYPES, SHOP

TO_READ_SETTINGS = "read the shop's settings"


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """precision: money is counted in steps of 10^-precision. custom: entity to the names of its plain custom fields."""

    precision: int
    custom: Mapping[str, tuple[str, ...]]
    writable: frozenset[str]  # of the order


def read_shop(client: VendureClient, name: str) -> ShopSettings:
    """Ask the shop. Raises Unavailable or Refused."""
    answer = client.ask(SHOP, TO_READ_SETTINGS)
    config = table_of(table_of(answer.data, "globalSettings"), "serverConfig")
    precision = config.get("moneyStrategyPrecision")
    if isinstance(precision, bool) or not isinstance(precision, int):
        raise StoreAnswerUnreadable(store=name, what="it does not say in which precision it counts money")
    entities = {
        verbatim_of(row, "entityName"): tables_of(row, "customFields")
        for row in tables_of(config, "entityCustomFields")
    }
    custom = {entity: tuple(_plain(rows)) for entity, rows in entities.items()}
    of_order = entities.get("Order", [])
    writable = frozenset(verbatim_of(row, "name") for row in of_order if row.get("readonly") is not True)
    return ShopSettings(precision, custom, writable)


def _plain(rows: list[Json]) -> list[str]:
    names = [verbatim_of(row, "name") for row in rows if verbatim_of(row, "type") in PLAIN_TYPES]
    return [name for name in names if name.isidentifier() and name.isascii()]
