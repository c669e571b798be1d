"""Writing the ERP number into `ext_order_id`, where a shop asks for it: a save that is watched.

`POST /V1/orders` saves what it is sent and may make up what it is not: without its number an order got a new one
(magento/magento2#17828). Six fields go together, the order is read whole before and after, and any other difference
stops all such writes to the store, until a person deletes the stop file. Not seen is what a save changed after which
this process ended before it could look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bridge.domain.effects import effect
from bridge.domain.errors import Doubtful
from bridge.stores.base import WriteBack
from bridge.stores.magento.client import MagentoClient
from bridge.stores.magento.problems import NumberTooLong, StoreChangedMore, StoreWritesStopped
from bridge.stores.problems import StoreDidNotKeep
from bridge.stores.raw import Json, text_of

FIELD = "ext_order_id"
SENT_WITH_IT = ("entity_id", "increment_id", "state", "status", "store_id")
CHARACTERS_MAX = 64
# The shop's clock moves with each save. The history may gain a line that another system writes meanwhile.
MAY_DIFFER = frozenset({"updated_at", "status_histories", FIELD})
NAMED_MAX = 5  # of the fields that changed, so many are named
NAME_CHARACTERS_MAX = 80

ReadAgain = Callable[[str], Json | None]


class NumberField:
    """`ext_order_id` of one store's orders."""

    def __init__(self, client: MagentoClient, store: str, stop_file: Path, read_again: ReadAgain) -> None:
        self._client = client
        self._store = store
        self._stop_file = stop_file
        self._read_again = read_again

    def write(self, number: WriteBack, before: Json) -> None:
        """Write the number. before: the whole order, just read. Raises Unavailable, Refused or Doubtful."""
        order = number.store_order_id
        if self._stop_file.exists():
            raise StoreWritesStopped(store=self._store, order=order, stop_file=self._stop_file.name)
        if len(number.erp_number) > CHARACTERS_MAX:
            length = len(number.erp_number)
            raise NumberTooLong(store=self._store, order=order, length=length, most=CHARACTERS_MAX)
        entity = {name: before.get(name) for name in SENT_WITH_IT} | {FIELD: number.erp_number}
        try:
            self._client.write("/orders", "write ext_order_id", {"entity": entity}, order)
        except Doubtful:
            self._compare(number, before)  # the shop may have saved: what it changed must be seen now, or never
            raise
        if text_of(self._compare(number, before), FIELD) != number.erp_number.strip():
            raise StoreDidNotKeep(store=self._store, order=order, key=FIELD)

    def _compare(self, number: WriteBack, before: Json) -> Json:
        after = self._read_again(text_of(before, "entity_id")) or {}
        changed = sorted(dict.fromkeys(_differences(before, after))) if after else []
        if changed:
            fields = ", ".join(_shown(path) for path in changed[:NAMED_MAX])
            error = StoreChangedMore(
                store=self._store, order=number.store_order_id, fields=fields, stop_file=self._stop_file.name
            )
            with effect("store.stop"):
                self._stop_file.parent.mkdir(parents=True, exist_ok=True)
                self._stop_file.write_text(error.problem.message + "\n", encoding="utf-8")
            raise error
        return after


def _shown(path: str) -> str:
    """A field's name as it may stand in a message."""
    return "".join(letter for letter in path if letter.isalnum() or letter in "._")[:NAME_CHARACTERS_MAX]


def _differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Names of the fields that differ, without their values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            if name not in MAY_DIFFER and before.get(name) != after.get(name):
                yield from _differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _differences(one, other, path)
    elif before != after:
        yield path
