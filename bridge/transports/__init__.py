"""The transports' door: open one by its type, hand files over, settle doubts. Nothing else is imported from outside.

A type is found through the entry point group `erp_bridge.transports`, so that another package can bring its own.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

from bridge.config.values import TransportSettings
from bridge.domain.clock import Clock
from bridge.transports.base import Properties, RemoteFile, Transport, Upload, Written
from bridge.transports.doubt import Look, SettleFinding, remove_leftovers, settle_file
from bridge.transports.errors import ServerFailed, SizeDiffers, TransportUnknown
from bridge.transports.handover import Receipt, Staged, place_whole, stage
from bridge.transports.local import open_transport as open_local
from bridge.transports.parts import FileFacts, HandoverFile
from bridge.transports.sftp import open_transport as open_sftp

ENTRY_POINT_GROUP = "erp_bridge.transports"
_Factory = Callable[[str, TransportSettings, Clock], Transport]
_BUILT_IN: dict[str, _Factory] = {"local": open_local, "sftp": open_sftp}

__all__ = [
    "ENTRY_POINT_GROUP",
    "FileFacts",
    "HandoverFile",
    "Look",
    "Properties",
    "Receipt",
    "RemoteFile",
    "ServerFailed",
    "SettleFinding",
    "SizeDiffers",
    "Staged",
    "Transport",
    "Upload",
    "Written",
    "installed_transports",
    "open_transport",
    "place_whole",
    "remove_leftovers",
    "settle_file",
    "stage",
]


def open_transport(name: str, settings: TransportSettings, clock: Clock) -> Transport:
    """The transport of one endpoint; it connects on enter. Raises ConfigurationRefused (unknown type, wrong keys)."""
    built_in = _BUILT_IN.get(settings.type)
    if built_in is not None:
        return built_in(name, settings, clock)
    found = _brought().get(settings.type)
    if found is None:
        raise TransportUnknown(
            place=settings.place,
            what=f"the transport type {settings.type} is not installed",
            cure=f"Installed are {', '.join(installed_transports())}. Correct it, or install its package.",
        )
    transport: Transport = found.load()(name, settings, clock)
    return transport


def installed_transports() -> list[str]:
    """The types that can be named in `bridge.toml`."""
    return sorted({*_BUILT_IN, *_brought()})


def _brought() -> dict[str, EntryPoint]:
    """By type, what installed packages bring. Ours are known without being installed (a checkout)."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
