"""The order of a kept original, whatever the format of the file that it came in."""

from __future__ import annotations

from typing import Any

from bridge.domain.contract import Order
from bridge.stores.base import StoreOrder
from bridge.stores.exact_json import decoded
from bridge.stores.folder.csv_file import order_again
from bridge.stores.folder.records import Source, malformed, told
from bridge.stores.folder.settings import FolderSettings
from bridge.stores.rows.order import NotAnOrder, id_of, order_of


def mapped_again(original: bytes, settings: FolderSettings) -> StoreOrder:
    """The order, or its problem, by the mapping of today."""
    kept = decoded(original.decode())
    try:
        return told(_order(kept, original, settings), original)
    except NotAnOrder as error:
        place = kept if isinstance(kept, dict) else {}
        source = Source(settings.name, str(place.get("file", "its original")))
        return malformed(source, int(place.get("line", 1)), str(error), original, id_of(kept))


def _order(kept: Any, original: bytes, settings: FolderSettings) -> Order:
    """By the keys that each format keeps: the cells of a CSV file, the text of an XML element, or the order itself."""
    if isinstance(kept, dict) and "rows" in kept and "header" in kept:
        return order_again(original, settings.name, settings.csv)
    if isinstance(kept, dict) and "xml" in kept and settings.xml is not None:
        return settings.xml.order_again(original, settings.name)
    return order_of(kept, settings.name)
