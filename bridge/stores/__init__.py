"""Stores: how one shop is asked for orders and told a number. This is the room's door."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import ConfigurationRefused
from bridge.stores.base import (
    Children,
    Description,
    Fetched,
    Page,
    Store,
    StoreOrder,
    Window,
    WriteBack,
    WriteBackOutcome,
    WriteBackReceipt,
)

ENTRY_POINTS = "erp_bridge.stores"

StoreFactory = Callable[[str, StoreSettings, Clock], Store]

__all__ = [
    "ENTRY_POINTS",
    "Children",
    "Description",
    "Fetched",
    "Page",
    "Store",
    "StoreFactory",
    "StoreOrder",
    "Window",
    "WriteBack",
    "WriteBackOutcome",
    "WriteBackReceipt",
    "open_store",
    "store_types",
]


def store_types() -> list[str]:
    """The types that `[stores.NAME] type = ...` may name: ours and those of installed packages."""
    return sorted({point.name for point in entry_points(group=ENTRY_POINTS)})


def open_store(name: str, settings: StoreSettings, clock: Clock) -> Store:
    """The connector of one `[stores.NAME]`. Raises ConfigurationRefused for an unknown type or a wrong option."""
    factory = _factory(settings.type)
    if factory is None:
        known = ", ".join(store_types()) or "none: erp-bridge is not installed as a package"
        raise ConfigurationRefused(
            place=settings.place,
            what=f"store {name} has type '{settings.type}', which no installed package brings",
            cure=f"Use one of: {known}.",
        )
    return factory(name, settings, clock)


@cache
def _factory(store_type: str) -> StoreFactory | None:
    """What the package of this type brings; found once a process, for asking reads the metadata of every package."""
    found = next(iter(entry_points(group=ENTRY_POINTS, name=store_type)), None)
    return None if found is None else cast(StoreFactory, found.load())
